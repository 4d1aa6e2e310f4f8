import type { ServiceTier } from '../../domain/completion-request.ts';
import { METERS } from '../../domain/meters.ts';
import type { Capability } from '../../domain/model.ts';
import { Decimal } from '../../domain/money.ts';
import type { Meter, MeterAttributes, PriceConditions } from '../../domain/price.ts';
import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceFacts,
  type SourcePrice,
  type SourceProblem,
} from '../../ports/catalogue-source.ts';
import { createPriceRows, decimalIn, type PriceRows } from '../../price-lists/price-rows.ts';
import { cutoffIn, nameIn, sizeIn } from '../../price-lists/read-values.ts';
import {
  dataRows,
  epochOf,
  type JsonMembers,
  listOf,
  membersOf,
  modalitiesOf,
  type RowReading,
  readRows,
  splitId,
  withCaching,
} from './live-payload.ts';

const PROVIDER = 'vercel';

const TOKEN_RATES: readonly { readonly name: string; readonly meter: Meter }[] = [
  { name: 'input', meter: METERS.input },
  { name: 'output', meter: METERS.output },
  { name: 'input_cache_read', meter: METERS.cacheRead },
  { name: 'input_cache_write', meter: METERS.cacheWrite5m },
];

/** Rates for one unit each. */
const UNIT_RATES: readonly { readonly name: string; readonly meter: Meter }[] = [
  { name: 'audio_input_token_cost', meter: METERS.audioInput },
  { name: 'audio_output_token_cost', meter: METERS.audioOutput },
  { name: 'image', meter: METERS.images },
  { name: 'speech_input_character_cost', meter: METERS.charactersIn },
  { name: 'transcription_duration_cost_per_second', meter: METERS.audioSecondsIn },
];

const SERVICE_TIER_OF: ReadonlyMap<string, ServiceTier> = new Map([
  ['batch', 'BATCH'],
  ['flex', 'FLEX'],
  ['priority', 'PRIORITY'],
  ['fast', 'FAST'],
]);

type Terms = { readonly serviceTier?: ServiceTier; readonly conditions?: PriceConditions };

/** The rates by size of prompt where there are such, else the one rate. `min` is inclusive, `max` exclusive. */
const addTokenRates = (prices: PriceRows, pricing: JsonMembers, at: string, terms: Terms): void => {
  for (const { name, meter } of TOKEN_RATES) {
    const tiers: readonly JsonMembers[] = listOf(pricing[`${name}_tiers`]).flatMap((each) => {
      const tier = membersOf(each);
      return tier === undefined ? [] : [tier];
    });
    if (tiers.length <= 1)
      prices.add({
        word: `${at}.${name}`,
        amount: tiers[0]?.cost ?? pricing[name],
        meter,
        of: 1,
        ...terms,
      });
    else {
      let end = 0;
      for (const [index, tier] of tiers.entries()) {
        // Some tiers overlap the one before by a token: that one's end is where the next begins.
        const from = Math.max(end, sizeIn(tier.min) ?? 0);
        const to = sizeIn(tier.max);
        end = to ?? end;
        prices.add({
          word: `${at}.${name}_tiers[${index}]`,
          amount: tier.cost,
          meter,
          of: 1,
          ...terms,
          conditions: { ...terms.conditions, promptTokens: to === undefined ? { from } : { from, to } },
        });
      }
    }
  }
};

const addServiceTiers = (prices: PriceRows, pricing: JsonMembers): void => {
  const tiers = {
    ...membersOf(pricing.service_tiers),
    ...(pricing.fast !== undefined && { fast: pricing.fast }),
  };
  for (const [name, each] of Object.entries(tiers)) {
    const serviceTier = SERVICE_TIER_OF.get(name);
    const rates = membersOf(each);
    if (serviceTier === undefined || rates === undefined) continue;
    const long = membersOf(rates.long_context);
    const from = sizeIn(long?.threshold);
    const at = `pricing.${name}`;
    if (long === undefined || from === undefined) addTokenRates(prices, rates, at, { serviceTier });
    else {
      addTokenRates(prices, rates, at, {
        serviceTier,
        conditions: { promptTokens: { from: 0, to: from + 1 } },
      });
      addTokenRates(prices, long, `${at}.long_context`, {
        serviceTier,
        conditions: { promptTokens: { from: from + 1 } },
      });
    }
  }
};

/** The named ones of a row's members, as attributes of a meter. */
const attributesOf = (row: JsonMembers, names: readonly string[]): MeterAttributes =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = nameIn(row[name]);
      return value === undefined ? [] : [[name, value.toLowerCase()]];
    }),
  );

const addMediaRates = (prices: PriceRows, pricing: JsonMembers): void => {
  for (const each of listOf(pricing.image_dimension_quality_pricing)) {
    const row = membersOf(each) ?? {};
    const attributes = attributesOf(row, ['size', 'quality', 'style', 'operation']);
    const meter = { ...METERS.images, attributes };
    prices.add({ word: 'pricing.image_dimension_quality_pricing', amount: row.cost, meter, of: 1 });
  }
  for (const each of listOf(pricing.video_duration_pricing)) {
    const row = membersOf(each) ?? {};
    const audio = typeof row.audio === 'boolean' ? { audio: String(row.audio) } : {};
    const meter = {
      ...METERS.videoSecondsOut,
      attributes: { ...attributesOf(row, ['resolution', 'mode']), ...audio },
    };
    prices.add({ word: 'pricing.video_duration_pricing', amount: row.cost_per_second, meter, of: 1 });
  }
};

