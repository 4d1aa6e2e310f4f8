import type { ConsideredOffering, Rejection, RouteDecision, RouteScorePart } from '../../domain/attempt.ts';
import { asModelSlug, type ModelSlug, type ProviderId } from '../../domain/ids.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { ok, refused, type Staged } from '../stages/stage.ts';
import type { CompiledRoute, RouteCandidate } from './candidate.ts';
import { type Choice, choose } from './choose.ts';
import { isPlain } from './compiled-routes.ts';
import { type Barred, type Eligible, eligibleOf, rejectionOf } from './eligibility.ts';
import { orderRoute, suspectsLast } from './order-route.ts';
import { keptRejections, rejectionsOf, withPassedOver } from './rejections.ts';
import type { RequestFacts } from './request-facts.ts';
import type { PlannedCandidate, RoutePlan } from './route-plan.ts';
import type { Ranked } from './strategies/order.ts';
import { dispatchOf } from './strategies/registry.ts';

type OnDefect = (error: unknown, providerId: ProviderId) => void;

/** How much of what was considered and rejected is kept with a completion. */
const MOST_KEPT = 20;
const MOST_REJECTIONS = 200;

/** A plan before it is cut to what is carried out. */
export type Sketch = {
  readonly ordered: readonly Ranked[];
  readonly choice: Choice;
  /** Of this request or this moment, in no order of importance. */
  readonly barred: readonly Barred[];
};

/** Filters, orders and takes up to `most` candidates. */
export const sketchRoute = (
  route: CompiledRoute,
  facts: RequestFacts,
  most: number,
  onDefect: OnDefect,
): Sketch => {
  const { ask } = facts;
  const context = facts.contextOf(route);
  const eligible = eligibleOf(route.candidates, {
    request: ask.request,
    at: ask.at,
    unsupported: ask.command.unsupported,
    isHypothetical: ask.isHypothetical,
    mostInputTokens: () => facts.tokensIn(route).mostInput,
    inputTokens: (offering) => facts.inputTokens(offering),
    costOf: (candidate) => context.costOf(candidate),
  });
  const { ordered, choice: made, leftOut } = chosenOf(route, facts, eligible, most, onDefect);
  const choice = withPassedOver(made, route, eligible.barred);
  const barred =
    leftOut.length === 0 && choice.barred.length === 0
      ? eligible.barred
      : [...eligible.barred, ...leftOut, ...choice.barred];
  if (choice.chosen.length > 0) return { ordered, choice, barred };
  const guessed = eligible.barred.filter(({ isGuess }) => isGuess).map(({ candidate }) => candidate);
  return guessed.length === 0
    ? { ordered, choice, barred }
    : lastResort(route, facts, guessed, { ordered, choice, barred }, most, onDefect);
};

type Chosen = Pick<Sketch, 'ordered' | 'choice'> & { readonly leftOut: readonly Barred[] };

/** By the first of the order alone where they do; else all of them are put into order. */
const chosenOf = (
  route: CompiledRoute,
  facts: RequestFacts,
  eligible: Eligible,
  most: number,
  onDefect: OnDefect,
): Chosen => {
  let order = orderRoute(route, eligible, facts, Math.max(most, MOST_KEPT));
  if (order.isCut) {
    const { ranked, leftOut } = order;
    const areWell = suspectsLast(ranked) === ranked;
    const choice = areWell ? choose(ranked, facts.ask, most, onDefect) : undefined;
    if (choice !== undefined && choice.chosen.length >= most) return { ordered: ranked, choice, leftOut };
    order = orderRoute(route, eligible, facts);
  }
  const { ranked, fallbacks, leftOut } = order;
  const ordered = suspectsLast(fallbacks.length === 0 ? ranked : [...ranked, ...fallbacks]);
  return { ordered, choice: choose(ordered, facts.ask, most, onDefect), leftOut };
};

/** What is closed by a guess alone, as listed, rather than nothing. */
const lastResort = (
  route: CompiledRoute,
  facts: RequestFacts,
  guessed: readonly RouteCandidate[],
  { choice: before, barred }: Sketch,
  most: number,
  onDefect: OnDefect,
): Sketch => {
  const { ranked, fallbacks, leftOut } = orderRoute(route, { candidates: guessed }, facts);
  const ordered = [...ranked, ...fallbacks].sort((one, other) => one.candidate.index - other.candidate.index);
  const choice = choose(ordered, facts.ask, most, onDefect);
  const unable = before.unable ?? choice.unable;
  const used = new Set(guessed);
  return {
    ordered,
    choice: { ...choice, ...(unable !== undefined && { unable }) },
    barred: [...barred.filter(({ candidate }) => !used.has(candidate)), ...leftOut, ...choice.barred],
  };
};

