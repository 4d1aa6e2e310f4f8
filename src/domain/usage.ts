import { ZERO } from './money.ts';

/**
 * What one operation used. The kinds of tokens are disjoint: their sum is all tokens, and no token is counted
 * in two of them, however the provider reports it. A kind that the provider does not report is 0 here;
 * whether the provider reported usage at all is stated by the absence or presence of the whole Usage.
 */
export type Usage = {
  /** Uncached text input tokens. */
  readonly input: number;
  /** Text input tokens read from the provider's prompt cache, and those of which it does not tell the modality. */
  readonly cacheRead: number;
  /** Input tokens written to a prompt cache that lives 5 minutes, or for a time that is not stated. */
  readonly cacheWrite5m: number;
  /** Input tokens written to a prompt cache that lives one hour. */
  readonly cacheWrite1h: number;
  /** Visible text output tokens, tool calls included. */
  readonly output: number;
  /** Hidden reasoning tokens, billed as output. */
  readonly reasoning: number;
  readonly audioInput: number;
  readonly audioOutput: number;
  readonly imageInput: number;
  readonly imageOutput: number;
  /** Audio input tokens read from the provider's prompt cache. */
  readonly audioCacheRead: number;
  /** Image input tokens read from the provider's prompt cache. */
  readonly imageCacheRead: number;
  /** Images made, where the provider bills them by number and not by tokens. */
  readonly images: number;
  /** Seconds of audio or video, where the provider bills these and not tokens; may have a fraction. */
  readonly seconds: number;
  /** Characters, where the provider bills these and not tokens. */
  readonly characters: number;
  /** Requests or units of search, where the provider counts what it bills so. */
  readonly requests: number;
};

export type UsageKind = keyof Usage;

/** The kinds that are tokens. */
const TOKEN_KINDS = [
  'input',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'output',
  'reasoning',
  'audioInput',
  'audioOutput',
  'imageInput',
  'imageOutput',
  'audioCacheRead',
  'imageCacheRead',
] as const satisfies readonly UsageKind[];

export const USAGE_KINDS = [
  ...TOKEN_KINDS,
  'images',
  'seconds',
  'characters',
  'requests',
] as const satisfies readonly UsageKind[];

/** Fills the kinds that are not given with 0. */
export const usageOf = (counts: Partial<Usage>): Usage => ({
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  audioInput: 0,
  audioOutput: 0,
  imageInput: 0,
  imageOutput: 0,
  audioCacheRead: 0,
  imageCacheRead: 0,
  images: 0,
  seconds: 0,
  characters: 0,
  requests: 0,
  ...counts,
});

/** All input tokens: uncached, cached and of every modality. */
export const inputTokensOf = (usage: Usage): number =>
  usage.input +
  usage.cacheRead +
  usage.cacheWrite5m +
  usage.cacheWrite1h +
  usage.audioInput +
  usage.imageInput +
  usage.audioCacheRead +
  usage.imageCacheRead;

/** Input tokens read from a cache, of every modality. */
export const cachedTokensOf = (usage: Usage): number =>
  usage.cacheRead + usage.audioCacheRead + usage.imageCacheRead;

/** All output tokens: visible, reasoning and of every modality. */
export const outputTokensOf = (usage: Usage): number =>
  usage.output + usage.reasoning + usage.audioOutput + usage.imageOutput;

/** What several calls used together; undefined where there is none. */
export const sumOfUsages = (usages: readonly Usage[]): Usage | undefined => {
  const [first, ...rest] = usages;
  if (first === undefined || rest.length === 0) return first;
  return usageOf(
    Object.fromEntries(
      USAGE_KINDS.map((kind) => [
        kind,
        // Seconds have fractions, whose sum is not to end in the noise of floating point.
        usages.reduce((sum, usage) => sum.plus(usage[kind]), ZERO).toNumber(),
      ]),
    ),
  );
};
