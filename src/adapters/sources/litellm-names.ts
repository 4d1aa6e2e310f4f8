import type { MeterAttributes } from '../../domain/price.ts';

/** LiteLLM's words for providers, where they are not ours; those that begin with `vertex_ai` are Vertex. */
const PROVIDERS: { readonly [word: string]: string } = {
  azure_ai: 'azure',
  azure_text: 'azure',
  bedrock_converse: 'bedrock',
  bedrock_mantle: 'bedrock',
  codestral: 'mistral',
  cohere_chat: 'cohere',
  fireworks_ai: 'fireworks',
  'fireworks_ai-embedding-models': 'fireworks',
  friendliai: 'friendli',
  gemini: 'google',
  github_copilot: 'github-copilot',
  gmi: 'gmicloud',
  jina_ai: 'jina',
  lambda_ai: 'lambda',
  meta_llama: 'llama',
  nvidia_nim: 'nvidia',
  palm: 'google',
  snowflake: 'snowflake-cortex',
  'text-completion-codestral': 'mistral',
  'text-completion-inception': 'inception',
  'text-completion-openai': 'openai',
  together_ai: 'together',
  vercel_ai_gateway: 'vercel',
};

export const litellmProvider = (word: string): string =>
  word.startsWith('vertex_ai') ? 'vertex' : (PROVIDERS[word] ?? word.replaceAll('_', '-'));

/** What LiteLLM puts before the name that the provider's API takes, where it is not its word for the provider. */
const PREFIXES: { readonly [word: string]: readonly string[] } = {
  amazon_nova: ['amazon-nova/'],
  azure_text: ['azure/'],
  bedrock_converse: ['bedrock/', 'bedrock_converse/'],
  cohere_chat: ['cohere/', 'cohere_chat/'],
  'fireworks_ai-embedding-models': ['fireworks_ai/'],
};

export type LitellmName = {
  readonly providerModelId: string;
  readonly region?: string;
  /** Capacity that is bought for this long, e.g. `1-month`. */
  readonly commitment?: string;
  readonly attributes: MeterAttributes;
};

const AWS_REGION = /^([a-z]{2}(?:-[a-z]+)+-\d|\*)\//;
const AZURE_REGION = /^(eu|us|global-standard|global)\//;

/** Groups of models by size, and rules about names; no provider's API takes them. */
const isNoModel = (key: string): boolean =>
  /^(fireworks-ai-|together-ai-)|^(sample_spec|fallback_generalizations)$/.test(key);

/** Names that look like any other and are mistaken: with the day of another model, or of another host. */
const MISTAKEN = new Set([
  'bedrock/anthropic.claude-3-7-sonnet-20240620-v1:0',
  'mistral/mistral-small-3-2-2506',
]);

/** Keys whose rates are of an older model than the one that the name means now; another key of the list states those. */
const OUTDATED_KEYS = new Set(['azure/mistral-large-latest']);

/** AWS puts the vendor before every name, and dates none with `@`. */
const isBedrockName = (name: string): boolean => /^(?:[a-z-]+\.)?[a-z0-9]+\.[^@]+$/.test(name);

/**
 * Whether the provider's API can take the name: it ends in one, holds no setting of a call in it, and is spelled as the
 * provider spells all of its names.
 */
const isNameAt = (provider: string, name: string): boolean =>
  name !== '' &&
  !name.endsWith('/') &&
  !/-safety(?:-recitation)?-off$/.test(name) &&
  (provider !== 'bedrock' || name.startsWith('arn:') || isBedrockName(name)) &&
  !MISTAKEN.has(`${provider}/${name}`);

/**
 * What a key of the list says: `hd/1024-x-1024/dall-e-3`, `azure/eu/gpt-4o`,
 * `bedrock/eu-west-1/1-month-commitment/cohere.command-text-v14`. Undefined for what is no model.
 */
export const readLitellmName = (key: string, word: string): LitellmName | undefined => {
  if (isNoModel(key) || OUTDATED_KEYS.has(key)) return undefined;
  const attributes: { [name: string]: string } = {};
  let name = key;
  let region: string | undefined;
  let commitment: string | undefined;
  const strip = (): void => {
    const prefixes = [
      `${word}/`,
      ...(PREFIXES[word] ?? []),
      ...(word.startsWith('vertex_ai') ? ['vertex_ai/'] : []),
    ];
    // Vercel's and OpenRouter's own names begin with a lab, which can be spelled as their word.
    const found = prefixes.find((prefix) => name.startsWith(prefix));
    if (found !== undefined) name = name.slice(found.length);
  };
  strip();
  const pixels =
    /^(?:(hd|standard|low|medium|high|auto)\/)?(\d{2,5}|max)-x-(\d{2,5}|max)\/(?:(\d+|max)-steps\/)?/.exec(
      name,
    );
  if (pixels !== null) {
    if (pixels[1] !== undefined) attributes.quality = pixels[1];
    if (pixels[2] !== 'max') attributes.size = `${pixels[2]}x${pixels[3]}`;
    if (pixels[4] !== undefined) attributes.steps = pixels[4];
    name = name.slice(pixels[0].length);
    strip();
  }
  const provider = litellmProvider(word);
  if (provider === 'bedrock') {
    const place = AWS_REGION.exec(name);
    if (place !== null) {
      if (place[1] !== '*') region = place[1];
      name = name.slice(place[0].length);
    }
    const term = /^(\d+-month)-commitment\//.exec(name);
    if (term !== null) {
      commitment = term[1];
      name = name.slice(term[0].length);
    }
    name = name.replace(/^invoke\//, '');
  }
  if (provider === 'azure') {
    const place = AZURE_REGION.exec(name);
    if (place !== null) {
      region = place[1] === 'global-standard' ? 'global' : place[1];
      name = name.slice(place[0].length);
    }
  }
  if (!isNameAt(provider, name)) return undefined;
  return {
    providerModelId: name,
    ...(region === undefined ? {} : { region }),
    ...(commitment === undefined ? {} : { commitment }),
    attributes,
  };
};
