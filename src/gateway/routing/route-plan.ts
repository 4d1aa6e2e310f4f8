import type { Rejection, RouteDecision, RouteScorePart } from '../../domain/attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import type { ClientRequest } from '../../domain/client-request.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { Cost } from '../../domain/cost.ts';
import type { Offering } from '../../domain/model.ts';
import type { FallbackRules, RoutePolicy } from '../../domain/route.ts';
import type { Warning } from '../../domain/warning.ts';
import type { CompletionCommand } from '../completion-command.ts';
import type { RouteCandidate } from './candidate.ts';
import type { BreakerState } from './health/breaker.ts';

/** What is to be routed. */
export type RouteAsk = {
  readonly command: CompletionCommand;
  readonly caller: Caller;
  /** With all media here. */
  readonly request: CompletionRequest;
  readonly at: Date;
  /** Nothing will be called: neither the size of the prompt nor how offerings are doing bars any. */
  readonly isHypothetical?: true;
};

/** A candidate as it will be called. */
export type PlannedCandidate = Pick<RouteCandidate, 'offering' | 'provider' | 'breaker' | 'isFallback'> & {
  /** As this provider gets it. */
  readonly request: CompletionRequest;
  /** Present where it gets the client's own request instead, as that came. */
  readonly client?: ClientRequest;
  /** Of what it will have to leave out. */
  readonly warnings: readonly Warning[];
};

/** How candidates are called. */
export type Dispatch =
  /** One after another. */
  | { readonly kind: 'SERIAL' }
  /** So many of the first at once. */
  | { readonly kind: 'RACE'; readonly count: number }
  /** The second once the first is late; absent time: nothing is known, and it is not hedged. */
  | { readonly kind: 'HEDGE'; readonly afterMs?: number };

export type RoutePlan = {
  readonly decision: RouteDecision;
  /** In the order in which they are tried; at least one. */
  readonly candidates: readonly [PlannedCandidate, ...PlannedCandidate[]];
  readonly dispatch: Dispatch;
  readonly fallback: FallbackRules;
  /** About how many tokens the prompt has; for what is cancelled before its provider says. */
  readonly inputTokens: () => number;
};

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
