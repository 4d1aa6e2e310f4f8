import type { BegunAttempt, InterruptedOperation } from '../domain/begun-attempt.ts';
import type { KeyId, ModelSlug, OfferingId, OperationId, PriceId, RouteName } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Key } from '../domain/key.ts';
import type { Money } from '../domain/money.ts';
import type { Operation } from '../domain/operation.ts';
import type { OperationRecord } from '../domain/operation-record.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Price, PriceChange } from '../domain/price.ts';
import type { CanaryReason } from '../domain/route.ts';

/** The disk of the store is full: what was to be written is not, and may be once there is space again. */
export class StoreFullError extends Error {
  override readonly name: string = 'StoreFullError';
}

/** Tells one kind of failure from another, for a log that states each once: files, blocks and statements differ each time. */
export const failureKind = (error: unknown): string => {
  if (error instanceof StoreFullError) return error.name;
  const reason = error instanceof Error ? error.message : String(error);
  return reason.slice(0, 200).replaceAll(/\d+/g, '#');
};

export type KeyStore = {
  /** Fails if the id or the hash exists. `hash` is the SHA-256 of the secret, in hex. */
  insert(key: Key, hash: string): Promise<void>;
  /**
   * Inserts a key whose generated secret is yet to be shown, unless one of that id exists; says whether it did. One that
   * was never shown, because its server ended before, is replaced. Safe when several nodes race.
   */
  insertUnshown(key: Key, hash: string): Promise<boolean>;
  /** The secret of that hash was shown. False if it is no longer the key's. */
  markShown(id: KeyId, hash: string): Promise<boolean>;
  /** Inserts an admin key and, if asked, revokes all others; the number of those revoked. */
  addAdmin(key: Key, hash: string, options: { readonly revokeOthers: boolean }): Promise<number>;
  /** Replaces the hash and prefix of a key, or inserts it; lifts a revocation. */
  put(key: Key, hash: string): Promise<void>;
  findByHash(hash: string): Promise<Key | undefined>;
  /** In the order of `hashes`; undefined where no key has that secret any more. */
  findManyByHash(hashes: readonly string[]): Promise<readonly (Key | undefined)[]>;
  /** In the order of `ids`; undefined where there is none. */
  findMany(ids: readonly KeyId[]): Promise<readonly (Key | undefined)[]>;
  /** Newest first; `after` is a key id. */
  list(page: PageRequest): Promise<Page<Key>>;
  /** Sets `revokedAt` unless set already. The key as it then is; undefined where there is none. */
  revoke(id: KeyId, at: Date): Promise<Key | undefined>;
};

/** Which rows of the ledger; everything that is given must hold. */
export type LedgerFilter = {
  /** Any of these; absent: all. */
  readonly operations?: readonly Operation[];
  readonly keyId?: KeyId;
  readonly status?: OperationRecord['status'];
  /** Inclusive. */
  readonly createdFrom?: Date;
  /** Exclusive. */
  readonly createdTo?: Date;
};

/** Completions of a model; absent key: of all keys. */
export type OutputTokensFilter = { readonly keyId?: KeyId; readonly modelSlug: ModelSlug };

/** Rows of a saved route; `from` inclusive, `to` exclusive. */
export type RouteSpendFilter = {
  readonly route: RouteName;
  /** Those of its mirrors alone; else all others. */
  readonly isMirrored: boolean;
  readonly from: Date;
  readonly to: Date;
};

/** Rows of the ledger to be written together. What is added is encoded at once, and the row itself no longer needed. */
export type LedgerBatch = {
  /** Not while it is written, nor once it is. `mark`: of its latest attempt, where that was kept in a spool. */
  add(row: OperationRecord, mark?: SpoolMark): void;
  /** Writes all rows or none. A row whose id exists is left as it is, so that it can be tried again after a failure. */
  write(): Promise<void>;
  /** No more is added, and it is not written soon: lets go of what it has in memory, where a spool has it too. */
  shelve?(): void;
  /** Its rows as they would be written, each with all that it takes to write it by hand. */
  texts(): readonly string[];
};

/** Names an attempt in a spool, and those of its operation before it. */
export type SpoolMark = { readonly before: SpoolMark | undefined };

/** What processes that ended have left: how many rows there were, and how many operations that no row was kept of. */
export type Recovered = { readonly rows: number; readonly interrupted: number };

