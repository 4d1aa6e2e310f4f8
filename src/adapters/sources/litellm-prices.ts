import type { ServiceTier } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { METERS } from '../../domain/meters.ts';
import { Decimal } from '../../domain/money.ts';
import type { Meter, PriceConditions } from '../../domain/price.ts';
import { decimalIn, type PriceRows, promptOver } from '../../price-lists/price-rows.ts';
import { objectAt, objectsAt } from '../../wire/json-reading.ts';
import type { LitellmName } from './litellm-names.ts';

/** Rates per token; each may have `_above_200k_tokens` and a tier behind it. */
const TOKEN_FIELDS: { readonly [field: string]: Meter } = {
  input_cost_per_token: METERS.input,
  output_cost_per_token: METERS.output,
  cache_read_input_token_cost: METERS.cacheRead,
  input_cost_per_token_cache_hit: METERS.cacheRead,
  cache_creation_input_token_cost: METERS.cacheWrite5m,
  cache_creation_input_token_cost_above_1hr: METERS.cacheWrite1h,
  output_cost_per_reasoning_token: METERS.reasoning,
  citation_cost_per_token: METERS.citation,
  input_cost_per_audio_token: METERS.audioInput,
  output_cost_per_audio_token: METERS.audioOutput,
  cache_read_input_audio_token_cost: METERS.audioCacheRead,
  input_cost_per_image_token: METERS.imageInput,
  output_cost_per_image_token: METERS.imageOutput,
  output_cost_per_video_token: METERS.videoOutput,
};

const TIERS: { readonly [suffix: string]: ServiceTier } = {
  batches: 'BATCH',
  flex: 'FLEX',
  priority: 'PRIORITY',
};

type TokenRate = {
  readonly word: string;
  readonly meter: Meter;
  readonly serviceTier: ServiceTier;
  /** For prompts of more tokens than this. */
  readonly above: number;
  readonly amount: unknown;
};

const tokenRateOf = (word: string, amount: unknown): TokenRate | undefined => {
  const found = /^(.+?)(?:_above_(\d{1,4})k_tokens)?(?:_(batches|flex|priority))?$/.exec(word);
  const meter = TOKEN_FIELDS[found?.[1] ?? ''];
  if (meter === undefined) return undefined;
  return {
    word,
    meter,
    serviceTier: TIERS[found?.[3] ?? ''] ?? 'STANDARD',
    above: Number(found?.[2] ?? 0) * 1000,
    amount,
  };
};

/** Other units, by the field; `of` units cost the stated amount. */
type Unit = { readonly meter: Meter; readonly of: number };
const one = (meter: Meter): Unit => ({ meter, of: 1 });
const UNITS: { readonly [field: string]: Unit } = {
  output_cost_per_image: one(METERS.images),
  input_cost_per_character: one(METERS.charactersIn),
  output_cost_per_character: one(METERS.charactersOut),
  input_cost_per_query: one(METERS.requests),
  input_cost_per_request: one(METERS.requests),
  ocr_cost_per_page: one(METERS.pages),
  annotation_cost_per_page: one({ ...METERS.pages, attributes: { annotated: 'true' } }),
  output_cost_per_video_per_second: one(METERS.videoSecondsOut),
  input_cost_per_video_per_second: one(METERS.videoSecondsIn),
  input_cost_per_audio_per_second: one(METERS.audioSecondsIn),
  code_interpreter_cost_per_session: one({ ...METERS.toolCalls, attributes: { tool: 'code_interpreter' } }),
  file_search_cost_per_1k_calls: {
    meter: { ...METERS.toolCalls, attributes: { tool: 'file_search' } },
    of: 1000,
  },
};

const withAttributes = (meter: Meter, name: LitellmName): Meter =>
  Object.keys(name.attributes).length === 0
    ? meter
    : { ...meter, attributes: { ...meter.attributes, ...name.attributes } };

