import type { ServiceTier } from '../../domain/completion-request.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { readServiceTier } from '../openai/service-tier.ts';
import type { UnreadFields } from './unread-fields.ts';

/** The tier that a client of OpenAI's formats asks for in `service_tier`; a word that is not known is unread. */
export const readTier = (word: string | null | undefined, unread: UnreadFields): ServiceTier | undefined => {
  if (word === null || word === undefined || word === 'auto') return undefined;
  const tier = readServiceTier(word);
  // Batches are handed in elsewhere.
  if (tier !== undefined && tier !== 'BATCH') return tier;
  unread.add('service_tier');
  return undefined;
};

/** The tier that the provider says it served. */
export const servedTier = ({ attempts }: Pick<OperationRecord, 'attempts'>): ServiceTier | undefined =>
  attempts.findLast(({ status }) => status === 'SUCCEEDED')?.serviceTier;

/** In OpenAI's words. */
export const TIER_WORDS: { readonly [Tier in ServiceTier]: string } = {
  STANDARD: 'default',
  BATCH: 'batch',
  FLEX: 'flex',
  PRIORITY: 'priority',
  FAST: 'fast',
};
