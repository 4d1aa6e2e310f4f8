import { customType, index, jsonb, pgSchema, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';

/** Everything of ours lives in one Postgres schema, so that a shared database keeps us apart from others. */
export const modelgraph = pgSchema('modelgraph');

/** To the millisecond, as a JavaScript Date is: what is read back equals what was written. */
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Ids sort by their bytes, and so by time, whatever the language of the database. */
const identifier = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

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
  },
  (table) => [uniqueIndex('keys_hash').on(table.hash), index('keys_newest').on(table.createdAt, table.id)],
);

/** The ledger of all operations, completions first among them. Facts that are filtered by have columns; what is only read back whole is JSON. */
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
    route: jsonb('route').notNull(),
    usage: jsonb('usage'),
    cost: jsonb('cost').notNull(),
    attempts: jsonb('attempts').notNull(),
    timings: jsonb('timings').notNull(),
    warnings: jsonb('warnings').notNull(),
    failure: jsonb('failure'),
    metadata: jsonb('metadata'),
  },
  (table) => [
    index('completions_by_key').on(table.keyId, table.id),
    index('completions_by_time').on(table.createdAt),
    index('completions_by_operation').on(table.operation, table.id),
  ],
);