/** `above_200k`: more than 200,000 tokens in the prompt; all of its tokens then cost that. */
const addTokenRates = (rows: PriceRows, row: JsonObject, place: PriceConditions): void => {
  const stated = Object.entries(row).flatMap(([word, amount]) => tokenRateOf(word, amount) ?? []);
  // A rate of long prompts alone is a slip: what no short prompt pays for, as writing to Gemini's cache, no long one does.
  const rates = stated.filter(
    ({ above, meter }) => above === 0 || stated.some((other) => other.above === 0 && other.meter === meter),
  );
  for (const rate of rates) {
    const same = rates.filter((other) => other.meter === rate.meter && other.above > rate.above);
    const ofTier = same.filter((other) => other.serviceTier === rate.serviceTier);
    // A tier without long prompts of its own says nothing of them where the standard tier has a bound.
    const next = (ofTier.length > 0 ? ofTier : same.filter((other) => other.serviceTier === 'STANDARD'))
      .map((other) => other.above)
      .toSorted((lower, higher) => lower - higher)[0];
    const range = rate.above === 0 && next === undefined ? {} : promptOver(rate.above, next);
    rows.add({ ...rate, of: 1, conditions: { ...place, ...range } });
  }
};

/** Alibaba's list: `range` [from, to) in tokens of the prompt, where `from` itself is still the tier below. */
const addTieredRates = (
  rows: PriceRows,
  row: JsonObject,
  place: PriceConditions,
  thinking: boolean,
): void => {
  const tiers = objectsAt(row, 'tiered_pricing');
  tiers.forEach((tier, index) => {
    const range: readonly unknown[] = Array.isArray(tier.range) ? tier.range : [];
    const [from, to] = range;
    if (typeof from !== 'number' || typeof to !== 'number' || !(from >= 0 && to > from)) return;
    const conditions = { ...place, ...promptOver(from, index === tiers.length - 1 ? undefined : to) };
    addFlatRates(rows, tier, conditions, thinking);
  });
};

/** Alibaba prices the whole answer by whether the model thinks; its rate of "reasoning tokens" is that. */
const addFlatRates = (rows: PriceRows, row: JsonObject, place: PriceConditions, thinking: boolean): void => {
  const { output_cost_per_reasoning_token: reasoning, ...others } = row;
  addTokenRates(rows, thinking ? others : row, place);
  if (thinking) {
    rows.add({
      word: 'output_cost_per_reasoning_token',
      amount: reasoning,
      meter: METERS.output,
      of: 1,
      conditions: { ...place, thinking: true },
    });
  }
};

/** Seconds are of what the model takes or gives, by what it is for; a chat's are of rented machines. */
const addSeconds = (
  rows: PriceRows,
  row: JsonObject,
  name: LitellmName,
  conditions: PriceConditions,
): void => {
  const { input_cost_per_second: input, output_cost_per_second: output } = row;
  const add = (word: string, amount: unknown, meter: Meter, of = 1): void =>
    rows.add({ word, amount, meter: withAttributes(meter, name), of, conditions });
  switch (row.mode) {
    case 'audio_transcription': {
      // Both fields state the one price. Some rates are rounded from a price per minute, which is stated besides.
      const perMinute = objectAt(row, 'metadata')?.original_pricing_per_minute;
      if (typeof perMinute === 'number')
        add('original_pricing_per_minute', perMinute, METERS.audioSecondsIn, 60);
      else if (decimalIn(input)?.gt(0)) add('input_cost_per_second', input, METERS.audioSecondsIn);
      else add('output_cost_per_second', output, METERS.audioSecondsIn);
      return;
    }
    case 'audio_speech':
      // Beside a rate of audio tokens it is an estimate of the same.
      if (row.output_cost_per_audio_token === undefined) {
        add('output_cost_per_second', output, METERS.audioSecondsOut);
      }
      return;
    case 'video_generation':
      add('output_cost_per_second', output, METERS.videoSecondsOut);
      for (const [word, amount] of Object.entries(row)) {
        const resolution = /^output_cost_per_second_(\d{3,4}p|\dk)$/.exec(word)?.[1];
        if (resolution === undefined) continue;
        add(word, amount, { ...METERS.videoSecondsOut, attributes: { resolution } });
      }
      return;
  }
};

