import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { METERS } from '../../domain/meters.ts';
import type { Meter, PriceConditions } from '../../domain/price.ts';
import { type PriceRows, promptOver } from '../price-rows.ts';
import { dayIn, momentIn, sizeIn } from '../read-values.ts';

type Unit = { readonly meter: Meter; readonly of: number };
const million = (meter: Meter): Unit => ({ meter, of: 1_000_000 });
const thousand = (meter: Meter): Unit => ({ meter, of: 1000 });
const tool = (name: string): Meter => ({ ...METERS.toolCalls, attributes: { tool: name } });

/** The list's price keys in our words. */
const UNITS: { readonly [key: string]: Unit } = {
  input_mtok: million(METERS.input),
  output_mtok: million(METERS.output),
  cache_read_mtok: million(METERS.cacheRead),
  cache_write_mtok: million(METERS.cacheWrite5m),
  cache_write_1h_mtok: million(METERS.cacheWrite1h),
  output_reasoning_mtok: million(METERS.reasoning),
  output_citation_mtok: million(METERS.citation),
  input_audio_mtok: million(METERS.audioInput),
  output_audio_mtok: million(METERS.audioOutput),
  cache_audio_read_mtok: million(METERS.audioCacheRead),
  input_image_mtok: million(METERS.imageInput),
  output_image_mtok: million(METERS.imageOutput),
  cache_image_read_mtok: million(METERS.imageCacheRead),
  input_video_mtok: million(METERS.videoInput),
  output_video_mtok: million(METERS.videoOutput),
  audio_hours: { meter: METERS.audioSeconds, of: 3600 },
  input_audio_hours: { meter: METERS.audioSecondsIn, of: 3600 },
  input_mchars: million(METERS.charactersIn),
  requests_kcount: thousand(METERS.requests),
  web_searches_kcount: thousand(tool('web_search')),
  storage_searches_kcount: thousand(tool('file_search')),
  input_document_kpages: thousand(METERS.pages),
  input_annotated_document_kpages: thousand({ ...METERS.pages, attributes: { annotated: 'true' } }),
};

/** `HH:MM:00` with `Z` or an offset, as `HH:MM` in UTC. Undefined where it is anything else. */
const utcTime = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const found = /^(\d{2}):(\d{2}):00(?:Z|([+-])(\d{2}):(\d{2}))$/.exec(value);
  if (found === null) return undefined;
  const [, hours, minutes, sign, offsetHours = '0', offsetMinutes = '0'] = found;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1);
  const inDay = (Number(hours) * 60 + Number(minutes) - offset + 1440) % 1440;
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`;
};

type Entry = {
  readonly prices: JsonObject;
  readonly timeWindow?: PriceConditions['timeWindow'];
  readonly effectiveFrom?: string;
  readonly effectiveTo?: string;
};

const startOf = (item: JsonObject | undefined): string | undefined =>
  isJsonObject(item?.constraint) ? dayIn(item.constraint.start_date) : undefined;

/**
 * The list is read from its end, and the first entry whose one constraint holds is taken. So an entry ends where a later
 * dated one starts, and a time window behind a dated entry begins with it.
 */
const entriesOf = (list: readonly JsonObject[], refuse: (detail: string) => void): readonly Entry[] => {
  const entries: Entry[] = [];
  let since: string | undefined;
  list.forEach((item, index) => {
    const { constraint, prices } = item;
    let timeWindow: PriceConditions['timeWindow'];
    if (isJsonObject(constraint)) {
      const start = startOf(item);
      const from = utcTime(constraint.start_time);
      const to = utcTime(constraint.end_time);
      if (start !== undefined) since = start;
      else if (from !== undefined && to !== undefined) timeWindow = { from, to, zone: 'UTC' };
      else {
        refuse(`prices[${index}] has a constraint that cannot be read.`);
        return;
      }
    }
    if (!isJsonObject(prices)) {
      refuse(`prices[${index}] has no prices.`);
      return;
    }
    const ends = list
      .slice(index + 1)
      .flatMap((later) => startOf(later) ?? [])
      .toSorted()[0];
    const effectiveFrom = momentIn(since);
    const effectiveTo = momentIn(ends);
    entries.push({
      prices,
      ...(timeWindow === undefined ? {} : { timeWindow }),
      ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      ...(effectiveTo === undefined ? {} : { effectiveTo }),
    });
  });
  return entries;
};

type Tier = { readonly amount: unknown; readonly conditions: PriceConditions };

/** `start`: requests with more input tokens than that, and every token of them. */
const tiersOf = (rate: JsonObject[string] | undefined): readonly Tier[] => {
  if (!isJsonObject(rate)) return [{ amount: rate, conditions: {} }];
  const tiers = (Array.isArray(rate.tiers) ? rate.tiers : [])
    .filter(isJsonObject)
    .flatMap(({ start, price }) => {
      const size = sizeIn(start);
      return size === undefined ? [] : [{ start: size, price }];
    })
    .toSorted((one, other) => one.start - other.start);
  const [lowest] = tiers;
  if (lowest === undefined) return [{ amount: rate.base, conditions: {} }];
  return [
    { amount: rate.base, conditions: promptOver(0, lowest.start) },
    ...tiers.map(({ start, price }, index) => ({
      amount: price,
      conditions: promptOver(start, tiers[index + 1]?.start),
    })),
  ];
};

/** Google bills images and audio at the plain rate where its page names no other, and its API counts them apart. */
const completed = (word: string, id: string, prices: JsonObject): JsonObject => {
  const { input_mtok: plainInput, output_mtok: plainOutput } = prices;
  if (word !== 'google' || !id.startsWith('gemini-')) return prices;
  const answersInMedia = /tts|audio|live|image|omni/.test(id);
  return {
    ...(plainInput === undefined ? {} : { input_audio_mtok: plainInput, input_image_mtok: plainInput }),
    ...(plainOutput === undefined || !answersInMedia
      ? {}
      : { output_audio_mtok: plainOutput, output_image_mtok: plainOutput }),
    ...prices,
  };
};

/** What the rows of an entry are read with: `refuse` for what is malformed, `skip` for keys without a meter here. */
export type RateReader = {
  readonly rows: PriceRows;
  refuse(detail: string): void;
  skip(key: string): void;
};

const addEntry = ({ rows, skip }: RateReader, word: string, id: string, entry: Entry): void => {
  const { prices, timeWindow, ...dates } = entry;
  for (const [key, rate] of Object.entries(completed(word, id, prices))) {
    if (rate === undefined) continue;
    const unit = UNITS[key];
    if (unit === undefined) {
      skip(key);
      continue;
    }
    for (const { amount, conditions } of tiersOf(rate)) {
      rows.add({
        word: key,
        amount,
        ...unit,
        conditions: { ...conditions, ...(timeWindow === undefined ? {} : { timeWindow }) },
        ...dates,
      });
    }
  }
};

/** Adds every dated row that the list states for one model: `prices` is one set of rates, or a list of them with constraints. */
export const addRates = (reader: RateReader, word: string, id: string, prices: unknown): void => {
  const list: readonly unknown[] = Array.isArray(prices) ? prices : [{ prices }];
  for (const entry of entriesOf(list.filter(isJsonObject), reader.refuse)) addEntry(reader, word, id, entry);
};
