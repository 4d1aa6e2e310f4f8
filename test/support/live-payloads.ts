import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../src/domain/json.ts';
import { hasCatalogueSamples, liveBodies, sampleText } from './catalogue-samples.ts';

/** What a list says of the one offering that tests know, in its own shape; `figure` is a rate, a score or an exchange rate. */
export type LivePayload = {
  /** Bodies by the names of the source's requests. */
  bodies(figure: number): { readonly [name: string]: string };
  /** Where the graph shows the figure. */
  readonly shows:
    | { readonly kind: 'PRICE'; readonly offering: string }
    | { readonly kind: 'RATE'; readonly base: string; readonly quote: string }
    | { readonly kind: 'SCORE'; readonly model: string; readonly benchmark: string };
};

type Bodies = { readonly [name: string]: string };
/** What the offering stands in. */
type Lists = {
  readonly genai: Bodies;
  readonly modelsDev: Bodies;
  readonly litellm: Bodies;
  readonly portkey: Bodies;
  readonly aider: Bodies;
  readonly openrouter: Bodies;
};

const NOTHING: Lists = { genai: {}, modelsDev: {}, litellm: {}, portkey: {}, aider: {}, openrouter: {} };
const collected = (): Lists => ({
  genai: liveBodies.genaiPrices(),
  modelsDev: liveBodies.modelsDev(),
  litellm: liveBodies.litellm(),
  portkey: liveBodies.portkey(),
  aider: liveBodies.aider(),
  openrouter: { models: sampleText('openrouter-models-sample.json') },
});

const objectOf = (text: string | undefined): JsonObject => {
  const value = parseJson(text ?? '{}');
  return isJsonObject(value) ? value : {};
};
const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
const EVEN = 1_000_000;

const withModel = (text: string | undefined, id: string, row: JsonValue): string =>
  JSON.stringify({ ...objectOf(text), [id]: row });

const price = (offering: string, bodies: LivePayload['bodies']): LivePayload => ({
  shows: { kind: 'PRICE', offering },
  bodies,
});

type LivePayloads = { readonly [source: string]: LivePayload };

