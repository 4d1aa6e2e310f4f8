import type { RouteScorePart } from '../../../domain/attempt.ts';
import type { ComplexityModel, Order, RouteCondition } from '../../../domain/route.ts';
import type { Barred, RouteCandidate } from '../candidate.ts';
import type { Judgement } from './complexity/classify.ts';

/** What strategies may know of a request. Each is worked out when it is first asked for, and then kept. */
export type OrderContext = {
  readonly at: Date;
  /** All candidates of the route, one list for as long as it stands, for what is worked out once; absent: those given. */
  readonly all?: readonly RouteCandidate[];
  /** The same moment on the monotonic clock, which pulses are dated by; absent: measurements count as fresh. */
  readonly nowMs?: number;
  /** About what the request costs there, in US dollars, what is cached counted as such; NaN: not known. */
  costOf(candidate: RouteCandidate): number;
  /** Output tokens that are expected. */
  outputTokens(): number;
  /** How hard the prompt is, by a model, else the one that is shipped. */
  judge(model: ComplexityModel | undefined): Judgement;
  /** What is not so of a condition, asked of a candidate; undefined: it holds. */
  whyNot(condition: RouteCondition, candidate: RouteCandidate): (() => string) | undefined;
  /** No rule has a condition; absent: some may. */
  readonly isUnconditional?: boolean;
  /** What a split is sticky by, as a text that only serves to be hashed. Absent: the request does not say. */
  subject(by: 'KEY' | 'USER' | 'CONVERSATION'): string | undefined;
  /** 0 inclusive to 1 exclusive. */
  random(): number;
};

export type Ranked = {
  readonly candidate: RouteCandidate;
  /** The lower the better; absent where the order goes by the list. */
  readonly score?: number;
  /** Written for those alone that are kept with the decision, or explained. */
  parts?(): readonly RouteScorePart[];
};

/** Candidates that a strategy leaves out, e.g. for want of a price, are missing from the answer; see `leftOut`. */
export type Ordered = {
  /** Best first. */
  readonly ranked: readonly Ranked[];
  readonly leftOut: readonly Barred[];
};

/**
 * One strategy: pure, and fast, for it runs before each request (200 candidates in some 10 µs). Candidates come as
 * listed; fallbacks are not among them. `most`: only so many of the first are asked for, and more may be ranked; what is left
 * out is told in full.
 */
export type OrderStrategy<Kind extends Order['kind']> = (
  candidates: readonly RouteCandidate[],
  order: Extract<Order, { kind: Kind }>,
  context: OrderContext,
  most?: number,
) => Ordered;

/** The candidates at these places, as they are ranked. */
export const rankedAt = (
  places: ArrayLike<number>,
  candidates: readonly RouteCandidate[],
  ranked: (candidate: RouteCandidate, place: number) => Ranked,
): readonly Ranked[] => {
  const all: Ranked[] = [];
  for (let rank = 0; rank < places.length; rank++) {
    const place = places[rank] ?? 0;
    const candidate = candidates[place];
    if (candidate !== undefined) all.push(ranked(candidate, place));
  }
  return all;
};

/** NaN is what is not known; so is what has no end. Made for each that is kept, before each request: without spreads. */
export const scorePart = (criterion: string, value: number, weight?: number): RouteScorePart => {
  if (!Number.isFinite(value)) return weight === undefined ? { criterion } : { criterion, weight };
  return weight === undefined ? { criterion, value } : { criterion, value, weight };
};
