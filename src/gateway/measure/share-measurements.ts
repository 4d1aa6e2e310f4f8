import { z } from 'zod';
import { asOfferingId } from '../../domain/ids.ts';
import { omitUndefined } from '../../domain/omit-undefined.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import type { MeasurementStore, StoredMeasurement } from '../../ports/store.ts';
import { openNodeChannel } from '../node-channel.ts';
import { MAX_MEASURED, MEASURED_TTL_MS, type MeasurementBoard } from './measurement-board.ts';

const figure = z.number().min(0).max(1e9).optional();
const message = z.object({
  from: z.string(),
  id: z.string().max(512),
  ttftMs: figure,
  outputTps: figure,
  samples: z.int().min(1).max(1e6),
  atMs: z.int().min(0).max(8.64e15),
});

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
  const take = ({ offeringId, ...speed }: StoredMeasurement): void => board.add(offeringId, speed);
  const channel = openNodeChannel({
    state,
    log,
    name: 'measurements',
    schema: message,
    subject: 'Measurements',
    heard({ id, atMs, samples, ttftMs, outputTps }) {
      const speed = { samples, at: new Date(atMs), ...omitUndefined({ ttftMs, outputTps }) };
      board.add(asOfferingId(id), speed);
    },
  });

  /** What is stored and sent now. */
  const pending = new Set<Promise<void>>();
  const follow = (work: Promise<void>, problem: string): void => {
    const done = work
      .catch((error: unknown) => log.warn(problem, { reason: String(error) }))
      .finally(() => pending.delete(done));
    pending.add(done);
  };
  const load = async (since: Date): Promise<void> => {
    for (const measurement of (await store?.list(since, MAX_MEASURED)) ?? []) take(measurement);
  };
  follow(load(new Date(clock.now().getTime() - MEASURED_TTL_MS)), 'Stored measurements cannot be read');

  return {
    add(id, { at, ...figures }) {
      const measurement: StoredMeasurement = { offeringId: id, at, ...figures };
      take(measurement);
      if (store !== undefined) follow(store.put(measurement), 'A measurement cannot be stored');
      const sent = channel.tell({ id, atMs: at.getTime(), ...figures });
      follow(sent, 'A measurement cannot be sent to other nodes');
    },
    async close() {
      await Promise.all(pending);
      await channel.close();
    },
  };
};
