import { z } from 'zod';
import { asOfferingId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import type { MeasurementStore, StoredMeasurement } from '../../ports/store.ts';
import { MAX_MEASURED, MEASURED_TTL_MS, type MeasurementBoard } from './measurement-board.ts';

const CHANNEL = 'measurements';

const figure = z.number().min(0).max(1e9).optional();
const message = z.object({
  id: z.string().max(512),
  ttftMs: figure,
  outputTps: figure,
  samples: z.int().min(1).max(1e6),
  atMs: z.int().min(0).max(8.64e15),
});

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Dependencies = {
  readonly board: MeasurementBoard;
  /** Absent: nothing outlives this process. */
  readonly store?: MeasurementStore;
  readonly state: SharedState;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
};

/**
 * A board whose measurements are stored, and known on every node: at once by those that run, from the store by those that
 * start. What cannot be stored or sent counts here alone, and the log says so.
 */
export const shareMeasurements = ({
  board,
  store,
  state,
  clock,
  log,
}: Dependencies): Pick<MeasurementBoard, 'add'> & { close(): Promise<void> } => {
  const take = ({ offeringId, at, samples, ttftMs, outputTps }: StoredMeasurement): void =>
    board.add(offeringId, {
      samples,
      at,
      ...(ttftMs !== undefined && { ttftMs }),
      ...(outputTps !== undefined && { outputTps }),
    });
  const warn =
    (problem: string) =>
    (error: unknown): void =>
      log.warn(problem, { reason: String(error) });

  const load = async (): Promise<void> => {
    if (store === undefined) return;
    const since = new Date(clock.now().getTime() - MEASURED_TTL_MS);
    for (const measurement of await store.list(since, MAX_MEASURED)) take(measurement);
  };
  const loaded = load().catch(warn('Stored measurements cannot be read'));
  const subscribed = state
    .subscribe(CHANNEL, (text) => {
      const parsed = message.safeParse(parse(text));
      if (!parsed.success) return;
      const { id, atMs, samples, ttftMs, outputTps } = parsed.data;
      take({
        offeringId: asOfferingId(id),
        at: new Date(atMs),
        samples,
        ...(ttftMs !== undefined && { ttftMs }),
        ...(outputTps !== undefined && { outputTps }),
      });
    })
    .catch((error: unknown) => {
      warn('Measurements of other nodes cannot be heard')(error);
      return async () => {};
    });

  const pending = new Set<Promise<void>>();
  const follow = (work: Promise<void>, problem: string): void => {
    const done = work.catch(warn(problem)).finally(() => pending.delete(done));
    pending.add(done);
  };
  return {
    add(id, { at, ...figures }) {
      const measurement: StoredMeasurement = { offeringId: id, at, ...figures };
      take(measurement);
      if (store !== undefined) follow(store.put(measurement), 'A measurement cannot be stored');
      const text = JSON.stringify({ id, atMs: at.getTime(), ...figures });
      follow(state.publish(CHANNEL, text), 'A measurement cannot be sent to other nodes');
    },
    async close() {
      await Promise.all([loaded, ...pending]);
      await (await subscribed)();
    },
  };
};
