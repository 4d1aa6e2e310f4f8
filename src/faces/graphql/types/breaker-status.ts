import type { BreakerState } from '../../../gateway/routing/health/breaker-machine.ts';
import type { AvailabilityStatus } from '../../../gateway/routing/health/health-board.ts';
import { builder } from '../builder.ts';

export const BreakerStateEnum = builder.enumType('BreakerState', {
  description: 'Whether calls are let through to an offering.',
  values: {
    CLOSED: { description: 'Calls pass.' },
    OPEN: { description: 'Calls are blocked after recent failures or slow responses.' },
    HALF_OPEN: { description: 'One probe call is allowed.' },
  } satisfies { [State in BreakerState]: { description: string } },
});

export const BreakerStatusRef = builder.objectRef<AvailabilityStatus>('BreakerStatus').implement({
  description: "An offering's breaker on this node, which speaks of it with all nodes.",
  fields: (t) => ({
    state: t.expose('state', { type: BreakerStateEnum, description: 'Whether calls are let through.' }),
    reason: t.string({
      nullable: true,
      description: 'Why it opened; null while it is CLOSED.',
      resolve: ({ reason }) => reason,
    }),
    retryAfterMs: t.exposeFloat('retryAfterMs', {
      description: 'Milliseconds until one call is let through to try; 0 unless it is OPEN.',
    }),
  }),
});
