import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Failure } from '../domain/failure.ts';
import type { OfferingId } from '../domain/ids.ts';
import type { RateLimit, RateLimitKind, RateLimitState } from '../domain/rate-limit.ts';
import type { Clock } from '../ports/clock.ts';

/** What providers last said of their limits, for each offering. */
export type RateLimitBoard = {
  /** Undefined where nothing has been said yet. */
  of(offeringId: OfferingId): RateLimitState | undefined;
};

/** The board with its writing side, for whoever calls providers. */
export type RateLimitRecorder = RateLimitBoard & {
  /** What a provider says replaces what it said before of the same kind. */
  observe(offeringId: OfferingId, limits: readonly RateLimit[]): void;
  /** A failure that asks to wait blocks the offering until then. */
  failed(offeringId: OfferingId, failure: Failure): void;
};

type Entry = {
  readonly limits: ReadonlyMap<RateLimitKind, RateLimit>;
  readonly observedAt: Date;
  readonly blockedUntil?: Date;
};

/** No provider means longer waits; and dates end somewhere. */
const LONGEST_BLOCK_MS = 31 * 86_400_000;

/** Holds offerings of the catalogue alone, so that it cannot outgrow that. */
export const createRateLimitBoard = (catalogue: () => Catalogue, clock: Clock): RateLimitRecorder => {
  const entries = new Map<OfferingId, Entry>();
  const update = (offeringId: OfferingId, change: (before: Entry | undefined) => Entry): void => {
    if (catalogue().offering(offeringId) === undefined) entries.delete(offeringId);
    else entries.set(offeringId, change(entries.get(offeringId)));
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
    observe(offeringId, limits) {
      if (limits.length === 0) return;
      update(offeringId, (before) => ({
        ...before,
        limits: new Map([...(before?.limits ?? []), ...limits.map((limit) => [limit.kind, limit] as const)]),
        observedAt: clock.now(),
      }));
    },
    failed(offeringId, { retryAfterMs }) {
      if (retryAfterMs === undefined || !(retryAfterMs > 0)) return;
      const observedAt = clock.now();
      const blockedUntil = new Date(observedAt.getTime() + Math.min(retryAfterMs, LONGEST_BLOCK_MS));
      update(offeringId, (before) => ({ limits: before?.limits ?? new Map(), observedAt, blockedUntil }));
    },
  };
};
