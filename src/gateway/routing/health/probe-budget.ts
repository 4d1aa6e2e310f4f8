import type { Cost } from '../../../domain/cost.ts';
import { type Currency, Decimal } from '../../../domain/money.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { SharedState } from '../../../ports/shared-state.ts';

/** What a probe came to. */
export type ProbeResult = {
  readonly succeeded: boolean;
  /** Absent: there was nothing to bill. */
  readonly cost?: Cost;
};

/** How much of a day's money is left, for all nodes. Days are those of UTC. */
export type ProbeBudget = {
  /** Whether one more probe may be sent. */
  allows(): Promise<boolean>;
  spend(result: ProbeResult): Promise<void>;
};

/**
 * A probe of which no cost in the cap's currency is known counts as so much of the cap, so that a day has a hundred of
 * them at most; and so much has to be left for another one. One that failed without any usage counts nothing.
 */
const SHARE_OF_UNPRICED = '0.01';
const KEPT_MS = 2 * 86_400_000;

/** The total of the day is kept in the shared state: one node at a time probes (see the prober), so that no sum is lost. */
export const createProbeBudget = (
  cap: { readonly amount: Decimal; readonly currency: Currency },
  clock: Clock,
  state: SharedState,
  log: Log,
): ProbeBudget => {
  const unpriced = cap.amount.times(SHARE_OF_UNPRICED);
  /** As far as this node knows; the state can forget. */
  let known = { day: '', spent: new Decimal(0) };

  const today = (): string => clock.now().toISOString().slice(0, 10);
  const keyOf = (day: string): string => `probe-spend:${day}:${cap.currency}`;
  const spentOf = async (day: string): Promise<Decimal> => {
    const own = known.day === day ? known.spent : new Decimal(0);
    const bytes = await state.getBytes(keyOf(day)).catch(() => undefined);
    if (bytes === undefined) return own;
    const text = new TextDecoder().decode(bytes);
    return /^\d+(\.\d+)?$/.test(text) ? Decimal.max(own, new Decimal(text)) : own;
  };
  const amountOf = ({ succeeded, cost }: ProbeResult): Decimal => {
    if (cost === undefined) return succeeded ? unpriced : new Decimal(0);
    switch (cost.kind) {
      case 'FREE':
        return new Decimal(0);
      case 'PRICED':
        return cost.currency === cap.currency ? cost.total : unpriced;
      case 'UNPRICED':
        return !succeeded && cost.reason === 'NO_USAGE' ? new Decimal(0) : unpriced;
    }
  };

  return {
    async allows() {
      const spent = await spentOf(today());
      return spent.plus(unpriced).lte(cap.amount);
    },
    async spend(result) {
      const day = today();
      const spent = (await spentOf(day)).plus(amountOf(result));
      known = { day, spent };
      try {
        await state.putBytes(keyOf(day), new TextEncoder().encode(spent.toFixed()), KEPT_MS);
      } catch (error) {
        log.warn('The cost of the probes of today cannot be sent to other nodes', { reason: String(error) });
      }
    },
  };
};
