import { Pool, type PoolConfig } from 'pg';
import type { Log } from '../../ports/log.ts';
import { migrateStore } from './migrate.ts';
import { reasonOf } from './store-error.ts';

/** How long a query may take before it rejects; a server that has vanished would else never answer. */
const QUERY_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** At the start this process is busy with much else, and would take its own delay for the server's. */
const FIRST_CONNECT_TIMEOUT_MS = 30_000;

/** What to do about it, by the codes of Postgres and of the network. */
const REMEDIES: { readonly [code: string]: string } = {
  '28P01': 'Check the user and the password in DATABASE_URL.',
  '28000': "Check the user in DATABASE_URL, and the server's pg_hba.conf, which says who may connect.",
  '3D000': 'Create that database, or name another in DATABASE_URL.',
  '42501': 'Grant that user the right to create schemas and tables in the database.',
  '53100': "Free some space on the server's disk.",
  '53300': 'The server has no connection left: raise its max_connections, or stop other clients.',
  '57P03': 'The server is starting or stopping: try again in a moment.',
  '25006': 'That server is a read-only replica: name the primary in DATABASE_URL.',
  ECONNREFUSED: 'Start Postgres there, or correct DATABASE_URL.',
  ECONNRESET: 'Check that it is Postgres that listens there, and whether it wants TLS (?sslmode=require).',
  EHOSTUNREACH: 'Check the network, or correct the host in DATABASE_URL.',
  ENOTFOUND: 'No host has that name: correct DATABASE_URL.',
  ETIMEDOUT: 'Check the network and the firewall, or correct the host in DATABASE_URL.',
};

const codeIn = (error: unknown): string | undefined => {
  if (error instanceof AggregateError) return error.errors.map(codeIn).find((code) => code !== undefined);
  if (!(error instanceof Error)) return undefined;
  const own = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return own ?? codeIn(error.cause);
};

const remedyFor = (error: unknown): string => {
  const remedy = REMEDIES[codeIn(error) ?? ''];
  return remedy === undefined ? '' : `. ${remedy}`;
};

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
  await migrate({ ...config, connectionTimeoutMillis: FIRST_CONNECT_TIMEOUT_MS }).catch((error: unknown) => {
    throw new Error(
      `Cannot open the store at ${withoutCredentials(url)} (DATABASE_URL): ${reasonOf(error)}${remedyFor(error)}`,
      { cause: error },
    );
  });
  const pool = new Pool({ ...config, query_timeout: QUERY_TIMEOUT_MS });
  let isBroken = false;
  /** An idle connection that breaks is replaced at the next query; unhandled, the event ends the process. All break at once. */
  pool.on('error', (error) => {
    if (!isBroken) log.warn('A connection to the store broke', { error: error.message });
    isBroken = true;
  });
  pool.on('connect', () => {
    if (isBroken) log.info('The store is connected again.');
    isBroken = false;
  });
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
