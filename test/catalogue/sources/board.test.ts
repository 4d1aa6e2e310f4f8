import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemorySourceStore } from '../../../src/catalogue/sources/memory-source-store.ts';
import { Decimal } from '../../../src/domain/money.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { EMPTY_READING } from '../../../src/ports/catalogue-source.ts';
import { rowsBody, testSourceOf } from '../../support/test-sources.ts';
import { gate, startUpstream, type Upstream } from '../../support/upstream.ts';
import { startBoard, type TestBoard } from './board-harness.ts';

const MINUTE = 60_000;
let upstream: Upstream;
const boards: TestBoard[] = [];
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  await Promise.all(boards.splice(0).map((board) => board.stop()));
  await upstream.close();
});
const start = async (...[given]: [Parameters<typeof startBoard>[1]?]): Promise<TestBoard> => {
  const board = await startBoard(upstream.url, given);
  boards.push(board);
  return board;
};

describe('a source that is read', () => {
  it('is asked at start and then by schedule, conditionally, and its prices are served', async () => {
    upstream.enqueue({ headers: { etag: '"1"' }, body: rowsBody(4, '2') }, { status: 304 });
    const board = await start();
    expect(board.health()).toMatchObject({ status: 'WAITING', failures: 0, offerings: 0 });
    expect(board.rate()).toBeUndefined();
    board.clock.advance(0);
    await upstream.received(0);
    expect(await board.refresh()).toMatchObject({ status: 'FRESH', offerings: 4, prices: 4 });
    expect(board.rate()).toBe('2');
    expect(upstream.requests[1]?.headers['if-none-match']).toBe('"1"');
    expect(board.builds()).toBe(1);
    expect(board.log.lines.filter((line) => line.startsWith('info'))).toHaveLength(1);
    const { nextCheckAt } = board.health();
    expect((nextCheckAt?.getTime() ?? 0) - board.clock.now().getTime()).toBe(30 * MINUTE - 250);
    upstream.enqueue({ status: 304 });
    board.clock.advance(30 * MINUTE);
    await upstream.received(2);
  });

  it('is stale when it has not been read for two of its intervals', async () => {
    upstream.enqueue({ body: rowsBody(1) });
    const board = await start();
    await board.refresh();
    upstream.respond(() => ({ before: new Promise(() => {}) }));
    board.clock.advance(61 * MINUTE);
    expect(board.health().status).toBe('STALE');
  });

  it('says what of it is not believed', async () => {
    upstream.enqueue({
      body: JSON.stringify({
        rows: [
          ['acme/model-0', '1'],
          ['acme/bad', '-1'],
        ],
      }),
    });
    const board = await start();
    expect(await board.refresh()).toMatchObject({
      prices: 1,
      quarantined: [{ source: 'test-list', subject: 'acme/bad', reason: 'NEGATIVE' }],
    });
  });

  it('keeps a rate that jumps out until it is confirmed', async () => {
    upstream.enqueue({ body: rowsBody(1, '1') }, { body: rowsBody(1, '100') });
    const board = await start();
    await board.refresh();
    expect((await board.refresh()).quarantined).toMatchObject([
      { reason: expect.stringMatching(/JUMP|UNIT/) },
    ]);
    expect(board.rate()).toBe('1');
  });
});