/** What outlives this process while the store does not have it: rows, and attempts under way. */
export type LedgerSpool = {
  /** Takes down an attempt before it is sent; `before`: of the attempt of the same operation before it. */
  begun(attempt: BegunAttempt, before: SpoolMark | undefined): SpoolMark;
  /** Calls once all that was taken down so far outlives this process; where it cannot be written, all the same. Never at once. */
  kept(go: () => void): void;
  /** Why it cannot be written at the moment, in a sentence that anybody may read. */
  problem(): string | undefined;
  /**
   * Writes to the store what processes that ended have left, and then removes it: done twice, or by two, nothing is written
   * twice. `rowOf` makes the row of what was under way.
   */
  recover(rowOf: (operation: InterruptedOperation) => OperationRecord): Promise<Recovered>;
};

export type LedgerWriter = {
  /** An empty batch. Batches are to be written in the order in which they were begun. */
  begin(): LedgerBatch;
  /** Absent: what is not written yet ends with this process. */
  readonly spool?: LedgerSpool | undefined;
};

/** The rows of all operations. */
export type LedgerStore = LedgerWriter & {
  /** In the order of `ids`; undefined where there is none. */
  findMany(ids: readonly OperationId[]): Promise<readonly (OperationRecord | undefined)[]>;
  /** Newest first: by the time that is in the ids; `after` is the id of a row. */
  list(filter: LedgerFilter, page: PageRequest): Promise<Page<OperationRecord>>;
  /**
   * Output and reasoning tokens of the latest successful completions, newest first, as far as they are among the
   * latest some thousand rows.
   */
  outputTokens(filter: OutputTokensFilter, limit: number): Promise<readonly number[]>;
  /** What they cost, summed up by currency, as far as their cost is known. Looks at all rows of that time. */
  routeSpend(filter: RouteSpendFilter): Promise<readonly Money[]>;
  /** Rows of the mirror of a route, newest first, at most `limit`; `from` inclusive, `to` exclusive. Looks at all rows of that time. */
  mirrored(filter: Omit<RouteSpendFilter, 'isMirrored'>, limit: number): Promise<readonly OperationRecord[]>;
};

/** What is known of one source of the catalogue, on all nodes. */
export type StoredSource = {
  readonly id: string;
  /** Grows by one with each new reading. 0: none yet. */
  readonly version: number;
  readonly etag?: string;
  readonly lastModified?: string;
  /** SHA-256 of what was read, in hex. */
  readonly bodyHash?: string;
  /** SHA-256 of the base URL that it was read from, in hex. */
  readonly addressHash?: string;
  /** When the payload was first seen as it is. */
  readonly observedAt?: Date;
  /** When it was last read or confirmed to be unchanged. */
  readonly checkedAt?: Date;
  /** Of the latest attempt; absent where that went well in full. Quotes no secret. */
  readonly problem?: { readonly code: string; readonly message: string; readonly at: Date };
  /** How often in a row reading it has failed. */
  readonly failures: number;
};

/** Readings of the catalogue's sources, shared by all nodes: one of them asks, all use what came. */
export type SourceStore = {
  list(): Promise<readonly StoredSource[]>;
  /**
   * Takes the turn to read a source: true for one node alone, until `until` or until it gives it back. Makes the row
   * where there is none. `early`: before it is due too, but not while another node has the turn.
   */
  claim(id: string, now: Date, until: Date, options?: { readonly early: boolean }): Promise<boolean>;
  /** Ends this node's turn: nobody may claim before `nextAt`. */
  release(id: string, nextAt: Date): Promise<void>;
  /** Replaces the row; `reading` replaces the stored one, undefined leaves it. */
  save(source: StoredSource, reading?: Uint8Array): Promise<void>;
  /** Undefined where there is none. */
  reading(id: string): Promise<Uint8Array | undefined>;
};

/** A rate and when it was served. */
export type ServedPrice = {
  /** Of this rate in this time: a rate that comes back is served a second time. */
  readonly id: string;
  readonly price: Price;
  /** Inclusive. */
  readonly servedFrom: Date;
  /** Exclusive; absent while it is served. */
  readonly servedTo?: Date;
};

/** A change with what it is filtered by. */
export type RecordedPriceChange = {
  readonly change: PriceChange;
  readonly providerId: string;
  readonly modelSlug: string;
  /** Factor by which the rate moved up or down, 1 or more; absent where it began, ended, or moved from or to 0. */
  readonly ratio?: number;
};

