import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../ports/log.ts';
import {
  describeDamage,
  describeFolderProblem,
  type FolderFailure,
  folderFailure,
  isFull,
} from './folder-problem.ts';
import { type PgliteThread, startPglite } from './pglite-thread.ts';

/** The embedded database, opened again when it fails. */
export type EmbeddedEngine = Pick<PgliteThread, 'copyIn' | 'copyTo'> & {
  /** Why it does not answer at the moment, without a path; undefined while it does. */
  problem(): string | undefined;
  /** Resolves with a sentence once it is not opened again: its folder is gone, or it fails again and again. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
};

export type EngineOptions = {
  readonly dataDir: string;
  readonly socketPath: string;
  readonly log: Log;
};

const LOOK_EVERY_MS = 1_000;
/**
 * Signs of life, one a second, that a thread may miss: a query of the embedded database is refused after a minute, but cannot be
 * interrupted. A full disk has been seen to make it compute for ever.
 */
const MAX_MISSED_SIGNS = 180;
const MAX_MISSED_SIGNS_FULL = 10;
const REOPEN_AFTER_MS = 2_000;
/** Failures in a row, none of them for lack of space, after which the database is not opened again. */
const MAX_FAILURES = 3;
/** After this time without a failure the next is the first again. */
const FORGIVEN_AFTER_MS = 10 * 60_000;

const SPACE_IS_OUT = 'The disk of the embedded database is full.';
const IS_GONE = 'The data folder of the embedded database is gone.';
const CANNOT_BE_OPENED = 'The embedded database has failed and cannot be opened again.';
const IS_REOPENED = 'The embedded database has failed and is being opened again.';
const IS_DAMAGED = 'The embedded database is damaged: a checksum of it is wrong.';
const DOES_NOT_ANSWER: FolderFailure = { message: 'it does not answer' };

const vanished = (dataDir: string): string =>
  `The data folder ${dataDir} was removed or replaced while the server used it. Put it back, or start again: where there is ` +
  'no database a new one is made.';

/** Which folder it is, whatever it is called; undefined if it is gone. */
const identityOf = (folder: string): string | undefined => {
  const found = statSync(folder, { throwIfNoEntry: false, bigint: true });
  return found && `${found.dev}:${found.ino}`;
};

/** A folder that cannot be looked at, for want of rights for example, counts as the same. */
const isStill = (folder: string, identity: string | undefined): boolean => {
  try {
    return identityOf(folder) === identity;
  } catch {
    return true;
  }
};

/** Rejects with a sentence that says what to do if the database cannot be opened at first. */
export const startEngine = async ({ dataDir, socketPath, log }: EngineOptions): Promise<EmbeddedEngine> => {
  const databaseDir = join(dataDir, 'postgres');
  const lost = Promise.withResolvers<string>();
  const stopped = new AbortController();
  const open = async (): Promise<PgliteThread> => {
    rmSync(socketPath, { force: true });
    return startPglite(databaseDir, socketPath);
  };
  let thread = await open().catch((error: unknown) => {
    throw new Error(describeFolderProblem(dataDir, folderFailure(error)), { cause: error });
  });
  const identity = identityOf(databaseDir);
  let problem: string | undefined;
  /** From the first sign of a failure on, before it is known what it is: two threads must never have the folder open. */
  let isReopening = false;
  let failures = 0;
  let failedAtMs = 0;
  let ending: Promise<void> | undefined;

  /** Whatever waits for the database is refused, and the thread does not outlive it. */
  const giveUp = (now: string, sentence: string): void => {
    problem = now;
    stopped.abort();
    ending = thread.kill();
    lost.resolve(sentence);
  };

  const reopen = async (failure: FolderFailure): Promise<void> => {
    isReopening = true;
    await thread.kill();
    for (let reason = failure; !stopped.signal.aborted; ) {
      if (!isStill(databaseDir, identity)) return giveUp(IS_GONE, vanished(dataDir));
      const isOutOfSpace = isFull(dataDir);
      if (!isOutOfSpace) failures = performance.now() - failedAtMs > FORGIVEN_AFTER_MS ? 1 : failures + 1;
      failedAtMs = performance.now();
      if (failures > MAX_FAILURES) return giveUp(CANNOT_BE_OPENED, describeFolderProblem(dataDir, reason));
      const now = isOutOfSpace ? SPACE_IS_OUT : IS_REOPENED;
      if (problem !== now) log.error(now, { dataDir, reason: reason.message });
      problem = now;
      try {
        await sleep(REOPEN_AFTER_MS, undefined, { signal: stopped.signal });
        thread = await open();
        problem = undefined;
        isReopening = false;
        log.info('The embedded database is open again.', { dataDir });
        return watch();
      } catch (error) {
        reason = folderFailure(error);
      }
    }
  };

  let damage: string | undefined;
  const damaged = (reason: string): void => {
    if (damage !== undefined) return;
    damage = IS_DAMAGED;
    log.error(`${IS_DAMAGED} ${describeDamage(dataDir)}`, { dataDir, reason });
  };

  const watch = (): void => {
    const watched = thread;
    watched.onDamaged(damaged);
    void watched.failed.then((failure) => {
      if (!stopped.signal.aborted && !isReopening && thread === watched) ending = reopen(failure);
    });
  };
  watch();

  const look = setInterval(() => {
    if (stopped.signal.aborted || isReopening) return;
    if (!isStill(databaseDir, identity)) return giveUp(IS_GONE, vanished(dataDir));
    const missed = thread.ping();
    if (missed >= MAX_MISSED_SIGNS || (missed >= MAX_MISSED_SIGNS_FULL && isFull(dataDir)))
      ending = reopen(DOES_NOT_ANSWER);
  }, LOOK_EVERY_MS).unref();

  return {
    copyIn: (target, lines) => thread.copyIn(target, lines),
    copyTo: (folder) => thread.copyTo(folder),
    problem: () => problem ?? damage,
    lost: lost.promise,
    async stop() {
      clearInterval(look);
      const isGivenUp = stopped.signal.aborted;
      stopped.abort();
      await ending;
      if (!isGivenUp) await thread.stop();
    },
  };
};
