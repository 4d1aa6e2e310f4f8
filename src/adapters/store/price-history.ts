import { and, desc, eq, gte, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Pool } from 'pg';
import { z } from 'zod';
import { asOfferingId, asPriceId } from '../../domain/ids.ts';
import type { PriceChange } from '../../domain/price.ts';
import type {
  PriceHistoryStore,
  RecordedPriceChange,
  ServedPrice,
  StoredPriceChangeFilter,
} from '../../ports/store.ts';
import { type Database, isAnyOf } from './database.ts';
import { pageOf } from './page.ts';
import { priceChanges, priceRows } from './schema.ts';
import { storableJson, storableText } from './storable-text.ts';
import { storedPrice } from './stored-price.ts';

/** Another node may have recorded the same a moment before or after: a rate is served once at a time. */
const BEGIN = `
  insert into modelgraph.price_rows (id, price_id, offering_id, price, served_from, served_to)
  select n.id, n.price_id, n.offering_id, n.price, n.served_from, n.served_to from rows from (jsonb_to_recordset($1::jsonb)
    as (id text, price_id text, offering_id text, price jsonb, served_from timestamptz, served_to timestamptz))
    with ordinality as n (id, price_id, offering_id, price, served_from, served_to, position)
  where not exists (
    select from modelgraph.price_rows p where p.price_id = n.price_id collate "C"
      and p.served_from <= n.served_from and (p.served_to is null or p.served_to > n.served_from))
  order by n.position
  on conflict do nothing`;

const INSERT_CHANGES = `
  insert into modelgraph.price_changes (id, offering_id, provider_id, model_slug, at, kind, before, after, ratio)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::jsonb[], $8::jsonb[], $9::float8[])
  on conflict (id) do nothing`;

const servedPriceOf = (row: typeof priceRows.$inferSelect): ServedPrice => ({
  id: row.id,
  price: storedPrice.parse(row.price),
  servedFrom: row.servedFrom,
  ...(row.servedTo !== null && { servedTo: row.servedTo }),
});

const storedKind = z.enum(['ADDED', 'CHANGED', 'REMOVED']);

const changeOf = (row: typeof priceChanges.$inferSelect): PriceChange => ({
  id: row.id,
  offeringId: asOfferingId(row.offeringId),
  at: row.at,
  kind: storedKind.parse(row.kind),
  ...(row.before !== null && { before: storedPrice.parse(row.before) }),
  ...(row.after !== null && { after: storedPrice.parse(row.after) }),
});

const jsonOrNull = (value: unknown): string | null => (value === undefined ? null : storableJson(value));

const CHANGE_COLUMNS: readonly ((row: RecordedPriceChange) => string | number | null)[] = [
  ({ change }) => change.id,
  ({ change }) => storableText(change.offeringId),
  ({ providerId }) => storableText(providerId),
  ({ modelSlug }) => storableText(modelSlug),
  ({ change }) => change.at.toISOString(),
  ({ change }) => change.kind,
  ({ change }) => jsonOrNull(change.before),
  ({ change }) => jsonOrNull(change.after),
  ({ ratio }) => ratio ?? null,
];

const passes = (filter: StoredPriceChangeFilter): readonly (SQL | undefined)[] => {
  const { offeringIds, providerIds, modelSlugs, kinds, minRatio, since } = filter;
  return [
    offeringIds && isAnyOf(priceChanges.offeringId, offeringIds.map(storableText)),
    providerIds && isAnyOf(priceChanges.providerId, providerIds.map(storableText)),
    modelSlugs && isAnyOf(priceChanges.modelSlug, modelSlugs.map(storableText)),
    kinds && isAnyOf(priceChanges.kind, kinds),
    minRatio === undefined ? undefined : or(isNull(priceChanges.ratio), gte(priceChanges.ratio, minRatio)),
    since && gte(priceChanges.at, since),
  ];
};

/** Greater than every moment that is recorded: what is served has not ended. */
const ENDED = sql`coalesce(${priceRows.servedTo}, 'infinity'::timestamptz)`;