/** Searches are stated for 1,000 by some rows and for one by others; one costs less than a dollar, 1,000 more. */
const addSearches = (prices: PriceRows, stated: unknown): void => {
  const meter = { ...METERS.toolCalls, attributes: { tool: 'web_search' } };
  const of = decimalIn(stated)?.gte(new Decimal(1)) ? 1000 : 1;
  prices.add({ word: 'pricing.web_search', amount: stated, meter, of });
};

const CAPABILITY_OF_TYPE: ReadonlyMap<string, Capability> = new Map([
  ['language', 'COMPLETION'],
  ['embedding', 'EMBEDDING'],
  ['image', 'IMAGE_GENERATION'],
  ['video', 'VIDEO_GENERATION'],
  ['speech', 'SPEECH'],
  ['transcription', 'TRANSCRIPTION'],
  ['reranking', 'RERANK'],
]);
const CAPABILITY_OF_TAG: ReadonlyMap<string, Capability> = new Map([
  ['tool-use', 'TOOLS'],
  ['reasoning', 'REASONING'],
  ['image-generation', 'IMAGE_GENERATION'],
  ['web-search', 'WEB_SEARCH'],
]);

const wordsIn = (map: ReadonlyMap<string, Capability>, words: readonly unknown[]): readonly Capability[] =>
  words.flatMap((word) => (typeof word === 'string' ? (map.get(word) ?? []) : []));

const factsOf = (row: JsonMembers, prices: PriceRows): SourceFacts => {
  const contextWindow = sizeIn(row.context_window);
  const maxOutputTokens = sizeIn(row.max_tokens);
  const modalities = membersOf(row.modalities);
  const inputModalities = modalitiesOf(modalities?.input);
  const outputModalities = modalitiesOf(modalities?.output);
  const releaseDate = epochOf(row.released);
  const retiresAt = epochOf(row.deprecated_at);
  const knowledgeCutoff = cutoffIn(row.knowledge);
  const stated = [
    ...wordsIn(CAPABILITY_OF_TYPE, [row.type]),
    ...wordsIn(CAPABILITY_OF_TAG, listOf(row.tags)),
  ];
  return {
    limits: {
      ...(contextWindow !== undefined && { contextWindow }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    },
    capabilities: [...new Set(withCaching(stated, prices.rows))],
    ...(inputModalities !== undefined && { inputModalities }),
    ...(outputModalities !== undefined && { outputModalities }),
    ...(releaseDate !== undefined && { releaseDate }),
    ...(retiresAt !== undefined && { retiresAt }),
    ...(knowledgeCutoff !== undefined && { knowledgeCutoff }),
  };
};

const readModel = (id: string, row: JsonMembers): RowReading => {
  const problems: SourceProblem[] = [];
  const prices = createPriceRows(`${PROVIDER}/${id}`, problems);
  const pricing = membersOf(row.pricing);
  if (pricing !== undefined) {
    addTokenRates(prices, pricing, 'pricing', {});
    addServiceTiers(prices, pricing);
    for (const [region, each] of Object.entries(membersOf(pricing.regional) ?? {})) {
      const rates = membersOf(each);
      if (rates === undefined || nameIn(region) === undefined) continue;
      const at = `pricing.regional.${region}`;
      addTokenRates(prices, rates, at, { conditions: { region } });
      const fast = membersOf(rates.fast);
      if (fast !== undefined)
        addTokenRates(prices, fast, `${at}.fast`, { serviceTier: 'FAST', conditions: { region } });
    }
    for (const { name, meter } of UNIT_RATES)
      prices.add({ word: `pricing.${name}`, amount: pricing[name], meter, of: 1 });
    addMediaRates(prices, pricing);
    addSearches(prices, pricing.web_search);
  }
  const name = nameIn(row.name);
  return {
    offerings: [
      {
        providerId: PROVIDER,
        providerModelId: id,
        ...(name !== undefined && { name }),
        identity: splitId(id),
        facts: factsOf(row, prices),
        prices: id.endsWith('-batch') ? inBatches(prices.rows) : prices.rows,
        performance: [],
        sourceUrl: `https://vercel.com/ai-gateway/models/${splitId(id).name}`,
      },
    ],
    problems,
  };
};

/** Rates of batches are listed under names of their own, e.g. `openai/gpt-4o-mini-batch`. */
const inBatches = (rows: readonly SourcePrice[]): readonly SourcePrice[] =>
  rows.map((row) => (row.serviceTier === 'STANDARD' ? { ...row, serviceTier: 'BATCH' } : row));

/** What Vercel's gateway charges for each model. */
export const vercelGateway: CatalogueSource = {
  id: 'vercel-gateway',
  name: 'Vercel AI Gateway',
  pageUrl: 'https://vercel.com/ai-gateway/models',
  baseUrl: 'https://ai-gateway.vercel.sh',
  requests: [{ name: 'models', path: '/v1/models' }],
  terms: 'Public API of Vercel; see vercel.com/legal/terms.',
  byDefault: true,
  storable: true,
  parse(bodies) {
    return { ...EMPTY_READING, ...readRows(dataRows(bodies, 'models'), PROVIDER, 'id', readModel) };
  },
};
