import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import { type BreakerRules, DEFAULT_BREAKER } from '../../../domain/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { SharedState } from '../../../ports/shared-state.ts';
import type { OfferingStatsRecorder } from '../../offering-stats.ts';
import type { RateLimitRecorder } from '../../rate-limit-board.ts';
import { exchangeStatistics } from '../../statistics/exchange.ts';
import { speedSampleOf } from '../../statistics/output-speed.ts';
import { type Ban, createBan } from './ban.ts';
import { verdictOf } from './blame.ts';
import type { Breaker, BreakerState } from './breaker.ts';
import { type BreakerCallWatch, createBreaker } from './create-breaker.ts';
import type { HealthBoard } from './health-board.ts';
import { createHealthChannel, type HealthNews } from './health-channel.ts';
import { type BreakerMaker, LazyBreaker } from './lazy-breaker.ts';
import { createPulseMeter, type PulseMeter } from './pulse-meter.ts';

/** How an offering's breaker stands, for a person. */
export type BreakerStatus = {
  readonly state: BreakerState;
  readonly reason?: string;
  /** Milliseconds until it may be probed; 0 unless it is OPEN. */
  readonly retryAfterMs: number;
};

export type RunningHealthBoard = HealthBoard & {
  /** By the default rules, else the worst by any rules that are in use. Makes nothing. */
  statusOf(id: OfferingId): BreakerStatus;
  /** Those with a breaker that is not CLOSED, and that breaker. */
  troubled(): readonly { readonly id: OfferingId; readonly breaker: Breaker }[];
  close(): Promise<void>;
};

export type HealthBoardDependencies = {
  readonly catalogue: () => Catalogue;
  readonly stats: OfferingStatsRecorder;
  readonly rateLimits: RateLimitRecorder;
  readonly clock: Clock;
  /** Absent: there are no other nodes to speak with. */
  readonly state?: SharedState;
  readonly log: Log;
};

type BoardBreaker = LazyBreaker<OfferingId>;

type Entry = {
  readonly meter: PulseMeter;
  /** By rules, those that were used last at the end. */
  readonly breakers: Map<string, BoardBreaker>;
  readonly ban: ReturnType<typeof createBan>;
  /** A guess of this node or another one. */
  guessed: Guessed | undefined;
  /** On the wall clock, beside what the rate limit board says: another node was asked to wait. 0: never. */
  askedElsewhereUntil: number;
};

type Guessed = Pick<Ban, 'guess' | 'reason'> & {
  /** On the wall clock. */
  readonly until: number;
  /** On the monotonic clock: calls that began before say nothing of it. */
  readonly sinceMs: number;
};

/** Rules come with requests, too: of more than so many for one offering those that were used longest ago are forgotten. */
const MOST_RULES = 16;
/** How often time passes for what nobody calls just now. */
const PASS_EVERY_MS = 25;
/** So many offerings that the catalogue has lost may be remembered before they are looked for. */
const SLACK = 1_000;

const ASKED_TO_WAIT = 'Another node was asked to wait.';
const ASKED_FOR_LONG = 'It asked for a longer wait than is believed.';

/** Rules come as one object for all candidates of a route. */
const keys = new WeakMap<BreakerRules, string>();

const keyOf = (rules: BreakerRules): string => {
  let key = keys.get(rules);
  if (key === undefined) {
    key = written(rules);
    keys.set(rules, key);
  }
  return key;
};

const written = ({
  windowMs,
  minSamples,
  errorRate,
  consecutiveFailures,
  slowTtftMs,
  slowRate,
  openMs,
}: BreakerRules): string =>
  `${windowMs} ${minSamples} ${errorRate} ${consecutiveFailures} ${slowTtftMs} ${slowRate} ${openMs}`;

const DEFAULT_KEY = keyOf(DEFAULT_BREAKER);

/**
 * Keeps a pulse and breakers for each offering that is routed to, and speaks of breakers and statistics with other
 * nodes. A call tells all breakers of its offering, whichever let it through.
 */
