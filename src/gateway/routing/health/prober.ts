import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { writesText } from '../../../catalogue/offering-operation.ts';
import type { Cost } from '../../../domain/cost.ts';
import { originOf } from '../../../domain/error-origin.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import { type Currency, Decimal } from '../../../domain/money.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { SharedState } from '../../../ports/shared-state.ts';
import type { OfferingStatsBoard } from '../../offering-stats.ts';
import type { RunningHealthBoard } from './health-board.ts';

/** What a probe came to. */
export type ProbeResult = {
  readonly succeeded: boolean;
  /** Absent: there was nothing to bill. */
  readonly cost?: Cost;
};

/** How much of a day's money is left, for all nodes. Days are those of UTC. */
type ProbeBudget = {
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
const createProbeBudget = (
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

/** Off where there are none. */
export type ProbeSettings = {
  readonly everyMs: number;
  /** Of all nodes together, in a day of UTC. */
  readonly maxCostPerDay: Decimal;
  readonly currency: Currency;
  /** Also those that can be called and were not, in the last 30 minutes. */
  readonly idle: boolean;
};

export type ProberDependencies = {
  readonly settings: ProbeSettings;
  readonly catalogue: () => Catalogue;
  readonly health: Pick<RunningHealthBoard, 'troubled' | 'pulseOf'>;
  readonly stats: Pick<OfferingStatsBoard, 'measured'>;
  readonly clock: Clock;
  readonly state: SharedState;
  readonly log: Log;
  /** Sends the smallest completion there is to that offering alone, tells the health board of it, and says what it cost. */
  readonly probe: (id: OfferingId, signal: AbortSignal) => Promise<ProbeResult>;
};

export type Prober = {
  /** Ends when what is under way has ended. */
  close(): Promise<void>;
};

/** What a probe asks for: some models write no fewer tokens than 16. */
export const PROBE_REQUEST = {
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'ping' }] }],
  tools: [],
  maxOutputTokens: 16,
} as const;

/** In one round, so that rounds end. */
const MOST_IN_A_ROUND = 50;
/** A little less than a round, so that the turn is free when the next one begins, whoever begins it. */
const TURN_SHARE = 0.9;

/**
 * Sends small completions to offerings that are left alone, once their time is over, so that they come back without a
 * caller's request being tried on them. Each round is one node's, one after another, until the day's money is spent.
 */
export const startProber = (dependencies: ProberDependencies): Prober => {
  const { settings, catalogue, health, stats, clock, state, log, probe } = dependencies;
  const { everyMs, maxCostPerDay, currency, idle } = settings;
  const budget = createProbeBudget({ amount: maxCostPerDay, currency }, clock, state, log);
  const aborter = new AbortController();
  const { signal } = aborter;
  let cancel: (() => void) | undefined;
  let round: Promise<void> = Promise.resolve();
  /** Told once for each day. */
  let spentOn = '';

  const wanted = (): readonly OfferingId[] => {
    const current = catalogue();
    const nowMs = clock.monotonicMs();
    const canBeCalled = (id: OfferingId): boolean => {
      const offering = current.offering(id);
      return (
        offering !== undefined &&
        current.isOn(offering) &&
        !offering.deprecated &&
        writesText(offering) &&
        health.pulseOf(id).closedUntil <= nowMs
      );
    };
    const ailing = health
      .troubled()
      .filter(({ availability }) => availability.state() === 'HALF_OPEN')
      .map(({ id }) => id);
    const called = new Set<OfferingId>([...stats.measured(), ...ailing]);
    const quiet = idle ? current.offerings.map(({ id }) => id).filter((id) => !called.has(id)) : [];
    const found: OfferingId[] = [];
    for (const id of [...ailing, ...quiet]) {
      if (found.length === MOST_IN_A_ROUND) break;
      if (canBeCalled(id)) found.push(id);
    }
    return found;
  };
  const sayThatItIsSpent = (): void => {
    const day = clock.now().toISOString().slice(0, 10);
    if (spentOn === day) return;
    spentOn = day;
    log.warn('Probes have reached their daily budget; they pause until the next day (UTC)', {
      maxCostPerDay: `${maxCostPerDay.toFixed()} ${currency}`,
    });
  };
  const probeOne = async (id: OfferingId): Promise<void> => {
    try {
      await budget.spend(await probe(id, signal));
    } catch (error) {
      // It may have been sent.
      await budget.spend({ succeeded: true });
      log.error('A probe could not be carried out', { offering: id, error: originOf(error) });
    }
  };
  const run = async (): Promise<void> => {
    const ids = wanted();
    if (ids.length === 0) return;
    // Without the state there is no knowing who else probes, nor what that has cost.
    if (!(await state.claim('prober', everyMs * TURN_SHARE).catch(() => false))) return;
    for (const id of ids) {
      if (signal.aborted) return;
      if (!(await budget.allows())) {
        sayThatItIsSpent();
        return;
      }
      const isOurs = await state.claim(`prober:${id}`, everyMs * TURN_SHARE).catch(() => false);
      // The stop of a server waits for no call that began after it, nor is one paid for.
      if (isOurs && !signal.aborted) await probeOne(id);
    }
  };
  const schedule = (): void => {
    cancel = clock.after(everyMs, () => {
      round = run().finally(() => {
        if (!signal.aborted) schedule();
      });
    });
  };
  schedule();

  return {
    async close() {
      aborter.abort();
      cancel?.();
      await round;
    },
  };
};
