import { spellName } from '../../domain/model-name.ts';

type Names = { readonly [name: string]: string };

/** Names that are not equal by any rule and mean one model, as its lab documents them: another's name, the model's name. */
const SAME_MODELS: { readonly [lab: string]: Names } = {
  ai21: {
    'jamba-1.5-large': 'jamba-large-1.5',
    'jamba-1.5-mini': 'jamba-mini-1.5',
    'jamba-1.6-large': 'jamba-large-1.6',
    'jamba-1.6-mini': 'jamba-mini-1.6',
  },
  alibaba: {
    // Alibaba's repository of the one Qwen3-Coder that hosts call so.
    'qwen3-coder': 'qwen3-coder-480b-a35b-instruct',
    'qwen-3-coder-480b': 'qwen3-coder-480b-a35b-instruct',
    'qwen3-coder-480b-a35b-instruct-turbo': 'qwen3-coder-480b-a35b-instruct',
  },
  anthropic: { 'claude-v2:1': 'claude-2.1', 'claude-v2': 'claude-2' },
  'black-forest-labs': {
    'flux-1.1-pro': 'flux-pro-1.1',
    'flux.1-kontext-pro': 'flux-kontext-pro',
  },
  cohere: {
    'command-a-03-2025': 'command-a',
    'command-r7b-12-2024': 'command-r7b',
    'embed-english-v3': 'embed-english-v3.0',
    'embed-multilingual-v3': 'embed-multilingual-v3.0',
    'embed-v3-english': 'embed-english-v3.0',
    'embed-v3-multilingual': 'embed-multilingual-v3.0',
    'embed-v4': 'embed-v4.0',
    'rerank-v3-english': 'rerank-english-v3.0',
    'rerank-v3-multilingual': 'rerank-multilingual-v3.0',
  },
  deepcogito: { 'cogito-671b-v2.1': 'cogito-v2.1-671b' },
  deepseek: {
    r1: 'deepseek-r1',
    'v3-1': 'deepseek-v3.1',
    'v3.1': 'deepseek-v3.1',
    'v3.2': 'deepseek-v3.2',
  },
  google: {
    'gemini-3-flash': 'gemini-3-flash-preview',
    'gemini-3-pro': 'gemini-3-pro-preview',
    'gemini-3.1-pro': 'gemini-3.1-pro-preview',
    'gemini-flash-1.5': 'gemini-1.5-flash',
    'gemini-flash-1.5-8b': 'gemini-1.5-flash-8b',
    'gemini-pro-1.5': 'gemini-1.5-pro',
    'gemma-4-26b-a4b-it-maas': 'gemma-4-26b-a4b-it',
    'gemini-gemma-2-9b-it': 'gemma-2-9b-it',
    'gemini-gemma-2-27b-it': 'gemma-2-27b-it',
  },
  meta: {
    'llama-4-maverick': 'llama-4-maverick-17b-128e-instruct',
    'llama-4-scout': 'llama-4-scout-17b-16e-instruct',
    'llama4-maverick-17b-instruct': 'llama-4-maverick-17b-128e-instruct',
    'llama4-scout-17b-instruct': 'llama-4-scout-17b-16e-instruct',
    'llama4-maverick-instruct-basic': 'llama-4-maverick-17b-128e-instruct',
    'llama4-scout-instruct-basic': 'llama-4-scout-17b-16e-instruct',
    'llama3-2-11b-instruct': 'llama-3.2-11b-vision-instruct',
    'llama3-2-90b-instruct': 'llama-3.2-90b-vision-instruct',
    'llama3-405b-instruct': 'llama-3.1-405b-instruct',
    'muse-ember': 'muse-ember-1.0',
    'muse-spark-open': 'muse-spark-open-816b-a42b',
  },
  microsoft: { 'phi-3.5-mini-128k-instruct': 'phi-3.5-mini-instruct' },
  minimax: { 'm2-her': 'minimax-m2-her' },
  mistral: {
    'mistral-large-3': 'mistral-large-2512',
    'mistral-large-3-675b-instruct': 'mistral-large-2512',
    'ministral-3-3b-instruct': 'ministral-3b-2512',
    'ministral-3-8b-instruct': 'ministral-8b-2512',
    'ministral-3-14b-instruct': 'ministral-14b-2512',
    'ministral-3-3b-2512': 'ministral-3b-2512',
    'ministral-3-8b-2512': 'ministral-8b-2512',
    'ministral-3-14b-2512': 'ministral-14b-2512',
    'ministral-14b': 'ministral-14b-2512',
    'devstral-2-123b': 'devstral-2512',
    'devstral-2-123b-instruct-2512': 'devstral-2512',
    'devstral-2': 'devstral-2512',
    'codestral-2': 'codestral-2508',
    'codestral-mamba-latest': 'codestral-mamba',
    'open-codestral-mamba': 'codestral-mamba',
    'magistral-medium-1-2-2509': 'magistral-medium-2509',
    'magistral-small-1-2-2509': 'magistral-small-2509',
    'mistral-small-4': 'mistral-small-2603',
    'mistral-medium-3.1': 'mistral-medium-2508',
    'mistral-medium-3-1-2508': 'mistral-medium-2508',
    'mistral-small-3.1-24b-instruct-2503': 'mistral-small-3.1-24b-instruct',
    'mistral-small-2503': 'mistral-small-3.1-24b-instruct',
    'mistral-small-3.2': 'mistral-small-3.2-24b-instruct-2506',
    'mistral-small-3.2-24b-instruct': 'mistral-small-3.2-24b-instruct-2506',
    'mistral-small-2506': 'mistral-small-3.2-24b-instruct-2506',
    'mistral-saba-24b': 'mistral-saba',
    'mistral-saba-latest': 'mistral-saba',
    'mistral-nemo-instruct-2407': 'mistral-nemo',
    'mistral-nemo-2407': 'mistral-nemo',
    'mistral-nemo-latest': 'mistral-nemo',
    'open-mistral-nemo': 'mistral-nemo',
    'open-mistral-nemo-2407': 'mistral-nemo',
    'mixtral-8x7b-instruct-v0.1': 'mixtral-8x7b-instruct',
    'open-mixtral-8x7b': 'mixtral-8x7b-instruct',
    'mixtral-8x22b-instruct-v0.1': 'mixtral-8x22b-instruct',
    'open-mixtral-8x22b': 'mixtral-8x22b-instruct',
    'pixtral-12b-2409': 'pixtral-12b',
    'pixtral-12b-latest': 'pixtral-12b',
  },
  moonshotai: {
    'kimi-k2-instruct': 'kimi-k2',
    'kimi-k2-0711-preview': 'kimi-k2',
    'kimi-k2-instruct-0905': 'kimi-k2-0905',
    'kimi-k2-0905-preview': 'kimi-k2-0905',
  },
  nvidia: {
    'nemotron-120b-a12b': 'nemotron-3-super-120b-a12b',
    'nemotron-3-120b-a12b': 'nemotron-3-super-120b-a12b',
    'nemotron-3-ultra': 'nemotron-3-ultra-550b-a55b',
    'nemotron-3.5-super-vl': 'nemotron-3.5-super-vl-120b-a12b',
    'nemotron-3.5-lightning': 'nemotron-3.5-lightning-30b-a3b',
    'nemotron-content-safety-3.5': 'nemotron-3.5-content-safety',
  },
  openai: {
    'codex-mini-latest': 'codex-mini',
    'gpt-3.5-0301': 'gpt-3.5-turbo-0301',
    'gpt-4-1106-vision-preview': 'gpt-4-vision-preview',
    'gpt-4-turbo-0125-preview': 'gpt-4-0125-preview',
    'text-embedding-ada-002-v2': 'text-embedding-ada-002',
  },
  sao10k: { 'l3-8b-lunaris': 'l3-lunaris-8b' },
  xai: {
    'grok-3-beta': 'grok-3',
    'grok-3-fast-beta': 'grok-3-fast',
    'grok-3-mini-beta': 'grok-3-mini',
    'grok-3-mini-fast-beta': 'grok-3-mini-fast',
    'grok-4-0709': 'grok-4',
    'grok-4.20-0309-reasoning': 'grok-4.20-reasoning',
    'grok-4.20-0309-non-reasoning': 'grok-4.20-non-reasoning',
    'grok-4.20-beta-0309-reasoning': 'grok-4.20-reasoning',
    'grok-4.20-beta-0309-non-reasoning': 'grok-4.20-non-reasoning',
    'grok-code-fast': 'grok-code-fast-1',
  },
  zhipuai: {
    'glm-4-32b': 'glm-4-32b-0414',
    'glm-4-32b-0414-128k': 'glm-4-32b-0414',
  },
};

