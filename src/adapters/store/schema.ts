import { sql } from 'drizzle-orm';
import {
  customType,
  doublePrecision,
  index,
  integer,
  json,
  jsonb,
  numeric,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
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

/** What rows of the ledger have in common, as JSON: written once, and named in each of them by what it says. */
export const ledgerFacts = modelgraph.table('ledger_facts', {
  /** The beginning of the SHA-256 of the text. */
  id: uuid('id').primaryKey(),
  text: text('text').notNull(),
});

/** Of most rows; written in the words in which queries ask for the others. */
const COMMON = sql`operation = 'COMPLETION' and status = 'SUCCEEDED'`;
export const UNCOMMON = sql`not (${COMMON})`;

/**
 * The ledger of all operations, completions first among them. What is filtered by or added up has columns; the rest is one
 * short text, less what other rows say as well, which stands in `ledger_facts`.
 *
 * Each row of it pays for each index: moments are found by ids, which begin with theirs, completions among other
 * operations by their ids as well, and all but completions that succeeded, by far the most, have indexes of their own.
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
    modelSlug: text('model_slug'),
    /** Visible and reasoning. */
    outputTokens: doublePrecision('output_tokens'),
    /** In the currency that the facts name; null where it has no price. */
    costTotal: numeric('cost_total'),
    /** Null: they stand in the body. */
    facts: uuid('facts'),
    /** Null in rows from before there was one: then the columns below hold what it would. */
    body: text('body'),
    finishReason: text('finish_reason'),
    rawFinishReason: text('raw_finish_reason'),
    endUser: text('end_user'),
    // Binary JSON in some databases: the same is read from both.
    route: json('route'),
    usage: json('usage'),
    cost: json('cost'),
    attempts: json('attempts'),
    timings: json('timings'),
    warnings: json('warnings'),
    failure: json('failure'),
    metadata: json('metadata'),
  },
  (table) => [
    index('completions_by_key').on(table.keyId, table.id),
    index('ledger_uncommon').on(table.operation, table.status, table.id).where(UNCOMMON),
    index('ledger_uncommon_by_key').on(table.keyId, table.operation, table.status, table.id).where(UNCOMMON),
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

/** The last rollback of the canary of each route. */
export const canaryRollbacks = modelgraph.table('canary_rollbacks', {
  route: identifier('route').primaryKey(),
  policy: text('policy').notNull(),
  reason: text('reason').notNull(),
  detail: text('detail').notNull(),
  at: instant('at').notNull(),
});
