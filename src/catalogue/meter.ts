import { METERS } from '../domain/meters.ts';
import type { Meter, MeterAttributes } from '../domain/price.ts';
import type { UsageKind } from '../domain/usage.ts';

/** Counts calls, whatever is in them. */
export const REQUEST_METER: Meter = METERS.requests;

/** The meter that counts each kind of usage. */
export const METER_OF_USAGE: { readonly [Kind in UsageKind]: Meter } = {
  input: METERS.input,
  cacheRead: METERS.cacheRead,
  cacheWrite5m: METERS.cacheWrite5m,
  cacheWrite1h: METERS.cacheWrite1h,
  output: METERS.output,
  reasoning: METERS.reasoning,
  audioInput: METERS.audioInput,
  audioOutput: METERS.audioOutput,
  imageInput: METERS.imageInput,
  imageOutput: METERS.imageOutput,
  audioCacheRead: METERS.audioCacheRead,
  imageCacheRead: METERS.imageCacheRead,
  images: METERS.images,
  seconds: METERS.audioSecondsIn,
  characters: METERS.charactersIn,
  requests: METERS.requests,
};

/** Counts calls of a tool that the provider runs, e.g. `web_search`, `file_search`. */
export const meterOfTool = (tool: string): Meter => ({ ...METERS.toolCalls, attributes: { tool } });

/** Counts pages of documents that are read. */
export const PAGE_METER: Meter = METERS.pages;

/** Counts tokens that are kept in a cache, times the hours that they are kept. */
export const CACHE_STORAGE_METER: Meter = METERS.cacheStorage;

/** One word for a meter without its attributes, e.g. `tokens.input.text.cache_read`; equal for equal meters. */
export const meterKey = (meter: Meter): string => {
  const known = meterKeys.get(meter);
  if (known !== undefined) return known;
  const key = `${meter.family}.${meter.direction}.${meter.modality}.${meter.tokenType}`.toLowerCase();
  meterKeys.set(meter, key);
  return key;
};

/** Nearly all rows have one of some dozen meters. */
const meterKeys = new WeakMap<Meter, string>();

/** One word for attributes, whatever order they are given in; empty where there are none. */
export const attributesKey = (attributes: MeterAttributes | undefined): string =>
  Object.entries(attributes ?? {})
    .toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
