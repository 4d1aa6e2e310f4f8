import type { InterruptedOperation } from '../domain/begun-attempt.ts';
import type { OperationRecord } from '../domain/operation-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { failureKind, type LedgerSpool } from '../ports/store.ts';

/** How often it is looked whether another process has ended, and how soon again where the store did not take what it left. */
const LOOK_EVERY_MS = 30_000;

/** Writes what processes that ended have left in the spool, now and from time to time. Returns how to end that. */
export const recoverLedger = (
  spool: LedgerSpool,
  rowOf: (operation: InterruptedOperation) => OperationRecord,
  clock: Clock,
  log: Log,
): (() => Promise<void>) => {
  let isEnded = false;
  let cancelTimer: (() => void) | undefined;
  let failed: string | undefined;
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    try {
      const { rows, interrupted } = await spool.recover(rowOf);
      failed = undefined;
      if (rows + interrupted > 0)
        log.info('The ledger has what a process that ended abruptly left behind.', { rows, interrupted });
    } catch (error) {
      // Once for each reason.
      if (failed !== failureKind(error))
        log.error('What a process left in the spool is not in the ledger yet; it is tried again.', {
          reason: error instanceof Error ? error.message : String(error),
        });
      failed = failureKind(error);
    }
    if (!isEnded) cancelTimer = clock.after(LOOK_EVERY_MS, begin);
  };
  const begin = (): void => {
    looking = look();
  };
  begin();

  return async () => {
    isEnded = true;
    cancelTimer?.();
    await looking;
  };
};
