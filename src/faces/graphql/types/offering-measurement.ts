import type { MeasureSkip } from '../../../gateway/measure/choose-offerings.ts';
import type { MeasureReport, OfferingMeasurement } from '../../../gateway/measure/measure-offerings.ts';
import { builder } from '../builder.ts';
import { UpstreamError, upstreamErrorData } from '../errors.ts';
import { OfferingRef } from '../refs.ts';
import { MoneyRef, money } from './money.ts';

const MeasureSkipEnum = builder.enumType('MeasureSkip', {
  description: 'Why an offering was not called.',
  values: {
    OFF: { description: 'Its provider is not on, e.g. has no key; `skippedDetail` says what is missing.' },
    UNKNOWN: { description: 'No model or offering has the name.' },
    OPERATION: { description: 'It answers no prompts.' },
    RETIRED: { description: 'Its provider has switched it off.' },
    LIMIT: { description: 'More were chosen than `limit` allows.' },
    BUDGET: { description: 'What is left of the budget does not cover a call.' },
    UNPRICED: { description: "What a call costs in the budget's currency is not known." },
    TIME: { description: 'The time for measuring was over, or the client left.' },
    REFUSED: { description: 'This server does not call it now, e.g. while its breaker is open.' },
  } satisfies { [Each in MeasureSkip]: { description: string } },
});

type Row = { readonly measurement: OfferingMeasurement; readonly currency: string };

const OfferingMeasurementRef = builder.objectRef<Row>('OfferingMeasurement').implement({
  description: 'The result of measuring one offering: figures, a failure, or why it was not called.',
  fields: (t) => ({
    name: t.string({
      description: 'What was asked for, as it was named; else the id of the offering.',
      resolve: ({ measurement }) => measurement.name,
    }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'The offering; null if the name means nothing (UNKNOWN).',
      resolve: ({ measurement }) => measurement.offering,
    }),
    samples: t.int({
      description: 'Calls that succeeded.',
      resolve: ({ measurement }) => measurement.samples,
    }),
    ttftMs: t.float({
      nullable: true,
      description: 'Milliseconds to the first token, median of the samples; null if it was not measured.',
      resolve: ({ measurement }) => measurement.ttftMs,
    }),
    outputTps: t.float({
      nullable: true,
      description:
        'Output tokens a second after the first one, median of the samples; null if it was not measured.',
      resolve: ({ measurement }) => measurement.outputTps,
    }),
    cost: t.field({
      type: MoneyRef,
      nullable: true,
      description:
        "Cost of its calls, in the budget's currency. A call whose usage the provider does not state, e.g. one that was cut off, counts as the most that it can cost. null if no price is known.",
      resolve: ({ measurement: { cost }, currency }) => (cost === undefined ? null : money(cost, currency)),
    }),
    error: t.field({
      type: UpstreamError,
      nullable: true,
      description: 'Why a call failed; no other one followed it.',
      resolve: ({ measurement: { failure } }) =>
        failure === undefined ? null : upstreamErrorData(failure, undefined),
    }),
    skipped: t.field({
      type: MeasureSkipEnum,
      nullable: true,
      description: 'Why it was not called; null if it was called.',
      resolve: ({ measurement }) => measurement.skipped?.reason,
    }),
    skippedDetail: t.string({
      nullable: true,
      description: 'The reason as a sentence, with what to do; null if it was called.',
      resolve: ({ measurement }) => measurement.skipped?.detail,
    }),
  }),
});

const MeasureSkipCountRef = builder.objectRef<MeasureReport['skips'][number]>('MeasureSkipCount').implement({
  description: 'How many offerings were not called for a reason.',
  fields: (t) => ({
    reason: t.expose('reason', { type: MeasureSkipEnum, description: 'The reason.' }),
    count: t.exposeInt('count', { description: 'Offerings, or names where the reason is UNKNOWN.' }),
  }),
});

export const MeasureReportRef = builder.objectRef<MeasureReport>('OfferingMeasurements').implement({
  description: 'What was measured, and what that cost.',
  fields: (t) => ({
    results: t.field({
      type: [OfferingMeasurementRef],
      description:
        'One for each offering that was chosen, in that order; then what was asked for by name and cannot be called, at most `limit`.',
      resolve: ({ results, budget: { currency } }) =>
        results.map((measurement) => ({ measurement, currency })),
    }),
    skips: t.field({
      type: [MeasureSkipCountRef],
      description:
        'How many offerings that were asked for, by name, provider or filter, were not called, by reason; empty if all were.',
      resolve: ({ skips }) => [...skips],
    }),
    spent: t.expose('spent', {
      type: MoneyRef,
      description: 'What all calls together cost, as far as prices are known.',
    }),
    budget: t.expose('budget', { type: MoneyRef, description: 'The most that they were allowed to cost.' }),
    unpricedCalls: t.exposeInt('unpricedCalls', {
      description: 'Calls whose cost is not known, made with `allowUnpriced: true`: they are not in `spent`.',
    }),
  }),
});
