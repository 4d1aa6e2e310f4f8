import type { OfferingId } from '../../../domain/ids.ts';
import type { Canary } from '../../../domain/route.ts';
import { ok, type Staged } from '../../stages/stage.ts';
import type { CompiledRoute } from '../compiled-route.ts';
import type { RequestFacts } from '../request-facts.ts';
import type { ExplainedCandidate, RoutedPlan, RouteExplanation } from '../route-plan.ts';
import { subjectHash } from '../strategies/drawn.ts';
import { rampedAt } from '../strategies/ramp.ts';
import type { CanaryBoard } from './canary-board.ts';

/** What the canary gets at a moment, 0 to 1. */
export const canaryShareAt = ({ share, ramp }: Canary, at: Date): number =>
  ramp === undefined ? share : rampedAt(ramp, at);

/** Tells the subject's place here apart from its place in a split. */
const OF_CANARY = '\ncanary';

/** Whether a request is the canary's. Who has it at one share has it at every greater one. */
const isDrawn = (canary: Canary, route: CompiledRoute, facts: RequestFacts): boolean => {
  const share = canaryShareAt(canary, facts.ask.at);
  const context = facts.contextOf(route);
  const subject = canary.by === undefined ? undefined : context.subject(canary.by);
  return (subject === undefined ? context.random() : subjectHash(subject + OF_CANARY)) < share;
};

/** Whether a route's canary comes first for a request: it runs, and the request is one of its share. */
export const drawnFor = (
  route: CompiledRoute,
  facts: RequestFacts,
  board: CanaryBoard | undefined,
): CompiledRoute | undefined => {
  const { saved, canary, policy } = route;
  if (canary === undefined || policy.canary === undefined || saved === undefined || board === undefined)
    return undefined;
  if (board.rollbackOf(saved.name) !== undefined || !isDrawn(policy.canary, route, facts)) return undefined;
  return canary;
};

const both = <Each extends { readonly offering: { readonly id: OfferingId } }>(
  first: readonly Each[],
  then: readonly Each[],
): readonly Each[] => {
  const known = new Set(first.map(({ offering }) => offering.id));
  return [...first, ...then.filter(({ offering }) => !known.has(offering.id))];
};

const decided = <Decision extends RoutedPlan['decision']>(canary: Decision, main: Decision): Decision => {
  const considered = canary.considered ?? [];
  const known = new Set(canary.candidates);
  return {
    ...main,
    modelSlug: canary.modelSlug,
    isCanary: true,
    candidates: [...canary.candidates, ...main.candidates.filter((id) => !known.has(id))],
    considered: [
      ...considered,
      ...(main.considered ?? []).filter(({ offeringId }) => !known.has(offeringId)),
    ],
  };
};

/** The canary's candidates, then those of its route, one after another. */
export const canaryFirst = <Call>(
  canary: RoutedPlan<Call>,
  main: Staged<RoutedPlan<Call>>,
): Staged<RoutedPlan<Call>> => {
  if (main.kind === 'REFUSED') return ok({ ...canary, decision: { ...canary.decision, isCanary: true } });
  const { value: plan } = main;
  const [first] = canary.candidates;
  const [, ...others] = both(canary.candidates, plan.candidates);
  return ok({
    ...plan,
    decision: decided(canary.decision, plan.decision),
    candidates: [first, ...others],
    standby: both(canary.standby ?? [], plan.standby ?? []),
    dispatch: { kind: 'SERIAL' },
    inputTokens: canary.inputTokens,
  });
};

/** The same of a dry run. */
export const explainedFirst = (canary: RouteExplanation, main: RouteExplanation): RouteExplanation => ({
  ...main,
  decision: decided(canary.decision, main.decision),
  dispatch: { kind: 'SERIAL' },
  candidates: both(canary.candidates, main.candidates).map(
    (each, index): ExplainedCandidate => ({ ...each, rank: index + 1 }),
  ),
});
