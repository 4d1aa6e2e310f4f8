import type { ProviderKind } from '../domain/provider.ts';

/**
 * Who a provider is. `lab`: the word that its own models have before the slash of their slug;
 * absent for those that only serve others' models.
 */
export type KnownProvider = { readonly kind: ProviderKind; readonly lab?: string };

const KNOWN_PROVIDERS: { readonly [providerId: string]: KnownProvider } = {
  anthropic: { kind: 'LAB', lab: 'anthropic' },
  arcee: { kind: 'LAB', lab: 'arcee-ai' },
  avian: { kind: 'HOST' },
  bedrock: { kind: 'CLOUD' },
  azure: { kind: 'CLOUD' },
  baseten: { kind: 'HOST' },
  cerebras: { kind: 'HOST' },
  cloudflare: { kind: 'CLOUD' },
  cohere: { kind: 'LAB', lab: 'cohere' },
  cursor: { kind: 'LAB', lab: 'cursor' },
  deepseek: { kind: 'LAB', lab: 'deepseek' },
  doubleword: { kind: 'HOST' },
  fireworks: { kind: 'HOST' },
  'github-copilot': { kind: 'AGGREGATOR' },
  google: { kind: 'LAB', lab: 'google' },
  groq: { kind: 'HOST' },
  minimax: { kind: 'LAB', lab: 'minimax' },
  mistral: { kind: 'LAB', lab: 'mistral' },
  modal: { kind: 'HOST' },
  moonshot: { kind: 'LAB', lab: 'moonshotai' },
  novita: { kind: 'HOST' },
  openai: { kind: 'LAB', lab: 'openai' },
  openrouter: { kind: 'AGGREGATOR' },
  ovhcloud: { kind: 'CLOUD' },
  perplexity: { kind: 'LAB', lab: 'perplexity' },
  quicksilverpro: { kind: 'RELAY' },
  together: { kind: 'HOST' },
  typesafe: { kind: 'LAB', lab: 'typesafe' },
  vertex: { kind: 'CLOUD' },
  voyage: { kind: 'LAB', lab: 'voyageai' },
  xai: { kind: 'LAB', lab: 'xai' },
  zai: { kind: 'LAB', lab: 'zhipuai' },
  zhipu: { kind: 'LAB', lab: 'zhipuai' },
};

/** What is known of a provider; undefined for one that is not in the table. */
export const knownProvider = (providerId: string): KnownProvider | undefined =>
  KNOWN_PROVIDERS[providerId] ?? (providerId.startsWith('huggingface_') ? { kind: 'AGGREGATOR' } : undefined);

/**
 * Organization names as hosts and model hubs write them, where they differ from the lab's word. The words
 * are those of models.dev's base models.
 */
const LAB_OF_ORGANIZATION: ReadonlyMap<string, string> = new Map([
  ['arcee', 'arcee-ai'],
  ['bytedance-seed', 'bytedance'],
  ['bytedance-research', 'bytedance'],
  ['deepseek-ai', 'deepseek'],
  ['essential-ai', 'essentialai'],
  ['ibm-granite', 'ibm'],
  ['meta-llama', 'meta'],
  ['minimaxai', 'minimax'],
  ['mistralai', 'mistral'],
  ['primeintellect', 'prime-intellect'],
  ['qwen', 'alibaba'],
  ['thudm', 'zhipuai'],
  ['x-ai', 'xai'],
  ['xiaomimimo', 'xiaomi'],
  ['z-ai', 'zhipuai'],
  ['zai', 'zhipuai'],
  ['zai-org', 'zhipuai'],
]);

/** The lab's word for an organization's name; the name itself, in lower case, where no other is known. */
export const labOf = (organization: string): string => {
  const lower = organization.toLowerCase();
  return LAB_OF_ORGANIZATION.get(lower) ?? lower;
};
