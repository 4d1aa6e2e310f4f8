import { type Provenance, statedAtOf } from '../domain/price.ts';

export type Staleness = { readonly ageSeconds: number; readonly isStale: boolean };

const HOUR_MS = 3_600_000;
/** A live source is read several times a day. */
export const STALE_LIVE_MS = 24 * HOUR_MS;
/** Prices of a quarter of all models change within three months. */
export const STALE_STATEMENT_MS = 60 * 24 * HOUR_MS;

/** What is read once, at the start or with the release, and not again while the server runs. */
const NOT_LIVE: ReadonlySet<string> = new Set(['config', 'overrides']);

/**
 * When a fact was last known to be so: on the day on which its author checked it; else when its live source was last
 * read; else the day of the shipped list. A poll says nothing of a rate whose author states a day.
 */
export const lastSeenAt = (provenance: Provenance): Date =>
  provenance.checkedAt ?? provenance.readAt ?? statedAtOf(provenance);

/**
 * The age of a fact. It is stale if its author checked it, or its list was made, more than 60 days ago, or if its source
 * is read live and was not for 24 hours. What the operator states is never stale.
 */
export const stalenessOf = (
  provenance: Provenance,
  isLive: (source: string) => boolean,
  now: Date,
): Staleness => {
  const { source, checkedAt, readAt } = provenance;
  const ageMs = Math.max(0, now.getTime() - lastSeenAt(provenance).getTime());
  const limit = isLive(source) && checkedAt === undefined ? STALE_LIVE_MS : STALE_STATEMENT_MS;
  const isUnread = isLive(source) && readAt !== undefined && now.getTime() - readAt.getTime() > STALE_LIVE_MS;
  return { ageSeconds: ageMs / 1_000, isStale: !NOT_LIVE.has(source) && (ageMs > limit || isUnread) };
};
