import type { RouteScorePart } from '../../../domain/attempt.ts';

/** NaN is what is not known; so is what has no end. */
export const scorePart = (criterion: string, value: number, weight?: number): RouteScorePart => ({
  criterion,
  ...(Number.isFinite(value) && { value }),
  ...(weight !== undefined && { weight }),
});
