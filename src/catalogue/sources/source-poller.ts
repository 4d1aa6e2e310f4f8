import { createHash } from 'node:crypto';
import { originOf } from '../../domain/error-origin.ts';
import { SOURCE_PROBLEM_CODES, type SourceProblemCode } from '../../domain/source-problem.ts';
import type { DatedReading, SourceReading } from '../../ports/catalogue-source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SourceRead, SourceReader } from '../../ports/source-reader.ts';
import type { SourceStore, StoredSource } from '../../ports/store.ts';
import { pauseAfterFailure, pauseAfterRead } from './back-off.ts';
import type { PlannedSource } from './source-plan.ts';

/** Longer than a source may take to be read: a node that died in its turn holds up the others no longer than this. */
const TURN_MS = 150_000;
/** How soon to ask for a turn again that another node has. */
const RETRY_TURN_MS = 60_000;
/** Readings that are only confirmed are handed on this seldom: dates alone are not worth building a catalogue. */
const CONFIRM_MS = 6 * 3_600_000;

export type PollerInput = {
  readonly planned: Extract<PlannedSource, { kind: 'ON' }>;
  readonly reader: SourceReader;
  readonly store: SourceStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** What it says has changed. */
  readonly onChange: () => void;
};

export type PollState = {
  readonly stored: StoredSource;
  readonly reading?: SourceReading;
  readonly nextCheckAt?: Date;
  /** Whether it is being read, by this node or, as far as is known, by another. */
  readonly isBeingRead: boolean;
};

/** Reads one source again and again, in turns with other nodes. */
export type SourcePoller = {
  readonly state: () => PollState;
  readonly reading: () => DatedReading | undefined;
  /** Takes over what another node, or this one before a restart, has saved. */
  adopt(stored: StoredSource): Promise<void>;
  start(afterMs: number): void;
  /** Reads it now, whatever its schedule, unless another node is at it. */
  refresh(): Promise<void>;
  /** Ends what is under way, and waits for it. */
  stop(): Promise<void>;
};

const sizeOf = ({ offerings, models, scores, fx }: SourceReading): number =>
  offerings.length + models.length + scores.length + fx.length;

/** Whether a reading lists so little of what it listed before that it is more likely broken than true. */
const isShrunken = (next: SourceReading, before: SourceReading | undefined): boolean =>
  sizeOf(next) === 0 ||
  (before !== undefined &&
    (next.offerings.length * 2 < before.offerings.length || sizeOf(next) * 2 < sizeOf(before)));

export const problemCodeOf = (code: string): SourceProblemCode =>
  SOURCE_PROBLEM_CODES.find((each) => each === code) ?? 'UNREADABLE';

/** The day of the list's data, as its server states it. */
export const dataDayIn = ({
  lastModified,
  observedAt,
}: Pick<StoredSource, 'lastModified' | 'observedAt'>): Pick<DatedReading, 'dataDay'> => {
  const dataDay = new Date(lastModified ?? '');
  return Number.isNaN(dataDay.getTime()) || (observedAt !== undefined && dataDay > observedAt)
    ? {}
    : { dataDay };
};

