import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SpoolSync } from '../../../domain/spool-settings.ts';
import type { Log } from '../../../ports/log.ts';
import { tryFileLock } from '../file-lock.ts';
import { folderFailure, makeFolder } from '../folder-problem.ts';
import { Spool } from './spool.ts';

export const LOCK_NAME = 'lock';

export type SpoolOptions = {
  /** Of all processes of this machine that write to the same store; made where there is none. */
  readonly folder: string;
  readonly sync: SpoolSync;
};

export type OpenedSpool = {
  readonly spool: Spool;
  /** Under which it lies in the folder. */
  readonly name: string;
  close(): void;
};

/** Makes a spool for this process alone. Throws an error with a sentence that says what to do. */
export const openSpool = ({ folder, sync }: SpoolOptions, log: Log): OpenedSpool => {
  const name = randomUUID();
  const own = join(folder, name);
  try {
    makeFolder(own);
    const lock = tryFileLock(join(own, LOCK_NAME));
    if (lock === undefined) throw new Error('another process has taken it');
    const spool = new Spool(own, sync, (problem, reason) => {
      if (problem === undefined) log.info('The spool is written again.', { folder });
      else
        log.error(`${problem} Rows of the ledger that the store does not have are in memory alone.`, {
          folder,
          reason,
        });
    });
    return {
      spool,
      name,
      close() {
        const isLeft = spool.close();
        lock.release();
        if (isLeft) return;
        try {
          rmSync(own, { recursive: true, force: true });
        } catch {
          // It is empty: the next start removes it.
        }
      },
    };
  } catch (error) {
    throw new Error(
      `The spool of the ledger cannot be made in ${folder} (${folderFailure(error).message}). Make room or rights there, or set ` +
        'MODELGRAPH_SPOOL_DIR to another folder, or to off.',
      { cause: error },
    );
  }
};
