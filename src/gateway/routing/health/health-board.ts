import { type Catalogue, calledOffering } from '../../../catalogue/catalogue.ts';
import { mainOperation } from '../../../catalogue/offering-operation.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import type { Operation } from '../../../domain/operation.ts';
import { MAX_RETRY_AFTER_MS, type RateLimitState } from '../../../domain/rate-limit.ts';
import { type BreakerRules, DEFAULT_BREAKER } from '../../../domain/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { SharedState } from '../../../ports/shared-state.ts';
import type { OfferingStatsRecorder } from '../../offering-stats.ts';
import { exchangeStatistics } from '../../statistics/exchange.ts';
import type { Availability } from './availability.ts';
import type { BreakerState } from './breaker-machine.ts';
import { GuessedClosing } from './guessed-closing.ts';
import { createHealthChannel, type HealthNews } from './health-channel.ts';
import { type HealthContext, OfferingHealth } from './offering-health.ts';
import type { Pulse } from './pulse.ts';
import { Queue } from './waiting.ts';

/** How offerings do: what routing goes by, and what calls tell it. */
export type HealthBoard = {
  /** The same object for the same offering, equal rules and the same operation, which is completions if not given. */
  availabilityOf(id: OfferingId, rules: BreakerRules, operation?: Operation): Availability;
  /** Brings pulses up to this moment; cheap, for before each look at them. They are else as of the last call. */
  refresh(): void;
};

/**
 * How an offering stands, for a person: in completions where it is for these, else in the operation that it is for; where
 * nobody asked for that, in the one that was asked for first.
 */
export type AvailabilityStatus = {
  /** Of its breaker. */
  readonly state: BreakerState;
  readonly reason?: string;
  /** Milliseconds until it may be probed; 0 unless it is OPEN. */
  readonly retryAfterMs: number;
  /** What its provider said of its limits; absent where it has said nothing yet. */
  readonly limits?: RateLimitState;
};

export type RunningHealthBoard = HealthBoard & {
  /** By the default rules, else the worst by any rules that are in use. Makes nothing. */
  statusOf(id: OfferingId): AvailabilityStatus;
  /** In completions; the same object for the same offering. */
  pulseOf(id: OfferingId): Pulse;
  /** Those with a breaker of completions that is not CLOSED, by the rules of that breaker. */
  troubled(): readonly { readonly id: OfferingId; readonly availability: Availability }[];
  close(): Promise<void>;
};

export type HealthBoardDependencies = {
  readonly catalogue: () => Catalogue;
  readonly stats: OfferingStatsRecorder;
  readonly clock: Clock;
  /** Absent: there are no other nodes to speak with. */
  readonly state?: SharedState;
  readonly log: Log;
  /** The longest wait that a provider may ask for and be believed; `MAX_RETRY_AFTER_MS` if not given. */
  readonly maxRetryAfterMs?: number;
  /** 0 inclusive to 1 exclusive; always the middle if not given. */
  readonly random?: () => number;
  /** For how many milliseconds this process has been at work so far; 0 if not given. */
  readonly busyMs?: () => number;
};

/** How often time passes for what nobody calls just now. */
const PASS_EVERY_MS = 25;
/** For so long after this process was at work without a pause it is taken into account that it was. */
const STALL_COUNTS_MS = 1_000;
/** So many offerings that the catalogue has lost may be remembered before they are looked for. */
const SLACK = 1_000;

/** Operations are made when they are first asked for. */
type Entry = { readonly account: GuessedClosing; readonly operations: OfferingHealth[] };

/** Rules come as one object for all candidates of a route. */
const keys = new WeakMap<BreakerRules, string>();

const keyOf = (rules: BreakerRules): string => {
  let key = keys.get(rules);
  if (key === undefined) {
    const { windowMs, minSamples, errorRate, consecutiveFailures, slowTtftMs, slowRate, openMs } = rules;
    key = [windowMs, minSamples, errorRate, consecutiveFailures, slowTtftMs, slowRate, openMs].join(' ');
    keys.set(rules, key);
  }
  return key;
};

const DEFAULT_KEY = keyOf(DEFAULT_BREAKER);

/**
 * Keeps the health of each operation of each offering that is routed to, and speaks of it and of statistics with other nodes. A call tells
 * all breakers of its operation there, whichever let it through.
 */
