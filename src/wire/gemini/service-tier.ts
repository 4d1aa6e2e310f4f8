import type { ServiceTier } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import { textAt } from '../json-reading.ts';
import type { GeminiPlatform } from './platform.ts';

/** The API's words for the tiers that it has. */
const WORDS: { readonly [Tier in ServiceTier]?: string } = {
  STANDARD: 'standard',
  FLEX: 'flex',
  PRIORITY: 'priority',
};

/** Empty for a tier that there is. */
export const tierProblem = (tier: ServiceTier): string => {
  if (WORDS[tier] !== undefined) return '';
  return tier === 'BATCH'
    ? 'a batch is handed in as a whole, not request by request'
    : 'Google has no such tier';
};

/** The Gemini API takes the tier in the body, Vertex in a header and not in the body. */
export const encodeTier = (
  tier: ServiceTier | undefined,
  platform: GeminiPlatform,
): { readonly body: JsonObject; readonly headers: { readonly [name: string]: string } } => {
  const word = tier === undefined ? undefined : WORDS[tier];
  if (word === undefined) return { body: {}, headers: {} };
  return platform === 'vertex'
    ? { body: {}, headers: { 'x-vertex-ai-llm-shared-request-type': word } }
    : { body: { serviceTier: word }, headers: {} };
};

/** The tier in which the usage says the request was served. Throughput that was bought in advance is none of them. */
export const readServiceTier = (usage: JsonObject | undefined): ServiceTier | undefined => {
  const said = textAt(usage, 'serviceTier') ?? textAt(usage, 'trafficType');
  switch (said?.toLowerCase()) {
    case 'standard':
    case 'service_tier_standard':
    case 'on_demand':
      return 'STANDARD';
    case 'flex':
    case 'service_tier_flex':
    case 'on_demand_flex':
      return 'FLEX';
    case 'priority':
    case 'service_tier_priority':
    case 'on_demand_priority':
      return 'PRIORITY';
    default:
      return undefined;
  }
};
