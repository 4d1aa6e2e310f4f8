import type { Failure } from '../domain/failure.ts';
import type { OfferingId } from '../domain/ids.ts';
import type { RateLimit, RateLimitKind, RateLimitState } from '../domain/rate-limit.ts';
import type { Clock } from '../ports/clock.ts';
import { type OfferingLookup, rememberOfferings } from './remembered-offerings.ts';

/** What providers last said of their limits, for each offering. */
export type RateLimitBoard = {
  /** Undefined where nothing has been said yet. */
  of(offeringId: OfferingId): RateLimitState | undefined;
  /**
   * On the wall clock in milliseconds: until then calls are of no use, as the provider asked to wait, or nothing is left
   * of a limit and it said when there will be again. 0: now they are.
   */
  closedUntil(offeringId: OfferingId): number;
};

/** The board with its writing side, for whoever calls providers. */
export type RateLimitRecorder = RateLimitBoard & {
  /** What a provider says replaces what it said before of the same kind. */
  observe(offeringId: OfferingId, limits: readonly RateLimit[]): void;
  /** A failure that asks to wait blocks the offering until then. */
  failed(offeringId: OfferingId, failure: Failure): void;
  /** Told of each offering whose `closedUntil` has changed; the function returned ends it. Listeners must not throw. */
  onChanged(listener: (offeringId: OfferingId) => void): () => void;
};

type Entry = {
  readonly limits: ReadonlyMap<RateLimitKind, RateLimit>;
  readonly observedAt: Date;
  readonly blockedUntil?: Date;
};

/** The latest of these moments that is still to come, in milliseconds; 0: none is. */
const closedBy = ({ limits, blockedUntil }: Entry, now: number): number => {
  let until = blockedUntil?.getTime() ?? 0;
  for (const { remaining, resetsAt } of limits.values())
    if (remaining !== undefined && remaining <= 0 && resetsAt !== undefined)
      until = Math.max(until, Math.min(resetsAt.getTime(), now + LONGEST_BLOCK_MS));
  return until > now ? until : 0;
};

/** No provider means longer waits; and dates end somewhere. */
const LONGEST_BLOCK_MS = 31 * 86_400_000;

/** Holds offerings of the catalogue and a few that it does not list, so that it cannot outgrow that. */
export const createRateLimitBoard = (catalogue: () => OfferingLookup, clock: Clock): RateLimitRecorder => {
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
    if (closedBy(after, now) !== (before === undefined ? 0 : closedBy(before, now)))
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
      return entry === undefined ? 0 : closedBy(entry, clock.now().getTime());
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
        return { ...before, limits: known, observedAt: clock.now() };
      });
    },
    failed(offeringId, { retryAfterMs }) {
      if (retryAfterMs === undefined || !(retryAfterMs > 0)) return;
      const observedAt = clock.now();
      const blockedUntil = new Date(observedAt.getTime() + Math.min(retryAfterMs, LONGEST_BLOCK_MS));
      update(offeringId, (before) => ({ limits: before?.limits ?? new Map(), observedAt, blockedUntil }));
    },
  };
};
