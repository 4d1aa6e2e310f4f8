import type { ServiceTier } from '../../domain/completion-request.ts';

/** A server's words for service tiers; one that is missing is unsupported. */
export type ServiceTierWords = { readonly [Tier in ServiceTier]?: string };

/** OpenAI's own words. */
export const OPENAI_SERVICE_TIERS: ServiceTierWords = {
  STANDARD: 'default',
  FLEX: 'flex',
  PRIORITY: 'priority',
};

/** The tier that a server says it served; undefined for words that name none, such as `auto` or `scale`. */
export const readServiceTier = (word: string | undefined): ServiceTier | undefined => {
  switch (word?.toLowerCase()) {
    case 'default':
    case 'standard':
    case 'on_demand':
      return 'STANDARD';
    case 'flex':
      return 'FLEX';
    case 'priority':
    case 'performance':
      return 'PRIORITY';
    case 'batch':
      return 'BATCH';
    case 'fast':
      return 'FAST';
    default:
      return undefined;
  }
};
