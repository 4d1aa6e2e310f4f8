import { type Column, type SQL, sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool, PoolClient } from 'pg';

/** Typed queries on our tables. */
export type Database = NodePgDatabase;

/** Queries over a pool or one of its clients. Their errors list the parameters: see store-error.ts before one is logged. */
export const databaseOf = (client: Pool | PoolClient): Database => drizzle({ client });

/** One parameter however many values there are: a statement takes at most 65,535. */
export const isAnyOf = (column: Column, values: readonly string[]): SQL =>
  sql`${column} = any(${sql.param(values)}::text[])`;
