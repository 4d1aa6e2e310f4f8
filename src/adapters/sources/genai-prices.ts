import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { METERS } from '../../domain/meters.ts';
import type { Meter, PriceConditions } from '../../domain/price.ts';
import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceOffering,
  type SourceProblem,
  type SourceProvider,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { objectsAt } from '../../wire/json-reading.ts';
import { createPriceRows, type PriceRows, promptOver } from './price-rows.ts';
import {
  dayIn,
  jsonBody,
  MAX_OFFERINGS,
  momentIn,
  nameIn,
  sizeIn,
  subjectOf,
  textIn,
  urlIn,
} from './row-reading.ts';

/** The list's providers whose word is not ours. */
const PROVIDERS: { readonly [word: string]: string } = {
  aws: 'bedrock',
  'x-ai': 'xai',
  moonshotai: 'moonshot',
  zhipuai: 'zhipu',
  voyageai: 'voyage',
};

/** Providers whose list is of their own models: the lab is known. */
const LABS: { readonly [word: string]: string } = {
  anthropic: 'anthropic',
  arcee: 'arcee-ai',
  cohere: 'cohere',
  deepseek: 'deepseek',
  google: 'google',
  minimax: 'minimax',
  mistral: 'mistral',
  moonshotai: 'moonshotai',
  openai: 'openai',
  perplexity: 'perplexity',
  voyageai: 'voyageai',
  'x-ai': 'xai',
  zai: 'zhipuai',
  zhipuai: 'zhipuai',
};

type Unit = { readonly meter: Meter; readonly of: number };
const million = (meter: Meter): Unit => ({ meter, of: 1_000_000 });
const thousand = (meter: Meter): Unit => ({ meter, of: 1000 });
const tool = (name: string): Meter => ({ ...METERS.toolCalls, attributes: { tool: name } });

/** The list's price keys in our words; messages have no meter and are left out. */
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
  const tiers = objectsAt(rate, 'tiers')
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

/**
 * Google bills images and audio at the plain rate where its page names no other, and its API counts them apart. And the
 * one output rate of gpt-image models is that of images: they answer in nothing else.
 */
