import type { OfferingId } from '../domain/ids.ts';
import type { PerfStat } from '../domain/performance.ts';

/** How offerings did in this server's own traffic of the last minutes. */
export type OfferingStats = {
  /** Empty where nothing was measured. */
  of(id: OfferingId): readonly PerfStat[];
};
