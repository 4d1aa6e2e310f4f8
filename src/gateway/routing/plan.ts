import type {
  ConsideredOffering,
  Rejection,
  RejectionReason,
  RouteDecision,
  RouteScorePart,
} from '../../domain/attempt.ts';
import type { FailureCode } from '../../domain/failure.ts';
import { asModelSlug, type ModelSlug } from '../../domain/ids.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { ok, refused, type Staged } from '../stages/stage.ts';
import { callingOf } from './calling.ts';
import { type Barred, rejectionOf } from './candidate.ts';
import { type Calls, type Choice, choose, type OnDefect, plannedOf } from './choose.ts';
import {
  type CompiledFailureFallback,
  type CompiledRoute,
  isPlain,
  type StandingPlan,
} from './compiled-route.ts';
import { type Eligible, eligibleOf, isTooLongForSome } from './eligibility.ts';
import { orderRoute, suspectsLast } from './order-route.ts';
import { keptRejections, rejectionsOf, withPassedOver } from './rejections.ts';
import type { RequestFacts } from './request-facts.ts';
import type { FailureLists, PlannedCandidate, RoutedPlan } from './route-plan.ts';
import { type Ranked, scorePart } from './strategies/order.ts';
import { dispatchOf } from './strategies/registry.ts';
import { levelsOf, risesLeft } from './strategies/rising.ts';

/** How much of what was considered and rejected is kept with a completion. */
const MOST_KEPT = 20;
const MOST_REJECTIONS = 200;

/** A plan before it is cut to what is carried out. */
export type Sketch<Call> = {
  readonly ordered: readonly Ranked[];
  readonly choice: Choice<Call>;
  /** Of this request or this moment, in no order of importance. */
  readonly barred: readonly Barred[];
  /** Full just now: they are called once there is room, where none of those that are chosen answers. */
  readonly standby: Choice<Call>['chosen'];
};

const NO_STANDBY: readonly never[] = [];

/** How a request is planned, of whatever operation it is. */
export type Planning<Call> = {
  readonly route: CompiledRoute;
  readonly facts: RequestFacts;
  readonly calls: Calls<Call>;
  readonly onDefect: OnDefect;
};

/** Filters, orders and takes up to `most` candidates. */
export const sketchRoute = <Call>(planning: Planning<Call>, most: number): Sketch<Call> => {
  const { route, facts } = planning;
  const eligible = eligibleOf(route, facts);
  const { ordered, choice: made, leftOut } = chosenOf(planning, eligible, most);
  const choice = withPassedOver(made, route, eligible.barred);
  const barred =
    leftOut.length === 0 && choice.barred.length === 0
      ? eligible.barred
      : [...eligible.barred, ...leftOut, ...choice.barred];
  const sketch: Sketch<Call> = { ordered, choice, barred, standby: NO_STANDBY };
  const { maxQueueMs } = route.policy.fallback;
  const full = eligible.barred.filter(
    ({ roomAfterMs }) => roomAfterMs !== undefined && roomAfterMs <= maxQueueMs,
  );
  if (choice.chosen.length > 0)
    return full.length === 0 ? sketch : { ...sketch, standby: inOrder(planning, full, most).choice.chosen };
  const guessed = eligible.barred.filter(({ isGuess }) => isGuess);
  const last =
    full.length + guessed.length === 0 ? sketch : lastResort(planning, full, guessed, sketch, most);
  return last.choice.chosen.length > 0 ? last : insteadOf(planning, last, most);
};

/** What a provider would have said of those that are barred, had it been asked. */
const FORESEEN: { readonly [Reason in RejectionReason]?: FailureCode } = {
  CONTEXT_TOO_SMALL: 'CONTEXT_LENGTH_EXCEEDED',
  RATE_LIMITED: 'RATE_LIMITED',
};

/** Where nobody is left, those that are named for what bars them. */
const insteadOf = <Call>(planning: Planning<Call>, none: Sketch<Call>, most: number): Sketch<Call> => {
  for (const { on, route } of planning.route.byFailure) {
    const isForeseen = none.barred.some(({ reason }) => {
      const code = FORESEEN[reason];
      return code !== undefined && on.has(code);
    });
    if (!isForeseen) continue;
    const found = sketchRoute({ ...planning, route }, most);
    if (found.choice.chosen.length > 0) return { ...found, barred: [...none.barred, ...found.barred] };
  }
  return none;
};