describe('a source that fails', () => {
  it('is used on as it was, is asked again after 1, 2, 4 … minutes, and is told of twice: then and when it is back', async () => {
    upstream.enqueue({ body: rowsBody(4, '2') });
    const board = await start();
    await board.refresh();
    upstream.respond(() => ({ status: 500 }));
    for (const minutes of [1, 2, 4, 8, 16, 30, 30]) {
      const health = await board.refresh();
      expect(health).toMatchObject({ status: 'FAILING', problem: { code: 'HTTP_STATUS' }, offerings: 4 });
      expect((health.nextCheckAt?.getTime() ?? 0) - board.clock.now().getTime()).toBe(minutes * MINUTE - 250);
    }
    expect(board.rate()).toBe('2');
    expect(board.log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    upstream.respond(() => ({ body: rowsBody(4, '2.5') }));
    const health = await board.refresh();
    expect(health).toMatchObject({ status: 'FRESH', failures: 0 });
    expect(health.problem).toBeUndefined();
    expect(board.rate()).toBe('2.5');
    expect(board.log.lines.filter((line) => line.includes('can be read again'))).toHaveLength(1);
  });

  it('is left alone for as long as it asks', async () => {
    upstream.respond(() => ({ status: 429, headers: { 'retry-after': '7200' } }));
    const board = await start();
    const { nextCheckAt } = await board.refresh();
    expect((nextCheckAt?.getTime() ?? 0) - board.clock.now().getTime()).toBe(120 * MINUTE - 250);
  });

  it('is not believed when it lists less than half, unless it says so twice', async () => {
    upstream.enqueue({ body: rowsBody(10) }, { body: rowsBody(4) }, { body: rowsBody(4) });
    const board = await start();
    await board.refresh();
    expect(await board.refresh()).toMatchObject({
      status: 'FAILING',
      problem: { code: 'EMPTY' },
      offerings: 10,
    });
    expect(await board.refresh()).toMatchObject({ status: 'FRESH', offerings: 4 });
  });
});

describe('several nodes and restarts', () => {
  it('two nodes on one store ask once, and both use what came', async () => {
    const store = createMemorySourceStore();
    const held = gate();
    upstream.respond(() => ({ before: held.opened, body: rowsBody(3, '7') }));
    const one = await start({ store });
    const two = await start({ store });
    one.clock.advance(0);
    two.clock.advance(0);
    await upstream.received(0);
    held.open();
    // Timers: the next reading, the next look at what others have read, and the catalogue that is to be built.
    await vi.waitUntil(() => one.clock.pending() === 3, { timeout: 20_000 });
    two.clock.advance(MINUTE);
    await vi.waitUntil(() => two.clock.pending() === 3, { timeout: 20_000 });
    for (const { board, clock } of [one, two]) {
      const settled = board.settled();
      clock.advance(250);
      await settled;
    }
    expect(one.rate()).toBe('7');
    expect(two.rate()).toBe('7');
    expect(upstream.requests).toHaveLength(1);
  });

  it('what it said last is served after a restart without network', async () => {
    const store = createMemorySourceStore();
    upstream.enqueue({ headers: { etag: '"9"' }, body: rowsBody(3, '7') });
    const before = await start({ store });
    await before.refresh();
    await before.stop();
    boards.length = 0;
    await upstream.close();
    const after = await start({ store, clock: before.clock });
    const settled = after.board.settled();
    after.clock.advance(250);
    await settled;
    expect(after.rate()).toBe('7');
    expect(after.health().status).toBe('FRESH');
    upstream = await startUpstream();
  });

  it('what is kept and cannot be read is asked for as a whole', async () => {
    const store = createMemorySourceStore();
    await store.save({ id: 'test-list', version: 3, etag: '"3"', failures: 0 }, Buffer.from('nonsense'));
    upstream.enqueue({ body: rowsBody(2, '5') });
    const board = await start({ store });
    expect(board.log.lines.some((line) => line.startsWith('warn') && line.includes('cannot be read'))).toBe(
      true,
    );
    await board.refresh();
    expect(upstream.requests[0]?.headers['if-none-match']).toBeUndefined();
    expect(board.rate()).toBe('5');
    expect((await store.list())[0]?.version).toBe(4);
  });
});

describe('a source that is read at somebody’s command', () => {
  it('is not asked twice while another node is at it', async () => {
    const store = createMemorySourceStore();
    const held = gate();
    upstream.respond(() => ({ before: held.opened, body: rowsBody(3, '7') }));
    const [one, two] = [await start({ store }), await start({ store })];
    const reading = one.board.refresh('test-list');
    await upstream.received(0);
    expect(await two.board.refresh('test-list')).toMatchObject({ isBeingRead: true, status: 'WAITING' });
    expect(upstream.requests).toHaveLength(1);
    held.open();
    expect(await reading).toMatchObject({ isBeingRead: false, status: 'FRESH' });
    // Before it is due by schedule, but nobody is at it.
    expect(await two.board.refresh('test-list')).toMatchObject({ isBeingRead: false, status: 'FRESH' });
    expect(upstream.requests).toHaveLength(2);
  });
});

describe('what is kept', () => {
  it('is kept before it is served', async () => {
    const store = createMemorySourceStore();
    const held = gate();
    const served: boolean[] = [];
    let isKept = false;
    upstream.respond(() => ({ body: rowsBody(3, '7') }));
    const board = await start({
      store: {
        ...store,
        async save(source, reading) {
          await held.opened;
          await store.save(source, reading);
          isKept = true;
        },
      },
      onReadings: async () => void served.push(isKept),
    });
    const reading = board.board.refresh('test-list');
    await upstream.answered(0);
    board.clock.advance(1_000);
    held.open();
    await reading;
    const settled = board.board.settled();
    board.clock.advance(250);
    await settled;
    expect(served).toEqual([true]);
  });

  it('is served though the store is away, and kept with the next reading, even an unchanged one', async () => {
    const store = createMemorySourceStore();
    let isDown = true;
    upstream.enqueue({ headers: { etag: '"1"' }, body: rowsBody(3, '7') }, { status: 304 });
    const board = await start({
      store: {
        ...store,
        save: async (...given) => {
          if (isDown) throw new Error('connection lost');
          await store.save(...given);
        },
      },
    });
    await board.refresh();
    expect(board.rate()).toBe('7');
    expect(await store.reading('test-list')).toBeUndefined();
    isDown = false;
    await board.refresh();
    expect(await store.reading('test-list')).toBeDefined();
    const [kept] = await store.list();
    expect(kept).toMatchObject({ version: 1, etag: '"1"' });
  });

  it('of another address is not asked about', async () => {
    const store = createMemorySourceStore();
    const moved = await startUpstream();
    upstream.enqueue({ headers: { etag: '"1"' }, body: rowsBody(3, '7') });
    const before = await start({ store });
    await before.refresh();
    moved.enqueue({ body: rowsBody(3, '8') });
    const settings = {
      live: false,
      sources: [{ id: 'test-list', enabled: true, baseUrl: moved.url }],
      rates: [],
    };
    const after = await start({ store, settings, clock: before.clock });
    await after.refresh();
    expect(moved.requests[0]?.headers['if-none-match']).toBeUndefined();
    expect(after.rate()).toBe('8');
    await moved.close();
  });
});

describe('a source without one of its files', () => {
  it('is fresh, and says which; until it has it again', async () => {
    upstream.respond(({ path }) => (path === '/two.json' ? { status: 404 } : { body: rowsBody(3, '7') }));
    const board = await start({
      sources: [testSourceOf('test-pair')],
      settings: {
        live: false,
        sources: [{ id: 'test-pair', enabled: true, baseUrl: upstream.url }],
        rates: [],
      },
    });
    expect(await board.refresh('test-pair')).toMatchObject({
      status: 'FRESH',
      failures: 0,
      offerings: 3,
      problem: { code: 'INCOMPLETE', message: expect.stringContaining('/two.json') },
    });
    await board.refresh('test-pair');
    expect(board.log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    upstream.respond(() => ({ body: rowsBody(3, '7') }));
    expect((await board.refresh('test-pair')).problem).toBeUndefined();
  });
});

describe('what is configured', () => {
  it('a source that is off says what to set and is never asked; one that keeps nothing leaves nothing in the store', async () => {
    const off = await start();
    expect(off.health('test-keyed')).toMatchObject({
      status: 'OFF',
      offReason: expect.stringContaining('TEST_LIST_KEY'),
    });
    await off.board.refresh('test-keyed');
    expect(upstream.requests).toHaveLength(0);

    const store = createMemorySourceStore();
    upstream.respond(() => ({ body: rowsBody(1) }));
    const on = await start({
      store,
      settings: {
        live: false,
        sources: [{ id: 'test-keyed', enabled: true, baseUrl: upstream.url }],
        rates: [],
      },
      secretOf: () => new Secret('key-0123456789'),
    });
    expect(await on.refresh('test-keyed')).toMatchObject({ status: 'FRESH', offerings: 1 });
    expect(await store.list()).toEqual([]);
  });

  it('rates and overrides are part of the catalogue; a broken file of overrides changes nothing', async () => {
    let stamp = '1';
    let read = async () => ({
      ...EMPTY_READING,
      fx: [{ base: 'EUR', quote: 'USD', rate: '1.1', date: '2026-01-01' }],
    });
    const board = await start({
      settings: { live: false, sources: [], rates: [{ currency: 'CNY', perUsd: new Decimal('7.12') }] },
      overrides: { name: 'prices.yaml', stamp: async () => stamp, read: () => read() },
    });
    const settled = board.board.settled();
    board.clock.advance(250);
    await settled;
    const pairs = (): readonly string[] =>
      board.live.current().fx.map(({ base, quote, rate }) => `${base}${quote} ${rate.toFixed()}`);
    expect(pairs()).toContain('USDCNY 7.12');
    expect(pairs()).toContain('EURUSD 1.1');
    stamp = '2';
    read = () => Promise.reject(new Error('prices.yaml: line 3: is no price'));
    board.clock.advance(30_000);
    await new Promise(setImmediate);
    expect(board.health('overrides')).toMatchObject({
      status: 'FAILING',
      problem: { code: 'UNREADABLE', message: 'prices.yaml: line 3: is no price' },
    });
    expect(pairs()).toContain('EURUSD 1.1');
  });
});