export const createHealthBoard = ({
  catalogue,
  stats,
  rateLimits,
  clock,
  state,
  log,
}: HealthBoardDependencies): RunningHealthBoard => {
  const entries = new Map<OfferingId, Entry>();
  /** Those for which time has to pass. */
  const moving = new Set<PulseMeter>();
  let passedAtMs = Number.NEGATIVE_INFINITY;
  const exchange = state && exchangeStatistics(stats, state, clock, log);

  const prune = (): void => {
    const current = catalogue();
    if (entries.size < current.offerings.length + SLACK) return;
    for (const id of entries.keys()) if (current.offering(id) === undefined) entries.delete(id);
  };
  /** Both sides together. */
  const close = (id: OfferingId, { meter, guessed, askedElsewhereUntil }: Entry): void => {
    const askedUntil = Math.max(rateLimits.closedUntil(id), askedElsewhereUntil);
    const doubtedUntil = rateLimits.doubtedUntil(id);
    if (guessed !== undefined && guessed.until > Math.max(askedUntil, doubtedUntil))
      meter.close(guessed.until, guessed.reason, { kind: guessed.guess, askedUntil });
    else if (doubtedUntil > askedUntil)
      meter.close(doubtedUntil, ASKED_FOR_LONG, { kind: 'LIMITED', askedUntil });
    else meter.close(askedUntil, undefined, undefined);
  };
  const ban = (id: OfferingId, entry: Entry, { forMs, reason, guess }: Ban): void => {
    const until = clock.now().getTime() + forMs;
    if (entry.guessed !== undefined && until <= entry.guessed.until) return;
    entry.guessed = { guess, reason, until, sinceMs: clock.monotonicMs() };
    close(id, entry);
  };
  const askedElsewhere = (id: OfferingId, entry: Entry, forMs: number): void => {
    const until = clock.now().getTime() + forMs;
    if (until <= entry.askedElsewhereUntil) return;
    entry.askedElsewhereUntil = until;
    close(id, entry);
  };
  const reopen = (id: OfferingId, entry: Entry): void => {
    entry.guessed = undefined;
    close(id, entry);
  };
  const entryOf = (id: OfferingId): Entry => {
    const present = entries.get(id);
    if (present !== undefined) return present;
    prune();
    const entry: Entry = {
      meter: createPulseMeter(() => stats.usualTtft(id)),
      breakers: new Map(),
      ban: createBan(),
      guessed: undefined,
      askedElsewhereUntil: 0,
    };
    entries.set(id, entry);
    close(id, entry);
    return entry;
  };
  const used = ({ breakers }: Entry, breaker: BoardBreaker): void => {
    if (breakers.size < 2) return;
    breakers.delete(breaker.key);
    breakers.set(breaker.key, breaker);
  };
  const make: BreakerMaker<OfferingId> = (id, rules, key) =>
    createBreaker(rules, clock, channel?.sharingOf(id, rules, key));
  const breakerIn = (entry: Entry, id: OfferingId, rules: BreakerRules): BoardBreaker => {
    const key = keyOf(rules);
    const present = entry.breakers.get(key);
    if (present !== undefined) {
      used(entry, present);
      return present;
    }
    const made: BoardBreaker = new LazyBreaker(id, rules, key, make);
    entry.breakers.set(key, made);
    if (entry.breakers.size > MOST_RULES)
      for (const oldest of entry.breakers.keys())
        if (oldest !== DEFAULT_KEY) {
          entry.breakers.delete(oldest);
          break;
        }
    return made;
  };
  const pass = (nowMs: number): void => {
    if (nowMs - passedAtMs < PASS_EVERY_MS) return;
    passedAtMs = nowMs;
    for (const meter of moving) if (!meter.pass(nowMs)) moving.delete(meter);
  };

  const heard = (news: HealthNews): void => {
    if (catalogue().offering(news.offeringId) === undefined) return;
    const entry = entryOf(news.offeringId);
    switch (news.kind) {
      case 'BREAKER':
        breakerIn(entry, news.offeringId, news.rules).apply(news.change);
        return;
      case 'CLOSED':
        if (news.guess === undefined) askedElsewhere(news.offeringId, entry, news.forMs);
        else ban(news.offeringId, entry, { ...news, guess: news.guess });
        return;
      case 'REOPENED':
        reopen(news.offeringId, entry);
        return;
    }
  };
  const askedHereUntil = (id: OfferingId): number => rateLimits.of(id)?.blockedUntil?.getTime() ?? 0;
  const known = (): readonly HealthNews[] => {
    const now = clock.now().getTime();
    return [...entries].flatMap(([offeringId, entry]): HealthNews[] => {
      const { guessed, askedElsewhereUntil, breakers } = entry;
      const guessedForMs = (guessed?.until ?? 0) - now;
      const askedForMs = Math.max(askedElsewhereUntil, askedHereUntil(offeringId)) - now;
      const open = [...breakers.values()].flatMap((breaker): HealthNews[] => {
        const change = breaker.snapshot();
        return change === undefined ? [] : [{ kind: 'BREAKER', offeringId, rules: breaker.rules, change }];
      });
      if (askedForMs > 0) open.push({ kind: 'CLOSED', offeringId, forMs: askedForMs, reason: ASKED_TO_WAIT });
      if (guessed !== undefined && guessedForMs > 0) {
        const { guess, reason } = guessed;
        open.push({ kind: 'CLOSED', offeringId, forMs: guessedForMs, reason, guess });
      }
      return open;
    });
  };
  const channel = state && createHealthChannel(state, log, { heard, known });
  const banEverywhere = (id: OfferingId, entry: Entry, banned: Ban): void => {
    ban(id, entry, banned);
    void channel?.tell({ kind: 'CLOSED', offeringId: id, ...banned });
  };
  const stopListening = rateLimits.onChanged((id) => {
    const entry = entryOf(id);
    close(id, entry);
    // A limit that is used up is told with each answer, to each node; that one is asked to wait is not.
    const now = clock.now().getTime();
    const doubtedForMs = rateLimits.doubtedUntil(id) - now;
    if (doubtedForMs > 0)
      void channel?.tell({
        kind: 'CLOSED',
        offeringId: id,
        forMs: doubtedForMs,
        reason: ASKED_FOR_LONG,
        guess: 'LIMITED',
      });
    const forMs = askedHereUntil(id) - now;
    if (forMs > 0) void channel?.tell({ kind: 'CLOSED', offeringId: id, forMs, reason: ASKED_TO_WAIT });
  });

  return {
    pulseOf: (id) => entryOf(id).meter.pulse,
    refresh: () => pass(clock.monotonicMs()),
    breakerOf: (id, rules) => breakerIn(entryOf(id), id, rules),
    began(id, breaker, { streamed = true } = {}) {
      const startedMs = clock.monotonicMs();
      pass(startedMs);
      const entry = entryOf(id);
      const { meter, breakers } = entry;
      const waiting = meter.began(startedMs, streamed);
      moving.add(meter);
      const watches: BreakerCallWatch[] = [];
      for (const each of breakers.values()) watches.push(each.began(streamed));
      // One that was forgotten while its route was compiled is told all the same.
      if (breaker instanceof LazyBreaker) {
        if (breakers.get(breaker.key) === breaker) used(entry, breaker);
        else watches.push(breaker.began(streamed));
      }
      let isOver = false;
      return {
        firstToken(ttftMs) {
          meter.firstToken(waiting, ttftMs, clock.monotonicMs());
          for (const watch of watches) watch.firstToken(ttftMs);
        },
        ended(attempt) {
          if (isOver) return;
          isOver = true;
          const verdict = verdictOf(attempt, meter.pulse.p95TtftMs);
          for (const watch of watches) watch.ended(verdict);
          meter.ended(
            waiting,
            {
              failed: verdict.kind === 'NOTHING' ? undefined : verdict.kind === 'FAILED',
              outputTps: speedSampleOf(attempt),
            },
            clock.monotonicMs(),
          );
          const banned = entry.ban.after(attempt);
          if (banned !== undefined) banEverywhere(id, entry, banned);
          else if (
            attempt.status === 'SUCCEEDED' &&
            entry.guessed !== undefined &&
            startedMs >= entry.guessed.sinceMs
          ) {
            reopen(id, entry);
            void channel?.tell({ kind: 'REOPENED', offeringId: id });
          }
        },
      };
    },
    statusOf(id) {
      const breakers = entries.get(id)?.breakers;
      const breaker =
        breakers?.get(DEFAULT_KEY) ??
        [...(breakers?.values() ?? [])].find((each) => each.state() !== 'CLOSED');
      if (breaker === undefined) return { state: 'CLOSED', retryAfterMs: 0 };
      const reason = breaker.reason();
      return {
        state: breaker.state(),
        retryAfterMs: breaker.retryAfterMs(),
        ...(reason !== undefined && { reason }),
      };
    },
    troubled: () =>
      [...entries].flatMap(([id, { breakers }]) => {
        const breaker = [...breakers.values()].find((each) => each.state() !== 'CLOSED');
        return breaker === undefined ? [] : [{ id, breaker }];
      }),
    async close() {
      stopListening();
      await Promise.all([exchange?.close(), channel?.close()]);
    },
  };
};
