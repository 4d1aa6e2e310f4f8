import { Pool, type PoolConfig } from 'pg';
import type { Log } from '../../ports/log.ts';
import { migrateStore } from './migrate.ts';
import { reasonOf } from './store-error.ts';

/** How long a query may take before it rejects; a server that has vanished would else never answer. */
const QUERY_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connects to a Postgres server and brings our tables in it up to date. Rejects with a message for a person,
 * without the credentials, where it cannot be reached or does not let us in.
 */
export const openPostgres = async (url: string, log: Log): Promise<Pool> => {
  const config: PoolConfig = {
    connectionString: url,
    application_name: 'modelgraph',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
  await migrate(config).catch((error: unknown) => {
    throw new Error(
      `Cannot open the store at ${withoutCredentials(url)} (DATABASE_URL): ${reasonOf(error)}`,
      { cause: error },
    );
  });
  const pool = new Pool({ ...config, query_timeout: QUERY_TIMEOUT_MS });
  /** An idle connection that breaks is replaced at the next query; unhandled, the event ends the process. */
  pool.on('error', (error) => log.warn('A connection to the store broke', { error: error.message }));
  return pool;
};

/** Without the time limit: changing a large table, or waiting for a node that does, takes what it takes. */
const migrate = async (config: PoolConfig): Promise<void> => {
  const pool = new Pool({ ...config, max: 1 });
  pool.on('error', () => {});
  try {
    await migrateStore(pool);
  } finally {
    await pool.end();
  }
};

const withoutCredentials = (url: string): string => {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'the address given';
  }
};
