import type { Caller } from '../domain/caller.ts';
import type { OperationId } from '../domain/ids.ts';
import type { OperationRecord } from '../domain/operation-record.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { LedgerFilter, LedgerStore } from '../ports/store.ts';

/** Rows of the ledger as a caller may read them, what is still queued included: an admin all, others their own key's. */
export type History = {
  /** In the order of `ids`; undefined for those that do not exist or that the caller may not see. */
  findMany(caller: Caller, ids: readonly OperationId[]): Promise<readonly (OperationRecord | undefined)[]>;
  /** Newest first. */
  list(caller: Caller, filter: LedgerFilter, page: PageRequest): Promise<Page<OperationRecord>>;
};

/** `flush` writes rows that are still queued, so that a caller reads what it has just done. */
export const createHistory = (
  store: Pick<LedgerStore, 'findMany' | 'list'>,
  flush: () => Promise<void>,
): History => ({
  async findMany(caller, ids) {
    await flush();
    const rows = await store.findMany(ids);
    return rows.map((row) => (caller.key.role === 'ADMIN' || row?.keyId === caller.key.id ? row : undefined));
  },
  async list(caller, filter, page) {
    if (caller.key.role === 'ADMIN') {
      await flush();
      return store.list(filter, page);
    }
    const own = caller.key.id;
    if (filter.keyId !== undefined && filter.keyId !== own) return { rows: [], hasMore: false };
    await flush();
    return store.list({ ...filter, keyId: own }, page);
  },
});
