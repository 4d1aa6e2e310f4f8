import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { Pool } from 'pg';
import type { PageRequest } from '../../domain/page.ts';
import type { CompletionFilter, CompletionStore, LedgerStore, OperationStore } from '../../ports/store.ts';
import { binaryTextArray } from './binary-array.ts';
import { type Database, isAnyOf } from './database.ts';
import { outputTokensOf } from './output-tokens.ts';
import { pageOf } from './page.ts';
import { completionRecordOf, LEDGER_COLUMNS, operationRecordOf } from './record-codec.ts';
import { completions } from './schema.ts';
import { storableText } from './storable-text.ts';

const COLUMN_NAMES = LEDGER_COLUMNS.map(({ column }) => column).join(', ');

/** One array a column: half the cost of a VALUES list of 500 rows, and one statement text for any number. */
const INSERT_MANY = `
  insert into modelgraph.completions (${COLUMN_NAMES})
  select ${LEDGER_COLUMNS.map(({ column, type }) => `${column}::${type}`).join(', ')}
  from unnest(${LEDGER_COLUMNS.map((_, index) => `$${index + 1}::text[]`).join(', ')}) as rows (${COLUMN_NAMES})
  on conflict (id) do nothing`;

export const ledgerStore = (pool: Pool): LedgerStore => ({
  insertMany: async (rows) => {
    if (rows.length === 0) return;
    await pool.query(
      INSERT_MANY,
      LEDGER_COLUMNS.map(({ write }) => binaryTextArray(rows.map(write))),
    );
  },
});

/** First that sorts behind every id of a completion, and before every id of another operation. */
const BEHIND_COMPLETIONS = 'cmp`';

/**
 * Of the rows of both kinds in one table, one: by what they are, and by the range of ids that they have, so that
 * indexes which end in the id lead past the others.
 */
const COMPLETIONS: readonly SQL[] = [
  eq(completions.operation, 'COMPLETION'),
  lt(completions.id, BEHIND_COMPLETIONS),
];
const OPERATIONS: readonly SQL[] = [
  // In the words of the index of operations by their kind, which is else not known to fit.
  sql`${completions.operation} <> 'COMPLETION'`,
  gte(completions.id, BEHIND_COMPLETIONS),
];

const rowsById = async (database: Database, ids: readonly string[], kind: readonly SQL[]) => {
  const rows =
    ids.length === 0
      ? []
      : await database
          .select()
          .from(completions)
          .where(and(isAnyOf(completions.id, ids.map(storableText)), ...kind));
  return new Map(rows.map((row) => [row.id, row]));
};

/** One more than the page holds. */
const newestRows = (
  database: Database,
  filter: CompletionFilter,
  page: PageRequest,
  kind: readonly (SQL | undefined)[],
) =>
  database
    .select()
    .from(completions)
    .where(
      and(
        ...kind,
        filter.keyId === undefined ? undefined : eq(completions.keyId, storableText(filter.keyId)),
        filter.status === undefined ? undefined : eq(completions.status, filter.status),
        filter.createdFrom === undefined ? undefined : gte(completions.createdAt, filter.createdFrom),
        filter.createdTo === undefined ? undefined : lt(completions.createdAt, filter.createdTo),
        page.after === undefined ? undefined : lt(completions.id, storableText(page.after)),
      ),
    )
    .orderBy(desc(completions.id))
    .limit(page.limit + 1);

export const completionStore = (database: Database, pool: Pool): CompletionStore => ({
  outputTokens: outputTokensOf(pool),
  findMany: async (ids) => {
    const rows = await rowsById(database, ids, COMPLETIONS);
    return ids.map((id) => {
      const row = rows.get(id);
      return row && completionRecordOf(row);
    });
  },
  list: async (filter, page) =>
    pageOf(await newestRows(database, filter, page, COMPLETIONS), page.limit, completionRecordOf),
});

export const operationStore = (database: Database): OperationStore => ({
  findMany: async (ids) => {
    const rows = await rowsById(database, ids, OPERATIONS);
    return ids.map((id) => {
      const row = rows.get(id);
      return row && operationRecordOf(row);
    });
  },
  list: async (filter, page) => {
    const kind = [
      ...OPERATIONS,
      filter.operation === undefined ? undefined : eq(completions.operation, filter.operation),
    ];
    return pageOf(await newestRows(database, filter, page, kind), page.limit, operationRecordOf);
  },
});
