import type { Dispatcher } from 'undici';
import type { Log } from '../ports/log.ts';
import type { SharedState } from '../ports/shared-state.ts';
import type { Store } from '../ports/store.ts';
import { createMemoryState } from './state/memory.ts';
import { openStore } from './store/open-store.ts';

/** What the server keeps open outside itself. */
export type Resources = {
  readonly store: Store;
  readonly state: SharedState;
  readonly dispatcher: Dispatcher;
};

/** Where they are; the database is embedded and the state in memory unless there are addresses. */
export type ResourceAddresses = {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
};

export const closeResources = async ({ store, state, dispatcher }: Resources): Promise<void> => {
  await Promise.all([state.close(), store.close(), dispatcher.destroy()]);
};

/** Its client is read only where it is used. */
const redisState = async (url: string, log: Log): Promise<SharedState> => {
  const { connectRedisState } = await import('./state/redis.ts');
  return connectRedisState(url, log);
};

/** Opens all or none. Rejects with a message for a person. The dispatcher is closed with the rest. */
export const openResources = async (
  { dataDir, databaseUrl, redisUrl }: ResourceAddresses,
  dispatcher: Dispatcher,
  log: Log,
): Promise<Resources> => {
  const opening = [
    openStore(
      databaseUrl === undefined ? { kind: 'embedded', dataDir } : { kind: 'postgres', url: databaseUrl },
      log,
    ),
    redisUrl === undefined ? Promise.resolve(createMemoryState()) : redisState(redisUrl, log),
  ] as const;
  try {
    const [store, state] = await Promise.all(opening);
    return { store, state, dispatcher };
  } catch (error) {
    const opened = await Promise.allSettled(opening);
    await Promise.all([
      ...opened.map((each) => (each.status === 'fulfilled' ? each.value.close() : undefined)),
      dispatcher.destroy(),
    ]);
    throw error;
  }
};
