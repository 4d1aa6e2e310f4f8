import { LRUCache } from 'lru-cache';
import type { OfferingId } from '../../domain/ids.ts';

/** How much of what an offering's prompt cache should hold it was found to hold, learnt from this node's own completions. */
export type CacheHits = {
  /** 0 to 1; 1 where nothing is learnt yet. */
  share(offeringId: OfferingId): number;
  /** Of a prompt whose beginning was answered there shortly before: tokens that should be cached, and that were. */
  learn(offeringId: OfferingId, expected: number, found: number): void;
};

/** Shorter prompts are cached by few: their misses tell nothing. */
const MIN_TOKENS = 1_024;
/** Share that the newest prompt has in the average: four misses in a row leave a quarter. */
const WEIGHT = 0.3;
const MAX_OFFERINGS = 2_000;

export const createCacheHits = (): CacheHits => {
  /** Those that were heard of last are kept. */
  const shares = new LRUCache<OfferingId, number>({ max: MAX_OFFERINGS });
  const share = (offeringId: OfferingId): number => shares.peek(offeringId) ?? 1;
  return {
    share,
    learn(offeringId, expected, found) {
      if (expected < MIN_TOKENS) return;
      const before = share(offeringId);
      shares.set(offeringId, before + WEIGHT * (Math.min(1, found / expected) - before));
    },
  };
};
