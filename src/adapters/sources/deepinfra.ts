import { METERS } from '../../domain/meters.ts';
import type { Capability } from '../../domain/model.ts';
import { type CatalogueSource, EMPTY_READING, type SourceProblem } from '../../ports/catalogue-source.ts';
import { createPriceRows, decimalIn, type PriceRows } from '../../price-lists/price-rows.ts';
import { sizeIn } from '../../price-lists/read-values.ts';
import {
  epochOf,
  type JsonMembers,
  listOf,
  membersOf,
  type RowReading,
  readRows,
  rowsOf,
  splitId,
  withCaching,
} from './live-payload.ts';
import { jsonBody } from './row-reading.ts';

const PROVIDER = 'deepinfra';
/** The list states cents. */
const CENT = '0.01';

const CAPABILITY_OF_TYPE: ReadonlyMap<unknown, Capability> = new Map([
  ['text-generation', 'COMPLETION'],
  ['embeddings', 'EMBEDDING'],
  ['reranker', 'RERANK'],
  ['text-to-image', 'IMAGE_GENERATION'],
  ['text-to-video', 'VIDEO_GENERATION'],
  ['text-to-speech', 'SPEECH'],
  ['automatic-speech-recognition', 'TRANSCRIPTION'],
]);

/** Rates that are known by their unit; of other ways to charge none is taken. A cached token costs a share of others. */
const addRates = (prices: PriceRows, pricing: JsonMembers): void => {
  if (pricing.type !== undefined && pricing.type !== 'tokens') return;
  const add = (
    name: string,
    amount: unknown,
    meter: (typeof METERS)['input' | 'output' | 'cacheRead'],
  ): void => prices.add({ word: `pricing.${name}`, amount, meter, of: 1, share: CENT });
  const input = pricing.cents_per_input_token;
  add('cents_per_input_token', input, METERS.input);
  add('cents_per_output_token', pricing.cents_per_output_token, METERS.output);
  const share = decimalIn(pricing.rate_per_input_token_cached);
  const cached = share === undefined ? undefined : decimalIn(input)?.times(share);
  if (share?.gt(0) && share.lte(1)) add('rate_per_input_token_cached', cached?.toFixed(), METERS.cacheRead);
};

const readModel = (id: string, row: JsonMembers): RowReading => {
  const problems: SourceProblem[] = [];
  const prices = createPriceRows(`${PROVIDER}/${id}`, problems);
  const pricing = membersOf(row.pricing);
  if (pricing !== undefined) addRates(prices, pricing);
  const contextWindow = sizeIn(row.max_tokens);
  const capability = CAPABILITY_OF_TYPE.get(row.type);
  const tags = listOf(row.tags);
  const retiresAt = epochOf(row.deprecated);
  return {
    offerings: [
      {
        providerId: PROVIDER,
        providerModelId: id,
        identity: splitId(id),
        facts: {
          limits: contextWindow === undefined ? {} : { contextWindow },
          capabilities: withCaching(
            [
              ...(capability === undefined ? [] : [capability]),
              ...(tags.includes('tools') ? (['TOOLS'] as const) : []),
              ...(tags.includes('reasoning') ? (['REASONING'] as const) : []),
            ],
            prices.rows,
          ),
          ...(retiresAt !== undefined && { retiresAt }),
        },
        prices: prices.rows,
        performance: [],
        sourceUrl: `https://deepinfra.com/${id}`,
      },
    ],
    problems,
  };
};

/** DeepInfra's own list, in cents for each token. */
export const deepinfra: CatalogueSource = {
  id: 'deepinfra',
  name: 'DeepInfra',
  pageUrl: 'https://deepinfra.com/pricing',
  baseUrl: 'https://api.deepinfra.com',
  requests: [{ name: 'models', path: '/models/list' }],
  terms: "Public API of DeepInfra; for the operator's own use.",
  byDefault: false,
  storable: true,
  parse: (bodies) => ({
    ...EMPTY_READING,
    ...readRows(rowsOf(jsonBody(bodies, 'models'), 'models'), PROVIDER, 'model_name', readModel),
  }),
};
