import type { ServiceTier } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { METERS } from '../../domain/meters.ts';
import type { Meter, PriceConditions } from '../../domain/price.ts';
import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceOffering,
  type SourceProblem,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { createPriceRows, decimalIn, type PriceRows, promptOver } from '../../price-lists/price-rows.ts';
import { MAX_OFFERINGS, nameIn, subjectOf } from '../../price-lists/read-values.ts';
import { objectAt } from '../../wire/json-reading.ts';
import { jsonObjectBody } from './row-reading.ts';

/** The files that are read, by the source's word for the provider; and our id of it. */
const PROVIDERS: { readonly [word: string]: string } = {
  anthropic: 'anthropic',
  'azure-openai': 'azure',
  bedrock: 'bedrock',
  cerebras: 'cerebras',
  cohere: 'cohere',
  dashscope: 'dashscope',
  deepgram: 'deepgram',
  deepinfra: 'deepinfra',
  deepseek: 'deepseek',
  elevenlabs: 'elevenlabs',
  'fireworks-ai': 'fireworks',
  google: 'google',
  groq: 'groq',
  jina: 'jina',
  'mistral-ai': 'mistral',
  moonshot: 'moonshot',
  nebius: 'nebius',
  'novita-ai': 'novita',
  openai: 'openai',
  'together-ai': 'together',
  'vertex-ai': 'vertex',
  voyage: 'voyage',
  'workers-ai': 'cloudflare',
  'x-ai': 'xai',
  'z-ai': 'zai',
  zhipu: 'zhipu',
};

/** Files that come and go in the repository: nothing is missing while they are not there. */
const OPTIONAL: ReadonlySet<string> = new Set(['elevenlabs', 'voyage', 'z-ai']);

const MODES: { readonly [word: string]: ServiceTier } = {
  standard: 'STANDARD',
  batch: 'BATCH',
  flex: 'FLEX',
  priority: 'PRIORITY',
  fast: 'FAST',
};

/** Amounts are US cents for one unit. */
const CENTS = '0.01';

const TOKENS: { readonly [key: string]: Meter } = {
  request_token: METERS.input,
  response_token: METERS.output,
  cache_read_input_token: METERS.cacheRead,
  cache_write_input_token: METERS.cacheWrite5m,
  request_audio_token: METERS.audioInput,
  response_audio_token: METERS.audioOutput,
};

const tool = (name: string): Meter => ({ ...METERS.toolCalls, attributes: { tool: name } });
const UNITS: { readonly [key: string]: Meter } = {
  cache_write_1h: METERS.cacheWrite1h,
  image_token: METERS.imageOutput,
  request_audio_token: METERS.audioInput,
  response_audio_token: METERS.audioOutput,
  web_search: tool('web_search'),
  file_search: tool('file_search'),
  search: tool('google_search'),
  enterprise_web_search: tool('enterprise_web_search'),
  maps: tool('google_maps'),
};

type Where = { readonly serviceTier: ServiceTier; readonly conditions: PriceConditions };

type Reading = {
  readonly rows: PriceRows;
  readonly subject: string;
  readonly problems: SourceProblem[];
};

const priceIn = (value: unknown): unknown => (isJsonObject(value) ? value.price : undefined);

const addImages = (rows: PriceRows, table: JsonObject, where: Where): void => {
  for (const [quality, sizes] of Object.entries(table)) {
    if (!isJsonObject(sizes)) continue;
    for (const [size, value] of Object.entries(sizes)) {
      const attributes = {
        ...(quality === 'default' ? {} : { quality: quality.toLowerCase().slice(0, 64) }),
        ...(size === 'default' ? {} : { size: size.toLowerCase().slice(0, 64) }),
      };
      const meter = { ...METERS.images, ...(Object.keys(attributes).length === 0 ? {} : { attributes }) };
      rows.add({
        word: `image.${quality}.${size}`,
        amount: priceIn(value),
        meter,
        of: 1,
        share: CENTS,
        ...where,
      });
    }
  }
};

const addUnits = (reading: Reading, units: JsonObject, where: Where): void => {
  for (const [key, value] of Object.entries(units)) {
    const meter = UNITS[key];
    const word = `additional_units.${key}`;
    const video = /^video_duration_seconds_(\d{2,5})_(\d{2,5})$/.exec(key);
    if (meter !== undefined) {
      reading.rows.add({ word, amount: priceIn(value), meter, of: 1, share: CENTS, ...where });
    } else if (video !== null) {
      const attributes = { size: `${video[1]}x${video[2]}` };
      const seconds = { ...METERS.videoSecondsOut, attributes };
      reading.rows.add({ word, amount: priceIn(value), meter: seconds, of: 1, share: CENTS, ...where });
    }
  }
};

const addRates = (reading: Reading, rates: JsonObject, where: Where): void => {
  // Minutes of sound stand in every token key of Whisper, whose price is 0.6 cents a minute.
  const minute = decimalIn(priceIn(rates.request_audio_token));
  if (/\/whisper-1$/.test(reading.subject) && minute?.eq('0.6')) {
    reading.rows.add({
      word: 'minute',
      amount: '0.6',
      meter: METERS.audioSecondsIn,
      of: 60,
      share: CENTS,
      ...where,
    });
    return;
  }
  for (const [key, meter] of Object.entries(TOKENS)) {
    // Rerankers that are sold by the query state its price as that of a token.
    if (/rerank/.test(reading.subject) && decimalIn(priceIn(rates[key]))?.gte('0.01')) {
      const amount = priceIn(rates[key]);
      reading.rows.add({ word: key, amount, meter: METERS.requests, of: 1, share: CENTS, ...where });
      continue;
    }
    reading.rows.add({ word: key, amount: priceIn(rates[key]), meter, of: 1, share: CENTS, ...where });
  }
  const image = objectAt(rates, 'image');
  if (image !== undefined) addImages(reading.rows, image, where);
  addUnits(reading, objectAt(rates, 'additional_units') ?? {}, where);
};

