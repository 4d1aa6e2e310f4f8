import { calledOffering } from '../../../catalogue/catalogue.ts';
import { comparePrice } from '../../../catalogue/compare-price.ts';
import { explainPrice } from '../../../catalogue/explain-price.ts';
import { knownHolidayYears } from '../../../catalogue/holidays.ts';
import { stalenessOf } from '../../../catalogue/staleness.ts';
import {
  type HolidayCalendar,
  type HolidayRule,
  statedAtOf,
  type TimeWindow,
  type WindowHolidays,
} from '../../../domain/price.ts';
import { builder } from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { MeterRef, OfferingRef, PriceConditionsRef, PriceRef, ProvenanceRef } from '../refs.ts';
import {
  MeterDirectionEnum,
  MeterFamilyEnum,
  ModalityEnum,
  ServiceTierEnum,
  TierModeEnum,
  TokenTypeEnum,
} from './enums.ts';
import { MoneyRef, money } from './money.ts';
import { DisagreementRef, PriceComparisonRef, PriceObservationRef, StalenessRef } from './price-evidence.ts';
import { PriceExplanationRef } from './price-explanation.ts';

ProvenanceRef.implement({
  description: 'Where a fact comes from, so that a person can check it.',
  fields: (t) => ({
    source: t.exposeString('source', { description: 'Name of the source, e.g. `genai-prices` or `config`.' }),
    sourceUrl: t.string({
      nullable: true,
      description: 'Page or file that states the fact.',
      resolve: (provenance) => provenance.sourceUrl,
    }),
    observedAt: t.expose('observedAt', {
      type: 'DateTime',
      description:
        'When this server first had it: the reading of a live source that first stated it, or the day of a shipped list.',
    }),
    checkedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        "Day on which the source's author compared it with the provider's own page, as the source states; null if it does not.",
      resolve: (provenance) => provenance.checkedAt,
    }),
    statedAt: t.field({
      type: 'DateTime',
      description:
        "Day for which it is said, by which statements of several sources are put in order: `checkedAt`; else the day of the list's data; else the last change of the list.",
      resolve: statedAtOf,
    }),
    readAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When a live source was last read or confirmed to be unchanged, which says nothing of the age of its data; null for what is shipped.',
      resolve: (provenance) => provenance.readAt,
    }),
    explanation: t.string({
      nullable: true,
      description:
        'How the fact follows from another by a rule of the provider (source `rules`), e.g. `Batches cost half: 0.5 x 3 USD (pi-ai)`; null if the source states it itself.',
      resolve: (provenance) => provenance.explanation,
    }),
  }),
});

MeterRef.implement({
  description: 'What is counted.',
  fields: (t) => ({
    family: t.expose('family', { type: MeterFamilyEnum, description: 'Unit that is counted.' }),
    direction: t.expose('direction', { type: MeterDirectionEnum, description: 'Sent or answered.' }),
    modality: t.expose('modality', { type: ModalityEnum, description: 'Kind of content.' }),
    tokenType: t.expose('tokenType', { type: TokenTypeEnum, description: 'Kind of tokens.' }),
    attributes: t.field({
      type: 'JSONObject',
      description:
        'What the rate depends on besides, e.g. `{"quality": "high", "size": "1024x1024"}` of an image; empty: nothing.',
      resolve: (meter) => ({ ...meter.attributes }),
    }),
  }),
});

export const WeekdayEnum = builder.enumType('Weekday', {
  description: 'A day of the week.',
  values: {
    MONDAY: { description: 'Monday.' },
    TUESDAY: { description: 'Tuesday.' },
    WEDNESDAY: { description: 'Wednesday.' },
    THURSDAY: { description: 'Thursday.' },
    FRIDAY: { description: 'Friday.' },
    SATURDAY: { description: 'Saturday.' },
    SUNDAY: { description: 'Sunday.' },
  },
});

const RowBillingEnum = builder.enumType('RowBilling', {
  description: 'What the amount of a price row is paid for.',
  values: {
    METERED: { description: 'What is used.' },
    FREE: { description: 'Nothing: nothing is charged.' },
    PLAN: { description: 'A subscription; prices no single request.' },
    COMMITMENT: { description: 'Capacity that is bought ahead; prices no single request.' },
  },
});

