import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { Pool } from 'pg';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import { OPERATION_KINDS, type OperationKind } from '../../domain/operation.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { CompletionFilter, CompletionStore, OperationStore } from '../../ports/store.ts';
import { type Database, isAnyOf } from './database.ts';
import { outputTokensOf } from './output-tokens.ts';
import { pageOf } from './page.ts';
import { completionRecordOf, operationRecordOf } from './record-codec.ts';
import { completions, ledgerFacts, UNCOMMON } from './schema.ts';
import { storableText } from './storable-text.ts';
import { storedStatus } from './stored-json.ts';

/** Rows of one table by what they are, and by the range of ids that they have. */
type Part = { readonly of: SQL | undefined; readonly prefix: string; readonly lateMs: number };

/** First that sorts behind every id of a completion, and before every id of another operation. */
const BEHIND_COMPLETIONS = 'cmp`';

/** `lateMs`: how much later than its row an old id may be; it was made once all was planned, or over. */
const COMPLETIONS: Part = {
  of: and(eq(completions.operation, 'COMPLETION'), lt(completions.id, BEHIND_COMPLETIONS)),
  prefix: 'cmp_',
  lateMs: 10_000,
};
const OPERATIONS: Part = {
  of: and(sql`${completions.operation} <> 'COMPLETION'`, gte(completions.id, BEHIND_COMPLETIONS)),
  prefix: 'op_',
  lateMs: 10 * 60_000,
};

/** How much earlier than its row an id may be, where a clock was put right. */
const EARLY_MS = 1_000;
const MOST_MS = 0xffff_ffff_ffff;

/** Ids made at that moment or later sort behind it, others before. */
const firstIdAt = (prefix: string, ms: number): string => {
  const digits = Math.min(Math.max(ms, 0), MOST_MS).toString(16).padStart(12, '0');
  return `${prefix}${digits.slice(0, 8)}-${digits.slice(8)}`;
};

/** Narrowed to few by ids, in whose order rows are read. */
const inTime = ({ createdFrom, createdTo }: CompletionFilter, { prefix, lateMs }: Part): SQL | undefined =>
  and(
    createdFrom && gte(completions.createdAt, createdFrom),
    createdFrom && gte(completions.id, firstIdAt(prefix, createdFrom.getTime() - EARLY_MS)),
    createdTo && lt(completions.createdAt, createdTo),
    createdTo && lt(completions.id, firstIdAt(prefix, createdTo.getTime() + lateMs)),
  );

type Filter = CompletionFilter & { readonly kinds?: readonly ('COMPLETION' | OperationKind)[] };

/**
 * Ids of the newest of each kind and status apart, each an end of an index, and of all those the newest: whatever is seldom
 * or never found, nothing else is read.
 */
const newestOfEach = (
  { kinds = OPERATION_KINDS, status }: Filter,
  where: SQL | undefined,
  limit: number,
): SQL => {
  const statuses: readonly CompletionRecord['status'][] =
    status === undefined ? storedStatus.options : [status];
  const each = kinds.flatMap((kind) => statuses.map((state) => sql`(${kind}, ${state})`));
  return sql`${completions.id} in (
    select newest.id
    from (values ${sql.join(each, sql`, `)}) as each_of (kind, state)
    cross join lateral (
      select ${completions.id}
      from ${completions}
      where ${and(sql`operation = kind and status = state`, UNCOMMON, where)}
      order by ${completions.id} desc
      limit ${limit}
    ) as newest
    order by newest.id desc
    limit ${limit})`;
};

const rowsWhere = (database: Database, where: SQL | undefined) =>
  database
    .select({ row: completions, facts: ledgerFacts.text })
    .from(completions)
    .leftJoin(ledgerFacts, eq(ledgerFacts.id, completions.facts))
    .where(where);

const rowsById = async (database: Database, ids: readonly string[], { of }: Part) => {
  const rows =
    ids.length === 0
      ? []
      : await rowsWhere(database, and(isAnyOf(completions.id, ids.map(storableText)), of));
  return new Map(rows.map((stored) => [stored.row.id, stored]));
};

/** One more than the page holds. */
const newestRows = (database: Database, filter: Filter, { limit, after }: PageRequest, part: Part) => {
  const { keyId, kinds, status } = filter;
  const where = and(
    keyId === undefined ? undefined : eq(completions.keyId, storableText(keyId)),
    inTime(filter, part),
    after === undefined ? undefined : lt(completions.id, storableText(after)),
  );
  const isCommon =
    part === COMPLETIONS
      ? status === undefined || status === 'SUCCEEDED'
      : kinds === undefined && status === undefined;
  const found = isCommon
    ? and(part.of, status === undefined ? undefined : eq(completions.status, status), where)
    : newestOfEach(filter, where, limit + 1);
  return rowsWhere(database, found)
    .orderBy(desc(completions.id))
    .limit(limit + 1);
};

export const completionStore = (database: Database, pool: Pool): CompletionStore => ({
  outputTokens: outputTokensOf(pool),
  findMany: async (ids) => {
    const rows = await rowsById(database, ids, COMPLETIONS);
    return ids.map((id) => {
      const row = rows.get(id);
      return row && completionRecordOf(row);
    });
  },
  list: async (filter, page) => {
    const rows = await newestRows(database, { ...filter, kinds: ['COMPLETION'] }, page, COMPLETIONS);
    return pageOf(rows, page.limit, completionRecordOf);
  },
});

export const operationStore = (database: Database): OperationStore => ({
  findMany: async (ids) => {
    const rows = await rowsById(database, ids, OPERATIONS);
    return ids.map((id) => {
      const row = rows.get(id);
      return row && operationRecordOf(row);
    });
  },
  list: async ({ operation, ...filter }, page) => {
    const kinds = operation && [operation];
    const rows = await newestRows(database, { ...filter, ...(kinds && { kinds }) }, page, OPERATIONS);
    return pageOf(rows, page.limit, operationRecordOf);
  },
});
