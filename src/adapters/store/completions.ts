import { and, desc, eq, gte, lt, type SQL } from 'drizzle-orm';
import type { Pool } from 'pg';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import type { CompletionStore } from '../../ports/store.ts';
import { type Database, isAnyOf } from './database.ts';
import { pageOf } from './page.ts';
import { COMPLETION_COLUMNS, recordOf } from './record-codec.ts';
import { completions } from './schema.ts';
import { storableText } from './storable-text.ts';

/** One array a column: half the cost of a VALUES list of 500 rows, and one statement text for any number. */
const INSERT_MANY = `
  insert into modelgraph.completions (${COMPLETION_COLUMNS.map(({ column }) => column).join(', ')})
  select * from unnest(${COMPLETION_COLUMNS.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')})
  on conflict (id) do nothing`;

export const completionStore = (database: Database, pool: Pool): CompletionStore => ({
  insertMany: async (records) => {
    if (records.length === 0) return;
    await pool.query(
      INSERT_MANY,
      COMPLETION_COLUMNS.map(({ write }) => records.map(write)),
    );
  },

  findMany: async (ids) => {
    const rows =
      ids.length === 0
        ? []
        : await database
            .select()
            .from(completions)
            .where(isAnyOf(completions.id, ids.map(storableText)));
    const byId = new Map<string, CompletionRecord>(rows.map((row) => [row.id, recordOf(row)]));
    return ids.map((id) => byId.get(id));
  },

  list: async (filter, page) => {
    const conditions: (SQL | undefined)[] = [
      filter.keyId === undefined ? undefined : eq(completions.keyId, storableText(filter.keyId)),
      filter.status === undefined ? undefined : eq(completions.status, filter.status),
      filter.createdFrom === undefined ? undefined : gte(completions.createdAt, filter.createdFrom),
      filter.createdTo === undefined ? undefined : lt(completions.createdAt, filter.createdTo),
      page.after === undefined ? undefined : lt(completions.id, storableText(page.after)),
    ];
    const rows = await database
      .select()
      .from(completions)
      .where(and(...conditions))
      .orderBy(desc(completions.id))
      .limit(page.limit + 1);
    return pageOf(rows, page.limit, recordOf);
  },
});
