import type { Rejection } from '../../domain/attempt.ts';
import type { RouteName } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { CandidateRule, RoutePolicy } from '../../domain/route.ts';
import type { Provider } from '../../ports/provider.ts';
import type { MomentaryCheck } from './candidate-filter.ts';
import type { Breaker } from './health/breaker.ts';
import type { Pulse } from './health/pulse.ts';
import type { RateCard } from './rate-card.ts';

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
  /** Of this offering, whoever routes to it. */
  readonly pulse: Pulse;
  /** Of this offering by the route's own rules. */
  readonly breaker: Breaker;
  /** Most that a request may cost here, in US dollars; absent: any. NaN where no exchange rate leads there. */
  readonly maxCostUsd?: number;
  /** What filters ask of its changing prices and measurements; absent: nothing. */
  readonly momentary?: MomentaryCheck;
};

/** A policy with names looked up and facts checked. Made once for a policy and a catalogue. */
export type CompiledRoute = {
  readonly policy: RoutePolicy;
  readonly saved?: { readonly name: RouteName; readonly version: number };
  /** As listed, fallbacks last; no offering twice. */
  readonly candidates: readonly RouteCandidate[];
  /** Those that can be none as long as the catalogue stands. */
  readonly rejected: readonly Rejection[];
  /** What filters passed over, as many as are kept: they look at all that is on. */
  readonly unfit: readonly Rejection[];
  /** Routes within, by name, compiled. */
  readonly nested: ReadonlyMap<RouteName, CompiledRoute>;
};