/** `isOneSession`: what one statement prepares is there for the next, whatever stands between this and the database. */
export const priceHistoryStore = (
  database: Database,
  pool: Pool,
  isOneSession: boolean,
): PriceHistoryStore => ({
  served: async () => {
    const rows = await database
      .select({ priceId: priceRows.priceId, offeringId: priceRows.offeringId })
      .from(priceRows)
      .where(isNull(priceRows.servedTo));
    return rows.map((row) => ({
      priceId: asPriceId(row.priceId),
      offeringId: asOfferingId(row.offeringId),
    }));
  },

  servedOf: async (ids) => {
    if (ids.length === 0) return [];
    const rows = await database
      .select()
      .from(priceRows)
      .where(and(isAnyOf(priceRows.offeringId, ids.map(storableText)), isNull(priceRows.servedTo)));
    return rows.map(servedPriceOf);
  },

  begin: async (rows) => {
    if (rows.length === 0) return;
    const written = rows.map(({ id, price, servedFrom, servedTo }) => ({
      id,
      price_id: price.id,
      offering_id: price.offeringId,
      price,
      served_from: servedFrom,
      served_to: servedTo,
    }));
    await pool.query({
      text: BEGIN,
      values: [storableJson(written)],
      // The embedded database would read the statement anew for each of the hundred parts of a first record, so often that
      // its parser is compiled to run faster: that takes seconds of processor time, and over 500 MB.
      ...(isOneSession && { name: 'begin-prices' }),
    });
  },

  end: async (ids, at) => {
    if (ids.length === 0) return;
    await database
      .update(priceRows)
      .set({ servedTo: at })
      .where(and(isAnyOf(priceRows.priceId, ids.map(storableText)), isNull(priceRows.servedTo)));
  },

  servedAt: async (ids, at) => {
    if (ids.length === 0) return [];
    const among = isAnyOf(priceRows.offeringId, ids.map(storableText));
    const firsts = database
      .select({
        offeringId: priceRows.offeringId,
        moment: sql`greatest(min(${priceRows.servedFrom}), ${at.toISOString()}::timestamptz)`.as('moment'),
      })
      .from(priceRows)
      .where(among)
      .groupBy(priceRows.offeringId)
      .as('firsts');
    const rows = await database
      .select({ row: priceRows })
      .from(priceRows)
      .innerJoin(firsts, eq(firsts.offeringId, priceRows.offeringId))
      .where(and(among, sql`${priceRows.servedFrom} <= ${firsts.moment}`, sql`${ENDED} > ${firsts.moment}`))
      .orderBy(priceRows.servedFrom, priceRows.id);
    return rows.map(({ row }) => servedPriceOf(row));
  },

  list: async (id, page) => {
    const position = database
      .select({ ended: ENDED, servedFrom: priceRows.servedFrom, id: priceRows.id })
      .from(priceRows)
      .where(eq(priceRows.id, storableText(page.after ?? '')));
    const rows = await database
      .select()
      .from(priceRows)
      .where(
        and(
          eq(priceRows.offeringId, storableText(id)),
          page.after === undefined
            ? undefined
            : sql`(${ENDED}, ${priceRows.servedFrom}, ${priceRows.id}) < ${position}`,
        ),
      )
      .orderBy(desc(ENDED), desc(priceRows.servedFrom), desc(priceRows.id))
      .limit(page.limit + 1);
    return pageOf(rows, page.limit, servedPriceOf);
  },

  insertChanges: async (changes) => {
    if (changes.length === 0) return;
    await pool.query(
      INSERT_CHANGES,
      CHANGE_COLUMNS.map((write) => changes.map(write)),
    );
  },

  changes: async (filter, page) => {
    const position = database
      .select({ at: priceChanges.at, id: priceChanges.id })
      .from(priceChanges)
      .where(eq(priceChanges.id, storableText(page.after ?? '')));
    const rows = await database
      .select()
      .from(priceChanges)
      .where(
        and(
          ...passes(filter),
          page.after === undefined ? undefined : sql`(${priceChanges.at}, ${priceChanges.id}) < ${position}`,
        ),
      )
      .orderBy(desc(priceChanges.at), desc(priceChanges.id))
      .limit(page.limit + 1);
    return pageOf(rows, page.limit, changeOf);
  },
});
