import type { CompletionRequest } from '../../../../domain/completion-request.ts';
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
 * four are of the last user message, the words of demands of how it begins and ends.
 */
export const FEATURES = [
  /** Characters of all messages. */
  'length',
  /** Messages of the user. */
  'turns',
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
  'questions',
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
  /** Letters; a Chinese character counts as half a word of four letters. */
  'wordLength',
  /** Share of words of nine letters and more. */
  'longWords',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Characters of a long message that are looked at, half of them at its beginning. */
const LOOKED_AT = 8_000;
/** Where people say what they want: before and after what they paste. */
const ASKS_FIRST = 400;
const ASKS_LAST = 240;
const LONG_WORD = 9;

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

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const CODE = 3;
const MATHS = 4;
const QUESTION = 5;
const NEWLINE = 6;
const BULLET = 7;
const SPACE = 8;
const FENCE = 9;
const HAN = 10;

/** The kinds of the first characters of Unicode: looking them up is faster than asking for ranges. */
const KINDS = new Uint8Array(0x250);
for (let code = 0; code < KINDS.length; code++) {
  const character = String.fromCharCode(code);
  if (/\p{L}/u.test(character)) KINDS[code] = LETTER;
  else if (/\d/.test(character)) KINDS[code] = DIGIT;
  else if ('{}()[];<>=&|_$#/'.includes(character)) KINDS[code] = CODE;
  else if ('^+±×÷²³'.includes(character)) KINDS[code] = MATHS;
  else if (character === '?') KINDS[code] = QUESTION;
  else if (character === '\n') KINDS[code] = NEWLINE;
  else if ('-*•'.includes(character)) KINDS[code] = BULLET;
  else if (' \t\r'.includes(character)) KINDS[code] = SPACE;
  else if (character === '`') KINDS[code] = FENCE;
}

const kindOf = (code: number): number => {
  if (code < KINDS.length) return KINDS[code] ?? OTHER;
  // Greek letters stand in mathematics far more often than in Greek prompts.
  if (code < 0x400) return code >= 0x391 && code <= 0x3c9 ? MATHS : LETTER;
  if (code < 0x600) return LETTER;
  if (code >= 0x3400 && code <= 0x9fff) return HAN;
  if (code >= 0xac00 && code <= 0xd7a3) return HAN;
  if (code >= 0x2200 && code <= 0x22ff) return MATHS;
  if (code === 0x2022) return BULLET;
  if (code === 0xff1f || code === 0x61f) return QUESTION;
  return OTHER;
};

/** Lower case of Latin and Cyrillic letters. */
const lowered = (code: number): number => {
  if (code < 0x5b) return code >= 0x41 ? code + 0x20 : code;
  if (code >= 0xc0 && code <= 0xde) return code + 0x20;
  return code >= 0x410 && code <= 0x42f ? code + 0x20 : code;
};

/** What one reading of a text counts. */
class Tally {
  words = 0;
  letters = 0;
  longWords = 0;
  han = 0;
  code = 0;
  fences = 0;
  mathematics = 0;
  numbers = 0;
  questions = 0;
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

/** Counts everything in one pass. */
const tallyOf = (text: string): Tally => {
  const tally = new Tally();
  const lastPart = text.length - ASKS_LAST;
  let word = EMPTY_WORD;
  let before = EMPTY_WORD;
  let length = 0;
  let previous = NEWLINE;
  let previousCode = 0;
  let isLineStart = true;
  for (let index = 0; index <= text.length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : 10;
    const kind = kindOf(code);
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
      tally.letters += length;
      if (length >= LONG_WORD) tally.longWords++;
      const found = marksOf(word) | (isAsking ? marksOf(pairOf(before, word)) : 0);
      if (found !== 0) tally.note(found, isAsking);
      before = word;
      word = EMPTY_WORD;
      length = 0;
    }
    switch (kind) {
      case HAN: {
        tally.han++;
        if (previous === HAN) {
          const found = marksOf(withLetter(withLetter(EMPTY_WORD, previousCode), code));
          if (found !== 0) tally.note(found, isAsking);
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
        break;
      case MATHS:
        tally.mathematics++;
        break;
      case QUESTION:
        tally.questions++;
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

/** Words of a request's last user message; a Chinese character is one. */
export const wordsIn = (request: CompletionRequest): number => {
  const { words, han } = tallyOf(askedIn(request.messages));
  return words + han;
};

/** Of a request, in the order of `FEATURES`. Reads at most 8,000 characters. */
export const featuresOf = (request: CompletionRequest): Float64Array => {
  const { messages, tools, output } = request;
  let length = 0;
  let turns = 0;
  for (const message of messages) {
    length += textOf(message).length;
    if (message.role === 'user') turns++;
  }
  const text = askedIn(messages);
  const tally = tallyOf(text);
  // A Chinese word has two characters, mostly, and says what an English one of some five letters does.
  const words = tally.words + tally.han / 2;
  const values: { readonly [Name in Feature]: number } = {
    length: log(length),
    turns: log(turns),
    tools: log(tools.length),
    jsonSchema: output?.kind === 'jsonSchema' ? 1 : 0,
    codeFence: tally.fences > 0 ? 1 : 0,
    codeSymbols: tally.code / Math.max(1, text.length),
    mathematics: log(tally.mathematics),
    numbers: log(tally.numbers),
    questions: log(tally.questions),
    demands: log(tally.demands),
    constraints: log(tally.constraints),
    reasoning: log(tally.reasoning),
    simple: log(tally.simple),
    opening: tally.opening,
    technical: log(tally.technical),
    wordLength: words > 0 ? (tally.letters + tally.han * 2.5) / words : 0,
    longWords: tally.longWords / Math.max(1, words),
  };
  const row = new Float64Array(FEATURES.length);
  for (const [column, name] of FEATURES.entries()) row[column] = values[name];
  return row;
};
