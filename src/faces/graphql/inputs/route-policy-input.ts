import { builder } from '../builder.ts';
import { BudgetEndEnum, SpendPeriodEnum } from '../types/route-budget.ts';
import { SplitSubjectEnum } from '../types/routing-enums.ts';
import { CandidateInput, type InputFields, policyFields } from './routing-input.ts';

/** Members of what may be spent in a time that comes again. */
const limitFields = (t: InputFields) => ({
  amount: t.field({
    type: 'Decimal',
    required: true,
    description: 'Amount in units of `currency`, above 0.',
  }),
  currency: t.string({ description: 'ISO 4217 code; USD if not given.' }),
  per: t.field({ type: SpendPeriodEnum, required: true, description: 'In which time.' }),
  timeZone: t.string({
    description: 'IANA name of the clock by which that time begins, e.g. `Europe/Berlin`; UTC if not given.',
  }),
});

const OnBudgetShareInput = builder.inputType('OnBudgetShareInput', {
  description: 'From which share of a budget on cheaper offerings come first.',
  fields: (t) => ({
    share: t.float({
      required: true,
      description: 'What is spent and in flight, of the budget: above 0, at most 1.',
    }),
    candidates: t.field({
      type: [CandidateInput],
      description:
        "What comes first then, as listed, before the route's own candidates; if not given, those are ordered by CHEAPEST.",
    }),
  }),
});

const RouteBudgetInput = builder.inputType('RouteBudgetInput', {
  description:
    'What requests to this route may spend, whoever sends them. It guards routing: what other nodes spend is heard a second later.',
  fields: (t) => ({
    ...limitFields(t),
    onBudgetShare: t.field({
      type: OnBudgetShareInput,
      description: 'When it begins to save; not before all is spent if not given.',
    }),
    onExhausted: t.field({
      type: BudgetEndEnum,
      description: 'What is done once all is spent; CHEAPER if not given.',
    }),
  }),
});

const RollBackOnInput = builder.inputType('RollBackOnInput', {
  description:
    'By how much a canary may be worse than the others of its route, beyond chance; what is not given is not looked at.',
  fields: (t) => ({
    errorRate: t.float({
      description: 'Share of its calls that fail, 0 to 1, where it is above that of the others.',
    }),
    ttftRatio: t.float({
      description:
        "Its median time to the first token, as so many times the others'; streams alone have one.",
    }),
    tpsRatio: t.float({
      description: "Its median output tokens a second, as so many times the others': 0.7 is 30 % slower.",
    }),
    costRatio: t.float({
      description: "Its median cost of a call that succeeded, as so many times the others'.",
    }),
  }),
});

const CanaryRampInput = builder.inputType('CanaryRampInput', {
  description:
    'A share that changes with time: `from` until `startsAt`, then in a straight line, `to` from `endsAt` on.',
  fields: (t) => ({
    from: t.float({ required: true, description: 'Share at the beginning, 0 to 1.' }),
    to: t.float({ required: true, description: 'Share at the end, 0 to 1.' }),
    startsAt: t.field({ type: 'DateTime', required: true, description: 'When it begins to change.' }),
    endsAt: t.field({ type: 'DateTime', required: true, description: 'When it is `to`.' }),
  }),
});

const CanaryInput = builder.inputType('CanaryInput', {
  description:
    'A candidate that gets a share of the requests, before all others, until it is worse than they are: then it gets nothing until another policy is saved or `resumeCanary` is called.',
  fields: (t) => ({
    candidate: t.field({ type: CandidateInput, required: true, description: 'What is tried.' }),
    share: t.float({ description: 'What it gets, 0 to 1; needed without a `ramp`.' }),
    ramp: t.field({
      type: CanaryRampInput,
      description: 'A share that changes with time, instead of `share`.',
    }),
    by: t.field({
      type: SplitSubjectEnum,
      description:
        'Who always gets it, or never, as long as its share does not shrink; each request is drawn by itself if not given.',
    }),
    rollBackOn: t.field({
      type: RollBackOnInput,
      description: 'When it is too bad; `errorRate: 0.05` if not given.',
    }),
    minSamples: t.int({
      description: 'Fewer calls, of it or of the others, say nothing, 10 to 500; 50 if not given.',
    }),
    windowMs: t.int({
      description: 'Milliseconds that are looked back on, 10,000 to 86,400,000; 600,000 if not given.',
    }),
  }),
});

const MirrorBudgetInput = builder.inputType('MirrorBudgetInput', {
  description: 'What mirrors may spend; what would go beyond it, or costs nobody knows what, is not sent.',
  fields: limitFields,
});

const MirrorInput = builder.inputType('MirrorInput', {
  description:
    'Sends a share of the completions to other candidates as well, to compare them with `mirrorComparison`. Nobody is shown their answers or waits for them, and their cost is that of the key that saved the route.',
  fields: (t) => ({
    candidates: t.field({
      type: [CandidateInput],
      required: true,
      description: 'Each of these gets the request, as far as it may be called, 1 to 4.',
    }),
    share: t.float({ required: true, description: 'Which share of the completions, above 0, at most 1.' }),
    budget: t.field({ type: MirrorBudgetInput, required: true, description: 'What they may spend.' }),
    maxConcurrent: t.int({
      description: 'How many run in parallel on each node, 1 to 100; 10 if not given. More are not sent.',
    }),
  }),
});

export const RoutePolicyInput = builder.inputType('RoutePolicyInput', {
  description: 'How requests are routed. The config file takes the same under `routes`.',
  fields: (t) => ({
    ...policyFields(t),
    budget: t.field({ type: RouteBudgetInput, description: 'What the route may spend; any if not given.' }),
    mirror: t.field({ type: MirrorInput, description: 'Candidates that completions are compared with.' }),
    canary: t.field({
      type: CanaryInput,
      description: 'A candidate that is tried with a share of the requests.',
    }),
  }),
});

export type RoutePolicyShape = typeof RoutePolicyInput.$inferInput;
