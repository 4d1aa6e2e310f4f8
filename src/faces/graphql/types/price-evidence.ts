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
        description: 'Why it is not believed; null where it is.',
        resolve: (observation) => observation.quarantined,
      }),
      provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Who says so, and when.' }),
    }),
  });

export const DisagreementRef = builder.objectRef<InCurrency<Disagreement>>('Disagreement').implement({
  description: 'Sources that are believed and say different things of one rate.',
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
      description: '`highest / lowest`; null where `lowest` is 0.',
      resolve: (disagreement) => disagreement.ratio,
    }),
    sources: t.stringList({
      description: 'Ids of the sources that say something else than the row.',
      resolve: (disagreement) => [...disagreement.sources],
    }),
  }),
});

export const StalenessRef = builder.objectRef<Staleness>('Staleness').implement({
  description: 'How long ago a fact was last compared with where it comes from.',
  fields: (t) => ({
    ageSeconds: t.exposeFloat('ageSeconds', {
      description: "Seconds since its source's `checkedAt`, or `observedAt` where it was never compared.",
    }),
    isStale: t.exposeBoolean('isStale', {
      description: 'Whether that is over 24 hours for a live source, over 60 days for what is shipped.',
    }),
  }),
});
