import type { PriceComparison } from '../../../catalogue/compare-price.ts';
import type { Staleness } from '../../../catalogue/staleness.ts';
import type { Currency } from '../../../domain/money.ts';
import type { Disagreement, PriceObservation } from '../../../domain/price.ts';
import { builder } from '../builder.ts';
import { ProvenanceRef } from '../refs.ts';
import { QuarantineReasonEnum } from './catalogue-source.ts';
import { MoneyRef, money } from './money.ts';

/** Evidence of a rate, in the currency of its row. */
type InCurrency<Evidence> = Evidence & { readonly currency: Currency };

export const PriceObservationRef = builder
  .objectRef<InCurrency<PriceObservation>>('PriceObservation')
  .implement({
    description: 'What one source says of a rate.',
    fields: (t) => ({
      amount: t.field({
        type: MoneyRef,
        description: "For the row's `per` units, in the row's currency, as the source states it.",
        resolve: ({ amount, currency }) => money(amount, currency),
      }),
      quarantined: t.field({
        type: QuarantineReasonEnum,
        nullable: true,
        description: 'Why it is not believed; null if it is.',
        resolve: (observation) => observation.quarantined,
      }),
      provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Who says so, and when.' }),
    }),
  });

export const DisagreementRef = builder.objectRef<InCurrency<Disagreement>>('Disagreement').implement({
  description:
    'Sources that say different things of one rate. Statements in doubt count too, unless they mistake the unit.',
  fields: (t) => ({
    lowest: t.field({
      type: MoneyRef,
      description: "Of all sources, for the row's `per` units.",
      resolve: ({ lowest, currency }) => money(lowest, currency),
    }),
    highest: t.field({
      type: MoneyRef,
      description: "Of all sources, for the row's `per` units.",
      resolve: ({ highest, currency }) => money(highest, currency),
    }),
    ratio: t.float({
      nullable: true,
      description: '`highest / lowest`; null if `lowest` is 0.',
      resolve: (disagreement) => disagreement.ratio,
    }),
    sources: t.stringList({
      description: 'Ids of the sources that say something else than the row.',
      resolve: (disagreement) => [...disagreement.sources],
    }),
    observations: t.field({
      type: [PriceObservationRef],
      description:
        'What each source that says something else states, in order of precedence; `quarantined` says why a statement is in doubt.',
      resolve: ({ observations, currency }) => observations.map((each) => ({ ...each, currency })),
    }),
  }),
});

export const StalenessRef = builder.objectRef<Staleness>('Staleness').implement({
  description: 'How long ago a fact was last known to be so.',
  fields: (t) => ({
    ageSeconds: t.exposeFloat('ageSeconds', {
      description:
        "Seconds since its provenance's `checkedAt`; if its author states no such day, since `readAt`; for a shipped list, since `statedAt`.",
    }),
    isStale: t.exposeBoolean('isStale', {
      description:
        'Whether that is over 60 days, or a live source was not read for 24 hours. Never true of what the operator states.',
    }),
  }),
});

export const PriceComparisonRef = builder
  .objectRef<InCurrency<PriceComparison>>('PriceComparison')
  .implement({
    description: 'How a rate stands to those of other offerings of the same model, in the same currency.',
    fields: (t) => ({
      labAmount: t.field({
        type: MoneyRef,
        nullable: true,
        description:
          "What the same costs at the model's own lab, for the row's `per` units; null if the lab states no such rate or the row is the lab's.",
        resolve: ({ lab, currency }) => lab && money(lab.amount, currency),
      }),
      labRatio: t.float({
        nullable: true,
        description:
          "The row's amount divided by `labAmount`, e.g. 0.5 for half; null if there is no `labAmount`.",
        resolve: ({ lab }) => lab?.ratio,
      }),
      others: t.exposeInt('others', {
        description: 'Number of other offerings of the model that state a rate of the same kind.',
      }),
      isFar: t.exposeBoolean('isFar', {
        description:
          'Whether the row is over 3 times the dearest of all others, or less than a third of the cheapest.',
      }),
    }),
  });
