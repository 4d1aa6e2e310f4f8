import type { Rejection, RouteDecision, RouteScorePart } from '../../domain/attempt.ts';
import type { Cost } from '../../domain/cost.ts';
import type { Offering } from '../../domain/model.ts';
import type { RoutePolicy } from '../../domain/route.ts';
import type { Warning } from '../../domain/warning.ts';
import type { BreakerState } from './health/breaker.ts';
import type { Dispatch } from './route-plan.ts';

/** A candidate of a dry run. */
export type ExplainedCandidate = {
  readonly offering: Offering;
  /** From 1. */
  readonly rank: number;
  readonly isFallback: boolean;
  readonly score?: number;
  readonly parts: readonly RouteScorePart[];
  /** Exact, for the tokens that are expected. */
  readonly estimatedCost: Cost;
  readonly breaker: BreakerState;
  /** Of what it would have to leave out. */
  readonly warnings: readonly Warning[];
};

/** What would be done with a request, and why. */
export type RouteExplanation = {
  readonly decision: RouteDecision;
  readonly policy: RoutePolicy;
  readonly dispatch: Dispatch;
  /** Best first; empty where none is left. */
  readonly candidates: readonly ExplainedCandidate[];
  /** Each offering that the route would use and may not. */
  readonly rejected: readonly Rejection[];
  readonly expectedTokens: { readonly input: number; readonly cacheRead: number; readonly output: number };
  /** 0 to 1; absent where the route does not ask for it. */
  readonly complexity?: number;
};
