import type { RouteScorePart } from '../../../domain/attempt.ts';
import type { Dispatch, ExplainedCandidate, RouteExplanation } from '../../../gateway/routing/route-plan.ts';
import { builder } from '../builder.ts';
import { OfferingRef, RouteRef, WarningRef } from '../refs.ts';
import { BreakerStateEnum } from './breaker-status.ts';
import { RejectionRef } from './errors.ts';
import { RouteScorePartRef } from './route-decision.ts';
import { RoutingStrategyEnum } from './routing-enums.ts';
import { CostUnion } from './usage-and-cost.ts';

const DispatchKindEnum = builder.enumType('DispatchKind', {
  description: 'How candidates are called.',
  values: {
    SERIAL: { description: 'One after another.' },
    RACE: { description: 'Several in parallel; the first good answer wins.' },
    HEDGE: { description: 'A second one once the first is late.' },
    CASCADE: { description: 'One after another, also where an answer does not pass the checks.' },
  } satisfies { [Kind in Dispatch['kind']]: { description: string } },
});

const DispatchRef = builder.objectRef<Dispatch>('Dispatch').implement({
  description: 'How the candidates of a plan are called.',
  fields: (t) => ({
    kind: t.expose('kind', {
      type: DispatchKindEnum,
      description: 'One after another, or beside each other.',
    }),
    count: t.int({
      nullable: true,
      description: 'RACE: how many are called in parallel; null otherwise.',
      resolve: (dispatch) => (dispatch.kind === 'RACE' ? dispatch.count : null),
    }),
    afterMs: t.float({
      nullable: true,
      description:
        'HEDGE: milliseconds without a token after which the second is asked; null otherwise, and where nothing is measured yet: then it is not hedged.',
      resolve: (dispatch) => (dispatch.kind === 'HEDGE' ? dispatch.afterMs : null),
    }),
  }),
});

const PlannedOfferingRef = builder.objectRef<ExplainedCandidate>('PlannedOffering').implement({
  description: 'A candidate of a plan.',
  fields: (t) => ({
    rank: t.exposeInt('rank', { description: 'Place in which it is tried, from 1.' }),
    offering: t.field({
      type: OfferingRef,
      description: 'The offering.',
      resolve: ({ offering }) => offering,
    }),
    isFallback: t.exposeBoolean('isFallback', {
      description: 'Whether it is only tried after all candidates of the route.',
    }),
    score: t.float({
      nullable: true,
      description: 'By which the strategy ordered, the lower the better; null if it goes by the list.',
      resolve: ({ score }) => score,
    }),
    parts: t.field({
      type: [RouteScorePartRef],
      description: 'What the score rests on.',
      resolve: ({ parts }): RouteScorePart[] => [...parts],
    }),
    estimatedCost: t.field({
      type: CostUnion,
      description:
        'What the request would cost there, by the price engine, for the tokens that are expected.',
      resolve: ({ estimatedCost }) => estimatedCost,
    }),
    breaker: t.expose('breaker', { type: BreakerStateEnum, description: 'Whether calls go through.' }),
    warnings: t.field({
      type: [WarningRef],
      description: 'What it would have to leave out.',
      resolve: ({ warnings }) => [...warnings],
    }),
  }),
});

const ExpectedTokensRef = builder.objectRef<RouteExplanation['expectedTokens']>('ExpectedTokens').implement({
  description: 'Tokens of a request, estimated before it is sent.',
  fields: (t) => ({
    input: t.exposeInt('input', {
      description: 'All input tokens, cached ones included; roughly, by the length of the text.',
    }),
    cacheRead: t.exposeInt('cacheRead', {
      description:
        "Of these, likely to be read from the provider's prompt cache where the conversation is at home.",
    }),
    output: t.exposeInt('output', { description: "Output tokens, by the model's recent answers." }),
  }),
});

export const CompletionPlanRef = builder.objectRef<RouteExplanation>('CompletionPlan').implement({
  description: 'Where a completion would be sent, and why.',
  fields: (t) => ({
    route: t.expose('decision', {
      type: RouteRef,
      description: 'The decision, as a completion would keep it.',
    }),
    strategy: t.field({
      type: RoutingStrategyEnum,
      description: 'How the candidates are put into order and called, by the policy that holds.',
      resolve: ({ policy }) => policy.strategy.kind,
    }),
    dispatch: t.expose('dispatch', { type: DispatchRef, description: 'How the candidates are called.' }),
    offerings: t.field({
      type: [PlannedOfferingRef],
      description:
        'The candidates, best first, as far as a completion would try them; empty if none is left.',
      resolve: ({ candidates }) => [...candidates],
    }),
    rejected: t.field({
      type: [RejectionRef],
      description: 'Each offering that the route would use and may not, with the reason.',
      resolve: ({ rejected }) => [...rejected],
    }),
    expectedTokens: t.expose('expectedTokens', {
      type: ExpectedTokensRef,
      description: 'What the costs are estimated for.',
    }),
    complexity: t.float({
      nullable: true,
      description: 'How hard the prompt is, 0 to 1; null if the route does not ask.',
      resolve: ({ complexity }) => complexity,
    }),
  }),
});
