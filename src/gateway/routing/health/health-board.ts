import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import { MAX_RETRY_AFTER_MS, type RateLimitState } from '../../../domain/rate-limit.ts';
import { type BreakerRules, DEFAULT_BREAKER } from '../../../domain/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { SharedState } from '../../../ports/shared-state.ts';
import type { OfferingStatsRecorder } from '../../offering-stats.ts';
import { exchangeStatistics } from '../../statistics/exchange.ts';
import type { Availability } from './availability.ts';
import type { BreakerState } from './breaker-machine.ts';
import { createHealthChannel, type HealthNews } from './health-channel.ts';
import { type HealthContext, OfferingHealth } from './offering-health.ts';
import type { Pulse } from './pulse.ts';

/** How offerings do: what routing goes by, and what calls tell it. */
export type HealthBoard = {
  /** The same object for the same offering and equal rules. */
  availabilityOf(id: OfferingId, rules: BreakerRules): Availability;
  /** Brings pulses up to this moment; cheap, for before each look at them. They are else as of the last call. */
  refresh(): void;
};

/** How an offering stands, for a person. */
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
  /** The same object for the same offering. */
  pulseOf(id: OfferingId): Pulse;
  /** Those with a breaker that is not CLOSED, by the rules of that breaker. */
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
};

/** How often time passes for what nobody calls just now. */
const PASS_EVERY_MS = 25;
/** So many offerings that the catalogue has lost may be remembered before they are looked for. */
const SLACK = 1_000;

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
 * Keeps the health of each offering that is routed to, and speaks of it and of statistics with other nodes. A call tells
 * all breakers of its offering, whichever let it through.
 */
export const createHealthBoard = ({
  catalogue,
  stats,
  clock,
  state,
  log,
  maxRetryAfterMs = MAX_RETRY_AFTER_MS,
}: HealthBoardDependencies): RunningHealthBoard => {
  const entries = new Map<OfferingId, OfferingHealth>();
  /** Those for which time has to pass. */
  const moving: OfferingHealth[] = [];
  let passedAtMs = Number.NEGATIVE_INFINITY;
  const exchange = state && exchangeStatistics(stats, state, clock, log);

  const pass = (nowMs: number): void => {
    if (nowMs - passedAtMs < PASS_EVERY_MS) return;
    passedAtMs = nowMs;
    for (let index = moving.length - 1; index >= 0; index -= 1) {
      const health = moving[index];
      if (health === undefined || health.meter.pass(nowMs)) continue;
      health.isMoving = false;
      moving.splice(index, 1);
    }
  };
  const context: HealthContext = {
    clock,
    maxRetryAfterMs,
    usualTtft: stats.usualTtft,
    sharingOf: (id, rules, key) => channel?.sharingOf(id, rules, key),
    tellOthers: (news) => void channel?.tell(news),
    called(health, nowMs) {
      pass(nowMs);
      if (health.isMoving) return;
      health.isMoving = true;
      moving.push(health);
    },
  };
  const healthOf = (id: OfferingId): OfferingHealth => {
    let health = entries.get(id);
    if (health === undefined) {
      const current = catalogue();
      if (entries.size >= current.offerings.length + SLACK)
        for (const known of entries.keys()) if (current.offering(known) === undefined) entries.delete(known);
      health = new OfferingHealth(id, context);
      entries.set(id, health);
    }
    return health;
  };
  const availabilityOf = (id: OfferingId, rules: BreakerRules) =>
    healthOf(id).availabilityBy(rules, keyOf(rules), DEFAULT_KEY);

  const heard = (news: HealthNews): void => {
    const { offeringId } = news;
    if (catalogue().offering(offeringId) === undefined) return;
    if (news.kind === 'BREAKER') availabilityOf(offeringId, news.rules).apply(news.change);
    else healthOf(offeringId).heard(news);
  };
  const known = (): readonly HealthNews[] => [...entries.values()].flatMap((health) => health.known());
  const channel = state && createHealthChannel(state, log, { heard, known });

  const troubledBy = (health: OfferingHealth | undefined): Availability | undefined =>
    health?.availabilities.find((each) => each.state() !== 'CLOSED');

  return {
    availabilityOf,
    refresh: () => pass(clock.monotonicMs()),
    pulseOf: (id) => healthOf(id).meter.pulse,
    statusOf(id) {
      const health = entries.get(id);
      const shown = health?.availabilities.find(({ key }) => key === DEFAULT_KEY) ?? troubledBy(health);
      const reason = shown?.reason();
      const limits = health?.limits.state(clock.now().getTime());
      return {
        state: shown?.state() ?? 'CLOSED',
        retryAfterMs: shown?.retryAfterMs() ?? 0,
        ...(reason !== undefined && { reason }),
        ...(limits !== undefined && { limits }),
      };
    },
    troubled: () =>
      [...entries].flatMap(([id, health]) => {
        const availability = troubledBy(health);
        return availability === undefined ? [] : [{ id, availability }];
      }),
    async close() {
      await Promise.all([exchange?.close(), channel?.close()]);
    },
  };
};