const completed = (word: string, id: string, prices: JsonObject): JsonObject => {
  const { input_mtok: plainInput, output_mtok: plainOutput, ...others } = prices;
  if (/^gpt-image-/.test(id) && plainOutput !== undefined && others.output_image_mtok === undefined) {
    return {
      ...others,
      ...(plainInput === undefined ? {} : { input_mtok: plainInput }),
      output_image_mtok: plainOutput,
    };
  }
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

const addEntry = (rows: PriceRows, word: string, id: string, entry: Entry): void => {
  const { prices, timeWindow, ...dates } = entry;
  for (const [key, rate] of Object.entries(completed(word, id, prices))) {
    const unit = UNITS[key];
    if (unit === undefined || rate === undefined) continue;
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

/** Last day on which a comment says that the price was compared with the provider's page. */
const checkedDay = (...comments: readonly unknown[]): string | undefined => {
  for (const comment of comments) {
    if (typeof comment !== 'string') continue;
    const said = comment.slice(0, 4000).match(/\bcheck(?:ed)?\b.{0,80}?\d{4}-\d{2}-\d{2}/gi);
    const day = said
      ?.join(' ')
      .match(/\d{4}-\d{2}-\d{2}/g)
      ?.toSorted()
      .at(-1);
    if (dayIn(day) !== undefined) return momentIn(day);
  }
  return undefined;
};

/** Names that a match clause lists one by one. */
const listedNames = (match: unknown, depth = 0): readonly string[] => {
  if (!isJsonObject(match) || depth > 8) return [];
  if (Array.isArray(match.or)) return match.or.flatMap((part) => listedNames(part, depth + 1));
  const name = nameIn(match.equals);
  return name === undefined ? [] : [name];
};

const matches = (match: unknown, name: string, depth = 0): boolean => {
  if (!isJsonObject(match) || depth > 8) return false;
  if (Array.isArray(match.or)) return match.or.some((part) => matches(part, name, depth + 1));
  if (Array.isArray(match.and)) return match.and.every((part) => matches(part, name, depth + 1));
  const says = (key: string): string | undefined => nameIn(match[key])?.toLowerCase();
  const [equals, starts, ends, contains] = ['equals', 'starts_with', 'ends_with', 'contains'].map(says);
  if (equals !== undefined) return name === equals;
  if (starts !== undefined) return name.startsWith(starts);
  if (ends !== undefined) return name.endsWith(ends);
  if (contains !== undefined) return name.includes(contains);
  // Patterns of strangers are not run: an id with one is taken at its word.
  return 'regex' in match;
};

/** The id, unless its own clause says that it is only a label: then a name that it lists. */
const apiName = (word: string, id: string, match: unknown): string => {
  if (word === 'aws') return id.replace(/^regional\./, '');
  if (matches(match, id.toLowerCase())) return id;
  const listed = listedNames(match).filter((name) => !name.includes('/'));
  return listed.find((name) => name.endsWith('-latest')) ?? listed.at(-1) ?? id;
};

const offeringOf = (
  provider: JsonObject,
  word: string,
  model: JsonObject,
  problems: SourceProblem[],
): SourceOffering | undefined => {
  const id = nameIn(model.id);
  const subject = subjectOf(word, id ?? '?');
  const refuse = (detail: string): void => {
    problems.push({ subject, reason: 'MALFORMED', detail });
  };
  if (id === undefined) {
    refuse('A model has no id.');
    return undefined;
  }
  // A rate of fine-tuned models, not a model.
  if (id.startsWith('ft:') || id.endsWith('.ft-')) return undefined;
  const rows = createPriceRows(subject, problems);
  const list: readonly unknown[] = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  for (const entry of entriesOf(list.filter(isJsonObject), refuse)) addEntry(rows, word, id, entry);
  const isFree =
    rows.rows.length === 0 &&
    ((typeof model.price_comments === 'string' && model.price_comments.includes('Free of charge')) ||
      id.endsWith(':free'));
  const checkedAt = checkedDay(model.price_comments, provider.price_comments);
  const contextWindow = sizeIn(model.context_window);
  const name = textIn(model.name);
  const pricingUrls: readonly unknown[] = Array.isArray(provider.pricing_urls) ? provider.pricing_urls : [];
  const sourceUrl = urlIn(pricingUrls[0]);
  const lab = LABS[word];
  return {
    providerId: PROVIDERS[word] ?? word,
    providerModelId: apiName(word, id, model.match),
    ...(name === undefined ? {} : { name }),
    identity: { ...(lab === undefined ? {} : { lab }), name: id },
    facts: {
      ...(contextWindow === undefined ? {} : { limits: { contextWindow } }),
      ...(model.deprecated === true ? { deprecated: true } : {}),
    },
    ...(word === 'aws' && id.startsWith('global.') ? { region: 'global' } : {}),
    ...(isFree ? { billing: 'FREE' as const } : {}),
    prices: checkedAt === undefined ? rows.rows : rows.rows.map((row) => ({ ...row, checkedAt })),
    performance: [],
    ...(sourceUrl === undefined ? {} : { sourceUrl }),
  };
};

/** Pydantic's list of prices, kept by hand with dates and checked against the providers' pages; US dollars. */
export const genaiPrices: CatalogueSource = {
  id: 'genai-prices',
  name: 'Pydantic genai-prices',
  pageUrl: 'https://github.com/pydantic/genai-prices',
  baseUrl: 'https://raw.githubusercontent.com/pydantic/genai-prices/main',
  requests: [{ name: 'data', path: '/prices/data.json' }],
  terms: 'MIT',
  byDefault: true,
  storable: true,
  parse: (bodies) => {
    const list = jsonBody(bodies, 'data');
    if (!Array.isArray(list)) throw new SourceUnreadable('The answer "data" is not a list of providers.');
    const problems: SourceProblem[] = [];
    const providers: SourceProvider[] = [];
    const offerings: SourceOffering[] = [];
    for (const provider of list) {
      const word = isJsonObject(provider) ? nameIn(provider.id)?.toLowerCase() : undefined;
      if (!isJsonObject(provider) || word === undefined || !Array.isArray(provider.models)) {
        problems.push({
          subject: word ?? '?',
          reason: 'MALFORMED',
          detail: 'A provider without id or models.',
        });
        continue;
      }
      const name = textIn(provider.name);
      providers.push({ providerId: PROVIDERS[word] ?? word, ...(name === undefined ? {} : { name }) });
      for (const model of objectsAt(provider, 'models')) {
        if (offerings.length >= MAX_OFFERINGS) break;
        const offering = offeringOf(provider, word, model, problems);
        if (offering !== undefined) offerings.push(offering);
      }
    }
    if (offerings.length === 0)
      throw new SourceUnreadable('The answer "data" has no model that can be read.');
    return { ...EMPTY_READING, providers, offerings, problems };
  },
};
