import type { SpoolSettings } from '../domain/spool-settings.ts';
import type { Log } from '../ports/log.ts';
import type { SharedState } from '../ports/shared-state.ts';
import type { Store } from '../ports/store.ts';
import type { Outbound } from './outbound.ts';
import { createMemoryState } from './state/memory.ts';
import { openStore } from './store/open-store.ts';

/** What the server keeps open outside itself. */
export type Resources = {
  readonly store: Store;
  readonly state: SharedState;
  readonly outbound: Outbound;
};

/** Where they are; the database is embedded and the state in memory unless there are addresses. */
export type ResourceAddresses = {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly spool: SpoolSettings | undefined;
};

export const closeResources = async ({ store, state, outbound }: Resources): Promise<void> => {
  await Promise.all([state.close(), store.close(), outbound.destroy()]);
};

/** Its client is read only where it is used. */
const redisState = async (url: string, log: Log): Promise<SharedState> => {
  const { connectRedisState } = await import('./state/redis.ts');
  return connectRedisState(url, log);
};

/** Opens all or none. Rejects with a message for a person. The ways out are closed with the rest. */
export const openResources = async (
  { dataDir, databaseUrl, redisUrl, spool }: ResourceAddresses,
  outbound: Outbound,
  log: Log,
): Promise<Resources> => {
  const opening = [
    openStore(
      databaseUrl === undefined ? { kind: 'embedded', dataDir } : { kind: 'postgres', url: databaseUrl },
      log,
      spool,
    ),
    redisUrl === undefined ? Promise.resolve(createMemoryState()) : redisState(redisUrl, log),
  ] as const;
  try {
    const [store, state] = await Promise.all(opening);
    return { store, state, outbound };
  } catch (error) {
    const opened = await Promise.allSettled(opening);
    await Promise.all([
      ...opened.map((each) => (each.status === 'fulfilled' ? each.value.close() : undefined)),
      outbound.destroy(),
    ]);
    throw error;
  }
};