/** Plans what is named for a failure when that has happened. */
const failureListsOf = <Call>(planning: Planning<Call>, most: number): FailureLists<Call> => {
  const lists = new Map<CompiledFailureFallback, readonly PlannedCandidate<Call>[]>();
  return {
    after(code) {
      const named = planning.route.byFailure.find(({ on }) => on.has(code));
      if (named === undefined) return undefined;
      const list =
        lists.get(named) ??
        sketchRoute({ ...planning, route: named.route }, most).choice.chosen.map(({ planned }) => planned);
      lists.set(named, list);
      return list;
    },
    planned: () => [...lists.values()].flat(),
  };
};

/** Barred candidates by the route's own order all the same. */
const inOrder = <Call>(
  { route, facts, calls, onDefect }: Planning<Call>,
  barred: readonly Barred[],
  most: number,
): Chosen<Call> => {
  const candidates = barred.map(({ candidate }) => candidate);
  const { ranked, fallbacks, leftOut } = orderRoute(route, { candidates }, facts);
  const ordered = [...suspectsLast(ranked), ...suspectsLast(fallbacks)].map(withPlight);
  return { ordered, choice: choose(ordered, calls, most, onDefect), leftOut };
};

/** What is said of one that is called where nothing else is left. */
const withPlight = (ranked: Ranked): Ranked => {
  const { availability } = ranked.candidate;
  const { room } = availability;
  const plight = room.isFull
    ? scorePart('limit', room.limit)
    : availability.state() === 'OPEN'
      ? scorePart('breakerOpen', 1)
      : undefined;
  if (plight === undefined) return ranked;
  return { ...ranked, parts: () => [...(ranked.parts?.() ?? []), plight] };
};

type Chosen<Call> = Pick<Sketch<Call>, 'ordered' | 'choice'> & { readonly leftOut: readonly Barred[] };

/** By the first of the order alone where they do; else all of them are put into order. */
const chosenOf = <Call>(
  { route, facts, calls, onDefect }: Planning<Call>,
  eligible: Eligible,
  most: number,
): Chosen<Call> => {
  let order = orderRoute(route, eligible, facts, Math.max(most, MOST_KEPT));
  if (order.isCut) {
    const { ranked, leftOut } = order;
    const areWell = suspectsLast(ranked) === ranked;
    const choice = areWell ? choose(ranked, calls, most, onDefect) : undefined;
    if (choice !== undefined && choice.chosen.length >= most) return { ordered: ranked, choice, leftOut };
    order = orderRoute(route, eligible, facts);
  }
  const { ranked, fallbacks, leftOut } = order;
  const well = suspectsLast(ranked);
  // That one is suspected is a guess: by itself it sends nothing to those that are for when all else has failed.
  const ordered = fallbacks.length === 0 ? well : [...well, ...suspectsLast(fallbacks)];
  return { ordered, choice: choose(ordered, calls, most, onDefect), leftOut };
};

/**
 * Rather than nothing: those that are full, as room may come; then those whose breakers are open though they answer now and then;
 * then, where nobody is full, what is closed by another guess, as listed.
 */
