import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Pool } from 'pg';
import type { Log } from '../../ports/log.ts';
import type { KeyStore } from '../../ports/store.ts';
import { serveAdminSocket } from './admin-socket.ts';
import { DataFolderInUseError, type DataFolderLock, lockDataFolder } from './data-folder-lock.ts';
import { migrateStore } from './migrate.ts';
import { withStoreErrors } from './store-error.ts';

/** A Postgres of our own inside this process. */
export type EmbeddedPostgres = {
  readonly pool: Pool;
  /** Takes admin keys from commands, which cannot open the folder meanwhile. */
  takeAdminKeys(keys: Pick<KeyStore, 'addAdmin'>): Promise<void>;
  close(): Promise<void>;
};

/** The worker's file has this file's own extension: `.ts` from source, `.js` when built. */
const WORKER = new URL(`./pglite-worker${extname(import.meta.url)}`, import.meta.url);

/** Tables that are only added to need it seldom; PGlite has no autovacuum to do it. */
const VACUUM_EVERY_MS = 60 * 60 * 1000;

/** For a query, and for its turn at the one connection: an error is better than no answer for ever. */
const ANSWER_MS = 60_000;

/**
 * Opens, and at first creates, the database in `dataDir`/postgres. Rejects with DataFolderInUseError while
 * another process has it open. Rows acknowledged survive the death of the process, but not a power cut:
 * PGlite does not flush to the disk.
 */
export const openEmbedded = async (dataDir: string, log: Log): Promise<EmbeddedPostgres> => {
  const lock = takeFolder(dataDir);
  /**
   * Made with mode 0700, so that no other user can connect. Not in the data folder: the path of a socket is
   * at most 107 bytes, and mounted volumes may not hold one.
   */
  const socketDir = mkdtempSync(join(tmpdir(), 'modelgraph-'));
  const cleanUp = (): void => {
    rmSync(socketDir, { recursive: true, force: true });
    lock.release();
  };
  let worker: PgliteWorker | undefined;
  let pool: Pool | undefined;
  let adminSocket: { close(): void } | undefined;
  const close = async (): Promise<void> => {
    adminSocket?.close();
    await pool?.end();
    await worker?.stop();
    cleanUp();
  };
  if (!existsSync(join(dataDir, 'postgres'))) {
    log.info('Making a new database. This happens once and takes a few seconds.', { dataDir });
  }
  try {
    worker = await startWorker(join(dataDir, 'postgres'), socketDir, log);
    pool = poolOf(socketDir, log);
    await withStoreErrors(migrateStore)(pool);
  } catch (error) {
    await close();
    throw error;
  }
  const stopVacuum = scheduleVacuum(pool, log);
  return {
    pool,
    async takeAdminKeys(keys) {
      const path = join(socketDir, 'admin.sock');
      adminSocket = await serveAdminSocket(path, keys);
      lock.announce(path);
    },
    close: () => {
      stopVacuum();
      return close();
    },
  };
};

const takeFolder = (dataDir: string): DataFolderLock => {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return lockDataFolder(dataDir);
  } catch (error) {
    if (error instanceof DataFolderInUseError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The data folder ${dataDir} cannot be used: ${reason}. Set MODELGRAPH_DATA_DIR to a folder that this user may write to.`,
      { cause: error },
    );
  }
};

type PgliteWorker = { stop(): Promise<void> };

const startWorker = async (databaseDir: string, socketDir: string, log: Log): Promise<PgliteWorker> => {
  /** The name that `pg` looks for in a host that is a folder. */
  const socketPath = join(socketDir, '.s.PGSQL.5432');
  const worker = new Worker(WORKER, { name: 'pglite', workerData: { databaseDir, socketPath } });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await Promise.race([once(worker, 'message'), exited.then(() => Promise.reject('its worker ended'))]).catch(
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot open the embedded database in ${databaseDir}: ${reason}`, { cause: error });
    },
  );
  let stopping = false;
  worker.on('error', (error: Error) => log.error('The embedded database failed', { error: error.message }));
  worker.on('exit', () => {
    if (!stopping) log.error('The embedded database has stopped. Restart the server.');
  });
  return {
    stop: async () => {
      stopping = true;
      worker.postMessage('stop');
      await exited;
    },
  };
};

const poolOf = (socketDir: string, log: Log): Pool => {
  /** PGlite is one session: a second connection would only wait for the first, in the same transaction. */
  const pool = new Pool({
    host: socketDir,
    port: 5432,
    user: 'postgres',
    password: '',
    database: 'postgres',
    ssl: false,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  pool.on('error', (error) => log.warn('The connection to the store broke', { error: error.message }));
  return pool;
};

const scheduleVacuum = (pool: Pool, log: Log): (() => void) => {
  const timer = setInterval(() => {
    pool
      .query('vacuum (analyze)')
      .catch((error: Error) => log.warn('Vacuum of the embedded database failed', { error: error.message }));
  }, VACUUM_EVERY_MS).unref();
  return () => clearInterval(timer);
};