const addConfig = (reading: Reading, config: JsonObject | undefined, where: Where): void => {
  const payAsYouGo = objectAt(config, 'pay_as_you_go');
  if (payAsYouGo !== undefined) addRates(reading, payAsYouGo, where);
  const batch = objectAt(config, 'batch_config');
  if (batch !== undefined) addRates(reading, batch, { ...where, serviceTier: 'BATCH' });
};

/** `lte-200k`: prompts of at most 200,000 tokens; `gt-200k`: of more. The bound is in the map, else in the name. */
const tierOf = (name: string): PriceConditions | undefined => {
  const found = /^(lte|gt)-(\d{1,4})k$/.exec(name);
  if (found === null) return undefined;
  const bound = Number(found[2]) * 1000;
  return found[1] === 'lte' ? promptOver(0, bound) : promptOver(bound);
};

const addMode = (reading: Reading, mode: JsonObject, where: Where): void => {
  addConfig(reading, objectAt(mode, 'pricing_config'), where);
  for (const [name, tier] of Object.entries(objectAt(mode, 'context_tiers') ?? {})) {
    const range = tierOf(name);
    if (range === undefined || !isJsonObject(tier)) {
      const detail = `The context tier ${nameIn(name) ?? '?'} cannot be read.`;
      reading.problems.push({ subject: reading.subject, reason: 'MALFORMED', detail });
      continue;
    }
    const conditions = { ...where.conditions, ...range };
    addConfig(reading, objectAt(tier, 'pricing_config'), { ...where, conditions });
  }
};

/** A list of regions is one key, separated by commas; `default` is wherever nothing else is said. */
const addCustom = (reading: Reading, custom: JsonObject): boolean => {
  const regions = Object.entries(objectAt(custom, 'regions') ?? {}).slice(0, 200);
  let hasDefault = false;
  for (const [list, region] of regions) {
    const modes = isJsonObject(region) ? objectAt(region, 'execution_modes') : undefined;
    for (const name of list.split(',').slice(0, 100)) {
      const word = nameIn(name)?.toLowerCase();
      if (word === undefined || modes === undefined) continue;
      if (word === 'default') hasDefault = true;
      for (const [modeName, mode] of Object.entries(modes)) {
        const serviceTier = MODES[modeName];
        if (serviceTier === undefined || !isJsonObject(mode)) continue;
        addMode(reading, mode, { serviceTier, conditions: word === 'default' ? {} : { region: word } });
      }
    }
  }
  return hasDefault;
};

/** Fireworks' own names stand behind its account. */
const apiName = (word: string, id: string): string => {
  if (word !== 'fireworks-ai') return id;
  const name = id.replace(/^fireworks-ai\//, '');
  return name.includes('/') ? name : `accounts/fireworks/models/${name}`;
};

const offeringOf = (word: string, id: string, row: JsonObject, problems: SourceProblem[]): SourceOffering => {
  const subject = subjectOf(word, id);
  const reading: Reading = { rows: createPriceRows(subject, problems), subject, problems };
  const custom = objectAt(row, 'custom_pricing');
  // Where it is told by region, tier and size of prompt, the plain list is the same in short.
  if (custom === undefined || !addCustom(reading, custom)) {
    addConfig(reading, objectAt(row, 'pricing_config'), { serviceTier: 'STANDARD', conditions: {} });
  }
  return {
    providerId: PROVIDERS[word] ?? word,
    providerModelId: apiName(word, id),
    identity: { name: id },
    facts: {},
    prices: reading.rows.rows,
    performance: [],
    sourceUrl: `https://configs.portkey.ai/pricing/${word}.json`,
  };
};

/** Portkey's pricing files: regions, service tiers, sizes of prompts and tables of images; in US cents per token. */
export const portkey: CatalogueSource = {
  id: 'portkey',
  name: 'Portkey pricing',
  pageUrl: 'https://github.com/Portkey-AI/models',
  baseUrl: 'https://configs.portkey.ai',
  requests: Object.keys(PROVIDERS).map((name) => ({
    name,
    path: `/pricing/${name}.json`,
    ...(OPTIONAL.has(name) && { optional: true }),
  })),
  terms: 'MIT',
  byDefault: true,
  storable: true,
  parse: (bodies) => {
    const problems: SourceProblem[] = [];
    const offerings: SourceOffering[] = [];
    for (const word of Object.keys(PROVIDERS)) {
      if (bodies[word] === undefined) continue;
      for (const [key, row] of Object.entries(jsonObjectBody(bodies, word))) {
        // `default` is what is taken for models that the file does not know: zeroes.
        if (key === 'default') continue;
        if (offerings.length >= MAX_OFFERINGS) break;
        const id = nameIn(key);
        if (id !== undefined && isJsonObject(row)) offerings.push(offeringOf(word, id, row, problems));
        else
          problems.push({ subject: subjectOf(word, key), reason: 'MALFORMED', detail: 'It is not a model.' });
      }
    }
    if (offerings.length === 0) throw new SourceUnreadable('No answer has a model that can be read.');
    return { ...EMPTY_READING, offerings, problems };
  },
};
