import { LRUCache } from 'lru-cache';
import type { Extent } from '../../domain/client-request.ts';
import type { CompletionRequest, MediaPart, Message } from '../../domain/completion-request.ts';
import type { ModelSlug } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { Calibration } from '../estimate/calibration.ts';
import { startingRatioFor } from '../estimate/starting-ratio.ts';
import { isText, PER_MEDIA, PER_MESSAGE, PER_PROMPT, PER_TOOL } from '../token-estimate.ts';
import type { RequestShape } from './request-shape.ts';

/** What a prompt measures, about, without a tokenizer. */
export type PromptSize = {
  /** As an estimate by o200k_base would have it. */
  readonly tokens: number;
  /** Share of the letters that are of other scripts than Latin, as labs' tokenizers differ in. */
  readonly nonLatin: number;
};

/** Of longer texts the beginning, the middle and the end stand for the rest. */
const LOOKED_AT = 512;
/** So that a prompt of many messages does not take longer either. */
const MAX_LOOKED_AT = 8_192;

/**
 * Tokens for each character, fitted to o200k_base: prose and code by it are met within some 20 %. In Latin script words are
 * what counts, for common ones are one token however long; a space belongs to the word after it.
 */
const LATIN_WORD = 0.75;
const LATIN_LETTER = 0.07;
const LINE_BREAK = 0.5;
const DIGIT = 0.48;
const MARK = 0.62;
const ACCENTED = 0.35;
const CYRILLIC_OR_GREEK = 0.26;
const OTHER_ALPHABET = 0.3;
const HAN_KANA_HANGUL = 0.72;
const OTHER = 0.9;

/** What was looked at. */
type Sample = { characters: number; weight: number; letters: number; others: number };

/** Looks at part of a text; what its tokens weigh. */
const weigh = (text: string, from: number, to: number, sample: Sample): number => {
  let latin = 0;
  let words = 0;
  let others = 0;
  let weight = 0;
  /** Of the character before: a capital after a small letter begins another word, as identifiers have it. */
  let isInWord = false;
  let isSmall = false;
  for (let index = from; index < to; index += 1) {
    const code = text.charCodeAt(index);
    const lower = code | 32;
    if (code < 128 && lower >= 97 && lower <= 122) {
      if (!isInWord || (isSmall && code < 97)) words += 1;
      isInWord = true;
      isSmall = code >= 97;
      latin += 1;
      continue;
    }
    if (code >= 128 && code < 0x250) {
      weight += ACCENTED;
      latin += 1;
      isSmall = true;
      continue;
    }
    isInWord = false;
    if (code < 128) {
      if (code >= 48 && code <= 57) weight += DIGIT;
      else if (code < 32) weight += LINE_BREAK;
      else if (code !== 32) weight += MARK;
    } else if (code < 0x530) {
      weight += CYRILLIC_OR_GREEK;
      others += 1;
    } else if (code < 0x2000) {
      weight += OTHER_ALPHABET;
      latin += 1;
    } else if (code >= 0x3040 && code < 0xd800) {
      weight += HAN_KANA_HANGUL;
      others += 1;
    } else weight += OTHER;
  }
  weight += words * LATIN_WORD + latin * LATIN_LETTER;
  sample.characters += to - from;
  sample.weight += weight;
  sample.letters += latin + others;
  sample.others += others;
  return weight;
};

class Measure {
  tokens = PER_PROMPT;
  readonly sample: Sample = { characters: 0, weight: 0, letters: 0, others: 0 };

  add(text: string): void {
    const { length } = text;
    const { sample } = this;
    if (length === 0) return;
    if (sample.characters >= MAX_LOOKED_AT) {
      this.tokens += (length * sample.weight) / sample.characters;
      return;
    }
    if (length <= 3 * LOOKED_AT) {
      this.tokens += weigh(text, 0, length, sample);
      return;
    }
    const middle = (length - LOOKED_AT) >> 1;
    const weight =
      weigh(text, 0, LOOKED_AT, sample) +
      weigh(text, middle, middle + LOOKED_AT, sample) +
      weigh(text, length - LOOKED_AT, length, sample);
    this.tokens += (weight / (3 * LOOKED_AT)) * length;
  }
}

/** Bytes of a document, of which four make a token. */
const mediaTokens = (part: MediaPart): number =>
  isText(part) && part.source.kind === 'data' ? (part.source.base64.length * 0.75) / 4 : PER_MEDIA[part.type];

const addMessage = (measure: Measure, message: Message): void => {
  measure.tokens += PER_MESSAGE;
  switch (message.role) {
    case 'system':
    case 'tool':
      measure.add(message.text);
      return;
    case 'user':
      for (const part of message.parts) {
        if (part.type === 'text') measure.add(part.text);
        else measure.tokens += mediaTokens(part);
      }
      return;
    case 'assistant':
      measure.add(message.text);
      for (const { text } of message.reasoning) measure.add(text);
      for (const { name, arguments: given } of message.toolCalls) {
        measure.add(name);
        measure.add(given);
      }
  }
};

