import type { Caller } from '../domain/caller.ts';
import type { OfferingId } from '../domain/ids.ts';
import { commandForOne } from './command-for-one.ts';
import type { CompletionCommand } from './completion-command.ts';
import type { Gateway } from './gateway.ts';
import { PROBE_REQUEST, type ProbeResult } from './routing/health/prober.ts';

/** Longer than that is no answer to so little. */
const FIRST_TOKEN_MS = 10_000;
const TOTAL_MS = 20_000;

const commandFor = (id: OfferingId): CompletionCommand =>
  commandForOne(id, {
    request: { ...PROBE_REQUEST, metadata: { purpose: 'probe' } },
    timeouts: { firstTokenMs: FIRST_TOKEN_MS, totalMs: TOTAL_MS },
  });

/** A completion like any other, so that breakers and statistics hear of it, and the ledger has its row. */
export const probeOffering =
  (gateway: Pick<Gateway, 'complete'>, caller: Caller) =>
  async (id: OfferingId, signal: AbortSignal): Promise<ProbeResult> => {
    const events = gateway.complete(caller, commandFor(id));
    const cancel = (): void => void events.return?.();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      for await (const event of events) {
        if (event.type === 'finished') return { succeeded: true, cost: event.record.cost };
        if (event.type === 'failed')
          return { succeeded: false, ...(event.record !== undefined && { cost: event.record.cost }) };
      }
      return { succeeded: false };
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