const TokenRangeRef = builder
  .objectRef<{ readonly from: number; readonly to?: number }>('TokenRange')
  .implement({
    description: 'Range of a token count.',
    fields: (t) => ({
      from: t.exposeInt('from', { description: 'Least count, itself included.' }),
      to: t.int({
        nullable: true,
        description: 'First count beyond the range; null if it is open.',
        resolve: (range) => range.to,
      }),
    }),
  });

export const HolidayCalendarEnum = builder.enumType('HolidayCalendar', {
  description: 'A calendar of public holidays.',
  values: {
    CN: { description: "Mainland China's, as the State Council announces them for each year." },
  } satisfies { [Each in HolidayCalendar]: { description: string } },
});

export const HolidayRuleEnum = builder.enumType('HolidayRule', {
  description: 'What public holidays do to a time window.',
  values: {
    EXCLUDE: { description: 'It never begins on one.' },
    ONLY: { description: 'It begins on them alone.' },
    WORKING_DAYS: {
      description:
        'It never begins on one, and also begins on days off that are worked in exchange, regardless of `weekdays`.',
    },
  } satisfies { [Each in HolidayRule]: { description: string } },
});

const WindowHolidaysRef = builder.objectRef<WindowHolidays>('WindowHolidays').implement({
  description:
    'What public holidays do to a time window. In a year that is not announced yet, no day is one.',
  fields: (t) => ({
    calendar: t.expose('calendar', { type: HolidayCalendarEnum, description: 'Whose holidays.' }),
    rule: t.expose('rule', { type: HolidayRuleEnum, description: 'What they do.' }),
    years: t.intList({
      description: 'Years whose holidays are known to this server, e.g. `[2025, 2026]`.',
      resolve: ({ calendar }) => [...knownHolidayYears(calendar)],
    }),
  }),
});

const TimeWindowRef = builder.objectRef<TimeWindow>('TimeWindow').implement({
  description: 'Times that come again each day or week, on the clock of `zone`.',
  fields: (t) => ({
    from: t.string({
      nullable: true,
      description: 'HH:MM, itself included; null for all day.',
      resolve: (window) => window.from,
    }),
    to: t.string({
      nullable: true,
      description: 'HH:MM, itself excluded; may be past midnight; null for all day.',
      resolve: (window) => window.to,
    }),
    weekdays: t.field({
      type: [WeekdayEnum],
      nullable: true,
      description: 'Days on which the window begins; null for every day.',
      resolve: (window) => (window.weekdays === undefined ? null : [...window.weekdays]),
    }),
    holidays: t.field({
      type: WindowHolidaysRef,
      nullable: true,
      description: 'What public holidays do to it; null: nothing.',
      resolve: (window) => window.holidays,
    }),
    zone: t.exposeString('zone', { description: 'IANA time zone.' }),
  }),
});

PriceConditionsRef.implement({
  description: 'When a row applies: everything that is given must hold.',
  fields: (t) => ({
    promptTokens: t.field({
      type: TokenRangeRef,
      nullable: true,
      description: 'Range of all input tokens of the request.',
      resolve: (conditions) => conditions.promptTokens,
    }),
    outputTokens: t.field({
      type: TokenRangeRef,
      nullable: true,
      description: 'Range of all output tokens of the request.',
      resolve: (conditions) => conditions.outputTokens,
    }),
    thinking: t.boolean({
      nullable: true,
      description: 'true: only where the model was let think; false: only where not; null: either.',
      resolve: (conditions) => conditions.thinking,
    }),
    timeWindow: t.field({
      type: TimeWindowRef,
      nullable: true,
      description: 'When the request is made.',
      resolve: (conditions) => conditions.timeWindow,
    }),
    region: t.string({
      nullable: true,
      description: "The provider's word for the region that serves the request.",
      resolve: (conditions) => conditions.region,
    }),
  }),
});

const liveSources = new WeakMap<GraphContext, ReadonlySet<string>>();

