import type { RouteDecision } from '../../domain/attempt.ts';
import type { ClientRequest } from '../../domain/client-request.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { FallbackRules } from '../../domain/route.ts';
import type { Warning } from '../../domain/warning.ts';
import type { RouteCandidate } from './candidate.ts';

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
