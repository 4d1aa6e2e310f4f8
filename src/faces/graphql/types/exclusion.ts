import type { Comparison, ExcludedOffering } from '../../../catalogue/comparison/compare-offerings.ts';
import type { ExclusionReason } from '../../../catalogue/comparison/exclusion.ts';
import { builder } from '../builder.ts';
import { OfferingRef } from '../refs.ts';
import { UnpricedReasonEnum } from './enums.ts';
import { FILTER_REASON_VALUES } from './filter-enums.ts';

const ExclusionReasonEnum = builder.enumType('ExclusionReason', {
  description:
    'Why an offering is not ranked. UNKNOWN_…: it is demanded, and no source says it of the offering; others: the condition of that name does not hold.',
  values: {
    ...FILTER_REASON_VALUES,
    SANDBOX: { description: 'It is the sandbox, which answers nothing real, and was not asked for by name.' },
    OUTPUT_TOO_LONG: { description: 'It gives fewer output tokens than a request needs.' },
    OPERATION: {
      description: 'It does something else than the task needs, e.g. embeddings in place of chat.',
    },
    PLAN: { description: 'It is covered by a subscription; no single request has a price.' },
    COMMITMENT: { description: 'Only capacity that is bought ahead has a price.' },
    UNPRICED: { description: 'No total is known; `unpriced` says why.' },
    DUPLICATE: {
      description: 'It is another name of a listed offering, or a name that moves from model to model.',
    },
  } satisfies { readonly [Reason in ExclusionReason]: { readonly description: string } },
});
export const ExcludedOfferingRef = builder.objectRef<ExcludedOffering>('ExcludedOffering').implement({
  description: 'An offering that is not ranked, and why.',
  fields: (t) => ({
    offering: t.field({
      type: OfferingRef,
      description: 'The offering.',
      resolve: ({ offering }) => offering,
    }),
    reason: t.field({
      type: ExclusionReasonEnum,
      description: 'The first reason that was found.',
      resolve: ({ excluded }) => excluded.reason,
    }),
    detail: t.string({
      description: 'What was found and what was asked.',
      resolve: ({ excluded }) => excluded.detail,
    }),
    unpriced: t.field({
      type: UnpricedReasonEnum,
      nullable: true,
      description: 'Why there is no total, where that is the reason.',
      resolve: ({ excluded }) => excluded.unpriced,
    }),
  }),
});

export const ExclusionCountRef = builder
  .objectRef<Comparison['exclusions'][number]>('ExclusionCount')
  .implement({
    description: 'How many offerings are not ranked for one reason.',
    fields: (t) => ({
      reason: t.expose('reason', { type: ExclusionReasonEnum, description: 'The reason.' }),
      count: t.exposeInt('count', { description: 'Offerings.' }),
    }),
  });
