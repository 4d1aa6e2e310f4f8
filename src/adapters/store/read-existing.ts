import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { DataFolderInUseError } from './data-folder-lock.ts';
import { openStore, type StoreOptions } from './open-store.ts';

/**
 * Opens a store that a server has made, for a command that ends soon; none is made. A text says, for a person, why it
 * cannot be opened: there is none, or a server has it open.
 */
export const openExisting = async (options: StoreOptions, log: Log): Promise<Store | string> => {
  if (options.kind === 'embedded' && !existsSync(join(options.dataDir, 'postgres')))
    return `no server has kept its store in ${options.dataDir} yet.`;
  try {
    return await openStore(options, log);
  } catch (error) {
    if (error instanceof DataFolderInUseError && options.kind === 'embedded')
      return `a server has the store in ${options.dataDir} open.`;
    return error instanceof Error ? error.message : String(error);
  }
};
