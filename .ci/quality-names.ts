/** Which model a source means, so that no score goes to a wrong one. */

/** A name without who publishes it, how it was run, its date, and its spelling. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/@.*$/, '')
    .replace(/\s*\([^)]*\)\s*$/, '')
    .split('/')
    .at(-1)
    ?.replace(/:(?:free|thinking|0)$/, '')
    .replace(/_(?:\d+k|none|minimal|low|medium|high|xhigh|max|unknown|thinking|reasoning)$/, '')
    .replace(/(\d)p(\d)/g, '$1.$2')
    .replaceAll(/[\s._]+/g, '-')
    .replace(/-(?:20\d{6}|20\d{2}-\d{2}-\d{2})$/, '')
    .replace(/^((?:gpt-[56]|o[134])(?:[\w-]*?))-(?:minimal|low|medium|high)$/, '$1')
    .replace(/^(?:amazon-(?=nova)|cohere-(?=embed))/, '')
    .replace(/-v1$/, '') ?? '';

/** Names of one model that differ in more than spelling: as the source writes it in plain form, and the model. */
const PAIRS: { readonly [name: string]: string } = {
  'claude-opus-4': 'anthropic/claude-opus-4-0',
  'claude-sonnet-4': 'anthropic/claude-sonnet-4-0',
  'deepseek-chat-v3': 'deepseek/deepseek-v3',
  'gemini-2-0-flash-001': 'google/gemini-2.0-flash',
  'gemini-3-0-pro': 'google/gemini-3-pro-preview',
  'gemini-3-flash': 'google/gemini-3-flash-preview',
  'gemini-3-pro': 'google/gemini-3-pro-preview',
  'gemma-4-26b-a4b': 'google/gemma-4-26b-a4b-it',
  'gemma-4-31b': 'google/gemma-4-31b-it',
  'glm-4-5-air-fp8': 'zhipuai/glm-4.5-air',
  'gpt-4-5': 'openai/gpt-4.5-preview',
  'grok-4': 'xai/grok-4-0709',
  'grok-4-2': 'xai/grok-4.20',
  'grok-4-20-0309': 'xai/grok-4.20',
  'grok-4-20-0309-reasoning': 'xai/grok-4.20',
  'hy3-preview': 'tencent/hy3-preview',
  'llama-3-3-70b-instruct-turbo': 'meta/llama-3.3-70b-instruct',
  'llama-4-maverick-17b-128e-instruct': 'meta/llama-4-maverick',
  'llama-4-maverick-17b-128e-instruct-fp8': 'meta/llama-4-maverick',
  'llama-4-scout-17b-16e': 'meta/llama-4-scout',
  'llama-4-scout-17b-16e-instruct': 'meta/llama-4-scout',
  'ministral-3-14b-2512': 'mistral/ministral-14b-2512',
  'ministral-3-3b-2512': 'mistral/ministral-3b-2512',
  'ministral-3-8b-2512': 'mistral/ministral-8b-2512',
  'mistral-3-large-2512': 'mistral/mistral-large-2512',
  'mistral-medium-2505': 'mistral/mistral-medium-3',
  'mistral-medium-2508': 'mistral/mistral-medium-3-1',
  'phi-4-mini': 'microsoft/phi-4-mini-instruct',
  'qwen2-5-vl-32b': 'alibaba/qwen2.5-vl-32b-instruct',
  'qwen2-5-vl-72b': 'alibaba/qwen2.5-vl-72b-instruct',
  'qwen-3-8-max': 'alibaba/qwen3.8-max',
  'deepseek-v3-0324': 'deepseek/deepseek-v3-0324',
  'deepseek-r1-0528': 'deepseek/deepseek-r1-0528',
};

/** Names that move from model to model, so that a score of the past says nothing of what they mean today. */
const MOVING = /(?:-latest|\/deepseek-(?:chat|reasoner)|\/qwen-(?:max|plus|turbo|flash|long))$/;

/**
 * Of one model there are several dated snapshots: each goes by its own name, and only if the catalogue takes that for a name
 * of the model is the score the model's.
 */
const SNAPSHOTS = new Set(['openai/gpt-4o', 'anthropic/claude-3-5-sonnet']);
/** What the undated name stands for. */
const CURRENT = new Set(['gpt-4o-2024-08-06', 'claude-3-5-sonnet-20241022', 'gpt-4o', 'claude-3.5-sonnet']);

/** Names of Aider's list that tell a model by what stands in brackets. */
const AIDER: { readonly [name: string]: string } = {
  'DeepSeek V3 (0324)': 'deepseek/deepseek-v3-0324',
  'DeepSeek R1 (0528)': 'deepseek/deepseek-r1-0528',
  'DeepSeek Chat V3 (prev)': 'deepseek/deepseek-v3',
  'DeepSeek R1': 'deepseek/deepseek-r1',
  'Gemini 2.5 Pro Preview 03-25': 'google/gemini-2.5-pro-preview-03-25',
  'Grok 3 Beta': 'xai/grok-3-beta',
  'Grok 3 Mini Beta (low)': 'xai/grok-3-mini-beta',
  'Grok 3 Mini Beta (high)': 'xai/grok-3-mini-beta',
  'Kimi K2': 'moonshotai/kimi-k2',
  'Llama 4 Maverick': 'meta/llama-4-maverick',
  'QwQ-32B': 'alibaba/qwq-32b',
  'Qwen3 32B': 'alibaba/qwen3-32b',
  'claude-opus-4-20250514 (32k thinking)': 'anthropic/claude-opus-4-0',
  'claude-opus-4-20250514 (no think)': 'anthropic/claude-opus-4-0',
  'claude-sonnet-4-20250514 (32k thinking)': 'anthropic/claude-sonnet-4-0',
  'claude-sonnet-4-20250514 (no thinking)': 'anthropic/claude-sonnet-4-0',
  'gemma-3-27b-it': 'google/gemma-3-27b-it',
  'grok-4 (high)': 'xai/grok-4-0709',
};

const aiderModel = (model: string): string | undefined => {
  const listed = AIDER[model];
  if (listed !== undefined) return listed;
  const name = model.replace(/\s*\([^)]*\)$/, '');
  if (/^DeepSeek-V3\.2-Exp/.test(name)) return 'deepseek/deepseek-v3.2-exp';
  if (!/^(?:gpt-(?!4o-2024-11)|o[134]|claude-)[\w.-]+$|^o[134]$/.test(name) || /latest/.test(name))
    return undefined;
  const plainName = name.replace(/-(?:20\d{6}|20\d{2}-\d{2}-\d{2})$/, '');
  return `${name.startsWith('claude') ? 'anthropic' : 'openai'}/${plainName}`;
};

/** `lab/model`; undefined if it is not sure which model is meant. */
export const modelFor = (table: string, model: string, guessed: string): string | undefined => {
  // A host lists the model at high effort by a name of its own.
  const canonical = guessed.replace(/^(openai\/o[34]-mini)-high$/, '$1');
  if (table === 'aider') return aiderModel(model);
  if (!/^[^/\s]+\/\S+$/.test(canonical) || MOVING.test(canonical)) return undefined;
  if (
    SNAPSHOTS.has(canonical) &&
    !CURRENT.has(model.replace(/^.*\//, '').replace(/@.*$/, '').toLowerCase())
  ) {
    const dated = /\d{4}-\d{2}-\d{2}|20\d{6}/.exec(model)?.[0];
    return dated === undefined ? undefined : `${canonical}-${dated}`;
  }
  const name = plain(model);
  const listed = PAIRS[name];
  if (listed !== undefined) return listed;
  return name === plain(canonical) ? canonical : undefined;
};
