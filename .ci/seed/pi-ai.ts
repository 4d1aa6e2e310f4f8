import type {
  ShippedList,
  ShippedOffering,
  ShippedPrices,
  ShippedProvider,
} from '../../src/catalogue/shipped/shipped-list.ts';
import { billsInYuan } from '../../src/price-lists/correct-rates.ts';
import { type ChatCost, chatPrices, inputsOf } from './chat-prices.ts';
import { type Edition, editionOf } from './edition.ts';

export const PI_AI = { name: '@earendil-works/pi-ai', licence: 'MIT' } as const;

type Listed = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly baseUrl?: string;
  readonly reasoning?: boolean;
  readonly input: readonly string[];
  readonly contextWindow?: number;
  readonly maxTokens?: number;
  /** `inputTokensAbove`: prompts of more tokens than this are billed by these rates, as a whole. */
  readonly cost: ChatCost & {
    readonly tiers?: readonly (ChatCost & { readonly inputTokensAbove: number })[];
  };
};

/** By provider, then by API, then by a key of the model. US dollars for 1,000,000 tokens; 0: no such rate. */
export type PiAiData = {
  readonly [provider: string]: { readonly [api: string]: { readonly [key: string]: Listed } };
};

/** openrouter, radius: resold lists whose terms do not allow to pass them on, or that are in no public price list. */
const LEFT_OUT = new Set(['openrouter', 'radius']);

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

/** Endpoints that the list has of a provider's subscription, while its rates are those of the metered one. */
const PLAN_ENDPOINTS = new Set(['zai']);

const pricesOf = ({ name, cost }: Listed): readonly ShippedPrices[] =>
  chatPrices(
    cost,
    (cost.tiers ?? []).map((tier) => ({ above: tier.inputTokensAbove, cost: tier })),
    // A gateway lists the rates of batches under names of their own, e.g. `openai/gpt-4o-mini-batch`.
    name.endsWith('(Batch)') ? { tier: 'BATCH' } : {},
  );

const offeringOf = (providerId: string, model: Listed): ShippedOffering => {
  const isConverted = billsInYuan(OUR_IDS[providerId] ?? providerId);
  const prices = isPlan(providerId) || isConverted ? [] : pricesOf(model);
  return {
    id: model.id,
    name: model.name,
    ...(model.contextWindow === undefined ? {} : { contextWindow: model.contextWindow }),
    ...(model.maxTokens === undefined ? {} : { maxOutputTokens: model.maxTokens }),
    inputs: inputsOf(model.input),
    ...(model.reasoning === true ? { capabilities: ['REASONING'] } : {}),
    ...(model.reasoning === false ? { lacks: ['REASONING'] } : {}),
    ...(prices.length === 0 ? {} : { prices }),
  };
};

/** Names, sizes, input modalities and prices of the package's chat models. */
export const convertPiAi = (data: PiAiData, edition: Edition): ShippedList => ({
  ...editionOf(edition, {
    source: 'pi-ai',
    name: 'pi-ai',
    licence: PI_AI.licence,
    pageUrl: 'https://github.com/earendil-works/pi/tree/main/packages/ai',
  }),
  providers: Object.entries(data)
    .filter(([id]) => !LEFT_OUT.has(id))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([id, byApi]): readonly ShippedProvider[] => {
      const chats = new Map(
        Object.values(byApi)
          .flatMap((models) => Object.values(models))
          .filter(({ type }) => type === 'chat')
          .map((model) => [model.id, model]),
      );
      if (chats.size === 0) return [];
      const baseUrl = Object.values(byApi['openai-completions'] ?? {}).find(
        (model) => model.baseUrl !== undefined && /^https:[^{]+$/.test(model.baseUrl),
      )?.baseUrl;
      return [
        {
          id: OUR_IDS[id] ?? id,
          ...(baseUrl === undefined || PLAN_ENDPOINTS.has(id) ? {} : { baseUrl }),
          // The list has only models that take tools.
          capabilities: ['COMPLETION', 'TOOLS'],
          ...(isPlan(id) ? { billing: 'PLAN' } : {}),
          offerings: [...chats.values()]
            .toSorted((one, other) => (one.id < other.id ? -1 : 1))
            .map((model) => offeringOf(id, model)),
        },
      ];
    }),
});
