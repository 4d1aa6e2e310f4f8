import type { Caller } from '../domain/caller.ts';
import type { OperationId } from '../domain/ids.ts';
import type { OperationRecord } from '../domain/operation-record.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { OperationFilter, OperationStore } from '../ports/store.ts';
import { createHistory } from './history.ts';

/** The ledger's operations other than completions, as a caller may read them: an admin all, others what their own key did. */
export type OperationHistory = {
  /** In the order of `ids`; undefined for those that do not exist or that the caller may not see. */
  findMany(caller: Caller, ids: readonly OperationId[]): Promise<readonly (OperationRecord | undefined)[]>;
  /** Newest first. */
  list(caller: Caller, filter: OperationFilter, page: PageRequest): Promise<Page<OperationRecord>>;
};

/** `flush` writes rows that are still queued, so that a caller reads what it has just done. */
export const createOperationHistory = (store: OperationStore, flush: () => Promise<void>): OperationHistory =>
  createHistory(store, flush);
