import type {
  ShippedList,
  ShippedOffering,
  ShippedPrices,
} from '../../src/catalogue/shipped/shipped-list.ts';
import type { Modality } from '../../src/domain/price.ts';
import { billsInYuan } from '../../src/price-lists/correct-rates.ts';
import { type Edition, editionOf, ratesOf } from './edition.ts';

export const PI_CATALOG = { name: '@oh-my-pi/pi-catalog', licence: 'MIT' } as const;

type Cost = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
};
type Listed = {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly reasoning: boolean;
  readonly supportsTools?: boolean;
  readonly input: readonly string[];
  readonly contextWindow: number | null;
  readonly maxTokens: number | null;
  readonly kind?: string;
  readonly cost: Cost & {
    readonly longContext?: Cost & { readonly inputThreshold: number };
    readonly timeBased?: unknown;
  };
};
export type PiCatalogData = { readonly [provider: string]: { readonly [id: string]: Listed } };

/**
 * Providers with an API that is billed by use, and our ids of them. Not taken: subscriptions and coding plans, gateways and
 * relays that resell (terms unclear, or the same again), and what is listed fresher elsewhere.
 */
const PROVIDERS: { readonly [id: string]: string } = {
  cerebras: 'cerebras',
  coreweave: 'wandb',
  deepinfra: 'deepinfra',
  groq: 'groq',
  minimax: 'minimax',
  'minimax-cn': 'minimax-cn',
  moonshot: 'moonshot',
  novita: 'novita',
  sakana: 'sakana',
  stepfun: 'stepfun',
  together: 'together',
  venice: 'venice',
  xai: 'xai',
  zai: 'zai',
};

const MODALITIES: { readonly [word: string]: Modality } = { text: 'TEXT', image: 'IMAGE' };

const pricesOf = ({ cost }: Listed): readonly ShippedPrices[] => {
  const set = (rates: Cost, range?: readonly [number, number?]): readonly ShippedPrices[] => {
    const stated = ratesOf({
      input: rates.input,
      output: rates.output,
      cacheRead: rates.cacheRead,
      cacheWrite5m: rates.cacheWrite,
    });
    return stated === undefined
      ? []
      : [{ ...(range === undefined ? {} : { promptTokens: range }), rates: stated }];
  };
  const { longContext } = cost;
  if (longContext === undefined) return set(cost);
  const bound = longContext.inputThreshold + 1;
  return [...set(cost, [0, bound]), ...set(longContext, [bound])];
};

const offeringOf = (providerId: string, model: Listed): ShippedOffering => {
  const prices = billsInYuan(providerId) ? [] : pricesOf(model);
  return {
    id: model.id,
    name: model.name,
    ...(model.contextWindow === null ? {} : { contextWindow: model.contextWindow }),
    ...(model.maxTokens === null ? {} : { maxOutputTokens: model.maxTokens }),
    inputs: model.input.flatMap((word) => MODALITIES[word] ?? []),
    capabilities: [
      'COMPLETION',
      ...(model.supportsTools === false ? [] : (['TOOLS'] as const)),
      ...(model.reasoning ? (['REASONING'] as const) : []),
    ],
    ...(model.reasoning ? {} : { lacks: ['REASONING'] }),
    ...(prices.length === 0 ? {} : { prices }),
  };
};

/** What it says of the hosts above; scores and speeds, which are others', are left out. */
export const convertPiCatalog = (data: PiCatalogData, edition: Edition): ShippedList => ({
  ...editionOf(edition, {
    source: 'pi-catalog',
    name: 'oh-my-pi catalog',
    licence: PI_CATALOG.licence,
    pageUrl: 'https://www.npmjs.com/package/@oh-my-pi/pi-catalog',
  }),
  providers: Object.entries(PROVIDERS).map(([id, ours]) => ({
    id: ours,
    offerings: Object.values(data[id] ?? {})
      .filter(({ kind, cost }) => kind === undefined && cost.timeBased === undefined)
      .map((model) => offeringOf(ours, model))
      .filter(({ prices }) => prices !== undefined || billsInYuan(ours))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
  })),
});
