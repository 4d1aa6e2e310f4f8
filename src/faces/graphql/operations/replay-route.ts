import { isJsonObject } from '../../../domain/json.ts';
import type { Currency } from '../../../domain/money.ts';
import type {
  NotReplayedReason,
  ReplayedOffering,
  ReplayInput,
  ReplayResult,
  ReplaySum,
} from '../../../gateway/routing/replay/replay-result.ts';
import { builder } from '../builder.ts';
import {
  AmbiguousModelError,
  completionError,
  InvalidInputError,
  UnknownModelError,
  UnknownRouteError,
} from '../errors.ts';
import { type WeighField, weight } from '../field-weight.ts';
import { InputProblem, readInput } from '../inputs/input-problem.ts';
import { readPolicyInput } from '../inputs/read-routing.ts';
import { RoutePolicyInput } from '../inputs/route-policy-input.ts';
import { OfferingRef } from '../refs.ts';
import { MoneyRef, money } from '../types/money.ts';
import { RoutingStrategyEnum } from '../types/routing-enums.ts';
import { pauseOf } from '../work/pace.ts';
import { FxRateRef } from './fx-rates.ts';
import { CompletionFilterInput, readLedgerFilter } from './ledger.ts';

const ReplayRouteInput = builder.inputType('ReplayRouteInput', {
  description: 'Which policy, exactly one of `policy` and `route`, and which completions.',
  fields: (t) => ({
    policy: t.field({ type: RoutePolicyInput, description: 'A draft; it is not saved.' }),
    route: t.string({ description: 'The name of a route as it is now.' }),
    filter: t.field({ type: CompletionFilterInput, description: 'Which completions; all if not given.' }),
    limit: t.int({
      required: true,
      defaultValue: 1_000,
      description: 'Most completions, the newest first, 1 to 10,000.',
    }),
    currency: t.string({
      required: true,
      defaultValue: 'USD',
      description: 'ISO 4217 code of all sums.',
    }),
  }),
});

const REASONS: { readonly [Reason in NotReplayedReason]: { readonly description: string } } = {
  NO_USAGE: { description: 'It has no recorded usage: nothing was answered, or the provider reported none.' },
  PROMPT_NOT_KEPT: {
    description:
      'Its route depends on the complexity of its prompt, its language or the region of its client, which are not kept.',
  },
  NO_CANDIDATE: { description: 'No candidate is left for it.' },
  PRICE_UNKNOWN: { description: 'What it would cost is not known.' },
  COST_UNKNOWN: { description: 'What it cost is not known.' },
  NO_FX_RATE: { description: 'No exchange rate leads to the wanted currency.' },
};

const NotReplayedReasonEnum = builder.enumType('NotReplayedReason', {
  description: 'Why a completion could not be replayed.',
  values: REASONS,
});

const NotReplayedRef = builder.objectRef<ReplayResult['notReplayed'][number]>('NotReplayed').implement({
  description: 'How many completions are in none of the sums, for one reason.',
  fields: (t) => ({
    reason: t.expose('reason', { type: NotReplayedReasonEnum, description: 'Why.' }),
    count: t.exposeInt('count', { description: 'How many completions.' }),
  }),
});

/** Sums in the currency of the whole replay. */
type InCurrency<Sums> = Sums & { readonly currency: Currency };

const ReplaySumRef = builder.objectRef<InCurrency<ReplaySum>>('ReplaySum').implement({
  description: 'What all replayed completions took together.',
  fields: (t) => ({
    cost: t.field({
      type: MoneyRef,
      description:
        'Sum in the currency asked for, from the ledger or by the price engine; exact, but for conversions.',
      resolve: ({ cost, currency }) => money(cost, currency),
    }),
    medianTtftMs: t.float({
      nullable: true,
      description:
        "Milliseconds to the first token: as recorded; in a draft, each completion with its offering's median of the last day. The median of those; null if `ttftCompletions` is 0.",
      resolve: ({ medianTtftMs }) => medianTtftMs,
    }),
  }),
});

const ReplayedOfferingRef = builder.objectRef<InCurrency<ReplayedOffering>>('ReplayedOffering').implement({
  description: 'What one offering answered, and would answer.',
  fields: (t) => ({
    offeringId: t.exposeID('offeringId', { description: 'Id of the offering.' }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'The offering; null if the catalogue no longer has it.',
      resolve: ({ offeringId }) => offeringId,
    }),
    recorded: t.exposeInt('recorded', { description: 'Replayed completions that it answered.' }),
    replayed: t.exposeInt('replayed', { description: 'Completions that it would answer.' }),
    cost: t.field({
      type: MoneyRef,
      description: 'What those would cost there, in the currency asked for.',
      resolve: ({ cost, currency }) => money(cost, currency),
    }),
    ttftMs: t.float({
      nullable: true,
      description:
        'Median milliseconds to the first token in the last day, as this deployment measured them; null if nothing was.',
      resolve: ({ ttftMs }) => ttftMs,
    }),
    ttftSamples: t.exposeInt('ttftSamples', { description: 'How many calls that median rests on.' }),
  }),
});

