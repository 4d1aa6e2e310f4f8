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
