import type { OfferingId } from '../domain/ids.ts';
import { DEFAULT_FALLBACK, DEFAULT_POLICY } from '../domain/route.ts';
import { type CompletionCommand, DEFAULT_TIMEOUTS, INLINE_ROUTE } from './completion-command.ts';

/** A streamed completion of one offering alone, without retries: what is judged is one call. */
export const commandForOne = (
  id: OfferingId,
  { request, timeouts }: Pick<CompletionCommand, 'request' | 'timeouts'>,
): CompletionCommand => ({
  model: INLINE_ROUTE,
  request,
  streamUpstream: true,
  unsupported: 'WARN',
  timeouts,
  defaultTimeouts: DEFAULT_TIMEOUTS,
  delivery: 'WHOLE',
  routing: {
    policy: {
      ...DEFAULT_POLICY,
      candidates: [{ target: { kind: 'OFFERING', id }, weight: 1 }],
      fallback: { ...DEFAULT_FALLBACK, maxAttempts: 1 },
    },
  },
});