export type StoredPriceChangeFilter = {
  /** Any of these. */
  readonly offeringIds?: readonly OfferingId[];
  readonly providerIds?: readonly string[];
  readonly modelSlugs?: readonly string[];
  readonly kinds?: readonly PriceChange['kind'][];
  /** Least ratio; changes without one pass. */
  readonly minRatio?: number;
  /** Inclusive. */
  readonly since?: Date;
};

/** Every rate that was ever served. Rates are added and ended, never changed; several nodes may write the same. */
export type PriceHistoryStore = {
  /** What is served, as far as is recorded. */
  served(): Promise<readonly { readonly priceId: PriceId; readonly offeringId: OfferingId }[]>;
  /** The rows that are served of these offerings, in any order. */
  servedOf(ids: readonly OfferingId[]): Promise<readonly ServedPrice[]>;
  /** Adds rows; one whose rate is served already, or was at that time, is left out. */
  begin(rows: readonly ServedPrice[]): Promise<void>;
  /** Ends rates that are served. */
  end(ids: readonly PriceId[], at: Date): Promise<void>;
  /** What was served of these offerings at a moment, what began first first; for a moment before the first record, what that recorded. */
  servedAt(ids: readonly OfferingId[], at: Date): Promise<readonly ServedPrice[]>;
  /** What is served first, then what ended last; `after` is the id of a ServedPrice. */
  list(id: OfferingId, page: PageRequest): Promise<Page<ServedPrice>>;
  /** A change whose id exists is left as it is. */
  insertChanges(changes: readonly RecordedPriceChange[]): Promise<void>;
  /** Newest first; `after` is the id of a change. */
  changes(filter: StoredPriceChangeFilter, page: PageRequest): Promise<Page<PriceChange>>;
};

/** One version of a saved route, with its policy as a document. */
export type StoredRoute = {
  readonly name: RouteName;
  /** From 1, without gaps. */
  readonly version: number;
  /** Absent: with this version the route was deleted. */
  readonly document?: JsonObject;
  readonly savedAt: Date;
  readonly savedBy: KeyId;
  readonly note?: string;
};

/** Saved routes. Versions are added, never changed. */
export type RouteStore = {
  /** The newest version of each route, by name; those that are deleted too, so that their names go on counting. */
  newest(): Promise<readonly StoredRoute[]>;
  /** Newest first; `after` is a version, as a text. */
  versions(name: RouteName, page: PageRequest): Promise<Page<StoredRoute>>;
  /** Adds a version; false where there is one of that number: somebody else was faster. */
  insert(route: StoredRoute): Promise<boolean>;
};

/** What measuring an offering came to: medians of its samples. */
export type StoredMeasurement = {
  readonly offeringId: OfferingId;
  readonly ttftMs?: number;
  readonly outputTps?: number;
  readonly samples: number;
  readonly at: Date;
};

/** The last measurement of each offering, on all nodes. */
export type MeasurementStore = {
  /** Replaces that of the offering, unless it is newer. */
  put(measurement: StoredMeasurement): Promise<void>;
  /** Those of this moment or later, the newest first, at most `limit`. */
  list(since: Date, limit: number): Promise<readonly StoredMeasurement[]>;
};

/** That the canary of a route was rolled back. */
export type StoredRollback = {
  readonly route: RouteName;
  /** Of which policy; another one begins anew. */
  readonly policy: string;
  readonly reason: CanaryReason;
  /** What was found, for a person. */
  readonly detail: string;
  readonly at: Date;
};

/** The last rollback of each route, on all nodes. */
export type CanaryStore = {
  list(): Promise<readonly StoredRollback[]>;
  /** Replaces that of its route. */
  put(rollback: StoredRollback): Promise<void>;
  remove(route: RouteName): Promise<void>;
};

/** What is kept for ever. Implementations live in adapters/store. */
export type Store = {
  readonly keys: KeyStore;
  readonly ledger: LedgerStore;
  readonly sources: SourceStore;
  readonly priceHistory: PriceHistoryStore;
  readonly routes: RouteStore;
  readonly measurements: MeasurementStore;
  readonly canaries: CanaryStore;
  /** One round trip; rejects while the store cannot be reached. */
  ping(): Promise<void>;
  /** Why it does not answer, in a sentence that anybody may read; undefined if that is not known. */
  problem(): string | undefined;
  /** Resolves with a sentence if the store is of no use any more, and not before: the server has to end. */
  readonly lost: Promise<string>;
  close(): Promise<void>;
};
