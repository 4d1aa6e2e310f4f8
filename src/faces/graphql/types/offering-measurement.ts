import type {
  MeasureReport,
  MeasureSkip,
  OfferingMeasurement,
} from '../../../gateway/measure/measure-offerings.ts';
import { builder } from '../builder.ts';
import { UpstreamError, upstreamErrorData } from '../errors.ts';
import { OfferingRef } from '../refs.ts';
import { MoneyRef, money } from './money.ts';

const MeasureSkipEnum = builder.enumType('MeasureSkip', {
  description: 'Why an offering was not called.',
  values: {
    BUDGET: { description: 'What is left of the budget does not cover a call.' },
    UNPRICED: { description: "What a call costs in the budget's currency is not known." },
    TIME: { description: 'The time for measuring was over, or the client left.' },
    REFUSED: { description: 'This server does not call it now, e.g. while its breaker is open.' },
  } satisfies { [Each in MeasureSkip]: { description: string } },
});

type Row = { readonly measurement: OfferingMeasurement; readonly currency: string };

const OfferingMeasurementRef = builder.objectRef<Row>('OfferingMeasurement').implement({
  description: 'What measuring one offering came to: figures, a failure, or why it was not called.',
  fields: (t) => ({
    offering: t.field({
      type: OfferingRef,
      description: 'Which.',
      resolve: ({ measurement }) => measurement.offering,
    }),
    samples: t.int({
      description: 'Calls that succeeded.',
      resolve: ({ measurement }) => measurement.samples,
    }),
    ttftMs: t.float({
      nullable: true,
      description: 'Milliseconds to the first token, median of the samples; null where it was not measured.',
      resolve: ({ measurement }) => measurement.ttftMs,
    }),
    outputTps: t.float({
      nullable: true,
      description:
        'Output tokens a second after the first one, median of the samples; null where it was not measured.',
      resolve: ({ measurement }) => measurement.outputTps,
    }),
    cost: t.field({
      type: MoneyRef,
      nullable: true,
      description:
        "What its calls cost, in the budget's currency. A call that was cut off without a word of its usage counts as the most that it can cost. null where no price is known.",
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
      description: 'Why it was not called; null where it was.',
      resolve: ({ measurement }) => measurement.skipped?.reason,
    }),
    skippedDetail: t.string({
      nullable: true,
      description: 'The same in words.',
      resolve: ({ measurement }) => measurement.skipped?.detail,
    }),
  }),
});

export const MeasureReportRef = builder.objectRef<MeasureReport>('OfferingMeasurements').implement({
  description: 'What was measured, and what that cost.',
  fields: (t) => ({
    results: t.field({
      type: [OfferingMeasurementRef],
      description: 'One for each offering that was chosen, in the order in which they were.',
      resolve: ({ results, budget: { currency } }) =>
        results.map((measurement) => ({ measurement, currency })),
    }),
    spent: t.expose('spent', { type: MoneyRef, description: 'What all calls together cost.' }),
    budget: t.expose('budget', { type: MoneyRef, description: 'What they might have cost at most.' }),
  }),
});