const lastResort = <Call>(
  planning: Planning<Call>,
  full: readonly Barred[],
  guessed: readonly Barred[],
  { choice: before, barred }: Sketch<Call>,
  most: number,
): Sketch<Call> => {
  const open = guessed.filter(({ reason }) => reason === 'BREAKER_OPEN');
  // Where room may come, what is closed by another guess is not all that is left.
  const others = full.length > 0 ? [] : guessed.filter(({ reason }) => reason !== 'BREAKER_OPEN');
  const groups = [full, open, others];
  const found = groups.flatMap((each) => (each.length === 0 ? [] : [inOrder(planning, each, most)]));
  const unable = before.unable ?? found.find(({ choice }) => choice.unable !== undefined)?.choice.unable;
  const used = new Set(groups.flat().map(({ candidate }) => candidate));
  const chosen = found.flatMap(({ choice }) => choice.chosen);
  return {
    ordered: found.flatMap(({ ordered }) => ordered),
    choice: {
      chosen,
      barred: found.flatMap(({ choice }) => choice.barred),
      passedOver: found[0]?.choice.passedOver ?? before.passedOver,
      ...(unable !== undefined && { unable }),
    },
    barred: [
      ...barred.filter(({ candidate }) => !used.has(candidate)),
      ...found.flatMap(({ leftOut, choice }) => [...leftOut, ...choice.barred]),
    ],
    standby: NO_STANDBY,
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
  { choice, barred }: Sketch<unknown>,
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
  { ordered, choice, barred }: Sketch<unknown>,
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
  if (route.savesBudget) decision.savesBudget = true;
  if (rejected.length > 0) decision.rejected = rejected;
  return decision;
};

/** Of the first candidate; of the first that would be one where none is left. */
const modelOf = ({ candidates }: CompiledRoute, { chosen }: Choice<unknown>, requested: string): ModelSlug =>
  chosen[0]?.planned.offering.modelSlug ?? candidates[0]?.offering.modelSlug ?? asModelSlug(requested);

/** Chosen candidates that are no fallbacks. */
export const mainOf = ({ chosen }: Pick<Choice<unknown>, 'chosen'>): readonly Ranked[] =>
  chosen.filter(({ planned }) => !planned.isFallback).map(({ ranked }) => ranked);

/** Under which key a plan stands; undefined where it does not: something is not well, or the request is looked at for itself. */
const standingKeyOf = ({ route, facts, calls }: Planning<unknown>): string | undefined => {
  const { command, at, isHypothetical } = facts.ask;
  if (
    !route.isSteady ||
    isHypothetical ||
    facts.budgetSpent !== undefined ||
    route.firstEndMs <= at.getTime() ||
    isTooLongForSome(route, facts)
  )
    return undefined;
  const unable = route.unable(facts.needs);
  for (const { index, availability } of route.candidates)
    if (
      unable[index] === undefined &&
      (availability.pulse.closedUntil > facts.nowMs ||
        availability.pulse.isSuspect ||
        availability.room.isFull ||
        availability.state() !== 'CLOSED')
    )
      return undefined;
  const key = calls.key();
  return key && `${command.model}\n${key}`;
};

/** What of a plan holds for all requests that are alike. Keeps nothing of the one that it was made for. */
const standingOf = <Call>(
  decision: RouteDecision,
  { chosen }: Pick<Choice<Call>, 'chosen'>,
): StandingPlan => ({
  decision,
  chosen: chosen.map(({ ranked, planned: { warnings, ...planned } }) => ({
    ranked,
    warnings,
    passesOn: 'client' in planned,
  })),
  main: mainOf({ chosen }),
});

const isSome = <Each>(list: readonly Each[]): list is readonly [Each, ...Each[]] => list.length > 0;

/** What is carried out: as it was decided of other requests that were alike, where that still stands. */
export const planRoute = <Call>(planning: Planning<Call>): Staged<RoutedPlan<Call>> => {
  const { route, facts, calls } = planning;
  const { strategy, fallback, rising } = route.policy;
  const planOf = (
    decision: RouteDecision,
    candidates: readonly PlannedCandidate<Call>[],
    main: readonly Ranked[],
    standby: readonly PlannedCandidate<Call>[] = NO_STANDBY,
  ): RoutedPlan<Call> | undefined => {
    const levelOf = levelsOf(route.policy, route.candidates);
    const calling = callingOf(route, main);
    return isSome(candidates)
      ? {
          ask: facts.ask,
          lane: facts.ask.caller.key.id,
          standby,
          strategy,
          calledBy: calling.strategy,
          characters: facts.shape.hasMedia ? undefined : facts.shape.characters,
          decision,
          candidates,
          dispatch: dispatchOf(calling, rising && risesLeft(rising, facts.home())),
          ...(levelOf !== undefined && { levelOf }),
          fallback,
          ...(route.byFailure.length > 0 && { byFailure: failureListsOf(planning, fallback.maxAttempts) }),
          inputTokens: () => Math.round(facts.inputTokens(candidates[0].offering)),
        }
      : undefined;
  };
  const key = standingKeyOf(planning);
  const standing = key === undefined ? undefined : route.standing(key);
  if (standing !== undefined) {
    const { decision, chosen } = standing;
    const candidates = chosen.map(({ ranked, warnings, passesOn }) =>
      plannedOf(ranked.candidate, warnings, calls.again(ranked.candidate, passesOn)),
    );
    const plan = planOf(decision, candidates, standing.main);
    if (plan !== undefined) return ok(plan);
  }
  const sketch = sketchRoute(planning, fallback.maxAttempts);
  const { choice, barred } = sketch;
  const decision = decisionOf(route, facts, sketch, MOST_KEPT);
  const candidates = choice.chosen.map(({ planned }) => planned);
  const standby = sketch.standby.map(({ planned }) => planned);
  const plan = planOf(decision, candidates, mainOf(choice), standby);
  if (plan === undefined) return refused(refusalOf(route, facts, sketch));
  if (key !== undefined && !barred.some(({ reason }) => reason === 'DEFECT'))
    route.keep(key, standingOf(decision, choice));
  return ok(plan);
};
