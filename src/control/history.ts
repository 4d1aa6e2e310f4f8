import type { Caller } from '../domain/caller.ts';
import type { KeyId } from '../domain/ids.ts';
import type { Page, PageRequest } from '../domain/page.ts';

type Rows<Id, Row, Filter> = {
  findMany(ids: readonly Id[]): Promise<readonly (Row | undefined)[]>;
  list(filter: Filter, page: PageRequest): Promise<Page<Row>>;
};

type History<Id, Row, Filter> = {
  findMany(caller: Caller, ids: readonly Id[]): Promise<readonly (Row | undefined)[]>;
  list(caller: Caller, filter: Filter, page: PageRequest): Promise<Page<Row>>;
};

/** Rows of the ledger as a caller may read them, what is still queued included: an admin all, others their own key's. */
export const createHistory = <
  Id,
  Row extends { readonly keyId: KeyId },
  Filter extends { readonly keyId?: KeyId },
>(
  store: Rows<Id, Row, Filter>,
  flush: () => Promise<void>,
): History<Id, Row, Filter> => ({
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
