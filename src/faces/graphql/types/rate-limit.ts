import type { RateLimit, RateLimitState } from '../../../domain/rate-limit.ts';
import { builder } from '../builder.ts';
import { RateLimitKindEnum } from './enums.ts';

const RateLimitRef = builder.objectRef<RateLimit>('RateLimit').implement({
  description: "One of a provider's limits, as its latest answer that named it states.",
  fields: (t) => ({
    kind: t.expose('kind', { type: RateLimitKindEnum, description: 'What is counted.' }),
    limit: t.float({
      nullable: true,
      description: 'How many the window allows; null if not stated.',
      resolve: ({ limit }) => limit,
    }),
    remaining: t.float({
      nullable: true,
      description: 'How many were left; null if not stated.',
      resolve: ({ remaining }) => remaining,
    }),
    resetsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the window is full again; null if not stated.',
      resolve: ({ resetsAt }) => resetsAt,
    }),
  }),
});

export const RateLimitStateRef = builder.objectRef<RateLimitState>('RateLimitState').implement({
  description:
    "What is known of an offering's limits at its provider, from the headers and errors of its answers.",
  fields: (t) => ({
    limits: t.field({
      type: [RateLimitRef],
      description: 'Each limit that the provider named.',
      resolve: ({ limits }) => [...limits],
    }),
    observedAt: t.expose('observedAt', { type: 'DateTime', description: 'When it was last reported.' }),
    blockedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Until when the provider asked not to be called; null if it did not, or that time is over.',
      resolve: ({ blockedUntil }) => blockedUntil,
    }),
  }),
});
