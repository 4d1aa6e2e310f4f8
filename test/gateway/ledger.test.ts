import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { createLedger, type LedgerOptions } from '../../src/gateway/ledger.ts';
import type { LedgerWriter } from '../../src/ports/store.ts';
import { smallRecord } from '../contract/operation-records.ts';
import { newDataFolder } from '../support/data-folder.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { createScriptedLedgerStore } from '../support/scripted-ledger-store.ts';
import { settled } from './harness.ts';

const begin = (options: Partial<LedgerOptions> = {}) => {
  const clock = createFakeClock();
  const log = recordedLog();
  const store = createScriptedLedgerStore();
  const ledger = createLedger(store, clock, log, options);
  const append = (count: number) => {
    const records = Array.from({ length: count }, () => smallRecord());
    for (const record of records) ledger.append(record);
    return records;
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settled();
  };
  return { clock, log, store, ledger, append, pass };
};

/** The same store, with something to do once a batch is in it. */
const afterEachWrite = (store: LedgerWriter, act: () => void): LedgerWriter => ({
  begin() {
    const batch = store.begin();
    return {
      add: batch.add,
      texts: batch.texts,
      async write() {
        await batch.write();
        act();
      },
    };
  },
});

describe('rows', () => {
  it('are written together once the first has waited long enough', async () => {
    const { store, append, pass } = begin({ flushAfterMs: 100 });
    const first = append(1);
    await pass(60);
    const others = append(2);
    await pass(39);
    expect(store.batches).toEqual([]);
    await pass(1);
    expect(store.batches).toEqual([3]);
    expect(store.written).toEqual([...first, ...others]);
  });

  it('are written at once when they fill a batch, in batches, in order', async () => {
    const { store, append, pass } = begin({ flushAfterMs: 100, batchSize: 3 });
    const records = append(8);
    await pass(0);
    expect(store.batches).toEqual([3, 3, 2]);
    expect(store.written).toEqual(records);
  });

  it('that come while a batch is being written go into the next', async () => {
    const { store, append, pass } = begin({ flushAfterMs: 100 });
    const release = store.hold();
    const early = append(2);
    await pass(100);
    const late = append(3);
    await pass(100);
    expect(store.batches).toEqual([2]);
    release();
    await settled();
    expect(store.batches).toEqual([2, 3]);
    expect(store.written).toEqual([...early, ...late]);
  });

  it('leave no timer behind once they are written', async () => {
    const { clock, append, pass } = begin();
    append(3);
    await pass(100);
    expect(clock.pending()).toBe(0);
  });
});

describe('a store that fails', () => {
  it('is tried again, waiting longer each time; nothing is lost, doubled or reordered', async () => {
    const { store, log, ledger, append, pass } = begin({ flushAfterMs: 100, batchSize: 2 });
    expect(ledger.problem()).toBeUndefined();
    store.fail(4);
    const records = append(3);
    await pass(0);
    expect(store.batches).toHaveLength(1);
    for (const [index, wait] of [250, 500, 1_000].entries()) {
      await pass(wait - 1);
      expect(store.batches).toHaveLength(index + 1);
      await pass(1);
      expect(store.batches).toHaveLength(index + 2);
    }
    await pass(1_999);
    records.push(...append(4));
    expect(store.written).toEqual([]);
    expect(ledger.problem()).toBe('The ledger cannot be written.');
    await pass(1);
    expect(store.written).toEqual(records);
    expect(ledger.problem()).toBeUndefined();
    // Not once for each try.
    expect(log.lines).toEqual([
      expect.stringContaining('the store is away'),
      expect.stringContaining('The ledger is written again.'),
    ]);

    // It begins anew with short waits.
    store.fail(1);
    append(1);
    await pass(100);
    await pass(250);
    expect(store.written).toHaveLength(8);
  });

  it('is logged once for each reason, whatever the numbers in it', async () => {
    const { store, log, append, pass } = begin({ flushAfterMs: 100 });
    store.fail(6, (left) =>
      left % 2 === 0 ? `could not extend file "base/5/${left}"` : `connection ${left} was reset`,
    );
    append(1);
    for (let tries = 0; tries < 7; tries += 1) await pass(10_000);
    expect(store.batches).toHaveLength(7);
    expect(log.lines).toEqual([
      expect.stringContaining('was reset'),
      expect.stringContaining('could not extend file'),
      expect.stringContaining('The ledger is written again.'),
    ]);
  });

  it('waits for 10 s at most', async () => {
    const { store, append, pass } = begin({ flushAfterMs: 100 });
    store.fail(20);
    const records = append(1);
    for (let tries = 0; tries < 21; tries += 1) await pass(10_000);
    expect(store.written).toEqual(records);
  });

  it('is counted once for one failed insert, however many wait for it', async () => {
    const { store, log, append, pass } = begin({ flushAfterMs: 100 });
    const release = store.hold();
    store.fail(1);
    append(1);
    await pass(100);
    append(1);
    await pass(100);
    release();
    await settled();
    expect(log.lines).toHaveLength(1);
    await pass(250);
    expect(store.written).toHaveLength(2);
  });

  it('is tried again too when it was a reader that met the failure', async () => {
    const { store, ledger, append, pass } = begin();
    store.fail(1);
    const records = append(1);
    await expect(ledger.flush()).rejects.toThrow('the store is away');
    await pass(250);
    expect(store.written).toEqual(records);
  });
});

