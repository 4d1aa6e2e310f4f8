import type { Comparison, ExcludedOffering } from '../../../catalogue/comparison/compare-offerings.ts';
import type { ExclusionReason } from '../../../catalogue/comparison/exclusion.ts';
import { builder } from '../builder.ts';
import { OfferingRef } from '../refs.ts';
import { UnpricedReasonEnum } from './enums.ts';

const ExclusionReasonEnum = builder.enumType('ExclusionReason', {
  description:
    'Why an offering is not ranked. UNKNOWN_…: it is demanded, and no source says it of the offering; others: the condition of that name does not hold.',
  values: {
    SEARCH: { description: 'Neither its id nor its name holds what was searched.' },
    PROVIDER: { description: 'Its provider is not among those asked for.' },
    MODEL: { description: 'Its model is not among those asked for.' },
    REGION: { description: 'It is served elsewhere, or nobody says where.' },
    SANDBOX: { description: 'It is the sandbox, which answers nothing real, and was not asked for by name.' },
    OFF: { description: 'This server cannot call its provider; `availability: ANY` ranks it.' },
    RETIRED: { description: 'It was switched off.' },
    DEPRECATED: { description: 'A source calls it deprecated.' },
    CONTEXT_TOO_SMALL: { description: 'A request does not fit, or the window is smaller than was asked.' },
    UNKNOWN_CONTEXT: { description: 'No source states its context window.' },
    OUTPUT_TOO_LONG: { description: 'It gives fewer output tokens than a request needs.' },
    OPERATION: {
      description: 'It does something else than the task needs, e.g. embeddings in place of chat.',
    },
    MODALITY: { description: 'It is known not to take or give what is needed.' },
    UNKNOWN_MODALITY: { description: 'No source says what it takes or gives.' },
    CAPABILITY: { description: 'A source says that it lacks a capability asked for.' },
    UNKNOWN_CAPABILITY: { description: 'No source says whether it has a capability asked for.' },
    CLOSED_WEIGHTS: { description: 'Its weights cannot be downloaded.' },
    OPEN_WEIGHTS: { description: 'Its weights can be downloaded.' },
    UNKNOWN_WEIGHTS: { description: 'No source says whether its weights can be downloaded.' },
    QUALITY_BELOW: { description: 'It scores less than was asked.' },
    UNKNOWN_QUALITY: { description: 'No comparable score of it at the benchmark is known.' },
    TTFT_ABOVE: { description: 'Its median time to the first token is longer than was asked.' },
    UNKNOWN_TTFT: { description: 'Nobody measured its time to the first token.' },
    THROUGHPUT_BELOW: { description: 'Its median output a second is less than was asked.' },
    UNKNOWN_THROUGHPUT: { description: 'Nobody measured its output a second.' },
    FREE: { description: 'It is free, with limits that a workload cannot count on; `includeFree` ranks it.' },
    PLAN: { description: 'It is covered by a subscription; no single request has a price.' },
    COMMITMENT: { description: 'Only capacity that is bought ahead has a price.' },
    UNPRICED: { description: 'No total is known; `unpriced` says why.' },
    NO_FX_RATE: { description: 'No exchange rate leads to the currency of the comparison.' },
    COST_ABOVE: { description: 'A request costs more than was asked.' },
    DUPLICATE: {
      description: 'It is another name of a listed offering, or a name that moves from model to model.',
    },
  } satisfies { readonly [Reason in ExclusionReason]: { readonly description: string } },
});
export const ExcludedOfferingRef = builder.objectRef<ExcludedOffering>('ExcludedOffering').implement({
  description: 'An offering that is not ranked, and why.',
  fields: (t) => ({
    offering: t.field({ type: OfferingRef, description: 'Which.', resolve: ({ offering }) => offering }),
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
