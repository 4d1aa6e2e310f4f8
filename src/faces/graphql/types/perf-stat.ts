import type { PerfStat } from '../../../domain/performance.ts';
import { builder } from '../builder.ts';
import { ProvenanceRef } from '../refs.ts';
import { PerfMetricEnum } from './catalogue-enums.ts';

export const PerfStatRef = builder.objectRef<PerfStat>('PerfStat').implement({
  description: 'How an offering was measured. A source that states a single figure states it as `p50`.',
  fields: (t) => ({
    metric: t.expose('metric', { type: PerfMetricEnum, description: 'What was measured, and in what unit.' }),
    p50: t.exposeFloat('p50', { description: "The median, in the metric's unit; for a rate, the rate." }),
    p90: t.float({
      nullable: true,
      description: "The 90th percentile, in the metric's unit; null if not stated.",
      resolve: (stat) => stat.p90,
    }),
    p99: t.float({
      nullable: true,
      description: "The 99th percentile, in the metric's unit; null if not stated.",
      resolve: (stat) => stat.p99,
    }),
    sampleSize: t.int({
      nullable: true,
      description: 'How many calls were measured; null if the source does not say.',
      resolve: (stat) => stat.sampleSize,
    }),
    windowSeconds: t.int({
      nullable: true,
      description: 'Over how long, in seconds; null if the source does not say.',
      resolve: (stat) => stat.windowSeconds,
    }),
    provenance: t.expose('provenance', {
      type: ProvenanceRef,
      description: "Who measured it; source `own` is this server's own traffic.",
    }),
  }),
});
