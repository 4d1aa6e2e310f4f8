import type { ConsideredOffering, RouteDecision, RouteScorePart } from '../../../domain/attempt.ts';
import { builder } from '../builder.ts';
import { ModelRef, OfferingRef, RouteRef } from '../refs.ts';
import { RejectionRef } from './errors.ts';
import { RoutingStrategyEnum } from './routing-enums.ts';

export const RouteScorePartRef = builder.objectRef<RouteScorePart>('RouteScorePart').implement({
  description: "What one criterion adds to a candidate's score.",
  fields: (t) => ({
    criterion: t.exposeString('criterion', {
      description:
        '`cost`, `ttft`, `throughput`, `uptime`, `quality`, `inFlight`, `weight`, `complexity` and the like; `complexity.numbers` and its kin are what a feature of the prompt adds to the logit, the three weightiest; `suspect` is 1 if it went silent recently and is therefore tried after the others.',
    }),
    value: t.float({
      nullable: true,
      description:
        "In the criterion's own unit: US dollars, milliseconds, tokens a second, share, points, calls; null if not known.",
      resolve: ({ value }) => value,
    }),
    weight: t.float({
      nullable: true,
      description: 'How much it counts, where several do; null if it stands alone.',
      resolve: ({ weight }) => weight,
    }),
  }),
});

const ConsideredOfferingRef = builder.objectRef<ConsideredOffering>('ConsideredOffering').implement({
  description: 'A candidate as the strategy saw it.',
  fields: (t) => ({
    offeringId: t.exposeID('offeringId', { description: 'Id of the offering.' }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'The offering; null if the catalogue no longer has it.',
      resolve: ({ offeringId }) => offeringId,
    }),
    score: t.float({
      nullable: true,
      description: 'By which the strategy ordered, the lower the better; null if it goes by the list.',
      resolve: ({ score }) => score,
    }),
    parts: t.field({
      type: [RouteScorePartRef],
      description: 'What the score rests on.',
      resolve: ({ parts }) => [...parts],
    }),
  }),
});

const SavedRouteRef = builder.objectRef<NonNullable<RouteDecision['route']>>('SavedRoute').implement({
  description: 'Which version of which saved route.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name; `route(name:)` reads it.' }),
    version: t.exposeInt('version', { description: 'From 1; 0 for one of the config file.' }),
  }),
});

RouteRef.implement({
  description: 'What was asked for, which offerings it is sent to, and why.',
  fields: (t) => ({
    requested: t.exposeString('requested', {
      description: 'The `model` of the input, as given; `inline` if the request states its candidates.',
    }),
    model: t.field({
      type: ModelRef,
      nullable: true,
      description: 'The model of the first candidate; null if the catalogue no longer has it.',
      resolve: (route) => route.modelSlug,
    }),
    candidates: t.field({
      type: ['ID'],
      description: 'Ids of the offerings, in the order in which they are tried.',
      resolve: (route) => [...route.candidates],
    }),
    savedRoute: t.field({
      type: SavedRouteRef,
      nullable: true,
      description: 'The saved route that was used; null if there was none.',
      resolve: ({ route }) => route,
    }),
    strategy: t.field({
      type: RoutingStrategyEnum,
      nullable: true,
      description: 'How the order was found; null in old rows.',
      resolve: ({ strategy }) => strategy,
    }),
    savesBudget: t.boolean({
      description:
        'Whether cheaper offerings came first, as the route had spent the share of its budget from which on they do.',
      resolve: ({ savesBudget }) => savesBudget === true,
    }),
    isCanary: t.boolean({
      description: "Whether it was drawn for the route's canary, which comes first then.",
      resolve: ({ isCanary }) => isCanary === true,
    }),
    mirrorOf: t.id({
      nullable: true,
      description:
        "The completion that it was sent to be compared with, by its route's `mirror`; nobody was shown its answer. Null for all others.",
      resolve: ({ mirror }) => mirror?.of,
    }),
    judgeOf: t.id({
      nullable: true,
      description:
        "The completion whose answer it graded, as its route's `cascade.judge` asks. Null for all others.",
      resolve: ({ judgeOf }) => judgeOf,
    }),
    considered: t.field({
      type: [ConsideredOfferingRef],
      description: 'The candidates with what they were ordered by, best first; of many, the first 20.',
      resolve: ({ considered }) => [...(considered ?? [])],
    }),
    rejected: t.field({
      type: [RejectionRef],
      description: 'What was not a candidate, with the reason; of many, the first 20.',
      resolve: ({ rejected }) => [...(rejected ?? [])],
    }),
  }),
});
