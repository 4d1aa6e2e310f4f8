import type {
  ShippedList,
  ShippedOffering,
  ShippedPrices,
} from '../../src/catalogue/shipped/shipped-list.ts';
import type { Capability } from '../../src/domain/model.ts';
import { billsInYuan } from '../../src/price-lists/correct-rates.ts';
import { type ChatCost, chatPrices, inputsOf } from './chat-prices.ts';
import { withoutDatedTwins } from './dated-twins.ts';
import { type Edition, editionOf } from './edition.ts';

export const PI_CATALOG = { name: '@oh-my-pi/pi-catalog', licence: 'MIT' } as const;

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
  readonly cost: ChatCost & {
    readonly longContext?: ChatCost & { readonly inputThreshold: number };
    readonly timeBased?: unknown;
  };
};
export type PiCatalogData = { readonly [provider: string]: { readonly [id: string]: Listed } };

/**
 * Providers with an API that is billed by use, and our ids of them. Not taken: subscriptions and coding plans, and gateways and
 * relays that resell (terms unclear, or the same again).
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

/** Providers that another list has fresher, and our ids of them: taken are the models that the other list leaves out. */
const COMPLETED: { readonly [id: string]: string } = {
  'amazon-bedrock': 'bedrock',
  anthropic: 'anthropic',
  azure: 'azure',
  baseten: 'baseten',
  google: 'google',
  'google-vertex': 'vertex',
  huggingface: 'huggingface',
  mistral: 'mistral',
  nvidia: 'nvidia',
  openai: 'openai',
  xiaomi: 'xiaomi',
};

/**
 * Rows that were found wrong: GovCloud at the rates of other regions, models at the rates of others of their family, long prompts of a
 * model whose rates were cut at those of before, and a name of another host.
 */
const WRONG: readonly RegExp[] = [
  /^bedrock\/us-gov\./,
  /^bedrock\/(?:google\.gemma-3-27b|mistral\.mistral-large-2402)/,
  /^huggingface\/.*-Turbo$/,
  /^openai\/gpt-5\.6(?:-sol-pro)?$/,
];

/** Models that were served once, and whose day of retirement no list here knows. */
const SERVED_ONCE =
  /^(?:anthropic\/claude-3-5-|google\/gemini-(?:1\.5-(?:flash-8b|pro)|2\.5-(?:flash|pro)-preview-0[456]|live-2\.5))/;

const isLeftOut = (id: string): boolean => SERVED_ONCE.test(id) || WRONG.some((pattern) => pattern.test(id));

/** Kinds of models that it has besides chat, and what they can do. */
const KINDS: { readonly [kind: string]: Capability } = {
  embedding: 'EMBEDDING',
  image: 'IMAGE_GENERATION',
};

const pricesOf = ({ cost, kind }: Listed): readonly ShippedPrices[] =>
  chatPrices(
    cost,
    cost.longContext === undefined
      ? []
      : [{ above: cost.longContext.inputThreshold, cost: cost.longContext }],
    {},
    // Its one rate of output is that of what the model is for.
    kind === 'image' ? 'imageOutput' : 'output',
  );

const offeringOf = (providerId: string, model: Listed): ShippedOffering => {
  const prices = billsInYuan(providerId) ? [] : pricesOf(model);
  return {
    id: model.id,
    name: model.name,
    ...(model.contextWindow === null ? {} : { contextWindow: model.contextWindow }),
    ...(model.maxTokens === null ? {} : { maxOutputTokens: model.maxTokens }),
    inputs: inputsOf(model.input),
    capabilities: [
      KINDS[model.kind ?? ''] ?? 'COMPLETION',
      ...(model.kind !== undefined || model.supportsTools === false ? [] : (['TOOLS'] as const)),
      ...(model.reasoning ? (['REASONING'] as const) : []),
    ],
    ...(model.reasoning ? {} : { lacks: ['REASONING'] }),
    ...(prices.length === 0 ? {} : { prices }),
  };
};

const isPriced = ({ kind, cost }: Listed): boolean =>
  (kind === undefined || KINDS[kind] !== undefined) && cost.timeBased === undefined;

/**
 * What it says of the providers above; scores and speeds, which are others', are left out. `isPricedElsewhere` answers for ids
 * of offerings in our spelling.
 */
export const convertPiCatalog = (
  data: PiCatalogData,
  edition: Edition,
  isPricedElsewhere: (offeringId: string) => boolean,
): ShippedList =>
  withoutDatedTwins({
    ...editionOf(edition, {
      source: 'pi-catalog',
      name: 'oh-my-pi catalog',
      licence: PI_CATALOG.licence,
      pageUrl: 'https://www.npmjs.com/package/@oh-my-pi/pi-catalog',
    }),
    providers: Object.entries({ ...PROVIDERS, ...COMPLETED }).map(([id, ours]) => ({
      id: ours,
      offerings: Object.values(data[id] ?? {})
        .filter(isPriced)
        .filter((model) => COMPLETED[id] === undefined || !isPricedElsewhere(`${ours}/${model.id}`))
        .filter((model) => !isLeftOut(`${ours}/${model.id}`))
        .map((model) => offeringOf(ours, model))
        .filter(({ prices }) => prices !== undefined || billsInYuan(ours))
        .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    })),
  });
