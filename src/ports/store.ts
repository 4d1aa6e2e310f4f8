import type { CompletionRecord } from '../domain/completion-record.ts';
import type { CompletionId, KeyId, OperationId } from '../domain/ids.ts';
import type { Key } from '../domain/key.ts';
import type { OperationKind } from '../domain/operation.ts';
import type { LedgerRow, OperationRecord } from '../domain/operation-record.ts';
import type { Page, PageRequest } from '../domain/page.ts';

export type KeyStore = {
  /** Fails if the id or the hash exists. `hash` is the SHA-256 of the secret, in hex. */
  insert(key: Key, hash: string): Promise<void>;
  /** Inserts unless a key of that id exists; says whether it inserted. Safe when several nodes race. */
  insertIfAbsent(key: Key, hash: string): Promise<boolean>;
  /** Replaces the hash and prefix of a key, or inserts it; lifts a revocation. */
  put(key: Key, hash: string): Promise<void>;
  findByHash(hash: string): Promise<Key | undefined>;
  /** In the order of `ids`; undefined where there is none. */
  findMany(ids: readonly KeyId[]): Promise<readonly (Key | undefined)[]>;
  /** Newest first; `after` is a key id. */
  list(page: PageRequest): Promise<Page<Key>>;
  /** Sets `revokedAt` unless set already. The key as it then is; undefined where there is none. */
  revoke(id: KeyId, at: Date): Promise<Key | undefined>;
};

export type CompletionFilter = {
  readonly keyId?: KeyId;
  readonly status?: CompletionRecord['status'];
  /** Inclusive. */
  readonly createdFrom?: Date;
  /** Exclusive. */
  readonly createdTo?: Date;
};

/** Where rows of all operations, completions included, are written. */
export type LedgerStore = {
  /** Writes all rows or none, in one statement; a row whose id exists is left as it is, so that it can be retried. */
  insertMany(rows: readonly LedgerRow[]): Promise<void>;
};

/** The ledger's completions. */
export type CompletionStore = {
  findMany(ids: readonly CompletionId[]): Promise<readonly (CompletionRecord | undefined)[]>;
  /** Newest first (by id, which sorts by time); `after` is a completion id. */
  list(filter: CompletionFilter, page: PageRequest): Promise<Page<CompletionRecord>>;
};

export type OperationFilter = CompletionFilter & { readonly operation?: OperationKind };

/** The ledger's operations other than completions. */
export type OperationStore = {
  findMany(ids: readonly OperationId[]): Promise<readonly (OperationRecord | undefined)[]>;
  /** Newest first (by id, which sorts by time); `after` is an operation's id. */
  list(filter: OperationFilter, page: PageRequest): Promise<Page<OperationRecord>>;
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
  /** When the payload was first seen as it is. */
  readonly observedAt?: Date;
  /** When it was last read or confirmed to be unchanged. */
  readonly checkedAt?: Date;
  /** Of the latest attempt; absent where that went well. Quotes no secret. */
  readonly problem?: { readonly code: string; readonly message: string; readonly at: Date };
  /** How often in a row reading it has failed. */
  readonly failures: number;
};

/** Readings of the catalogue's sources, shared by all nodes: one of them asks, all use what came. */
export type SourceStore = {
  list(): Promise<readonly StoredSource[]>;
  /**
   * Takes the turn to read a source: true for one node alone, until `until` or until it gives it back. Makes the row
   * where there is none.
   */
  claim(id: string, now: Date, until: Date): Promise<boolean>;
  /** Ends this node's turn: nobody may claim before `nextAt`. */
  release(id: string, nextAt: Date): Promise<void>;
  /** Replaces the row; `reading` replaces the stored one, undefined leaves it. */
  save(source: StoredSource, reading?: Uint8Array): Promise<void>;
  /** Undefined where there is none. */
  reading(id: string): Promise<Uint8Array | undefined>;
};

/** What is kept for ever. Implementations live in adapters/store. */
export type Store = {
  readonly keys: KeyStore;
  readonly ledger: LedgerStore;
  readonly completions: CompletionStore;
  readonly operations: OperationStore;
  /** One round trip; rejects while the store cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
};
