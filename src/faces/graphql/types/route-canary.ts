import type { CanaryReason } from '../../../domain/route.ts';
import type { CanarySide, CanaryStatus } from '../../../gateway/routing/canary/canary-board.ts';
import { builder } from '../builder.ts';

const CanaryStateEnum = builder.enumType('CanaryState', {
  description: 'Whether a canary gets requests.',
  values: {
    RUNNING: { description: 'It gets its share.' },
    ROLLED_BACK: { description: 'It was worse than the others of its route, and gets nothing.' },
  },
});

const CanaryReasonEnum = builder.enumType('CanaryReason', {
  description: 'In what a canary was worse than it may be.',
  values: {
    ERROR_RATE: { description: 'Too many of its calls failed.' },
    TTFT: { description: 'Its first tokens came too late.' },
    OUTPUT_TPS: { description: 'It wrote too slowly.' },
    COST: { description: 'It cost too much.' },
  } satisfies { [Reason in CanaryReason]: { description: string } },
});

const CanarySideRef = builder.objectRef<CanarySide>('CanarySide').implement({
  description: 'What recent calls came to, as far as this server made them.',
  fields: (t) => ({
    calls: t.exposeInt('calls', { description: 'How many there were.' }),
    failed: t.exposeInt('failed', { description: 'How many of them failed.' }),
    medianTtftMs: t.float({
      nullable: true,
      description: 'Milliseconds to the first token; null without streams.',
      resolve: ({ medianTtftMs }) => medianTtftMs,
    }),
    medianOutputTps: t.float({
      nullable: true,
      description: 'Output tokens a second; null without streams.',
      resolve: ({ medianOutputTps }) => medianOutputTps,
    }),
    medianCostUsd: t.float({
      nullable: true,
      description: 'US dollars for a call that succeeded; null if no cost is known.',
      resolve: ({ medianCostUsd }) => medianCostUsd,
    }),
  }),
});

/** `showsFigures`: the caller may see them. */
export type ShownCanary = CanaryStatus & { readonly share: number; readonly showsFigures: boolean };

export const RouteCanaryRef = builder.objectRef<ShownCanary>('RouteCanary').implement({
  description: 'How the canary of a route does.',
  fields: (t) => ({
    state: t.field({
      type: CanaryStateEnum,
      description: 'Whether it gets requests.',
      resolve: ({ rolledBack }) => (rolledBack === undefined ? 'RUNNING' : 'ROLLED_BACK'),
    }),
    share: t.float({
      description: 'What it gets of the requests now, 0 to 1; 0 once it is rolled back.',
      resolve: ({ share, rolledBack }) => (rolledBack === undefined ? share : 0),
    }),
    reason: t.field({
      type: CanaryReasonEnum,
      nullable: true,
      description: 'In what it was worse than it may be; null while it runs.',
      resolve: ({ rolledBack }) => rolledBack?.reason,
    }),
    detail: t.string({
      nullable: true,
      description: 'What was found, for a person; null while it runs.',
      resolve: ({ rolledBack }) => rolledBack?.detail,
    }),
    since: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was rolled back; null while it runs.',
      resolve: ({ rolledBack }) => rolledBack?.at,
    }),
    canary: t.field({
      type: CanarySideRef,
      nullable: true,
      description: 'Its own recent calls; null for all but the admin key.',
      resolve: ({ canary, showsFigures }) => (showsFigures ? canary : null),
    }),
    others: t.field({
      type: CanarySideRef,
      nullable: true,
      description: "The recent calls of the route's others; null for all but the admin key.",
      resolve: ({ others, showsFigures }) => (showsFigures ? others : null),
    }),
  }),
});
