import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import type { Log } from '../../ports/log.ts';
import type { KeyStore } from '../../ports/store.ts';
import { serveAdminSocket } from './admin-socket.ts';
import { unfinishedRestore } from './backup/restore.ts';
import type { CopyIn } from './copy-in.ts';
import {
  DataFolderInUseError,
  type DataFolderLock,
  LockFileError,
  lockDataFolder,
} from './data-folder-lock.ts';
import { type EmbeddedEngine, startEngine } from './embedded-engine.ts';
import { describeFolderProblem, folderFailure, makeFolder } from './folder-problem.ts';
import { migrateStore } from './migrate.ts';
import { makeSocketFolder, removeSocketFolder } from './socket-folder.ts';
import { reasonOf } from './store-error.ts';

/** A Postgres of our own inside this process. */
export type EmbeddedPostgres = {
  readonly pool: Pool;
  /** Past the connection, while its client is held: nobody else can be in the middle of something meanwhile. */
  readonly copyIn: CopyIn;
  /** What a connection has prepared is there until the next begins. */
  readonly isOneSession: true;
  /** Why it does not answer at the moment; undefined while it does. */
  problem(): string | undefined;
  /** Resolves with a sentence if it is of no use any more. */
  readonly lost: Promise<string>;
  /** Takes admin keys from commands, which cannot open the folder meanwhile, and makes backups for them. */
  serveCommands(keys: Pick<KeyStore, 'addAdmin'>): Promise<void>;
  close(): Promise<void>;
};

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
  const unfinished = unfinishedRestore(dataDir);
  if (unfinished !== undefined) {
    lock.release();
    throw new Error(unfinished);
  }
  const socketDir = socketFolderUnder(lock);
  const cleanUp = (): void => {
    removeSocketFolder(socketDir);
    lock.release();
  };
  const pool = poolOf(socketDir, log);
  let engine: EmbeddedEngine | undefined;
  let adminSocket: { close(): void } | undefined;
  const close = async (): Promise<void> => {
    adminSocket?.close();
    await pool.end();
    await engine?.stop();
    cleanUp();
  };
  if (!existsSync(join(dataDir, 'postgres'))) {
    log.info('Making a new database. This happens once.', { dataDir });
  }
  try {
    engine = await startEngine({
      dataDir,
      /** The name that `pg` looks for in a host that is a folder. */
      socketPath: join(socketDir, '.s.PGSQL.5432'),
      log,
    });
    await migrateStore(pool).catch((error: unknown) => {
      throw new Error(describeFolderProblem(dataDir, { message: reasonOf(error) }), { cause: error });
    });
  } catch (error) {
    await close();
    throw error;
  }
  const { copyIn, problem, lost, copyTo } = engine;
  /** Nobody else is in the middle of something meanwhile, as there is one connection. */
  const backUp = async (to: string): Promise<void> => {
    const client = await pool.connect();
    try {
      await copyTo(to);
      log.info('The embedded database was copied for a backup.', { to });
    } finally {
      client.release();
    }
  };
  const stopVacuum = scheduleVacuum(pool, log);
  return {
    pool,
    copyIn: (_client, target, lines) => copyIn(target, lines),
    isOneSession: true,
    problem,
    lost,
    async serveCommands(keys) {
      const path = join(socketDir, 'admin.sock');
      adminSocket = await serveAdminSocket(path, { keys, backUp });
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
    makeFolder(dataDir);
    return lockDataFolder(dataDir);
  } catch (error) {
    if (error instanceof DataFolderInUseError || error instanceof LockFileError) throw error;
    throw new Error(describeFolderProblem(dataDir, folderFailure(error)), { cause: error });
  }
};

const socketFolderUnder = (lock: DataFolderLock): string => {
  try {
    return makeSocketFolder();
  } catch (error) {
    lock.release();
    throw error;
  }
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
  // Its session outlives a connection that broke, and would refuse what the next one prepares under the same name.
  pool.on('connect', (client) => void client.query('deallocate all').catch(() => {}));
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