const addImages = (
  rows: PriceRows,
  row: JsonObject,
  name: LitellmName,
  conditions: PriceConditions,
): void => {
  const makesImages = row.mode === 'image_generation' || row.mode === 'image_edit';
  const perImage = row.input_cost_per_image;
  if (perImage !== undefined) {
    const meter = withAttributes(makesImages ? METERS.images : METERS.imagesIn, name);
    rows.add({ word: 'input_cost_per_image', amount: perImage, meter, of: 1, conditions });
  }
  // The rate per pixel of a size is computed from the price of one image: where that is stated, it is enough.
  if (!makesImages || perImage !== undefined || row.output_cost_per_image !== undefined) return;
  const meter = withAttributes(METERS.pixels, name);
  rows.add({ word: 'input_cost_per_pixel', amount: row.input_cost_per_pixel, meter, of: 1, conditions });
  rows.add({ word: 'output_cost_per_pixel', amount: row.output_cost_per_pixel, meter, of: 1, conditions });
};

const addSearches = (rows: PriceRows, row: JsonObject, conditions: PriceConditions): void => {
  const bySize = Object.entries(objectAt(row, 'search_context_cost_per_query') ?? {}).flatMap(
    ([key, amount]) => {
      const size = /^search_context_size_(low|medium|high)$/.exec(key)?.[1];
      return size === undefined ? [] : [{ size, amount }];
    },
  );
  const isFlat = bySize.length > 1 && bySize.every(({ amount }) => amount === bySize[0]?.amount);
  for (const { size, amount } of bySize) {
    const attributes = { tool: 'web_search', ...(isFlat ? {} : { search_context_size: size }) };
    rows.add({
      word: `search_context_size_${size}`,
      amount,
      meter: { ...METERS.toolCalls, attributes },
      of: 1,
      conditions,
    });
  }
};

/** Surcharge for processing in a region: the plain rates times it. */
const addUplifts = (rows: PriceRows, row: JsonObject): void => {
  for (const region of ['eu', 'us']) {
    const factor = decimalIn(row[`regional_processing_uplift_multiplier_${region}`]);
    if (factor === undefined || factor.lte(1) || factor.gt(10)) continue;
    for (const plain of [...rows.rows]) {
      if (plain.meter.family !== 'TOKENS' || plain.conditions.region !== undefined) continue;
      rows.add({
        word: `regional_processing_uplift_multiplier_${region}`,
        amount: new Decimal(plain.amount).times(factor).toFixed(),
        meter: plain.meter,
        of: plain.per,
        serviceTier: plain.serviceTier,
        conditions: { ...plain.conditions, region },
      });
    }
  }
};

/** Adds all that one entry states. `providerId` is ours. */
export const addLitellmPrices = (
  rows: PriceRows,
  row: JsonObject,
  name: LitellmName,
  providerId: string,
): void => {
  const place: PriceConditions = name.region === undefined ? {} : { region: name.region };
  if (name.commitment !== undefined) {
    rows.add({
      word: 'input_cost_per_second',
      amount: row.input_cost_per_second,
      meter: { ...METERS.capacitySeconds, attributes: { commitment: name.commitment } },
      of: 1,
      conditions: place,
      billing: 'COMMITMENT',
    });
    return;
  }
  // Databricks sells units of its own; the dollars beside them are "for reference".
  if (Object.keys(row).some((key) => key.includes('_dbu_cost_'))) return;
  const thinking = providerId === 'dashscope';
  if (Array.isArray(row.tiered_pricing) && row.tiered_pricing.some(isJsonObject)) {
    addTieredRates(rows, row, place, thinking);
  } else {
    addFlatRates(rows, row, place, thinking);
  }
  const outputs = row.supported_output_modalities;
  const drawsNothing = Array.isArray(outputs) && outputs.length > 0 && !outputs.includes('image');
  for (const [field, { meter, of }] of Object.entries(UNITS)) {
    // A rate of image tokens that is left over from another entry.
    if (meter === METERS.images && drawsNothing) continue;
    rows.add({ word: field, amount: row[field], meter: withAttributes(meter, name), of, conditions: place });
  }
  addSeconds(rows, row, name, place);
  addImages(rows, row, name, place);
  addSearches(rows, row, place);
  if (name.region === undefined) addUplifts(rows, row);
};
