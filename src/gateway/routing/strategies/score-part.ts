import type { RouteScorePart } from '../../../domain/attempt.ts';

/** NaN is what is not known; so is what has no end. Made for each that is kept, before each request: without spreads. */
export const scorePart = (criterion: string, value: number, weight?: number): RouteScorePart => {
  if (!Number.isFinite(value)) return weight === undefined ? { criterion } : { criterion, weight };
  return weight === undefined ? { criterion, value } : { criterion, value, weight };
};
