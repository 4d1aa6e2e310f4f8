import { sql } from 'drizzle-orm';
import {
  customType,
  doublePrecision,
  index,
  integer,
  json,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

/** Everything of ours lives in one Postgres schema, so that a shared database keeps us apart from others. */
export const modelgraph = pgSchema('modelgraph');

/** To the millisecond, as a JavaScript Date is: what is read back equals what was written. */
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Ids sort by their bytes, and so by time, whatever the language of the database. */
const identifier = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

export const keys = modelgraph.table(
  'keys',
  {
    id: identifier('id').primaryKey(),
    hash: text('hash').notNull(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    prefix: text('prefix').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    /** Since when a generated secret waits to be shown to somebody; null once it was, and for all others. */
    unshownSince: instant('unshown_since'),
  },
  (table) => [uniqueIndex('keys_hash').on(table.hash), index('keys_newest').on(table.createdAt, table.id)],
);

/**
 * The ledger of all operations, completions first among them. Facts that are filtered by have columns; what is only
 * read back whole is JSON, kept as text: taking it apart as `jsonb` does costs more than all else of an insert.
 *
 * Each row of it pays for each index: the time, in which rows come, needs but a summary a range of pages, and
 * completions are found among other operations by their ids.
 */
export const completions = modelgraph.table(
  'completions',
  {
    id: identifier('id').primaryKey(),
    /** No foreign key: a bill must be written whatever became of the key. */
    keyId: text('key_id').notNull(),
    createdAt: instant('created_at').notNull(),
    operation: text('operation').notNull().default('COMPLETION'),
    status: text('status').notNull(),
    offeringId: text('offering_id'),
    finishReason: text('finish_reason'),
    rawFinishReason: text('raw_finish_reason'),
    endUser: text('end_user'),
    route: json('route').notNull(),
    usage: json('usage'),
    cost: json('cost').notNull(),
    attempts: json('attempts').notNull(),
    timings: json('timings').notNull(),
    warnings: json('warnings').notNull(),
    failure: json('failure'),
    metadata: json('metadata'),
  },
  (table) => [
    index('completions_by_key').on(table.keyId, table.id),
    index('completions_in_time').using('brin', table.createdAt),
    index('operations_by_kind').on(table.operation, table.id).where(sql`operation <> 'COMPLETION'`),
  ],
);

/** One row a source of the catalogue: what it said last, and whose turn it is to read it. */
export const catalogueSources = modelgraph.table('catalogue_sources', {
  id: identifier('id').primaryKey(),
  version: integer('version').notNull().default(0),
  etag: text('etag'),
  lastModified: text('last_modified'),
  bodyHash: text('body_hash'),
  observedAt: instant('observed_at'),
  checkedAt: instant('checked_at'),
  problem: jsonb('problem'),
  failures: integer('failures').notNull().default(0),
  /** Nobody may take the turn before; null: anybody may. */
  claimedUntil: instant('claimed_until'),
  /** A node is at it, at most until then; null: none is. */
  turnUntil: instant('turn_until'),
  addressHash: text('address_hash'),
  reading: bytes('reading'),
});

/** Every rate that was served, each time that it was. Rows are added and ended, never changed. */
export const priceRows = modelgraph.table(
  'price_rows',
  {
    id: identifier('id').primaryKey(),
    priceId: identifier('price_id').notNull(),
    offeringId: identifier('offering_id').notNull(),
    price: jsonb('price').notNull(),
    servedFrom: instant('served_from').notNull(),
    servedTo: instant('served_to'),
  },
  (table) => [
    uniqueIndex('price_rows_served').on(table.priceId).where(sql`served_to is null`),
    index('price_rows_by_price').on(table.priceId, table.servedFrom),
    index('price_rows_by_offering').on(table.offeringId, table.servedFrom),
  ],
);

export const priceChanges = modelgraph.table(
  'price_changes',
  {
    id: identifier('id').primaryKey(),
    offeringId: identifier('offering_id').notNull(),
    providerId: text('provider_id').notNull(),
    modelSlug: text('model_slug').notNull(),
    at: instant('at').notNull(),
    kind: text('kind').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
    ratio: doublePrecision('ratio'),
  },
  (table) => [
    index('price_changes_newest').on(table.at, table.id),
    index('price_changes_by_offering').on(table.offeringId, table.at),
  ],
);

/** Every version of every saved route. Rows are added, never changed. */
export const routes = modelgraph.table(
  'routes',
  {
    name: identifier('name').notNull(),
    version: integer('version').notNull(),
    /** Null: deleted with this version. */
    document: jsonb('document'),
    savedAt: instant('saved_at').notNull(),
    savedBy: text('saved_by').notNull(),
    note: text('note'),
  },
  (table) => [primaryKey({ columns: [table.name, table.version] })],
);

/** The last measurement of each offering. */
export const measurements = modelgraph.table('measurements', {
  offeringId: identifier('offering_id').primaryKey(),
  ttftMs: doublePrecision('ttft_ms'),
  outputTps: doublePrecision('output_tps'),
  samples: integer('samples').notNull(),
  measuredAt: instant('measured_at').notNull(),
});
