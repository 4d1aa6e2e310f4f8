import { METERS } from '../../domain/meters.ts';
import type { Capability } from '../../domain/model.ts';
import { Decimal } from '../../domain/money.ts';
import type { Meter } from '../../domain/price.ts';
import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceFacts,
  type SourcePrice,
  type SourceProblem,
} from '../../ports/catalogue-source.ts';
import { createPriceRows, decimalIn, type PriceRows } from '../../price-lists/price-rows.ts';
import { cutoffIn, momentIn, nameIn, sizeIn } from '../../price-lists/read-values.ts';
import {
  dataRows,
  type JsonMembers,
  listOf,
  membersOf,
  modalitiesOf,
  type RowReading,
  readRows,
  splitId,
  withCaching,
} from './live-payload.ts';

const PROVIDER = 'openrouter';

const WEB_SEARCH: Meter = { ...METERS.toolCalls, attributes: { tool: 'web_search' } };

/** Rates for one unit of each: a token, a call. 0 is what the list writes for what is not charged apart. */
const RATES: readonly { readonly name: string; readonly meter: Meter }[] = [
  { name: 'prompt', meter: METERS.input },
  { name: 'completion', meter: METERS.output },
  { name: 'input_cache_read', meter: METERS.cacheRead },
  { name: 'input_cache_write', meter: METERS.cacheWrite5m },
  { name: 'input_cache_write_1h', meter: METERS.cacheWrite1h },
  { name: 'internal_reasoning', meter: METERS.reasoning },
  { name: 'audio', meter: METERS.audioInput },
  { name: 'input_audio_cache', meter: METERS.audioCacheRead },
  { name: 'audio_output', meter: METERS.audioOutput },
  { name: 'image_output', meter: METERS.imageOutput },
  { name: 'web_search', meter: WEB_SEARCH },
  { name: 'request', meter: METERS.requests },
];

/**
 * `image` is a rate for each image in some rows and for each token of one in others. No token costs as much as the
 * cheapest image: $100 for 1,000,000.
 */
const LEAST_FOR_AN_IMAGE = new Decimal('0.0001');

const imageMeterOf = (image: unknown): Meter =>
  decimalIn(image)?.gte(LEAST_FOR_AN_IMAGE) ? METERS.imagesIn : METERS.imageInput;

type Tier = { readonly from: number; readonly rates: JsonMembers };

/** Rates of long prompts, the shortest first. */
const tiersOf = (overrides: unknown): readonly Tier[] =>
  listOf(overrides)
    .flatMap((each) => {
      const rates = membersOf(each);
      const from = sizeIn(rates?.min_prompt_tokens);
      return rates === undefined || from === undefined ? [] : [{ from, rates }];
    })
    .toSorted((one, other) => one.from - other.from);

/** Each rate holds from its own size of prompt to the next at which another is stated. */
const addRates = (prices: PriceRows, pricing: JsonMembers): void => {
  const tiers = tiersOf(pricing.overrides);
  for (const { name, meter } of [...RATES, { name: 'image', meter: imageMeterOf(pricing.image) }]) {
    const steps = [{ from: 0, rates: pricing }, ...tiers].filter(
      ({ rates }) => rates[name] !== undefined && rates[name] !== null,
    );
    for (const [index, { from, rates }] of steps.entries()) {
      const to = steps[index + 1]?.from;
      if (to === from) continue;
      const promptTokens = to === undefined ? { from } : { from, to };
      prices.add({
        word: from === 0 ? `pricing.${name}` : `pricing.overrides.${name} from ${from} tokens`,
        amount: rates[name],
        meter,
        of: 1,
        conditions: steps.length === 1 && from === 0 ? {} : { promptTokens },
      });
    }
  }
};

const CAPABILITY_OF: ReadonlyMap<string, Capability> = new Map([
  ['tools', 'TOOLS'],
  ['structured_outputs', 'STRUCTURED_OUTPUT'],
  ['reasoning', 'REASONING'],
  ['web_search_options', 'WEB_SEARCH'],
]);

const factsOf = (row: JsonMembers, prices: readonly SourcePrice[]): SourceFacts => {
  const architecture = membersOf(row.architecture);
  const top = membersOf(row.top_provider);
  const contextWindow = sizeIn(top?.context_length) ?? sizeIn(row.context_length);
  const maxOutputTokens = sizeIn(top?.max_completion_tokens);
  const parameters = listOf(row.supported_parameters);
  const stated = parameters.flatMap((each) =>
    typeof each === 'string' ? (CAPABILITY_OF.get(each) ?? []) : [],
  );
  const inputModalities = modalitiesOf(architecture?.input_modalities);
  const outputModalities = modalitiesOf(architecture?.output_modalities);
  const completes = outputModalities?.includes('TEXT') ?? false;
  const cutoff = cutoffIn(row.knowledge_cutoff);
  const retiresAt = momentIn(row.expiration_date);
  return {
    limits: {
      ...(contextWindow !== undefined && { contextWindow }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    },
    capabilities: withCaching(
      [
        ...(completes ? (['COMPLETION'] as const) : []),
        ...(outputModalities?.includes('IMAGE') ? (['IMAGE_GENERATION'] as const) : []),
        ...stated,
      ],
      prices,
    ),
    lacks: parameters.length > 0 && !parameters.includes('tools') ? ['TOOLS'] : [],
    ...(inputModalities !== undefined && { inputModalities }),
    ...(outputModalities !== undefined && { outputModalities }),
    ...(cutoff !== undefined && { knowledgeCutoff: cutoff }),
    ...(retiresAt !== undefined && { retiresAt }),
  };
};

const readModel = (id: string, row: JsonMembers): RowReading => {
  const problems: SourceProblem[] = [];
  const prices = createPriceRows(`${PROVIDER}/${id}`, problems);
  const pricing = membersOf(row.pricing);
  if (pricing !== undefined) addRates(prices, pricing);
  const name = nameIn(row.name);
  const huggingFaceId = nameIn(row.hugging_face_id);
  /** An id that begins with ~ points to whatever is newest; the list says to what. */
  const target = id.startsWith('~') ? nameIn(membersOf(row.alias_target)?.slug) : id;
  return {
    offerings: [
      {
        providerId: PROVIDER,
        providerModelId: id,
        ...(name !== undefined && { name }),
        identity: {
          ...(huggingFaceId !== undefined && { huggingFaceId }),
          ...(target !== undefined && splitId(target)),
        },
        facts: factsOf(row, prices.rows),
        ...(prices.rows.length === 0 && id.endsWith(':free') && { billing: 'FREE' as const }),
        prices: prices.rows,
        performance: [],
        sourceUrl: `https://openrouter.ai/${id}`,
      },
    ],
    problems,
  };
};

/** What OpenRouter charges. Its terms do not allow to pass the list on: each operator reads it for themselves. */
export const openrouter: CatalogueSource = {
  id: 'openrouter',
  name: 'OpenRouter',
  pageUrl: 'https://openrouter.ai/models',
  baseUrl: 'https://openrouter.ai',
  requests: [{ name: 'models', path: '/api/v1/models' }],
  terms: "OpenRouter's terms: for the operator's own use with their own key, not to be passed on.",
  key: { required: true, variable: 'OPENROUTER_API_KEY' },
  byDefault: false,
  storable: true,
  parse(bodies) {
    return { ...EMPTY_READING, ...readRows(dataRows(bodies, 'models'), PROVIDER, 'id', readModel) };
  },
};