/** Measures a prompt in microseconds, whatever its length. */
export const promptSize = ({ messages, tools, output }: CompletionRequest): PromptSize => {
  const measure = new Measure();
  for (const message of messages) addMessage(measure, message);
  for (const { name, description, parameters } of tools) {
    measure.tokens += PER_TOOL;
    measure.add(name);
    if (description !== undefined) measure.add(description);
    measure.add(JSON.stringify(parameters));
  }
  if (output?.kind === 'jsonSchema') measure.add(JSON.stringify(output.schema));
  const { letters, others } = measure.sample;
  return { tokens: measure.tokens, nonLatin: letters === 0 ? 0 : others / letters };
};

/** Of a text within JSON, where some characters are written as their codes; of a number, which may be written out. */
const MAX_FOR_CHARACTER = 4;
/** Quotes, a colon and a comma; a number. */
const MAX_FOR_VALUE = 15;

const mostInJson = (value: unknown): number => {
  if (typeof value === 'string') return value.length * MAX_FOR_CHARACTER + MAX_FOR_VALUE;
  if (typeof value !== 'object' || value === null) return MAX_FOR_VALUE;
  let sum = MAX_FOR_VALUE;
  for (const name in value) sum += name.length * MAX_FOR_CHARACTER + MAX_FOR_VALUE;
  for (const member of Object.values(value)) sum += mostInJson(member);
  return sum;
};

/** What is said to a model of a tool besides what its client wrote. */
const MAX_MADE_UP = 500;

/** The same as `mostTokens`, and mostly far more, where all that is known is how much its client wrote. */
export const mostTokensWritten = (
  { tools }: Pick<CompletionRequest, 'tools'>,
  { messages, hasMedia }: Pick<RequestShape, 'messages' | 'hasMedia'>,
  { characters }: Extent,
): number =>
  hasMedia
    ? Number.POSITIVE_INFINITY
    : PER_PROMPT +
      messages * PER_MESSAGE +
      tools.length * (PER_TOOL + MAX_MADE_UP) +
      characters * MAX_FOR_CHARACTER;

/** More than `promptSize` finds, in far less time; Infinity where nothing is said without looking. */
export const mostTokens = (
  { tools, output }: Pick<CompletionRequest, 'tools' | 'output'>,
  { messages, characters, hasMedia }: Pick<RequestShape, 'messages' | 'characters' | 'hasMedia'>,
): number => {
  if (hasMedia) return Number.POSITIVE_INFINITY;
  let most = PER_PROMPT + messages * PER_MESSAGE + characters;
  for (const { name, description = '', parameters } of tools)
    most += PER_TOOL + name.length + description.length + mostInJson(parameters);
  return output?.kind === 'jsonSchema' ? most + mostInJson(output.schema) : most;
};

/** A model whose tokens are counted, and what a rough count is multiplied by for it before anything is learnt. */
export type CountedModel = {
  readonly slug: ModelSlug;
  /** An offering of it. */
  readonly offering: Offering;
  /** In Latin script and in others, as its lab's tokenizers usually differ. */
  readonly latin: number;
  readonly nonLatin: number;
};

export const countedModel = (offering: Offering): CountedModel => ({
  slug: offering.modelSlug,
  offering,
  latin: startingRatioFor(offering.modelSlug, 0),
  nonLatin: startingRatioFor(offering.modelSlug, 1),
});

/**
 * What a rough count is multiplied by for a model: as learnt from its own counts, else as its lab's usually differ. `share`: of
 * the letters that are not Latin.
 */
export const tokenFactor = (
  { slug, latin, nonLatin }: CountedModel,
  share: number,
  calibration: Pick<Calibration, 'learnt'> | undefined,
): number => calibration?.learnt(slug) ?? latin * (1 - share) + nonLatin * share;

/** How long answers are, learnt from this node's own completions. */
export type OutputLengths = {
  /** Output tokens to expect, reasoning included. */
  expected(offering: Offering, request: CompletionRequest): number;
  learn(slug: ModelSlug, tokens: number): void;
};

/** A short answer; a model that reasons also writes what it thinks. */
const PLAIN = 300;
const REASONING = 1_200;
/** Share that the newest answer has in the average. */
const WEIGHT = 0.1;
const MAX_MODELS = 2_000;

/** As far as the request itself says. */
export const expectedOutput = (
  offering: Pick<Offering, 'capabilities'> | undefined,
  { reasoningEffort, maxOutputTokens }: CompletionRequest,
): number => {
  const reasons =
    reasoningEffort === undefined
      ? offering?.capabilities.includes('REASONING') === true
      : reasoningEffort !== 'none';
  return Math.min(reasons ? REASONING : PLAIN, maxOutputTokens ?? Number.POSITIVE_INFINITY);
};

export const createOutputLengths = (): OutputLengths => {
  /** Those that were heard of last are kept. */
  const averages = new LRUCache<ModelSlug, number>({ max: MAX_MODELS });
  return {
    expected(offering, request) {
      const usual = averages.peek(offering.modelSlug);
      return usual === undefined
        ? expectedOutput(offering, request)
        : Math.min(usual, request.maxOutputTokens ?? Number.POSITIVE_INFINITY);
    },
    learn(slug, tokens) {
      const before = averages.peek(slug);
      averages.set(slug, before === undefined ? tokens : before + WEIGHT * (tokens - before));
    },
  };
};
