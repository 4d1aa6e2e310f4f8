import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type SQL, sql } from 'drizzle-orm';
import type { Pool } from 'pg';
import type { SpoolSettings } from '../../domain/spool-settings.ts';
import type { Log } from '../../ports/log.ts';
import type { LedgerSpool, Store } from '../../ports/store.ts';
import { canaryStore } from './canaries.ts';
import { type CopyIn, copyFromClient } from './copy-in.ts';
import { databaseOf } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { keyStore } from './keys.ts';
import { ledgerReader } from './ledger.ts';
import { ledgerWriter, lineWriter } from './ledger-writer.ts';
import { measurementStore } from './measurements.ts';
import { openPostgres } from './postgres.ts';
import { priceHistoryStore } from './price-history.ts';
import { routeStore } from './routes.ts';
import { sourceStore } from './sources.ts';
import { type RecoveryStore, recoverLeftBehind } from './spool/left-behind.ts';
import { type OpenedSpool, openSpool } from './spool/open-spool.ts';
import { withStoreErrors } from './store-error.ts';

export type StoreOptions =
  /** A database of our own in a folder, for one node. Created where there is none. */
  | { readonly kind: 'embedded'; readonly dataDir: string }
  /** Any Postgres, for any number of nodes: `postgres://user:password@host:port/database`. */
  | { readonly kind: 'postgres'; readonly url: string };

/**
 * Opens the store and brings its tables up to date. Rejects, with a message for a person and without
 * credentials, where the database cannot be reached or the data folder is in use. Without `settings`, rows that it does not
 * have yet end with the process.
 */
export const openStore = async (
  options: StoreOptions,
  log: Log,
  settings?: SpoolSettings,
): Promise<Store> => {
  switch (options.kind) {
    case 'embedded': {
      // The lock is taken: whatever another process has left is of an earlier start.
      const embedded = await openEmbedded(options.dataDir, log);
      const store = await withSpool(embedded, sql`${new Date()}::timestamptz`, 'embedded', settings, log);
      await embedded.serveCommands({
        async addAdmin(key, hash, options) {
          const revokedOthers = await store.keys.addAdmin(key, hash, options);
          // As the audit writes what callers do.
          const told = { code: 'KEY_CREATED', keyId: key.id, role: key.role, revokedOthers, by: 'COMMAND' };
          log.info('A key was made.', told);
          return revokedOthers;
        },
      });
      return store;
    }
    case 'postgres': {
      const pool = await openPostgres(options.url, log);
      const opened = {
        pool,
        copyIn: copyFromClient,
        isOneSession: false,
        problem: () => undefined,
        lost: new Promise<string>(() => {}),
        close: () => pool.end(),
      };
      return withSpool(opened, SHOWN_BY_NOW, `postgres-${nameOfDatabase(options.url)}`, settings, log);
    }
  }
};

/** Rows that wait for one database are not written to another. */
const nameOfDatabase = (url: string): string => {
  const { host, pathname } = new URL(url);
  return createHash('sha256').update(`${host}${pathname}`).digest('hex').slice(0, 16);
};

const withSpool = async (
  database: OpenDatabase,
  abandonedBefore: SQL<Date>,
  name: string,
  settings: SpoolSettings | undefined,
  log: Log,
): Promise<Store> => {
  if (settings === undefined) return storeOver(database, abandonedBefore, log);
  try {
    const folder = join(settings.directory, name);
    return storeOver(database, abandonedBefore, log, { ...openSpool({ ...settings, folder }, log), folder });
  } catch (error) {
    await database.close();
    throw error;
  }
};

/** From making an admin key to showing it a server takes less; another may be about to. */
const SHOWN_BY_NOW = sql<Date>`now() - interval '10 seconds'`;

type OpenDatabase = Pick<Store, 'problem' | 'lost' | 'close'> & {
  readonly pool: Pool;
  readonly copyIn: CopyIn;
  readonly isOneSession: boolean;
};

const ledgerSpool = (
  { spool, name, folder }: OpenedSpool & { readonly folder: string },
  store: RecoveryStore,
  log: Log,
): LedgerSpool => ({
  begun: (attempt, before) => spool.begun(attempt, before),
  kept: (go) => spool.kept(go),
  problem: () => spool.problem,
  recover: (rowOf) => recoverLeftBehind(folder, name, store, log, rowOf),
});

const storeOver = (
  { pool, copyIn, isOneSession, problem, lost, close }: OpenDatabase,
  abandonedBefore: SQL<Date>,
  log: Log,
  spooled?: OpenedSpool & { readonly folder: string },
): Store => {
  const database = databaseOf(pool);
  const keys = keyStore(database, abandonedBefore);
  const ledger = ledgerReader(database, pool);
  const sources = sourceStore(database);
  const priceHistory = priceHistoryStore(database, pool, isOneSession);
  const routes = routeStore(database);
  const measurements = measurementStore(database);
  const canaries = canaryStore(database);
  const lines = lineWriter(pool, copyIn);
  const findMany = withStoreErrors(ledger.findMany);
  let closed: Promise<void> | undefined;
  return {
    keys: {
      insert: withStoreErrors(keys.insert),
      insertUnshown: withStoreErrors(keys.insertUnshown),
      markShown: withStoreErrors(keys.markShown),
      addAdmin: withStoreErrors(keys.addAdmin),
      put: withStoreErrors(keys.put),
      findByHash: withStoreErrors(keys.findByHash),
      findManyByHash: withStoreErrors(keys.findManyByHash),
      findMany: withStoreErrors(keys.findMany),
      list: withStoreErrors(keys.list),
      revoke: withStoreErrors(keys.revoke),
    },
    ledger: {
      begin: ledgerWriter(lines, spooled?.spool),
      ...(spooled !== undefined && {
        spool: ledgerSpool(spooled, { ...lines, findMany, begin: ledgerWriter(lines) }, log),
      }),
      findMany,
      list: withStoreErrors(ledger.list),
      outputTokens: withStoreErrors(ledger.outputTokens),
      routeSpend: withStoreErrors(ledger.routeSpend),
      mirrored: withStoreErrors(ledger.mirrored),
    },
    sources: {
      list: withStoreErrors(sources.list),
      claim: withStoreErrors(sources.claim),
      release: withStoreErrors(sources.release),
      save: withStoreErrors(sources.save),
      reading: withStoreErrors(sources.reading),
    },
    priceHistory: {
      served: withStoreErrors(priceHistory.served),
      servedOf: withStoreErrors(priceHistory.servedOf),
      begin: withStoreErrors(priceHistory.begin),
      end: withStoreErrors(priceHistory.end),
      servedAt: withStoreErrors(priceHistory.servedAt),
      list: withStoreErrors(priceHistory.list),
      insertChanges: withStoreErrors(priceHistory.insertChanges),
      changes: withStoreErrors(priceHistory.changes),
    },
    routes: {
      newest: withStoreErrors(routes.newest),
      versions: withStoreErrors(routes.versions),
      insert: withStoreErrors(routes.insert),
    },
    measurements: {
      put: withStoreErrors(measurements.put),
      list: withStoreErrors(measurements.list),
    },
    canaries: {
      list: withStoreErrors(canaries.list),
      put: withStoreErrors(canaries.put),
      remove: withStoreErrors(canaries.remove),
    },
    ping: withStoreErrors(async () => {
      await pool.query('select 1');
    }),
    problem,
    lost,
    close: () => {
      if (closed === undefined) spooled?.close();
      closed ??= close();
      return closed;
    },
  };
};
