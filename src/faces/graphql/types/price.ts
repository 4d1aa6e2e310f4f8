import { builder } from '../builder.ts';
import { MeterRef, PriceConditionsRef, PriceRef, ProvenanceRef } from '../refs.ts';
import { MeterDirectionEnum, MeterFamilyEnum, ModalityEnum, TierModeEnum, TokenTypeEnum } from './enums.ts';

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
      description: 'When the source was made or read.',
    }),
    checkedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: "When a person last compared it with the provider's own page, as the source says.",
      resolve: (provenance) => provenance.checkedAt,
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
  }),
});

const TokenRangeRef = builder
  .objectRef<{ readonly from: number; readonly to?: number }>('TokenRange')
  .implement({
    description: 'Range of a token count.',
    fields: (t) => ({
      from: t.exposeInt('from', { description: 'Least count, itself included.' }),
      to: t.int({
        nullable: true,
        description: 'First count beyond the range; null where it is open.',
        resolve: (range) => range.to,
      }),
    }),
  });

const TimeOfDayRangeRef = builder
  .objectRef<{ readonly from: string; readonly to: string; readonly zone: string }>('TimeOfDayRange')
  .implement({
    description: 'Daily window of time; may wrap past midnight.',
    fields: (t) => ({
      from: t.exposeString('from', { description: 'HH:MM, itself included.' }),
      to: t.exposeString('to', { description: 'HH:MM, itself excluded.' }),
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
    timeOfDay: t.field({
      type: TimeOfDayRangeRef,
      nullable: true,
      description: 'When in the day the request is made.',
      resolve: (conditions) => conditions.timeOfDay,
    }),
  }),
});

PriceRef.implement({
  description:
    'One dated, sourced rate. Rows are never changed: a new observation is a new row. An unknown price has no row; it is never 0.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Identity of the row; cost lines name it.' }),
    meter: t.expose('meter', { type: MeterRef, description: 'What is counted.' }),
    amount: t.expose('amount', {
      type: 'Decimal',
      description: 'Exact amount of `currency` for `per` units of the meter.',
    }),
    per: t.exposeInt('per', { description: 'Units that `amount` buys; 1,000,000 for token rates.' }),
    currency: t.exposeString('currency', { description: 'ISO 4217 code, as the provider bills.' }),
    conditions: t.expose('conditions', { type: PriceConditionsRef, description: 'When the row applies.' }),
    tierMode: t.expose('tierMode', { type: TierModeEnum, description: 'How a tier of prompt size applies.' }),
    effectiveFrom: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'First moment at which it applies; null where the source does not say.',
      resolve: (price) => price.effectiveFrom,
    }),
    effectiveTo: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'First moment at which it no longer applies; null while it does.',
      resolve: (price) => price.effectiveTo,
    }),
    provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Where the row comes from.' }),
  }),
});
