import type { Caller } from '../domain/caller.ts';
import type { CompletionRecord } from '../domain/completion-record.ts';
import type { CompletionId } from '../domain/ids.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { CompletionFilter, CompletionStore } from '../ports/store.ts';
import { createHistory } from './history.ts';

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
): CompletionHistory => createHistory(store, flush);
