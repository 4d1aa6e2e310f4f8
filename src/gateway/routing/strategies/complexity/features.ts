import type { CompletionRequest } from '../../../../domain/completion-request.ts';
import {
  AMOUNT,
  BULLET,
  CHARACTER,
  CODE,
  characterKinds,
  DIGIT,
  FENCE,
  FULL_STOP,
  LETTER,
  lowered,
  MATHS,
  NEWLINE,
  SPACE,
  STOP,
} from './characters.ts';
import type { Ngrams } from './ngrams.ts';
import {
  CONSTRAINS,
  EMPTY_WORD,
  marksOf,
  pairOf,
  REASONS,
  SIMPLE_WORK,
  TECHNICAL_WORD,
  withLetter,
} from './words.ts';

/**
 * What a prompt is judged by. Counts are as logarithms, for the tenth of a kind says less than the first. All but the first
 * two are of the last user message, the words of demands of how it begins and ends. What is counted means the same in any
 * language, as far as it can: a problem is as hard in Japanese as in English.
 */
export const FEATURES = [
  'tools',
  /** 1 where the answer has to fit a JSON schema. */
  'jsonSchema',
  /** 1 where there is a fenced block. */
  'codeFence',
  /** Share of characters that code is full of. */
  'codeSymbols',
  /** Signs of mathematics. */
  'mathematics',
  'numbers',
  /** Lines that begin with a number or a bullet. */
  'demands',
  'constraints',
  /** Words that ask for reasoning. */
  'reasoning',
  /** Words that ask for simple work. */
  'simple',
  /** 1: the first word that tells the work asks for reasoning; -1: for simple work. */
  'opening',
  'technical',
  /** Words; two characters of a script without spaces are one. */
  'words',
  'sentences',
  /** Signs of money and per cent. */
  'amounts',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Characters of a long message that are looked at, half of them at its beginning. */
const LOOKED_AT = 8_000;
/** Where people say what they want: before and after what they paste. */
const ASKS_FIRST = 400;
const ASKS_LAST = 240;

const DOLLAR = 0x24;

const textOf = (message: CompletionRequest['messages'][number]): string => {
  if (message.role !== 'user') return message.text;
  let text = '';
  for (const part of message.parts)
    if (part.type === 'text') text += text === '' ? part.text : `\n${part.text}`;
  return text;
};

/** The last user message, its middle left out where it is long. */
const askedIn = (messages: CompletionRequest['messages']): string => {
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (message?.role !== 'user') continue;
    const text = textOf(message);
    return text.length <= LOOKED_AT ? text : `${text.slice(0, LOOKED_AT / 2)}\n${text.slice(-LOOKED_AT / 2)}`;
  }
  return '';
};

/** What one reading of a text counts. */
class Tally {
  words = 0;
  characters = 0;
  sentences = 0;
  amounts = 0;
  code = 0;
  fences = 0;
  mathematics = 0;
  numbers = 0;
  demands = 0;
  constraints = 0;
  reasoning = 0;
  simple = 0;
  technical = 0;
  opening = 0;

  note(marks: number, isAsking: boolean): void {
    if (marks & TECHNICAL_WORD) this.technical++;
    if (!isAsking) return;
    if (marks & CONSTRAINS) this.constraints++;
    if (marks & REASONS) this.reasoning++;
    if (marks & SIMPLE_WORK) this.simple++;
    if (this.opening === 0 && marks & (REASONS | SIMPLE_WORK)) this.opening = marks & REASONS ? 1 : -1;
  }
}

/** Counts everything in one pass, and shows `ngrams` each word. */
const tallyOf = (text: string, ngrams?: Ngrams): Tally => {
  const kinds = characterKinds();
  const tally = new Tally();
  const lastPart = text.length - ASKS_LAST;
  let word = EMPTY_WORD;
  let before = EMPTY_WORD;
  let length = 0;
  let previous: number = NEWLINE;
  let previousCode = 0;
  let isLineStart = true;
  for (let index = 0; index <= text.length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : 10;
    const kind = kinds[code] ?? 0;
    if (kind === LETTER) {
      word = withLetter(word, lowered(code));
      length++;
      isLineStart = false;
      previous = kind;
      continue;
    }
    const isAsking = index < ASKS_FIRST || index >= lastPart;
    if (length > 0) {
      tally.words++;
      const pair = pairOf(before, word);
      const found = marksOf(word) | (isAsking ? marksOf(pair) : 0);
      if (found !== 0) tally.note(found, isAsking);
      ngrams?.see(word, pair);
      before = word;
      word = EMPTY_WORD;
      length = 0;
    }
    if (previous === STOP && (kind === SPACE || kind === NEWLINE)) tally.sentences++;
    switch (kind) {
      case CHARACTER: {
        tally.characters++;
        if (previous === CHARACTER) {
          const pair = withLetter(withLetter(EMPTY_WORD, previousCode), code);
          const found = marksOf(pair);
          if (found !== 0) tally.note(found, isAsking);
          ngrams?.see(pair);
        }
        break;
      }
      case DIGIT:
        if (previous !== DIGIT) tally.numbers++;
        if (isLineStart) tally.demands++;
        break;
      case BULLET:
        if (isLineStart) tally.demands++;
        break;
      case CODE:
        tally.code++;
        if (code === DOLLAR) tally.amounts++;
        break;
      case AMOUNT:
        tally.amounts++;
        break;
      case MATHS:
        tally.mathematics++;
        break;
      case FULL_STOP:
        tally.sentences++;
        break;
      case FENCE:
        if (previous === FENCE) tally.fences++;
        break;
    }
    if (kind === NEWLINE) isLineStart = true;
    else if (kind !== SPACE) isLineStart = false;
    previous = kind;
    previousCode = code;
  }
  return tally;
};

const log = Math.log1p;

/** Words of a request's last user message; a character of a script without spaces is one. */
export const wordsIn = (request: CompletionRequest): number => {
  const { words, characters } = tallyOf(askedIn(request.messages));
  return words + characters;
};

/** Of a request, in the order of `FEATURES`; `ngrams` sees its words. Reads at most 8,000 characters. */
export const featuresOf = (request: CompletionRequest, ngrams?: Ngrams): Float64Array => {
  const { messages, tools, output } = request;
  const text = askedIn(messages);
  const tally = tallyOf(text, ngrams);
  const values: { readonly [Name in Feature]: number } = {
    tools: log(tools.length),
    jsonSchema: output?.kind === 'jsonSchema' ? 1 : 0,
    codeFence: tally.fences > 0 ? 1 : 0,
    codeSymbols: tally.code / Math.max(1, text.length),
    mathematics: log(tally.mathematics),
    numbers: log(tally.numbers),
    demands: log(tally.demands),
    constraints: log(tally.constraints),
    reasoning: log(tally.reasoning),
    simple: log(tally.simple),
    opening: tally.opening,
    technical: log(tally.technical),
    // A Chinese word has two characters, mostly, and says what an English one does.
    words: log(tally.words + tally.characters / 2),
    sentences: log(tally.sentences),
    amounts: log(tally.amounts),
  };
  const row = new Float64Array(FEATURES.length);
  for (const [column, name] of FEATURES.entries()) row[column] = values[name];
  return row;
};
