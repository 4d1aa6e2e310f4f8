import { litellm } from '../../src/adapters/sources/litellm.ts';
import type { ShippedList } from '../../src/catalogue/shipped/shipped-list.ts';
import type { SourceOffering, SourcePrice } from '../../src/ports/catalogue-source.ts';
import { withoutDatedTwins } from './dated-twins.ts';
import { type Edition, editionOf, isPlaceholder } from './edition.ts';
import { shippedProviders } from './list-of-reading.ts';

export const LITELLM_URL = `${litellm.baseUrl}${litellm.requests[0]?.path ?? ''}`;

/** Providers that this server can call, and hosts and makers of images and speech that are much used. */
const PROVIDERS = new Set([
  'ai21',
  'anthropic',
  'assemblyai',
  'azure',
  'baseten',
  'bedrock',
  'black-forest-labs',
  'cerebras',
  'cloudflare',
  'cohere',
  'dashscope',
  'deepgram',
  'deepinfra',
  'deepseek',
  'elevenlabs',
  'fireworks',
  'google',
  'groq',
  'jina',
  'minimax',
  'mistral',
  'moonshot',
  'nebius',
  'openai',
  'perplexity',
  'recraft',
  'sambanova',
  'stability',
  'together',
  'vertex',
  'voyage',
  'xai',
  'zai',
]);

/**
 * Providers of which the list prices models by their size, whether or not they are served without a machine of one's own. Those
 * are, of which it has a rate of cached tokens, or of which another list knows.
 */
const PRICED_BY_SIZE = new Set(['fireworks']);

const isServed = (
  { providerId, providerModelId, facts, prices }: SourceOffering,
  isListed: (offeringId: string) => boolean,
): boolean =>
  !PRICED_BY_SIZE.has(providerId) ||
  facts.capabilities?.includes('EMBEDDING') === true ||
  // The short names are LiteLLM's own.
  (providerModelId.startsWith('accounts/') &&
    (isListed(`${providerId}/${providerModelId}`) ||
      isListed(`${providerId}/${providerModelId.slice(providerModelId.lastIndexOf('/') + 1)}`) ||
      prices.some(({ meter }) => meter.tokenType === 'CACHE_READ')));

/**
 * Rows that were found wrong. AssemblyAI: the rates of its two models are swapped. ElevenLabs: of a plan's overage, above the
 * API's price. gpt-4o-mini-tts and Gemini's speech: the rates of the text model of that name. Jina's reranker: of its first
 * day, with a rate of output that it does not have. Cohere's multilingual light embedding: a
 * thousand times the rate of its siblings.
 */
const WRONG = new Set([
  'assemblyai/best',
  'assemblyai/nano',
  'azure/gpt-4o-mini-tts',
  'cohere/embed-multilingual-light-v3.0',
  'elevenlabs/eleven_multilingual_v2',
  'elevenlabs/eleven_v3',
  'google/gemini-2.5-flash-preview-tts',
  'jina/jina-reranker-v2-base-multilingual',
  'openai/gpt-4o-mini-tts',
  'openai/gpt-4o-mini-tts-2025-03-20',
  'openai/gpt-4o-mini-tts-2025-12-15',
  'vertex/gemini-2.5-flash-preview-tts',
]);

/** Models that Perplexity served once, and that stand in the map without a day of retirement. */
const SERVED_ONCE = /^perplexity\/(?:codellama|llama-|mistral-|mixtral-|pplx-\d+b-|sonar-(?:small|medium)-)/;

const isTaken = ({ providerId, providerModelId }: SourceOffering): boolean => {
  const id = `${providerId}/${providerModelId}`;
  return PROVIDERS.has(providerId) && !WRONG.has(id) && !SERVED_ONCE.test(id);
};

/** Capacity that is bought ahead prices no call. */
const isRate = (row: SourcePrice): boolean => row.billing === 'METERED' && !isPlaceholder(row);

/**
 * LiteLLM's map as the live source reads it, for the providers above. What was retired before is only kept, without its
 * prices, if another list still has it. `isListed` answers for ids of offerings.
 */
export const convertLitellm = (
  body: string,
  edition: Edition,
  isListed: (offeringId: string) => boolean,
): ShippedList => {
  const { offerings } = litellm.parse({ prices: body });
  const taken = offerings.filter((offering) => isTaken(offering) && isServed(offering, isListed));
  const current = taken.flatMap((offering): readonly SourceOffering[] => {
    const { retiresAt } = offering.facts;
    if (retiresAt === undefined || retiresAt > edition.publishedAt) return [offering];
    const isKept = isListed(`${offering.providerId}/${offering.providerModelId}`);
    return isKept ? [{ ...offering, facts: { retiresAt }, prices: [] }] : [];
  });
  const list: ShippedList = {
    ...editionOf(edition, {
      source: litellm.id,
      name: litellm.name,
      licence: litellm.terms,
      pageUrl: litellm.pageUrl,
    }),
    providers: shippedProviders(
      current.map((offering) => ({ ...offering, prices: offering.prices.filter(isRate) })),
    ),
  };
  return withoutDatedTwins(list, isListed);
};
