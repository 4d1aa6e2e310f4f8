import type { QualityScore } from '../../../domain/quality.ts';
import { builder } from '../builder.ts';
import { ProvenanceRef } from '../refs.ts';

export const QualityScoreRef = builder.objectRef<QualityScore>('QualityScore').implement({
  description: 'How well a model did at one benchmark, as its source publishes it. More is better.',
  fields: (t) => ({
    benchmark: t.exposeString('benchmark', {
      description: 'In lower case with dashes, e.g. `aider-polyglot`.',
    }),
    score: t.exposeFloat('score', { description: "In the benchmark's own points." }),
    maximum: t.float({
      nullable: true,
      description: 'What a perfect score is; 100 for percentages; null where there is none.',
      resolve: (score) => score.maximum,
    }),
    variant: t.string({
      nullable: true,
      description: 'How it was run, where a model has several.',
      resolve: (score) => score.variant,
    }),
    costUsd: t.float({
      nullable: true,
      description: 'What one run of the whole benchmark cost, in US dollars, as its source states it.',
      resolve: (score) => score.costUsd,
    }),
    provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Who published it.' }),
  }),
});
