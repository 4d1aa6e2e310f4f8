import type { Caller } from '../domain/caller.ts';
import type { OfferingId } from '../domain/ids.ts';
import type { Gateway } from './gateway.ts';
import { callOnce, type OneCall } from './one-call.ts';
import { PROBE_REQUEST, type ProbeResult } from './routing/health/prober.ts';

const PROBE: OneCall = {
  request: { ...PROBE_REQUEST, metadata: { purpose: 'probe' } },
  // Longer than that is no answer to so little.
  timeouts: { firstTokenMs: 10_000, totalMs: 20_000 },
};

export const probeOffering =
  ({ complete }: Pick<Gateway, 'complete'>, caller: Caller) =>
  async (id: OfferingId, signal: AbortSignal): Promise<ProbeResult> => {
    const end = await callOnce(complete, caller, id, PROBE, signal);
    return {
      succeeded: end?.type === 'finished',
      ...(end?.record !== undefined && { cost: end.record.cost }),
    };
  };
