import { readFile } from 'node:fs/promises';
import type { ServiceTier } from '../domain/completion-request.ts';
import type { Modality } from '../domain/price.ts';
import {
  type DatedReading,
  EMPTY_READING,
  type SourceOffering,
  type SourcePrice,
} from '../ports/catalogue-source.ts';
import { METER_OF_USAGE } from './meter.ts';

/** In, out, cache read, cache write: US dollars for 1,000,000 tokens; 0 where there is no such rate. */
type Rates = readonly [number, number, number, number];
type ListedModel = {
  readonly id: string;
  readonly name: string;
  readonly input: readonly string[];
  readonly reasoning?: boolean;
  readonly contextWindow?: number;
  readonly maxTokens?: number;
  readonly cost: Rates;
  /** The first number: prompts of more tokens than this are billed by the rates behind it, as a whole. */
  readonly tiers?: readonly (readonly [number, ...Rates])[];
};
type ListedProvider = {
  readonly id: string;
  readonly baseUrl?: string;
  readonly models: readonly ListedModel[];
};
type List = {
  readonly version: string;
  readonly publishedAt: string;
  readonly providers: readonly ListedProvider[];
};

/** Providers that have another id here. */
const OUR_IDS: { readonly [id: string]: string } = {
  'amazon-bedrock': 'bedrock',
  'cloudflare-workers-ai': 'cloudflare',
  'google-vertex': 'vertex',
  moonshotai: 'moonshot',
  'moonshotai-cn': 'moonshot-cn',
  'vercel-ai-gateway': 'vercel',
};

/** Covered by a subscription: what the list states as a price is 0, or what it would cost elsewhere. */
const isPlan = (id: string): boolean =>
  /^(?:kimi-coding|qwen-token-plan.*|zai-coding.*|xiaomi-token-plan.*|openai-codex|github-copilot|opencode-go)$/.test(
    id,
  );

/** Lists of providers that bill in yuan, or by plan at the endpoint that is listed: only their facts are taken. */
const FACTS_ONLY = new Set(['minimax-cn', 'moonshotai-cn', 'zai']);

const KINDS = ['input', 'output', 'cacheRead', 'cacheWrite5m'] as const;
const MODALITIES: { readonly [word: string]: Modality } = { text: 'TEXT', image: 'IMAGE' };

/** A gateway lists the rates of batches under names of their own, e.g. `openai/gpt-4o-mini-batch`. */
const tierOf = ({ name }: ListedModel): ServiceTier => (name.endsWith('(Batch)') ? 'BATCH' : 'STANDARD');

const pricesOf = (model: ListedModel): readonly SourcePrice[] => {
  const { cost, tiers = [] } = model;
  const steps = [...tiers].sort(([one], [other]) => one - other);
  return KINDS.flatMap((kind, column) => {
    const row = (rate: number, promptTokens?: { from: number; to?: number }): readonly SourcePrice[] =>
      rate > 0
        ? [
            {
              meter: METER_OF_USAGE[kind],
              amount: String(rate),
              per: 1_000_000,
              currency: 'USD',
              serviceTier: tierOf(model),
              conditions: promptTokens === undefined ? {} : { promptTokens },
              tierMode: 'CLIFF',
              billing: 'METERED',
            },
          ]
        : [];
    const [first] = steps;
    if (first === undefined) return row(cost[column] ?? 0);
    return [
      ...row(cost[column] ?? 0, { from: 0, to: first[0] + 1 }),
      ...steps.flatMap((step, index) => {
        const next = steps[index + 1];
        const from = step[0] + 1;
        return row(step[column + 1] ?? 0, next === undefined ? { from } : { from, to: next[0] + 1 });
      }),
    ];
  });
};

const offeringOf = (providerId: string, model: ListedModel): SourceOffering => ({
  providerId: OUR_IDS[providerId] ?? providerId,
  providerModelId: model.id,
  name: model.name,
  identity: {},
  facts: {
    limits: {
      ...(model.contextWindow === undefined ? {} : { contextWindow: model.contextWindow }),
      ...(model.maxTokens === undefined ? {} : { maxOutputTokens: model.maxTokens }),
    },
    inputModalities: model.input.flatMap((word) => MODALITIES[word] ?? []),
    // The list has only models that take tools.
    capabilities: ['COMPLETION', 'TOOLS', ...(model.reasoning === true ? (['REASONING'] as const) : [])],
    lacks: model.reasoning === false ? ['REASONING'] : [],
  },
  ...(isPlan(providerId) ? { billing: 'PLAN' } : {}),
  prices: isPlan(providerId) || FACTS_ONLY.has(providerId) ? [] : pricesOf(model),
  performance: [],
});

/** The second shipped list: fresher than the first, without dates. */
export const loadPiAi = async (): Promise<DatedReading> => {
  const list: List = JSON.parse(await readFile(new URL('./seed-data/pi-ai.json', import.meta.url), 'utf8'));
  const publishedAt = new Date(list.publishedAt);
  return {
    sourceId: 'pi-ai',
    sourceUrl: 'https://github.com/earendil-works/pi/tree/main/packages/ai',
    observedAt: publishedAt,
    checkedAt: publishedAt,
    reading: {
      ...EMPTY_READING,
      providers: list.providers.map(({ id, baseUrl }) => ({
        providerId: OUR_IDS[id] ?? id,
        ...(baseUrl === undefined ? {} : { baseUrl }),
      })),
      offerings: list.providers.flatMap(({ id, models }) => models.map((model) => offeringOf(id, model))),
    },
  };
};
