import type {
  ShippedList,
  ShippedOffering,
  ShippedPrices,
} from '../../src/catalogue/shipped/shipped-list.ts';
import { type Edition, editionOf, ratesOf } from './edition.ts';

export const LLM_PRICES_CN_URL = 'https://raw.githubusercontent.com/szp2005/llm-prices-cn/main/prices.json';

type Tier = {
  /** The last number of input tokens that it covers; null: no end. */
  readonly up_to_input_tokens: number | null;
  readonly input_price_orig_per_m: number;
  readonly output_price_orig_per_m: number;
  readonly cached_input_price_orig_per_m: number | null;
};
type Listed = {
  readonly id: string;
  readonly name: string;
  readonly billing_currency: string;
  readonly input_price_orig_per_m: number;
  readonly output_price_orig_per_m: number;
  readonly cached_input_price_orig_per_m: number | null;
  readonly context_window: number;
  readonly max_output: number;
  readonly price_tiers?: readonly Tier[];
  readonly source: string;
  /** `YYYY-MM-DD`. */
  readonly last_verified: string;
  readonly retired: boolean;
};

/**
 * The provider and the name that its API takes, by the list's own id. Not taken: labs that this server cannot call, and
 * DeepSeek, of whose two rates by the hour the list has one.
 */
const OFFERINGS: { readonly [id: string]: readonly [providerId: string, providerModelId: string] } = {
  'qwen3-5-flash': ['dashscope-cn', 'qwen3.5-flash'],
  'qwen3-5-plus': ['dashscope-cn', 'qwen3.5-plus'],
  'qwen3-max': ['dashscope-cn', 'qwen3-max'],
  'qwen3-7-max': ['dashscope-cn', 'qwen3.7-max'],
  'doubao-1-5-pro': ['volcengine', 'doubao-1-5-pro-32k-250115'],
  'doubao-seed-2-1-pro': ['volcengine', 'doubao-seed-2-1-pro-260628'],
  'ernie-4-5-turbo': ['qianfan', 'ernie-4.5-turbo-128k'],
  'ernie-x1-turbo': ['qianfan', 'ernie-x1-turbo-32k'],
  'ernie-5-1': ['qianfan', 'ernie-5.1'],
  'hunyuan-turbos': ['hunyuan', 'hunyuan-turbos-latest'],
  'hunyuan-t1': ['hunyuan', 'hunyuan-t1-latest'],
  'glm-5': ['zhipu', 'glm-5'],
  'glm-5-1': ['zhipu', 'glm-5.1'],
  'glm-5-2': ['zhipu', 'glm-5.2'],
  'minimax-m3': ['minimax-cn', 'MiniMax-M3'],
  'minimax-m2-7': ['minimax-cn', 'MiniMax-M2.7'],
  'kimi-k2-6': ['moonshot-cn', 'kimi-k2.6'],
  'kimi-k3': ['moonshot-cn', 'kimi-k3'],
};

const setOf = (stated: Tier | Listed, range?: readonly [number, number?]): readonly ShippedPrices[] => {
  const rates = ratesOf({
    input: stated.input_price_orig_per_m,
    output: stated.output_price_orig_per_m,
    cacheRead: stated.cached_input_price_orig_per_m ?? undefined,
  });
  return rates === undefined ? [] : [{ ...(range === undefined ? {} : { promptTokens: range }), rates }];
};

/** A tier prices the whole request. */
const pricesOf = (listed: Listed): readonly ShippedPrices[] => {
  const { price_tiers: tiers = [] } = listed;
  if (tiers.length === 0) return setOf(listed);
  return tiers.flatMap((tier, index) => {
    const before = tiers[index - 1]?.up_to_input_tokens;
    const from = typeof before === 'number' ? before + 1 : 0;
    return setOf(tier, tier.up_to_input_tokens === null ? [from] : [from, tier.up_to_input_tokens + 1]);
  });
};

/** The rates in yuan of llm-prices-cn, at the providers that bill them. */
export const convertLlmPricesCn = (rows: readonly Listed[], edition: Edition): ShippedList => {
  const offerings = rows
    .filter(({ billing_currency: currency }) => currency === 'CNY')
    .flatMap((listed): readonly { readonly providerId: string; readonly offering: ShippedOffering }[] => {
      const [providerId, id] = OFFERINGS[listed.id] ?? [];
      if (providerId === undefined || id === undefined) return [];
      return [
        {
          providerId,
          offering: {
            id,
            contextWindow: listed.context_window,
            url: listed.source,
            capabilities: ['COMPLETION'],
            ...(listed.retired ? { deprecated: true } : {}),
            prices: pricesOf(listed).map((set) => ({ ...set, checkedAt: listed.last_verified })),
          },
        },
      ];
    });
  return {
    ...editionOf(edition, {
      source: 'llm-prices-cn',
      name: 'llm-prices-cn',
      licence: 'CC-BY-4.0',
      attribution: 'prices in CNY by llmabacus.com (github.com/szp2005/llm-prices-cn)',
      pageUrl: 'https://github.com/szp2005/llm-prices-cn',
    }),
    providers: [...Map.groupBy(offerings, ({ providerId }) => providerId)].map(([id, own]) => ({
      id,
      currency: 'CNY',
      offerings: own.map(({ offering }) => offering),
    })),
  };
};
