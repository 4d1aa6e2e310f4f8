import type { Failure } from '../domain/failure.ts';
import type { OfferingId } from '../domain/ids.ts';
import {
  MAX_RETRY_AFTER_MS,
  type RateLimit,
  type RateLimitKind,
  type RateLimitState,
} from '../domain/rate-limit.ts';
import type { Clock } from '../ports/clock.ts';
import { type OfferingLookup, rememberOfferings } from './remembered-offerings.ts';

/** What providers last said of their limits, for each offering. */
export type RateLimitBoard = {
  /** Undefined where nothing has been said yet. */
  of(offeringId: OfferingId): RateLimitState | undefined;
  /**
   * On the wall clock in milliseconds: until then calls are of no use, as the provider asked to wait, or nothing is left
   * of a limit and it said when there will be again. 0: now they are. Never more than the longest wait that is believed.
   */
  closedUntil(offeringId: OfferingId): number;
  /**
   * The same for a longer wait that it named: until then calls may be of no use, and it is for others to be called first.
   * 0: it named none.
   */
  doubtedUntil(offeringId: OfferingId): number;
};

/** The board with its writing side, for whoever calls providers. */
export type RateLimitRecorder = RateLimitBoard & {
  /** What a provider says replaces what it said before of the same kind. */
  observe(offeringId: OfferingId, limits: readonly RateLimit[]): void;
  /** A failure that asks to wait blocks the offering until then. */
  failed(offeringId: OfferingId, failure: Failure): void;
  /** Told of each offering whose `closedUntil` or `doubtedUntil` has changed; the function returned ends it. Listeners must not throw. */
  onChanged(listener: (offeringId: OfferingId) => void): () => void;
};

type Entry = {
  readonly limits: ReadonlyMap<RateLimitKind, RateLimit>;
  readonly observedAt: Date;
  readonly blockedUntil?: Date;
  /** On the wall clock in milliseconds. */
  readonly doubtedUntil?: number;
};

/** The latest of these moments that is still to come, in milliseconds; 0: none is. */
const closedBy = ({ limits, observedAt, blockedUntil }: Entry, maxMs: number, now: number): number => {
  let until = blockedUntil?.getTime() ?? 0;
  for (const limit of limits.values()) {
    const resetsAt = usedUpUntil(limit);
    if (resetsAt <= observedAt.getTime() + maxMs) until = Math.max(until, resetsAt);
  }
  return until > now ? until : 0;
};

/** When there will be something again of a limit of which nothing is left, in milliseconds; 0: there is, or it is not said. */
const usedUpUntil = ({ remaining, resetsAt }: RateLimit): number =>
  remaining !== undefined && remaining <= 0 && resetsAt !== undefined ? resetsAt.getTime() : 0;

const doubtedBy = ({ doubtedUntil = 0 }: Entry, now: number): number =>
  doubtedUntil > now ? doubtedUntil : 0;

/** Holds offerings of the catalogue and a few that it does not list, so that it cannot outgrow that. */
export const createRateLimitBoard = (
  catalogue: () => OfferingLookup,
  clock: Clock,
  maxRetryAfterMs = MAX_RETRY_AFTER_MS,
): RateLimitRecorder => {
  const entries = new Map<OfferingId, Entry>();
  const listeners = new Set<(offeringId: OfferingId) => void>();
  const remembered = rememberOfferings(catalogue, (id) => entries.delete(id));
  const update = (offeringId: OfferingId, change: (before: Entry | undefined) => Entry): void => {
    const before = entries.get(offeringId);
    if (!remembered.admit(offeringId, true)) {
      entries.delete(offeringId);
      return;
    }
    const after = change(before);
    entries.set(offeringId, after);
    const now = clock.now().getTime();
    if (
      closedBy(after, maxRetryAfterMs, now) !==
        (before === undefined ? 0 : closedBy(before, maxRetryAfterMs, now)) ||
      doubtedBy(after, now) !== (before === undefined ? 0 : doubtedBy(before, now))
    )
      for (const listener of listeners) listener(offeringId);
  };
  return {
    of(offeringId) {
      const entry = entries.get(offeringId);
      if (entry === undefined) return undefined;
      const { limits, observedAt, blockedUntil } = entry;
      return {
        limits: [...limits.values()],
        observedAt,
        ...(blockedUntil !== undefined && blockedUntil > clock.now() && { blockedUntil }),
      };
    },
    closedUntil(offeringId) {
      const entry = entries.get(offeringId);
      return entry === undefined ? 0 : closedBy(entry, maxRetryAfterMs, clock.now().getTime());
    },
    doubtedUntil(offeringId) {
      const entry = entries.get(offeringId);
      return entry === undefined ? 0 : doubtedBy(entry, clock.now().getTime());
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    observe(offeringId, limits) {
      if (limits.length === 0) return;
      update(offeringId, (before) => {
        const known = new Map(before?.limits);
        for (const limit of limits) known.set(limit.kind, limit);
        const observedAt = clock.now();
        const latest = observedAt.getTime() + maxRetryAfterMs;
        const { doubtedUntil: _before, ...rest } = before ?? {};
        const isDoubted = limits.some((limit) => usedUpUntil(limit) > latest);
        return { ...rest, limits: known, observedAt, ...(isDoubted && { doubtedUntil: latest }) };
      });
    },
    failed(offeringId, { retryAfterMs }) {
      if (retryAfterMs === undefined || !(retryAfterMs > 0)) return;
      const observedAt = clock.now();
      const until = observedAt.getTime() + Math.min(retryAfterMs, maxRetryAfterMs);
      update(offeringId, (before) => ({
        limits: before?.limits ?? new Map(),
        observedAt,
        ...(retryAfterMs > maxRetryAfterMs ? { doubtedUntil: until } : { blockedUntil: new Date(until) }),
      }));
    },
  };
};
