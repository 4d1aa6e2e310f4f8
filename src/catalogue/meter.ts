import type { Meter, MeterDirection, Modality, TokenType } from '../domain/price.ts';
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

/** One word for a meter, e.g. `tokens.input.text.cache_read`; equal for equal meters. */
export const meterKey = (meter: Meter): string =>
  `${meter.family}.${meter.direction}.${meter.modality}.${meter.tokenType}`.toLowerCase();
