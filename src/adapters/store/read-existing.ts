import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { openStore, type StoreOptions } from './open-store.ts';

/**
 * Reads a store that a server has made, for a command that ends then; none is made. A text says, for a person, why it cannot be
 * read: there is none, or a server has it open.
 */
export const readExisting = async <Result>(
  options: StoreOptions,
  log: Log,
  read: (store: Store) => Promise<Result>,
): Promise<Result | string> => {
  if (options.kind === 'embedded' && !existsSync(join(options.dataDir, 'postgres')))
    return `No server has kept its store in ${options.dataDir} yet.`;
  try {
    const store = await openStore(options, log);
    try {
      return await read(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