const soonest = (rejections: readonly Rejection[]): number | undefined => {
  let least: number | undefined;
  for (const { retryAfterMs } of rejections)
    if (retryAfterMs !== undefined && (least === undefined || retryAfterMs < least)) least = retryAfterMs;
  return least;
};

/** Why there is nothing left to try. */
const refusalOf = (
  route: CompiledRoute,
  { ask: { command } }: RequestFacts,
  { choice, barred }: Sketch,
): CompletionRefusal => {
  const fellWhenAsked =
    barred.length > 0 && barred.every(({ reason }) => reason === 'PARAMETER' || reason === 'DEFECT');
  if (isPlain(route, command) && fellWhenAsked)
    return choice.unable === undefined
      ? {
          code: 'UNAVAILABLE',
          problem: `${barred[0]?.candidate.offering.id} cannot take the request: internal error in modelgraph, see its log. Choose another offering.`,
        }
      : {
          code: 'UNSUPPORTED_PARAMETER',
          offeringId: choice.unable.offering.id,
          parameters: choice.unable.parameters,
        };
  const rejections = rejectionsOf(route, barred, MOST_REJECTIONS);
  const retryAfterMs = soonest(barred.map(rejectionOf));
  return {
    code: 'NO_CANDIDATE',
    name: command.model,
    rejections,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
};

const NO_PARTS: readonly RouteScorePart[] = [];

const consideredOf = (ranked: Ranked): ConsideredOffering => {
  const offeringId = ranked.candidate.offering.id;
  const parts = ranked.parts?.() ?? NO_PARTS;
  const { score } = ranked;
  return score === undefined ? { offeringId, parts } : { offeringId, score, parts };
};

/** What was decided, as it is kept with the completion; at most `most` of what was considered and of what was rejected. */
export const decisionOf = (
  route: CompiledRoute,
  { ask: { command } }: RequestFacts,
  { ordered, choice, barred }: Sketch,
  most: number,
): RouteDecision => {
  const rejected = keptRejections(route, barred, isPlain(route, command), most);
  const considered: ConsideredOffering[] = [];
  for (const ranked of ordered) {
    if (considered.length >= most) break;
    considered.push(consideredOf(ranked));
  }
  const decision: { -readonly [Name in keyof RouteDecision]: RouteDecision[Name] } = {
    requested: command.model,
    modelSlug: modelOf(route, choice, command.model),
    candidates: choice.chosen.map(({ planned }) => planned.offering.id),
    strategy: route.policy.strategy.kind,
    considered,
  };
  if (route.saved !== undefined) decision.route = route.saved;
  if (rejected.length > 0) decision.rejected = rejected;
  return decision;
};

/** Of the first candidate; of the first that would be one where none is left. */
const modelOf = ({ candidates }: CompiledRoute, { chosen }: Choice, requested: string): ModelSlug =>
  chosen[0]?.planned.offering.modelSlug ?? candidates[0]?.offering.modelSlug ?? asModelSlug(requested);

/** As they are called, in order. */
const calledOf = ({ planned }: Choice['chosen'][number], { chosen }: Choice): RoutePlan['candidates'] => {
  const called: [PlannedCandidate, ...PlannedCandidate[]] = [planned];
  for (let place = 1; place < chosen.length; place += 1) {
    const next = chosen[place];
    if (next !== undefined) called.push(next.planned);
  }
  return called;
};

/** What is carried out. */
export const planRoute = (
  route: CompiledRoute,
  facts: RequestFacts,
  onDefect: OnDefect,
): Staged<RoutePlan> => {
  const { fallback, strategy } = route.policy;
  const sketch = sketchRoute(route, facts, fallback.maxAttempts, onDefect);
  const [first] = sketch.choice.chosen;
  if (first === undefined) return refused(refusalOf(route, facts, sketch));
  return ok({
    decision: decisionOf(route, facts, sketch, MOST_KEPT),
    candidates: calledOf(first, sketch.choice),
    dispatch: dispatchOf(strategy, { ranked: mainOf(sketch.choice) }),
    fallback,
    inputTokens: () => Math.round(facts.inputTokens(first.planned.offering)),
  });
};

/** Chosen candidates that are no fallbacks. */
export const mainOf = ({ chosen }: Choice): readonly Ranked[] =>
  chosen.filter(({ planned }) => !planned.isFallback).map(({ ranked }) => ranked);
