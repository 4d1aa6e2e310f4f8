import type { Rejection, RejectionReason } from '../../domain/attempt.ts';
import type { Offering } from '../../domain/model.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { CandidateRule, RouteCondition } from '../../domain/route.ts';
import type { Provider } from '../../ports/provider.ts';
import type { MomentaryCheck } from './candidate-filter.ts';
import type { Availability } from './health/availability.ts';
import type { Pulse } from './health/pulse.ts';
import type { RateCard } from './rate-card.ts';
import type { SpeedCheck } from './speed-check.ts';

/** An offering that a route may use, with what holds of it for as long as the catalogue stands. */
export type RouteCandidate = {
  /** Its place in the compiled route. */
  readonly index: number;
  readonly offering: Offering;
  readonly provider: Provider;
  readonly rule: CandidateRule;
  /** Place of the rule; a nested route's candidates have that of the rule that names it. Fallbacks come after all others. */
  readonly group: number;
  readonly isFallback: boolean;
  /** The offering's, else its provider's; lower case. */
  readonly region: string | undefined;
  /** Every place in which it may be served as it is; undefined: not known. */
  readonly places: readonly string[] | undefined;
  /** Regions that a request can ask for. */
  readonly requestRegions: readonly string[];
  /** What every request asks for: by the configuration or a filter. */
  readonly askedRegion?: string;
  readonly rates: RateCard;
  readonly scores: readonly QualityScore[];
  /** Of this offering by the route's own rules. */
  readonly availability: Availability;
  /** That of its availability: it is looked at for each candidate of each request. */
  readonly pulse: Pulse;
  /** Most that a request may cost here, in US dollars; absent: any. NaN where no exchange rate leads there. */
  readonly maxCostUsd?: number;
  /** Of its rule, and of the rules of a nested route; all must hold. One list for all candidates of a rule. Absent: none. */
  readonly conditions?: readonly RouteCondition[];
  /** Whether it is as fast as the policy prefers; absent: it prefers nothing. */
  readonly speed?: SpeedCheck;
  /** What filters ask of its changing prices and measurements; absent: nothing. */
  readonly momentary?: MomentaryCheck;
};

/** A candidate that may not be used for this request, or not now. Its words are made only for who reads them. */
export type Barred = {
  readonly candidate: RouteCandidate;
  readonly reason: RejectionReason;
  readonly retryAfterMs?: number;
  /** It is barred by a guess alone: where nothing else is left it may be used. */
  readonly isGuess?: boolean;
  /** Present: it has no room, and may have some after so many milliseconds at the soonest. */
  readonly roomAfterMs?: number;
  detail(): string;
};

export const rejectionOf = (barred: Barred): Rejection => {
  const { candidate, reason, retryAfterMs } = barred;
  return {
    offeringId: candidate.offering.id,
    reason,
    detail: barred.detail(),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
};
