import type { Rejection, RouteDecision, RouteScorePart } from '../../domain/attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import type { ClientRequest } from '../../domain/client-request.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { Cost } from '../../domain/cost.ts';
import type { FailureCode } from '../../domain/failure.ts';
import type { OfferingId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { OperationKind, OperationRequests } from '../../domain/operation.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { CascadeRules, FallbackRules, RoutePolicy, Strategy } from '../../domain/route.ts';
import type { Warning } from '../../domain/warning.ts';
import type { OperationAdapter } from '../../ports/provider.ts';
import type { CompletionCommand } from '../completion-command.ts';
import type { RouteCandidate } from './candidate.ts';
import type { BreakerState } from './health/breaker-machine.ts';

/** What is to be routed. */
export type RouteAsk = {
  readonly command: Pick<
    CompletionCommand,
    'model' | 'request' | 'unsupported' | 'routing' | 'client' | 'headers'
  > &
    Partial<Pick<CompletionCommand, 'delivery'>>;
  readonly caller: Caller;
  /** With all media here. */
  readonly request: CompletionRequest;
  readonly at: Date;
  /** Nothing will be called: neither the size of the prompt nor how offerings are doing bars any. */
  readonly isHypothetical?: true;
};

/** What a provider gets of a completion. */
export type CompletionCall = {
  readonly request: CompletionRequest;
  /** Present where it gets the client's own request instead, as that came. */
  readonly client?: ClientRequest;
};

/** What a provider gets of another operation. */
export type OperationCall<Kind extends OperationKind> = {
  readonly adapter: OperationAdapter<Kind>;
  readonly request: OperationRequests[Kind];
};

/** A candidate as it will be called. */
export type PlannedCandidate<Call = CompletionCall> = Pick<
  RouteCandidate,
  'offering' | 'provider' | 'availability' | 'isFallback'
> & {
  /** Of what it will have to leave out. */
  readonly warnings: readonly Warning[];
} & Call;

/** How candidates are called. */
export type Dispatch =
  /** One after another. */
  | { readonly kind: 'SERIAL' }
  /** So many of the first at once. */
  | { readonly kind: 'RACE'; readonly count: number }
  /** The second once the first is late; absent time: nothing is known, and it is not hedged. */
  | { readonly kind: 'HEDGE'; readonly afterMs?: number }
  /** One after another; an answer that does not pass is followed by another tier. `tierOf`: absent for fallbacks. */
  | {
      readonly kind: 'CASCADE';
      readonly rules: CascadeRules;
      readonly maxEscalations: number;
      readonly tierOf: ReadonlyMap<OfferingId, number>;
    };

/** Candidates for some failures, planned once one has happened. */
export type FailureLists<Call> = {
  /** Undefined: none are named for it. The same list for all failures that it is for. */
  after(code: FailureCode): readonly PlannedCandidate<Call>[] | undefined;
  /** Those that were asked for so far. */
  planned(): readonly PlannedCandidate<Call>[];
};

export type RoutePlan<Call = CompletionCall> = {
  /** One object for all requests that are decided alike, so that what is made of it can be kept with it. */
  readonly decision: RouteDecision;
  /** In the order in which they are tried; at least one. */
  readonly candidates: readonly [PlannedCandidate<Call>, ...PlannedCandidate<Call>[]];
  /** Full when it was planned: asked once there is room, where none of the candidates answers. Absent: none. */
  readonly standby?: readonly PlannedCandidate<Call>[];
  /** What is tried after some failures, before what is left of the candidates; absent: nothing of its own. */
  readonly byFailure?: FailureLists<Call>;
  /** Who waits for room waits in turn with those of other lanes: that of its key. Absent: with all that have none. */
  readonly lane?: string;
  readonly dispatch: Dispatch;
  readonly fallback: FallbackRules;
  /** About how many tokens the prompt has; for what is cancelled before its provider says. */
  readonly inputTokens: () => number;
};

/** A candidate of a plan, be it that it was full when that was made, or is for a failure. */
export const plannedAt = <Call>(
  { candidates, standby, byFailure }: Pick<RoutePlan<Call>, 'candidates' | 'standby' | 'byFailure'>,
  id: OfferingId,
): PlannedCandidate<Call> | undefined =>
  candidates.find(({ offering }) => offering.id === id) ??
  standby?.find(({ offering }) => offering.id === id) ??
  byFailure?.planned().find(({ offering }) => offering.id === id);

/** Follows a run of a plan from its beginning to its end. */
export type RunWatch = {
  /** What is told of it; absent: nothing is asked for. Never throws. */
  event?(event: CompletionEvent): void;
  /** Its row; undefined: it broke, and has none. Exactly once. Never throws. */
  over(record: OperationRecord | undefined): void;
};

/** How high the tier of an offering is, among those of a route; undefined: it is of none. */
export type LevelOf = (offering: OfferingId) => number | undefined;

/** A plan with what it was made of, for who learns from its end. */
export type RoutedPlan<Call = CompletionCall> = RoutePlan<Call> & {
  readonly ask: RouteAsk;
  readonly strategy: Strategy;
  /** That by which its candidates are called: that of a route within may take its place. */
  readonly calledBy: Strategy;
  /** Of the messages; undefined where they hold more than text. */
  readonly characters: number | undefined;
  /** To be called as it begins to be carried out; absent: nobody follows it. */
  readonly watch?: () => RunWatch;
  /** How high tiers are; absent: conversations do not rise. */
  readonly levelOf?: LevelOf;
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