export const createSourcePoller = (input: PollerInput): SourcePoller => {
  const { planned, reader, store, clock, log, random, onChange } = input;
  const { source, everyMs, baseUrl, apiKey } = planned;
  const stopping = new AbortController();
  let stored: StoredSource = { id: source.id, version: 0, failures: 0 };
  let reading: SourceReading | undefined;
  /** `checkedAt` as it was last handed on. */
  let handedOn = 0;
  let nextCheckAt: Date | undefined;
  let cancel: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let isStoreDown = false;
  let isAtAnother = false;
  /** The reading, while the store does not have it. */
  let unsaved: Uint8Array | undefined;
  const addressHash = createHash('sha256')
    .update(baseUrl ?? source.baseUrl)
    .digest('hex');

  const schedule = (ms: number): void => {
    cancel?.();
    if (stopping.signal.aborted) return;
    nextCheckAt = new Date(clock.now().getTime() + ms);
    cancel = clock.after(ms, () => void tick());
  };

  const changed = (): void => {
    handedOn = stored.checkedAt?.getTime() ?? 0;
    onChange();
  };

  const adopt = async (next: StoredSource): Promise<void> => {
    if (next.version < stored.version) return;
    const isNew = next.version > stored.version;
    if (isNew) {
      const bytes = await store.reading(source.id);
      const found = bytes === undefined ? undefined : await reader.unpack(bytes);
      if (stopping.signal.aborted || next.version <= stored.version) return;
      if (found === undefined)
        log.warn('The stored data of a live source cannot be read; it is fetched again.', {
          source: source.id,
        });
      else reading = found;
    }
    stored = next;
    isAtAnother = false;
    const confirmed = (stored.checkedAt?.getTime() ?? 0) - handedOn >= CONFIRM_MS;
    if (reading !== undefined && (isNew || confirmed)) changed();
  };

  const fail = (code: SourceProblemCode, message: string, retryAfterMs: number | undefined): number => {
    if (stored.failures === 0)
      log.warn('A live source could not be read; its last data stays in use.', {
        source: source.id,
        code,
        problem: message,
      });
    const failures = stored.failures + 1;
    stored = { ...stored, failures, problem: { code, message, at: clock.now() } };
    return pauseAfterFailure(everyMs, failures, retryAfterMs);
  };

  const succeed = (
    etag: string | undefined,
    lastModified: string | undefined,
    incomplete: string | undefined,
  ): StoredSource => {
    if (stored.failures > 0) log.info('A live source can be read again.', { source: source.id });
    const { problem, etag: oldTag, lastModified: oldDate, ...rest } = stored;
    if (incomplete !== undefined && problem?.code !== 'INCOMPLETE')
      log.warn('A live source lacks some of its files; the others are used.', {
        source: source.id,
        problem: incomplete,
      });
    const [newTag, newDate] = [etag ?? oldTag, lastModified ?? oldDate];
    return {
      ...rest,
      failures: 0,
      checkedAt: clock.now(),
      ...(newTag !== undefined && { etag: newTag }),
      ...(newDate !== undefined && { lastModified: newDate }),
      ...(incomplete !== undefined && {
        problem: { code: 'INCOMPLETE', message: incomplete, at: clock.now() },
      }),
    };
  };

  const save = async (packed = unsaved): Promise<void> => {
    unsaved = packed;
    await store.save(stored, packed);
    unsaved = undefined;
  };

  /** Takes in an answer; how long to wait until the next one. */
  const take = async (answer: SourceRead): Promise<number> => {
    switch (answer.kind) {
      case 'FAILED': {
        const pause = fail(answer.code, answer.message, answer.retryAfterMs);
        await save();
        return pause;
      }
      case 'UNCHANGED': {
        stored = succeed(answer.etag, answer.lastModified, answer.incomplete);
        await save();
        if ((stored.checkedAt?.getTime() ?? 0) - handedOn >= CONFIRM_MS) changed();
        return pauseAfterRead(everyMs, random);
      }
      case 'READ': {
        if (isShrunken(answer.reading, reading) && stored.problem?.code !== 'EMPTY') {
          const before = reading === undefined ? 'something was expected' : `${sizeOf(reading)} before`;
          const message = `It lists ${sizeOf(answer.reading)} entries, ${before}. It is believed if it says so again.`;
          const pause = fail('EMPTY', message, undefined);
          await save();
          return pause;
        }
        const {
          etag: _etag,
          lastModified: _date,
          ...fresh
        } = succeed(undefined, undefined, answer.incomplete);
        stored = {
          ...fresh,
          version: stored.version + 1,
          observedAt: clock.now(),
          bodyHash: answer.bodyHash,
          addressHash,
          ...(answer.etag !== undefined && { etag: answer.etag }),
          ...(answer.lastModified !== undefined && { lastModified: answer.lastModified }),
        };
        ({ reading } = answer);
        log.info('A live source has new data.', {
          source: source.id,
          offerings: reading.offerings.length,
          prices: reading.offerings.reduce((sum, { prices }) => sum + prices.length, 0),
          problems: reading.problems.length,
        });
        // Kept first, so that other nodes and a restart know no less than was served; served all the same where it is not.
        try {
          await save(answer.packed);
        } finally {
          changed();
        }
        return pauseAfterRead(everyMs, random);
      }
    }
  };

  const readInTurn = async (early: boolean): Promise<void> => {
    let pause = RETRY_TURN_MS;
    try {
      const now = clock.now();
      const hasTurn = await store.claim(source.id, now, new Date(now.getTime() + TURN_MS), { early });
      isAtAnother = early && !hasTurn;
      if (hasTurn) {
        try {
          const latest = (await store.list()).find(({ id }) => id === source.id);
          if (latest !== undefined) await adopt(latest);
          const { etag, lastModified, bodyHash } = stored;
          const known =
            reading === undefined || stored.addressHash !== addressHash
              ? {}
              : {
                  ...(etag !== undefined && { etag }),
                  ...(lastModified !== undefined && { lastModified }),
                  ...(bodyHash !== undefined && { bodyHash }),
                };
          const answer = await reader.read(
            source,
            { known, ...(baseUrl !== undefined && { baseUrl }), ...(apiKey !== undefined && { apiKey }) },
            stopping.signal,
          );
          if (!stopping.signal.aborted) pause = await take(answer);
        } finally {
          const wait = stopping.signal.aborted ? 0 : pause;
          await store.release(source.id, new Date(clock.now().getTime() + wait));
        }
      }
      isStoreDown = false;
    } catch (error) {
      if (!isStoreDown && !stopping.signal.aborted)
        log.warn('The store does not keep what sources say', { source: source.id, error: originOf(error) });
      isStoreDown = true;
    }
    schedule(pause);
  };

  const tick = (early = false): Promise<void> => {
    running ??= readInTurn(early).finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    state: () => ({
      stored,
      ...(reading !== undefined && { reading }),
      ...(nextCheckAt !== undefined && { nextCheckAt }),
      isBeingRead: running !== undefined || isAtAnother,
    }),
    reading: () =>
      reading === undefined
        ? undefined
        : {
            sourceId: source.id,
            sourceUrl: source.pageUrl,
            observedAt: stored.observedAt ?? clock.now(),
            checkedAt: stored.checkedAt ?? stored.observedAt ?? clock.now(),
            ...dataDayIn(stored),
            reading,
          },
    adopt,
    start: schedule,
    async refresh() {
      await running;
      await tick(true);
    },
    async stop() {
      stopping.abort();
      cancel?.();
      await running;
    },
  };
};
