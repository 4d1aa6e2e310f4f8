import { expect, it, vi } from 'vitest';
import { createMemoryState } from '../../src/adapters/state/memory.ts';
import { asOfferingId } from '../../src/domain/ids.ts';
import { createMeasurementBoard } from '../../src/gateway/measure/measurement-board.ts';
import { shareMeasurements } from '../../src/gateway/measure/share-measurements.ts';
import type { MeasurementStore, StoredMeasurement } from '../../src/ports/store.ts';
import { recordedLog } from '../support/recorded-log.ts';

const ID = asOfferingId('lab/one');
const at = (ms: number): Date => new Date(Date.UTC(2026, 10, 30) + ms);
const clock = { now: () => at(60_000) };

const storeOf = (stored: readonly StoredMeasurement[]) => {
  const put: StoredMeasurement[] = [];
  const store: MeasurementStore = {
    put: async (measurement) => void put.push(measurement),
    list: async (since) => stored.filter((each) => each.at >= since),
  };
  return { store, put };
};
const node = (
  state: ReturnType<typeof createMemoryState>,
  store: MeasurementStore = storeOf([]).store,
  log = recordedLog(),
) => {
  const board = createMeasurementBoard(clock);
  return { board, ...shareMeasurements({ board, store, state, clock, log }) };
};

it('a measurement of one node is known on the other, and an older one does not replace it', async () => {
  const state = createMemoryState();
  const [one, other] = [node(state), node(state)];
  await vi.waitFor(async () => {
    one.add(ID, { ttftMs: 120, outputTps: 80, samples: 3, at: at(50_000) });
    expect(other.board.of(ID)).toMatchObject([
      { metric: 'TTFT_MS', p50: 120, sampleSize: 3 },
      { metric: 'OUTPUT_TPS', p50: 80 },
    ]);
  });
  other.add(ID, { ttftMs: 1, samples: 1, at: at(40_000) });
  expect(other.board.of(ID)[0]?.p50).toBe(120);
  await Promise.all([one.close(), other.close()]);
  await state.close();
});

it('what the store has of the last day is known after a start, and what it cannot do is logged', async () => {
  const state = createMemoryState();
  const stored = { offeringId: ID, outputTps: 33, samples: 2, at: at(0) };
  const { store, put } = storeOf([stored]);
  const { board, add, close } = node(state, store);
  await vi.waitFor(() => expect(board.of(ID)).toMatchObject([{ metric: 'OUTPUT_TPS', p50: 33 }]));
  add(ID, { ttftMs: 5, samples: 1, at: at(10_000) });
  await close();
  expect(put).toEqual([{ offeringId: ID, ttftMs: 5, samples: 1, at: at(10_000) }]);

  const log = recordedLog();
  const fail = async (): Promise<never> => {
    throw new Error('the database is away');
  };
  const broken = node(state, { put: fail, list: fail }, log);
  broken.add(ID, { ttftMs: 7, samples: 1, at: at(20_000) });
  await broken.close();
  expect(broken.board.of(ID)[0]?.p50).toBe(7);
  expect(JSON.stringify(log)).toContain('A measurement cannot be stored');
  await state.close();
});
