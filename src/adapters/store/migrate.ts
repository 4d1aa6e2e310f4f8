import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { Pool } from 'pg';
import { databaseOf } from './database.ts';
import { MIGRATIONS } from './new-database.ts';

/** Any constant does, as long as every node uses the same. */
const LOCK = 0x6d6f6465;

/** Brings the tables up to date. Nodes that start at the same time wait for one another. */
export const migrateStore = async (pool: Pool): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await migrate(databaseOf(client), {
      migrationsFolder: MIGRATIONS,
      migrationsSchema: 'modelgraph',
      migrationsTable: 'migrations',
    });
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
    client.release();
  } catch (error) {
    /** Closing the connection gives back the lock, whatever state it is in. */
    client.release(true);
    throw error;
  }
};
