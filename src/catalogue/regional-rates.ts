import type { OfferingId, ProviderId } from '../domain/ids.ts';
import { Decimal } from '../domain/money.ts';
import type { Price } from '../domain/price.ts';
import { isSameRegion } from '../domain/region.ts';
import { bindPrices } from './declared-prices.ts';

/** What a provider's own page says of serving requests in one region: token rates are the standard ones times a factor. */
export type RegionalRule = {
  readonly id: string;
  readonly provider: string;
  /** Names of models for which it holds, whatever stands before and behind them. */
  readonly models: RegExp;
  /** Regions that a request can ask for. The region that is configured counts too, if it is not global. */
  readonly regions: readonly string[];
  readonly factor: string;
  readonly words: string;
  readonly sourceUrl: string;
  /** When the page was read, `YYYY-MM-DD`. */
  readonly checkedAt: string;
};

/** Name of the source in provenances of rates that follow from a rule. */
export const REGIONAL_RULES_SOURCE = 'regional-rules';

/** Claude Opus, Sonnet and Haiku 4.5 and later, and all Fable. */
const CLAUDE_45 = /^claude-(?:(?:opus|sonnet|haiku)-(?:4-[5-9]|[5-9])|fable)/;
const CLAUDE_46 = /^claude-(?:(?:opus|sonnet|haiku)-(?:4-[6-9]|[5-9])|fable)/;

const RULES: readonly RegionalRule[] = [
  {
    id: 'vertex-claude-regional',
    provider: 'vertex',
    models: CLAUDE_45,
    regions: ['us', 'eu'],
    factor: '1.1',
    words: 'Regional and multi-region endpoints cost a tenth more than the global one, from Claude 4.5 on.',
    sourceUrl: 'https://platform.claude.com/docs/en/about-claude/pricing',
    checkedAt: '2026-11-30',
  },
  {
    id: 'anthropic-inference-geo',
    provider: 'anthropic',
    models: CLAUDE_46,
    regions: ['us'],
    factor: '1.1',
    words: 'Inference in the US alone (`inference_geo: us`) costs a tenth more, from Claude 4.6 on.',
    sourceUrl: 'https://platform.claude.com/docs/en/manage-claude/data-residency',
    checkedAt: '2026-11-30',
  },
  {
    id: 'openai-data-residency',
    provider: 'openai',
    // Released on or after 2026-03-05.
    models: /^gpt-(?:5\.[4-9]|[6-9])/,
    regions: ['us', 'eu'],
    factor: '1.1',
    words: 'Endpoints with data residency cost a tenth more for models released from 2026-03-05 on.',
    sourceUrl: 'https://developers.openai.com/api/docs/guides/data-residency',
    checkedAt: '2026-11-30',
  },
  {
    id: 'mistral-regional-inference',
    provider: 'mistral',
    models: /./,
    regions: ['us', 'eu'],
    factor: '1.1',
    words: 'Regional inference costs a tenth more.',
    sourceUrl: 'https://docs.mistral.ai/inference/regional-inference',
    checkedAt: '2026-11-30',
  },
  {
    id: 'xai-us-endpoint',
    provider: 'xai',
    models: /^grok-4\.6$/,
    regions: ['us'],
    factor: '1.1',
    words: 'The US endpoint costs a tenth more.',
    sourceUrl: 'https://docs.x.ai/developers/advanced-api-usage/regions',
    checkedAt: '2026-11-30',
  },
  {
    id: 'together-geo-inference',
    provider: 'together',
    models: /^(?:moonshotai\/Kimi-K3|zai-org\/GLM-5\.[23]|deepseek-ai\/DeepSeek-V4|MiniMaxAI\/MiniMax-M3)/i,
    regions: ['us', 'ca'],
    factor: '1.25',
    words: 'Inference in the US or in Canada alone costs a quarter more.',
    sourceUrl: 'https://docs.together.ai/docs/serverless/geo-specific-inference',
    checkedAt: '2026-11-30',
  },
];

const BY_PROVIDER = Map.groupBy(RULES, ({ provider }) => provider);

export const regionalRuleOf = (provider: ProviderId, providerModelId: string): RegionalRule | undefined =>
  BY_PROVIDER.get(provider)?.find(({ models }) => models.test(providerModelId));

const isGlobal = (region: string): boolean => isSameRegion(region, 'global');

/** What the operator states is what is paid, wherever it is served. */
const isOperators = ({ provenance }: Price): boolean =>
  provenance.source === 'config' || provenance.source === 'overrides';

const derived = (row: Price, region: string, rule: RegionalRule): Price => {
  const day = new Date(`${rule.checkedAt}T00:00:00Z`);
  const [bound] = bindPrices(row.offeringId, [
    {
      ...row,
      amount: row.amount.times(new Decimal(rule.factor)),
      conditions: { ...row.conditions, region },
      provenance: {
        source: REGIONAL_RULES_SOURCE,
        sourceUrl: rule.sourceUrl,
        observedAt: day,
        checkedAt: day,
      },
    },
  ]);
  return bound ?? row;
};

/**
 * Rates of an offering, with those in a region that follow from its provider's rule behind them. A region for which a source
 * states rates of its own is left as it is.
 */
export const withRegionalRates = (
  offering: { readonly id: OfferingId; readonly providerId: ProviderId; readonly providerModelId: string },
  region: string | undefined,
  rows: readonly Price[],
): readonly Price[] => {
  const rule = regionalRuleOf(offering.providerId, offering.providerModelId);
  if (rule === undefined || rows.length === 0) return rows;
  const wanted = [
    ...rule.regions,
    ...(region === undefined || isGlobal(region) || rule.regions.some((one) => isSameRegion(one, region))
      ? []
      : [region]),
  ];
  const added = wanted.flatMap((area) =>
    rows.some(({ conditions }) => conditions.region !== undefined && isSameRegion(conditions.region, area))
      ? []
      : rows
          .filter(
            (row) =>
              row.meter.family === 'TOKENS' &&
              row.conditions.region === undefined &&
              (row.billing === 'METERED' || row.billing === 'FREE') &&
              !isOperators(row),
          )
          .map((row) => derived(row, area, rule)),
  );
  return added.length === 0 ? rows : [...rows, ...added];
};