/** Whether a source is being read; looked up once for each operation. */
const isLiveIn = (context: GraphContext): ((source: string) => boolean) => {
  let live = liveSources.get(context);
  if (live === undefined) {
    const read = context.sources
      .health()
      .filter(({ status, nextCheckAt }) => status !== 'OFF' && nextCheckAt !== undefined);
    live = new Set(read.map(({ id }) => id));
    liveSources.set(context, live);
  }
  const found = live;
  return (source) => found.has(source);
};

PriceRef.implement({
  description:
    'One dated, sourced rate. Rows are never changed: a new observation is a new row. An unknown price has no row; it is never 0.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Identity of the row; cost lines name it.' }),
    meter: t.expose('meter', { type: MeterRef, description: 'What is counted.' }),
    amount: t.field({
      type: MoneyRef,
      description: 'Exact amount for `per` units of the meter, in the currency in which the provider bills.',
      resolve: ({ amount, currency }) => money(amount, currency),
    }),
    per: t.exposeInt('per', { description: 'Units that `amount` buys; 1,000,000 for token rates.' }),
    serviceTier: t.expose('serviceTier', {
      type: ServiceTierEnum,
      description: 'For requests that are served in this tier.',
    }),
    billing: t.expose('billing', { type: RowBillingEnum, description: 'What the amount is paid for.' }),
    discount: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        'Share of the list price that the source says is taken off, 0 to 1; `amount` is what is left. Null: none stated.',
      resolve: (price) => price.discount,
    }),
    conditions: t.expose('conditions', { type: PriceConditionsRef, description: 'When the row applies.' }),
    tierMode: t.expose('tierMode', { type: TierModeEnum, description: 'How a tier of prompt size applies.' }),
    effectiveFrom: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'First moment at which it applies; null if the source does not say.',
      resolve: (price) => price.effectiveFrom,
    }),
    effectiveTo: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'First moment at which it no longer applies; null while it does.',
      resolve: (price) => price.effectiveTo,
    }),
    provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Where the row comes from.' }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'What it is a price of; null if the offering is no longer listed.',
      resolve: ({ offeringId }, _args, { catalogue }) =>
        calledOffering(catalogue.current(), offeringId) === undefined ? null : offeringId,
    }),
    observations: t.field({
      type: [PriceObservationRef],
      description:
        "What every source says of this rate, the row's own source first. Empty for a row that is no longer served.",
      resolve: (price, _args, { catalogue }) =>
        catalogue
          .current()
          .observationsOf(price)
          .map((observation) => ({ ...observation, currency: price.currency })),
    }),
    disagreement: t.field({
      type: DisagreementRef,
      nullable: true,
      description: 'How far sources differ on this rate; null if they agree.',
      resolve: ({ id, currency }, _args, { catalogue }) => {
        const disagreement = catalogue.current().disagreementOf(id);
        return disagreement && { ...disagreement, currency };
      },
    }),
    explain: t.field({
      type: PriceExplanationRef,
      description:
        'Why the rate is what it is: who says so and for which day, when it applies, and what every other source says.',
      args: {
        at: t.arg({
          type: 'DateTime',
          description:
            'The moment for which times of day are looked at; if not given, the `at` with which the price was asked for, else now.',
        }),
      },
      resolve: (price, { at }, { catalogue, now }) => ({
        ...explainPrice(catalogue.current(), price, at ?? price.askedAt ?? now()),
        currency: price.currency,
      }),
    }),
    comparison: t.field({
      type: PriceComparisonRef,
      nullable: true,
      description:
        'How it stands to what other offerings of the model cost, worked out from the catalogue when asked for; null if none states such a rate.',
      resolve: (price, _args, { catalogue, now }) => {
        const comparison = comparePrice(catalogue.current(), price, now());
        return comparison && { ...comparison, currency: price.currency };
      },
    }),
    staleness: t.field({
      type: StalenessRef,
      description: 'How long ago its source was last known to say so.',
      resolve: (price, _args, context) => stalenessOf(price.provenance, isLiveIn(context), context.now()),
    }),
  }),
});