const TABLES: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  Object.entries(SAME_MODELS).map(([lab, names]) => [
    lab,
    new Map(Object.entries(names).map(([name, same]) => [spellName(name), same])),
  ]),
);

type Rule = { readonly from: RegExp; readonly to: string };

/** What hosts and hubs add to or leave out of names of a lab's models. */
const RULES: { readonly [lab: string]: readonly Rule[] } = {
  alibaba: [
    // Of these sizes all but the thinking ones are instruct models.
    { from: /^(qwen-?3-\d+b(?:-a\d+b)?)-2507$/i, to: '$1-instruct-2507' },
    { from: /^(qwen-?3-vl-\d+b(?:-a\d+b)?)$/i, to: '$1-instruct' },
  ],
  // Of which kind the files of a repository are.
  baidu: [{ from: /^(ernie-(?!.*-base-).+)-pt$/i, to: '$1' }],
  // OpenRouter's word for what is no reasoner.
  deepseek: [{ from: /^deepseek-chat-(?=v\d)/i, to: 'deepseek-' }],
  meta: [
    { from: /^(llama-?2-\d+b-chat)-hf$/i, to: '$1' },
    { from: /^((?:meta-)?llama-?3-\d+b)-chat-hf$/i, to: '$1-instruct' },
  ],
  nvidia: [{ from: /^nvidia-(?=nemotron)/i, to: '' }],
};

/**
 * The name of the model that a lab's other name means, whatever its dots and dashes; undefined where it is the model's own,
 * as far as is known.
 */
export const sameModel = (lab: string, name: string): string | undefined => {
  let changed = name;
  for (const { from, to } of RULES[lab] ?? []) changed = changed.replace(from, to);
  const same = TABLES.get(lab)?.get(spellName(changed));
  return same ?? (changed === name ? undefined : changed);
};
