import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { Pool } from 'pg';
import type { Operation } from '../../domain/operation.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { LedgerFilter, LedgerStore, LedgerWriter } from '../../ports/store.ts';
import { type Database, isAnyOf } from './database.ts';
import { EARLY_MS, firstIdAt, PARTS, type Part } from './ledger-parts.ts';
import { outputTokensOf } from './output-tokens.ts';
import { pageOf } from './page.ts';
import { recordOf, type StoredRow } from './record-codec.ts';
import { MIRRORED, namedIn, routeSpendOf } from './route-spend.ts';
import { completions, ledgerFacts, UNCOMMON } from './schema.ts';
import { storableText } from './storable-text.ts';
import { storedStatus } from './stored-json.ts';

/** Ids of other operations sort behind them. */
const ARE_COMPLETIONS = and(eq(completions.operation, 'COMPLETION'), lt(completions.id, 'cmp`'));

/** What sorts ids of all parts by time. */
const timeIn = (id: string): string => id.slice(id.indexOf('_') + 1);

/** Narrowed to few by ids, in whose order rows are read. */
const inTime = ({ createdFrom, createdTo }: LedgerFilter, { prefix, lateMs }: Part): SQL | undefined =>
  and(
    createdFrom && gte(completions.createdAt, createdFrom),
    createdFrom && gte(completions.id, firstIdAt(prefix, createdFrom.getTime() - EARLY_MS)),
    createdTo && lt(completions.createdAt, createdTo),
    createdTo && lt(completions.id, firstIdAt(prefix, createdTo.getTime() + lateMs)),
  );

/**
 * Ids of the newest of each operation and status apart, each an end of an index, and of all those the newest: whatever is
 * seldom or never found, nothing else is read.
 */
const newestOfEach = (
  operations: readonly Operation[],
  status: LedgerFilter['status'],
  where: SQL | undefined,
  limit: number,
): SQL => {
  const statuses = status === undefined ? storedStatus.options : [status];
  const each = operations.flatMap((kind) => statuses.map((state) => sql`(${kind}, ${state})`));
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

/** One more than the page holds. */
const newestRows = async (
  database: Database,
  filter: LedgerFilter,
  { limit, after }: PageRequest,
  part: Part,
): Promise<readonly StoredRow[]> => {
  const { keyId, operations, status } = filter;
  const asked = part.operations.filter((each) => operations?.includes(each) ?? true);
  if (asked.length === 0) return [];
  const where = and(
    keyId === undefined ? undefined : eq(completions.keyId, storableText(keyId)),
    inTime(filter, part),
    after === undefined ? undefined : lt(completions.id, storableText(part.prefix + timeIn(after))),
  );
  const isCommon = part.prefix === 'cmp_' && (status === undefined || status === 'SUCCEEDED');
  const found = isCommon
    ? and(ARE_COMPLETIONS, status === undefined ? undefined : eq(completions.status, status), where)
    : newestOfEach(asked, status, where, limit + 1);
  return rowsWhere(database, found)
    .orderBy(desc(completions.id))
    .limit(limit + 1);
};

const byTime = ({ row: one }: StoredRow, { row: other }: StoredRow): number =>
  timeIn(one.id) < timeIn(other.id) ? 1 : -1;

export const ledgerReader = (database: Database, pool: Pool): Omit<LedgerStore, keyof LedgerWriter> => ({
  outputTokens: outputTokensOf(pool),
  routeSpend: routeSpendOf(pool),
  mirrored: async ({ route, from, to }, limit) => {
    const said = sql`coalesce(${ledgerFacts.text}, ${completions.body})`;
    const [part] = PARTS;
    const rows = await rowsWhere(
      database,
      and(
        part && inTime({ createdFrom: from, createdTo: to }, part),
        ARE_COMPLETIONS,
        sql`strpos(${said}, ${namedIn(route)}) > 0`,
        sql`strpos(${said}, ${MIRRORED}) > 0`,
      ),
    )
      .orderBy(desc(completions.id))
      .limit(limit);
    return rows.map(recordOf);
  },
  findMany: async (ids) => {
    if (ids.length === 0) return [];
    const rows = await rowsWhere(database, isAnyOf(completions.id, ids.map(storableText)));
    const byId = new Map(rows.map((stored) => [stored.row.id, stored]));
    return ids.map((id) => {
      const stored = byId.get(id);
      return stored && recordOf(stored);
    });
  },
  list: async (filter, page) => {
    const parts = await Promise.all(PARTS.map((part) => newestRows(database, filter, page, part)));
    return pageOf(parts.flat().sort(byTime), page.limit, recordOf);
  },
});
