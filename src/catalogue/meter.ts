import type { Meter, MeterAttributes, MeterDirection, Modality, TokenType } from '../domain/price.ts';
import type { UsageKind } from '../domain/usage.ts';

const tokens = (direction: MeterDirection, modality: Modality, tokenType: TokenType): Meter => ({
  family: 'TOKENS',
  direction,
  modality,
  tokenType,
});

/** Counts calls, whatever is in them. */
export const REQUEST_METER: Meter = {
  family: 'REQUESTS',
  direction: 'NONE',
  modality: 'NONE',
  tokenType: 'PLAIN',
};

/** The meter that counts each kind of usage. */
export const METER_OF_USAGE: { readonly [Kind in UsageKind]: Meter } = {
  input: tokens('INPUT', 'TEXT', 'PLAIN'),
  cacheRead: tokens('INPUT', 'TEXT', 'CACHE_READ'),
  cacheWrite5m: tokens('INPUT', 'TEXT', 'CACHE_WRITE_5M'),
  cacheWrite1h: tokens('INPUT', 'TEXT', 'CACHE_WRITE_1H'),
  output: tokens('OUTPUT', 'TEXT', 'PLAIN'),
  reasoning: tokens('OUTPUT', 'TEXT', 'REASONING'),
  audioInput: tokens('INPUT', 'AUDIO', 'PLAIN'),
  audioOutput: tokens('OUTPUT', 'AUDIO', 'PLAIN'),
  imageInput: tokens('INPUT', 'IMAGE', 'PLAIN'),
  imageOutput: tokens('OUTPUT', 'IMAGE', 'PLAIN'),
  images: { family: 'IMAGES', direction: 'OUTPUT', modality: 'IMAGE', tokenType: 'PLAIN' },
  seconds: { family: 'SECONDS', direction: 'INPUT', modality: 'AUDIO', tokenType: 'PLAIN' },
  characters: { family: 'CHARACTERS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' },
  requests: REQUEST_METER,
};

/** Counts calls of a tool that the provider runs, e.g. `web_search`, `file_search`. */
export const meterOfTool = (tool: string): Meter => ({
  family: 'TOOL_CALLS',
  direction: 'NONE',
  modality: 'NONE',
  tokenType: 'PLAIN',
  attributes: { tool },
});

/** Counts pages of documents that are read. */
export const PAGE_METER: Meter = {
  family: 'PAGES',
  direction: 'INPUT',
  modality: 'DOCUMENT',
  tokenType: 'PLAIN',
};

/** Counts tokens that are kept in a cache, times the hours that they are kept. */
export const CACHE_STORAGE_METER: Meter = {
  family: 'TOKEN_HOURS',
  direction: 'INPUT',
  modality: 'TEXT',
  tokenType: 'PLAIN',
};

/** One word for a meter without its attributes, e.g. `tokens.input.text.cache_read`; equal for equal meters. */
export const meterKey = (meter: Meter): string =>
  `${meter.family}.${meter.direction}.${meter.modality}.${meter.tokenType}`.toLowerCase();

/** One word for attributes, whatever order they are given in; empty where there are none. */
export const attributesKey = (attributes: MeterAttributes | undefined): string =>
  Object.entries(attributes ?? {})
    .toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