export const createHealthBoard = ({
  catalogue,
  stats,
  clock,
  state,
  log,
  maxRetryAfterMs = MAX_RETRY_AFTER_MS,
  random = () => 0.5,
  busyMs = () => 0,
}: HealthBoardDependencies): RunningHealthBoard => {
  const entries = new Map<OfferingId, Entry>();
  /** Those for which time has to pass. */
  const moving: OfferingHealth[] = [];
  let passedAtMs = Number.NEGATIVE_INFINITY;
  let busyBefore = busyMs();
  /** What waited meanwhile may have been answered, and be unread. */
  let stall = { ms: 0, untilMs: Number.NEGATIVE_INFINITY };
  const queue = new Queue(clock);
  const exchange = state && exchangeStatistics(stats, state, clock, log);

  const pass = (nowMs: number): void => {
    if (nowMs - passedAtMs < PASS_EVERY_MS) return;
    passedAtMs = nowMs;
    const busy = busyMs();
    const stalledMs = busy - busyBefore;
    busyBefore = busy;
    if (stalledMs >= stall.ms || nowMs >= stall.untilMs)
      stall = { ms: Math.max(0, stalledMs), untilMs: nowMs + STALL_COUNTS_MS };
    for (let index = moving.length - 1; index >= 0; index -= 1) {
      const health = moving[index];
      if (health === undefined) continue;
      health.room.pass(nowMs);
      if (health.meter.pass(nowMs, stall.ms)) continue;
      health.isMoving = false;
      moving.splice(index, 1);
    }
  };
  const context: HealthContext = {
    clock,
    maxRetryAfterMs,
    queue,
    random,
    usualTtft: stats.usualTtft,
    sharingOf: (id, of, rules, key) => channel?.sharingOf(id, of, rules, key),
    tellOthers: (news) => void channel?.tell(news),
    called(health, nowMs) {
      pass(nowMs);
      if (health.isMoving) return;
      health.isMoving = true;
      moving.push(health);
    },
  };
  const entryOf = (id: OfferingId): Entry => {
    let entry = entries.get(id);
    if (entry === undefined) {
      const current = catalogue();
      if (entries.size >= current.offerings.length + SLACK)
        for (const known of entries.keys()) if (current.offering(known) === undefined) entries.delete(known);
      entry = { account: new GuessedClosing(id, 'ACCOUNT', context), operations: [] };
      entries.set(id, entry);
    }
    return entry;
  };
  const known = (entry: Entry | undefined, operation: Operation): OfferingHealth | undefined =>
    entry?.operations.find((each) => each.operation === operation);
  const healthOf = (id: OfferingId, operation: Operation): OfferingHealth => {
    const entry = entryOf(id);
    let health = known(entry, operation);
    if (health === undefined) {
      health = new OfferingHealth(id, operation, entry.account, context);
      entry.operations.push(health);
    }
    return health;
  };
  const availabilityOf = (id: OfferingId, rules: BreakerRules, operation: Operation = 'COMPLETION') =>
    healthOf(id, operation).availabilityBy(rules, keyOf(rules), DEFAULT_KEY);

  const heard = (news: HealthNews): void => {
    const { offeringId } = news;
    if (catalogue().offering(offeringId) === undefined) return;
    if (news.kind === 'BREAKER') availabilityOf(offeringId, news.rules, news.of).apply(news.change);
    else if (news.of === 'ACCOUNT') entryOf(offeringId).account.heard(news);
    else healthOf(offeringId, news.of).heard(news);
  };
  const toTell = (): readonly HealthNews[] =>
    [...entries.values()].flatMap(({ account, operations }) => {
      const ofAccount = account.known();
      const others = operations.flatMap((health) => health.known());
      return ofAccount === undefined ? others : [ofAccount, ...others];
    });
  const channel = state && createHealthChannel(state, log, { heard, known: toTell });
  const operationOf = (id: OfferingId): Operation => {
    const current = catalogue();
    const offering = calledOffering(current, id);
    return offering === undefined
      ? 'COMPLETION'
      : mainOperation(offering, current.provider(offering.providerId));
  };

  const troubledBy = (health: OfferingHealth | undefined): Availability | undefined =>
    health?.availabilities.find((each) => each.state() !== 'CLOSED');

  return {
    availabilityOf,
    refresh: () => pass(clock.monotonicMs()),
    pulseOf: (id) => healthOf(id, 'COMPLETION').meter.pulse,
    statusOf(id) {
      const entry = entries.get(id);
      const health = known(entry, operationOf(id)) ?? entry?.operations[0];
      const shown = health?.availabilities.find(({ key }) => key === DEFAULT_KEY) ?? troubledBy(health);
      const reason = shown?.reason();
      const limits = health?.limits.state(clock.now(), clock.monotonicMs());
      return {
        state: shown?.state() ?? 'CLOSED',
        retryAfterMs: shown?.retryAfterMs() ?? 0,
        ...(reason !== undefined && { reason }),
        ...(limits !== undefined && { limits }),
      };
    },
    troubled: () =>
      [...entries].flatMap(([id, entry]) => {
        const availability = troubledBy(known(entry, 'COMPLETION'));
        return availability === undefined ? [] : [{ id, availability }];
      }),
    async close() {
      await Promise.all([exchange?.close(), channel?.close()]);
    },
  };
};
