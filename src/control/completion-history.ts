import type { Caller } from '../domain/caller.ts';
import type { CompletionRecord } from '../domain/completion-record.ts';
import type { CompletionId } from '../domain/ids.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { CompletionFilter, CompletionStore } from '../ports/store.ts';

/** The ledger as a caller may read it: an admin everything, others what their own key did. */
export type CompletionHistory = {
  /** In the order of `ids`; undefined for those that do not exist or that the caller may not see. */
  findMany(caller: Caller, ids: readonly CompletionId[]): Promise<readonly (CompletionRecord | undefined)[]>;
  /** Newest first. */
  list(caller: Caller, filter: CompletionFilter, page: PageRequest): Promise<Page<CompletionRecord>>;
};

/** `flush` writes rows that are still queued, so that a caller reads what it has just done. */
export const createCompletionHistory = (
  store: CompletionStore,
  flush: () => Promise<void>,
): CompletionHistory => ({
  async findMany(caller, ids) {
    await flush();
    const records = await store.findMany(ids);
    return records.map((record) =>
      caller.key.role === 'ADMIN' || record?.keyId === caller.key.id ? record : undefined,
    );
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