const payloadsIn = ({ genai, modelsDev, litellm, portkey, aider, openrouter }: Lists): LivePayloads => ({
  'genai-prices': price('openai/live-genai', (rate) => ({
    data: JSON.stringify([
      ...listOf(parseJson(genai.data ?? '[]')),
      {
        id: 'openai',
        name: 'OpenAI',
        models: [{ id: 'live-genai', match: { equals: 'live-genai' }, prices: { input_mtok: rate } }],
      },
    ]),
  })),
  'models-dev': price('openai/live-models-dev', (rate) => {
    const list = objectOf(modelsDev.api);
    const openai = isJsonObject(list.openai) ? list.openai : {};
    const models = isJsonObject(openai.models) ? openai.models : {};
    const row = { id: 'live-models-dev', cost: { input: rate } };
    return {
      api: JSON.stringify({ ...list, openai: { ...openai, models: { ...models, [row.id]: row } } }),
      catalog: modelsDev.catalog ?? '{"models":{}}',
    };
  }),
  litellm: price('openai/live-litellm', (rate) => ({
    prices: withModel(litellm.prices, 'live-litellm', {
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: rate / EVEN,
    }),
  })),
  // Files of other providers are not there.
  portkey: price('openai/live-portkey', (rate) => ({
    ...portkey,
    openai: withModel(portkey.openai, 'live-portkey', {
      pricing_config: { pay_as_you_go: { request_token: { price: rate / 10_000 } } },
    }),
  })),
  'huggingface-router': price('huggingface/acme/live:fast', (rate) => ({
    models: JSON.stringify({
      data: [
        {
          id: 'acme/live',
          providers: [
            {
              provider: 'fast',
              status: 'live',
              pricing: { input: rate },
              throughput: 88.5,
              first_token_latency_ms: 412,
            },
          ],
        },
      ],
    }),
  })),
  'vercel-gateway': price('vercel/acme/live', (rate) => ({
    models: JSON.stringify({
      data: [{ id: 'acme/live', type: 'language', pricing: { input: String(rate / EVEN) } }],
    }),
  })),
  openrouter: price('openrouter/acme/live', (rate) => ({
    models: JSON.stringify({
      data: [
        ...listOf(objectOf(openrouter.models).data),
        { id: 'acme/live', pricing: { prompt: String(rate / EVEN) } },
      ],
    }),
  })),
  together: price('together/acme/live', (rate) => ({
    models: JSON.stringify([{ id: 'acme/live', type: 'chat', pricing: { input: rate } }]),
  })),
  deepinfra: price('deepinfra/acme/live', (rate) => ({
    models: JSON.stringify([
      {
        model_name: 'acme/live',
        type: 'text-generation',
        pricing: { type: 'tokens', cents_per_input_token: rate / 10_000 },
      },
    ]),
  })),
  ecb: {
    shows: { kind: 'RATE', base: 'EUR', quote: 'USD' },
    bodies: (rate) => ({
      daily: `<?xml version="1.0"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"><Cube><Cube time='2026-11-20'><Cube currency='USD' rate='${rate}'/><Cube currency='JPY' rate='176.1'/></Cube></Cube></gesmes:Envelope>\n`,
    }),
  },
  frankfurter: {
    shows: { kind: 'RATE', base: 'USD', quote: 'CNY' },
    bodies: (rate) => ({
      rates: JSON.stringify([
        { date: '2026-11-20', base: 'USD', quote: 'CNY', rate },
        { date: '2026-11-20', base: 'USD', quote: 'INR', rate: 96.1 },
      ]),
    }),
  },
  aider: {
    shows: { kind: 'SCORE', model: 'openai/gpt-4o-mini', benchmark: 'aider-polyglot' },
    bodies: (score) => ({
      leaderboard: `${aider.leaderboard ?? ''}- model: gpt-4o-mini\n  edit_format: live\n  pass_rate_2: ${score}\n- model: gpt-4o\n  edit_format: live\n  pass_rate_2: 45\n`,
    }),
  },
  epoch: {
    shows: { kind: 'SCORE', model: 'openai/gpt-4o-mini', benchmark: 'gpqa-diamond' },
    bodies: (score) => ({
      benchmarks: `task,model,mean_score,Status,started_at\nGPQA diamond,gpt-4o-mini-2024-07-18,${score / 10},Success,2026-10-01T00:00:00Z\nGPQA diamond,gpt-4o,0.4,Success,2026-10-01T00:00:00Z\n`,
    }),
  },
  arena: {
    shows: { kind: 'SCORE', model: 'openai/gpt-4o-mini', benchmark: 'arena-text' },
    bodies: (score) => {
      const row = (model_name: string, rating: number) => ({
        row: { model_name, rating, vote_count: 5_000, category: 'overall' },
      });
      return {
        'page-1': JSON.stringify({
          rows: [row('gpt-4o-mini-2024-07-18', score), row('gpt-4o', 7)],
          num_rows_total: 2,
        }),
      };
    },
  },
  'artificial-analysis': {
    shows: { kind: 'SCORE', model: 'openai/gpt-4o-mini', benchmark: 'gpqa' },
    bodies: (score) => ({
      'page-1': JSON.stringify({
        pagination: { page: 1, page_size: 200, total_pages: 1, has_more: false },
        data: [
          {
            slug: 'gpt-4o-mini',
            model_creator: { slug: 'openai' },
            evaluations: { gpqa: score / 10 },
            pricing: { price_1m_input_tokens: score },
          },
        ],
      }),
    }),
  },
});

/** By source: the offering alone. */
export const LIVE_PAYLOADS = payloadsIn(NOTHING);

/** By source: the offering in the list as it was collected, where that is here. */
export const wholePayloads = (): LivePayloads => payloadsIn(hasCatalogueSamples ? collected() : NOTHING);
