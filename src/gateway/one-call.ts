import type { Caller } from '../domain/caller.ts';
import type { CompletionEvent } from '../domain/completion-event.ts';
import type { OfferingId } from '../domain/ids.ts';
import { DEFAULT_FALLBACK, DEFAULT_POLICY } from '../domain/route.ts';
import { type CompletionCommand, DEFAULT_TIMEOUTS, INLINE_ROUTE } from './completion-command.ts';

/** Runs a completion; returning from the iteration cancels it. */
export type Complete = (caller: Caller, command: CompletionCommand) => AsyncIterableIterator<CompletionEvent>;

export type OneCall = Pick<CompletionCommand, 'request' | 'timeouts'>;

/** How a call ended. */
export type OneCallEnd = Extract<CompletionEvent, { readonly type: 'finished' | 'failed' }>;

/** A streamed completion of one offering alone, without retries: what is judged is one call. */
const commandFor = (id: OfferingId, { request, timeouts }: OneCall): CompletionCommand => ({
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

/**
 * One call of an offering: a completion like any other, so that breakers and statistics hear of it, and the ledger has
 * its row. An aborted signal ends it, and its connection, at once, or keeps it from being made; undefined: so it was.
 */
export const callOnce = async (
  complete: Complete,
  caller: Caller,
  id: OfferingId,
  call: OneCall,
  signal: AbortSignal,
): Promise<OneCallEnd | undefined> => {
  if (signal.aborted) return undefined;
  const events = complete(caller, commandFor(id, call));
  const cancel = (): void => void events.return?.();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for await (const event of events) if (event.type === 'finished' || event.type === 'failed') return event;
    return undefined;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
