import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Key } from '../../domain/key.ts';
import type { Log } from '../../ports/log.ts';
import { sendAdminKey } from './admin-socket.ts';
import { DataFolderInUseError, holderOf } from './data-folder-lock.ts';
import { openStore, type StoreOptions } from './open-store.ts';

/**
 * Adds an admin key to the store of a server, whether it runs or not, and revokes all others if asked. The number of those
 * revoked; rejects with a sentence that says what to do.
 */
export const addAdminKey = async (
  options: StoreOptions,
  key: Key,
  hash: string,
  { revokeOthers }: { readonly revokeOthers: boolean },
  log: Log,
): Promise<number> => {
  if (options.kind === 'embedded' && !existsSync(join(options.dataDir, 'postgres')))
    throw new Error(
      `There is no store in ${options.dataDir} yet. Start the server: its first start makes an admin key and shows it. ` +
        'If its store is elsewhere, set MODELGRAPH_DATA_DIR or DATABASE_URL as the server has it.',
    );
  try {
    const store = await openStore(options, log);
    try {
      return await store.keys.addAdmin(key, hash, { revokeOthers });
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof DataFolderInUseError) || options.kind !== 'embedded') throw error;
    const holder = holderOf(options.dataDir);
    if (holder?.adminSocket === undefined)
      throw new Error(
        `The server that uses ${options.dataDir} takes no keys yet: it is starting or stopping. Try again in a few seconds.`,
        { cause: error },
      );
    return sendAdminKey(holder.adminSocket, key, hash, { revokeOthers }).catch((reason: unknown) => {
      throw new Error(
        `The server that uses ${options.dataDir} (process ${holder.pid}) did not take the key: ` +
          `${reason instanceof Error ? reason.message : String(reason)}. Run this as the user and on the machine or in the container of the server, or stop it first.`,
        { cause: reason },
      );
    });
  }
};
