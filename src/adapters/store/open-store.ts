import { type SQL, sql } from 'drizzle-orm';
import type { Pool } from 'pg';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { type CopyIn, copyFromClient } from './copy-in.ts';
import { databaseOf } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { keyStore } from './keys.ts';
import { ledgerReader } from './ledger.ts';
import { ledgerWriter } from './ledger-writer.ts';
import { measurementStore } from './measurements.ts';
import { openPostgres } from './postgres.ts';
import { priceHistoryStore } from './price-history.ts';
import { routeStore } from './routes.ts';
import { sourceStore } from './sources.ts';
import { withStoreErrors } from './store-error.ts';

export type StoreOptions =
  /** A database of our own in a folder, for one node. Created where there is none. */
  | { readonly kind: 'embedded'; readonly dataDir: string }
  /** Any Postgres, for any number of nodes: `postgres://user:password@host:port/database`. */
  | { readonly kind: 'postgres'; readonly url: string };

/**
 * Opens the store and brings its tables up to date. Rejects, with a message for a person and without
 * credentials, where the database cannot be reached or the data folder is in use.
 */
export const openStore = async (options: StoreOptions, log: Log): Promise<Store> => {
  switch (options.kind) {
    case 'embedded': {
      // The lock is taken: whatever another process has left is of an earlier start.
      const embedded = await openEmbedded(options.dataDir, log);
      const store = storeOver(embedded, sql`${new Date()}::timestamptz`);
      await embedded.takeAdminKeys(store.keys);
      return store;
    }
    case 'postgres': {
      const pool = await openPostgres(options.url, log);
      return storeOver(
        {
          pool,
          copyIn: copyFromClient,
          isOneSession: false,
          problem: () => undefined,
          lost: new Promise(() => {}),
          close: () => pool.end(),
        },
        SHOWN_BY_NOW,
      );
    }
  }
};

/** From making an admin key to showing it a server takes less; another may be about to. */
const SHOWN_BY_NOW = sql<Date>`now() - interval '10 seconds'`;

type OpenDatabase = Pick<Store, 'problem' | 'lost' | 'close'> & {
  readonly pool: Pool;
  readonly copyIn: CopyIn;
  readonly isOneSession: boolean;
};

const storeOver = (
  { pool, copyIn, isOneSession, problem, lost, close }: OpenDatabase,
  abandonedBefore: SQL<Date>,
): Store => {
  const database = databaseOf(pool);
  const keys = keyStore(database, abandonedBefore);
  const ledger = ledgerReader(database, pool);
  const sources = sourceStore(database);
  const priceHistory = priceHistoryStore(database, pool, isOneSession);
  const routes = routeStore(database);
  const measurements = measurementStore(database);
  let closed: Promise<void> | undefined;
  return {
    keys: {
      insert: withStoreErrors(keys.insert),
      insertUnshown: withStoreErrors(keys.insertUnshown),
      markShown: withStoreErrors(keys.markShown),
      addAdmin: withStoreErrors(keys.addAdmin),
      put: withStoreErrors(keys.put),
      findByHash: withStoreErrors(keys.findByHash),
      findMany: withStoreErrors(keys.findMany),
      list: withStoreErrors(keys.list),
      revoke: withStoreErrors(keys.revoke),
    },
    ledger: {
      begin: ledgerWriter(pool, copyIn),
      findMany: withStoreErrors(ledger.findMany),
      list: withStoreErrors(ledger.list),
      outputTokens: withStoreErrors(ledger.outputTokens),
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
    ping: withStoreErrors(async () => {
      await pool.query('select 1');
    }),
    problem,
    lost,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
};