describe('flush', () => {
  it('resolves when what was queued is written, at once when nothing is', async () => {
    const { store, ledger, append } = begin({ batchSize: 2 });
    await ledger.flush();
    const records = append(5);
    await ledger.flush();
    expect(store.written).toEqual(records);
  });

  it('waits for a batch that is being written', async () => {
    const { store, ledger, append, pass } = begin();
    const release = store.hold();
    append(1);
    await pass(100);
    let isDone = false;
    const flushed = ledger.flush().then(() => {
      isDone = true;
    });
    await settled();
    expect(isDone).toBe(false);
    release();
    await flushed;
    expect(store.written).toHaveLength(1);
  });

  it('does not wait for rows that come after it', async () => {
    const clock = createFakeClock();
    const store = createScriptedLedgerStore();
    // Each insert finds another row queued when it is done: the queue is never empty.
    const busy = afterEachWrite(store, () => {
      ledger.append(smallRecord());
      if (store.written.length > 50) throw new Error('it waits for ever');
    });
    const ledger = createLedger(busy, clock, recordedLog());
    const record = smallRecord();
    ledger.append(record);
    await ledger.flush();
    expect(store.written[0]).toBe(record);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'writes a row that comes in the very moment in which a batch is done (%i microtasks after)',
    async (moment) => {
      const clock = createFakeClock();
      const store = createScriptedLedgerStore();
      const late = smallRecord();
      let flushed: Promise<void> | undefined;
      const hooked = afterEachWrite(store, () => {
        if (flushed !== undefined) return;
        // For one of these, after the ledger has seen that its queue is empty and before it is idle.
        const hop = (left: number): void => {
          if (left > 0) {
            queueMicrotask(() => hop(left - 1));
          } else {
            ledger.append(late);
            flushed = ledger.flush();
          }
        };
        queueMicrotask(() => hop(moment));
      });
      const ledger = createLedger(hooked, clock, recordedLog());
      ledger.append(smallRecord());
      await ledger.flush();
      await settled();
      await flushed;
      expect(store.written.at(-1)).toBe(late);
    },
  );
});

describe('backlog', () => {
  it('says why no more can be taken while too many rows wait, and takes more once they are written', async () => {
    const { store, ledger, append, pass } = begin({ maxQueued: 3 });
    store.fail(1);
    append(2);
    expect(ledger.backlog()).toBeUndefined();
    append(1);
    expect(ledger.backlog()).toMatch(/3 are waiting.*Check the database/);
    await pass(100);
    expect(ledger.backlog()).toBeDefined();
    await pass(250);
    expect(ledger.backlog()).toBeUndefined();
  });
});

describe('close', () => {
  it('writes what is queued', async () => {
    const { store, ledger, append, clock } = begin({ batchSize: 2 });
    const records = append(5);
    await ledger.close();
    expect(store.written).toEqual(records);
    expect(clock.pending()).toBe(0);
  });

  it('tries again after a failure', async () => {
    const { store, ledger, append, pass } = begin();
    store.fail(2);
    const records = append(1);
    const closed = ledger.close();
    await settled();
    await pass(500);
    await pass(500);
    await closed;
    expect(store.written).toEqual(records);
  });

  it('names each row that it could not write, and gives up', async () => {
    const { store, ledger, log, append, pass, clock } = begin();
    store.fail(100);
    const records = append(2);
    const closed = ledger.close();
    for (let tries = 0; tries < 5; tries += 1) await pass(500);
    await closed;
    const lost = log.lines.filter((line) => line.includes('could not be recorded'));
    expect(lost.map((line) => line.match(/cmp_[0-9a-f-]+/)?.[0])).toEqual(records.map(({ id }) => id));
    expect(clock.pending()).toBe(0);
  });

  it('does not wait for ever for a store that does not answer', async () => {
    const { store, ledger, log, append, pass } = begin();
    store.hold();
    append(1);
    const closed = ledger.close();
    await pass(10_000);
    await closed;
    expect(log.lines.filter((line) => line.includes('could not be recorded'))).toHaveLength(1);
  });

  it('names a row that comes after it', async () => {
    const { ledger, log, append, clock } = begin();
    await ledger.close();
    const [late] = append(1);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toContain(late?.id);
    expect(clock.pending()).toBe(0);
  });
});

it('on the embedded store: what is flushed can be read, whatever was tried before', async () => {
  const folder = await newDataFolder();
  onTestFinished(folder.remove);
  const store = await openStore({ kind: 'embedded', dataDir: folder.path }, recordedLog());
  onTestFinished(() => store.close());
  let failures = 3;
  // Fails after the rows are in: the writer cannot know, and writes them again.
  const unreliable = afterEachWrite(store.ledger, () => {
    if (failures-- > 0) throw new Error('the connection was lost');
  });
  const clock = createFakeClock();
  const ledger = createLedger(unreliable, clock, recordedLog(), { batchSize: 10 });
  const records = Array.from({ length: 35 }, () => smallRecord());
  for (const record of records) ledger.append(record);
  for (let tries = 0; tries < 3; tries += 1) await expect(ledger.flush()).rejects.toThrow('lost');
  await ledger.flush();
  const { rows } = await store.ledger.list({}, { limit: 100 });
  expect(rows).toEqual(records.toReversed());
});