const ReplayResultRef = builder.objectRef<ReplayResult>('ReplayResult').implement({
  description:
    'What past completions would have cost under another policy, and how fast they would have been.',
  fields: (t) => ({
    strategy: t.expose('strategy', { type: RoutingStrategyEnum, description: 'That of the policy.' }),
    fxRates: t.field({
      type: [FxRateRef],
      description:
        'The stated exchange rates by which costs were converted, with their source and day; empty if none was.',
      resolve: ({ fxRates }) => [...fxRates],
    }),
    completions: t.exposeInt('completions', { description: 'How many were looked at.' }),
    hasMore: t.exposeBoolean('hasMore', { description: 'Whether there were more than `limit`.' }),
    from: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the first of them arrived; null if there were none.',
      resolve: ({ from }) => from,
    }),
    to: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last of them arrived; null if there were none.',
      resolve: ({ to }) => to,
    }),
    replayed: t.exposeInt('replayed', { description: 'How many are in the sums.' }),
    moved: t.exposeInt('moved', {
      description: 'Of these, how many would go to another offering than the one that answered.',
    }),
    notReplayed: t.field({
      type: [NotReplayedRef],
      description: 'How many are not, by the reason.',
      resolve: ({ notReplayed }) => [...notReplayed],
    }),
    recorded: t.field({
      type: ReplaySumRef,
      description: 'As it was, from the ledger, attempts that failed and were billed included.',
      resolve: ({ recorded, currency }) => ({ ...recorded, currency }),
    }),
    draft: t.field({
      type: ReplaySumRef,
      description: 'As it would have been.',
      resolve: ({ draft, currency }) => ({ ...draft, currency }),
    }),
    ttftCompletions: t.exposeInt('ttftCompletions', {
      description:
        'How many of the replayed completions have a time to the first token on both sides; the medians are of these.',
    }),
    savings: t.field({
      type: MoneyRef,
      description: '`recorded.cost` less `draft.cost`; negative if the policy costs more.',
      resolve: ({ savings, currency }) => money(savings, currency),
    }),
    savingsShare: t.float({
      nullable: true,
      description: '`savings` as a share of `recorded.cost`; null if that is 0.',
      resolve: ({ savingsShare }) => savingsShare,
    }),
    offerings: t.field({
      type: [ReplayedOfferingRef],
      description: 'Each offering that answered or would; those that would answer most first.',
      resolve: ({ offerings, currency }) => offerings.map((each) => ({ ...each, currency })),
    }),
    unknowns: t.stringList({
      description: 'What a replay cannot know, for people: read it before the figures are believed.',
      resolve: ({ unknowns }) => [...unknowns],
    }),
  }),
});

/** To read one and to route it anew takes more: so one replay of 10,000 completions goes into an operation, and not two. */
const WEIGHT_OF_COMPLETION = 4;
const weighReplay: WeighField = ({ input }, below) => {
  const limit = isJsonObject(input) ? Number(input.limit) : 1;
  return Math.max(1, limit) * WEIGHT_OF_COMPLETION + below();
};

const policyOf = ({ policy, route }: typeof ReplayRouteInput.$inferInput): ReplayInput['by'] => {
  if ((policy == null) === (route == null))
    throw new InputProblem('policy', 'takes either `policy` or `route`.');
  return policy == null
    ? { kind: 'ROUTE', name: route ?? '' }
    : { kind: 'POLICY', policy: readPolicyInput('policy', policy) };
};

builder.queryField('replayRoute', (t) =>
  t.field({
    type: ReplayResultRef,
    description:
      'Past completions under another policy, from recorded usage and own statistics alone: no provider is asked. For the admin key those of all keys, for others their own.',
    args: { input: t.arg({ type: ReplayRouteInput, required: true, description: 'What is replayed.' }) },
    extensions: weight(weighReplay),
    errors: {
      types: [InvalidInputError, UnknownRouteError, UnknownModelError, AmbiguousModelError],
      union: { name: 'ReplayRouteResult', description: 'The replay, or why it failed.' },
    },
    resolve: async (_root, { input }, context) => {
      const { replay, caller } = context;
      const read = readInput(() => ({
        by: policyOf(input),
        filter: readLedgerFilter(input.filter),
        limit: input.limit,
        currency: input.currency,
      }));
      if (read.kind === 'REFUSED') throw completionError(read, undefined);
      const result = await replay.replay(caller, read.value, pauseOf(context));
      if (result.kind === 'REFUSED') throw completionError(result, undefined);
      return result.value;
    },
  }),
);
