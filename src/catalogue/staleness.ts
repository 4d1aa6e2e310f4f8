import type { Provenance } from '../domain/price.ts';

export type Staleness = { readonly ageSeconds: number; readonly isStale: boolean };

const HOUR_MS = 3_600_000;
/** A live source is read several times a day. */
export const STALE_LIVE_MS = 24 * HOUR_MS;
/** What is shipped changes with a new version: prices move within some weeks. */
export const STALE_SHIPPED_MS = 60 * 24 * HOUR_MS;

/** What is read once, at the start or with the release, and not again while the server runs. */
const NOT_LIVE: ReadonlySet<string> = new Set(['config', 'overrides']);

/**
 * How long ago a fact was last compared with where it comes from. `isLive` says whether its source is being read. What
 * the operator states is as old as its reading and never stale.
 */
export const stalenessOf = (
  { source, observedAt, checkedAt }: Provenance,
  isLive: (source: string) => boolean,
  now: Date,
): Staleness => {
  const ageMs = Math.max(0, now.getTime() - (checkedAt ?? observedAt).getTime());
  const limit = isLive(source) ? STALE_LIVE_MS : STALE_SHIPPED_MS;
  return { ageSeconds: ageMs / 1_000, isStale: !NOT_LIVE.has(source) && ageMs > limit };
};
