import { METERS } from '../../domain/meters.ts';
import type { Capability } from '../../domain/model.ts';
import { type CatalogueSource, EMPTY_READING, type SourceProblem } from '../../ports/catalogue-source.ts';
import { createPriceRows } from '../../price-lists/price-rows.ts';
import { nameIn, sizeIn } from '../../price-lists/read-values.ts';
import { type JsonMembers, membersOf, type RowReading, readRows, rowsOf, splitId } from './live-payload.ts';
import { jsonBody } from './row-reading.ts';

const PROVIDER = 'together';

const CAPABILITY_OF_TYPE: ReadonlyMap<unknown, Capability> = new Map([
  ['chat', 'COMPLETION'],
  ['language', 'COMPLETION'],
  ['code', 'COMPLETION'],
  ['embedding', 'EMBEDDING'],
  ['rerank', 'RERANK'],
  ['moderation', 'MODERATION'],
  ['image', 'IMAGE_GENERATION'],
  ['video', 'VIDEO_GENERATION'],
  ['transcribe', 'TRANSCRIPTION'],
]);

/** Only what is billed by text tokens has its price in this list. */
const BILLED_BY_TOKEN: ReadonlySet<unknown> = new Set([
  'chat',
  'language',
  'code',
  'embedding',
  'rerank',
  'moderation',
]);

const readModel = (id: string, row: JsonMembers): RowReading => {
  const problems: SourceProblem[] = [];
  const prices = createPriceRows(`${PROVIDER}/${id}`, problems);
  const pricing = membersOf(row.pricing);
  if (BILLED_BY_TOKEN.has(row.type)) {
    const of = 1_000_000;
    prices.add({ word: 'pricing.input', amount: pricing?.input, meter: METERS.input, of });
    prices.add({ word: 'pricing.output', amount: pricing?.output, meter: METERS.output, of });
    prices.add({ word: 'pricing.cached_input', amount: pricing?.cached_input, meter: METERS.cacheRead, of });
  }
  const name = nameIn(row.display_name);
  const contextWindow = sizeIn(row.context_length);
  const capability = CAPABILITY_OF_TYPE.get(row.type);
  return {
    offerings: [
      {
        providerId: PROVIDER,
        providerModelId: id,
        ...(name !== undefined && { name }),
        identity: splitId(id),
        facts: {
          limits: contextWindow === undefined ? {} : { contextWindow },
          capabilities: capability === undefined ? [] : [capability],
        },
        prices: prices.rows,
        performance: [],
      },
    ],
    problems,
  };
};

/** Together's own list, in US dollars for 1,000,000 tokens. It is only given to those who have a key. */
export const together: CatalogueSource = {
  id: 'together',
  name: 'Together AI',
  pageUrl: 'https://www.together.ai/pricing',
  baseUrl: 'https://api.together.xyz',
  requests: [{ name: 'models', path: '/v1/models' }],
  terms: "For the operator's own use with their own key.",
  key: { required: true, variable: 'TOGETHER_API_KEY' },
  byDefault: false,
  storable: true,
  parse: (bodies) => ({
    ...EMPTY_READING,
    ...readRows(rowsOf(jsonBody(bodies, 'models'), 'models'), PROVIDER, 'id', readModel),
  }),
};
