import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryState } from '../../../../src/adapters/state/memory.ts';
import { asOfferingId, asRouteName } from '../../../../src/domain/ids.ts';
import type { Route } from '../../../../src/domain/route.ts';
import { createCanaryBoard } from '../../../../src/gateway/routing/canary/canary-board.ts';
import { readPolicy } from '../../../../src/gateway/routing/policy/document.ts';
import type { SharedState } from '../../../../src/ports/shared-state.ts';
import type { CanaryStore, StoredRollback } from '../../../../src/ports/store.ts';
import { catalogueOf } from '../../../catalogue/comparison/catalogue-of.ts';
import { smallRecord } from '../../../contract/operation-records.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { attemptOf, settled } from '../health/nodes.ts';

const NAME = asRouteName('shop');
const [NEW, OLD] = [asOfferingId('host/new'), asOfferingId('host/old')];

const routeOf = (version: number, more: object = {}): Route => {
  const read = readPolicy({
    candidates: [{ model: 'lab/old' }],
    canary: { candidate: { model: 'lab/new' }, share: 0.5, minSamples: 10 },
    ...more,
  });
  if (read.kind === 'INVALID') throw new Error(read.problem);
  return {
    name: NAME,
    version,
    policy: read.policy,
    origin: version === 0 ? 'CONFIG' : 'GRAPH',
    savedAt: new Date(0),
  };
};

const memoryCanaries = (): CanaryStore & { readonly rows: Map<string, StoredRollback>; isDown: boolean } => {
  const rows = new Map<string, StoredRollback>();
  return {
    rows,
    isDown: false,
    list: async () => [...rows.values()],
    async put(rollback) {
      if (this.isDown) throw new Error('the store is away');
      rows.set(rollback.route, rollback);
    },
    async remove(route) {
      rows.delete(route);
    },
  };
};

const nodeOver = (canaries: CanaryStore, state: SharedState, route = routeOf(1)) => {
  const clock = createFakeClock();
  const log = recordedLog();
  const current = { route };
  const board = createCanaryBoard({
    catalogue: () => catalogueOf({ old: {}, new: {} }),
    book: { find: () => current.route },
    canaries,
    state,
    clock,
    log,
  });
  onTestFinished(() => board.close());
  const canary = route.policy.canary;
  if (canary === undefined) throw new Error('it has one');
  return {
    board,
    clock,
    log,
    current,
    isDown: () => board.rollbackOf(NAME) !== undefined,
    fail: (times = 10): void => {
      for (let n = 0; n < times; n++) {
        const attempts = [attemptOf(NEW, 'SERVER_ERROR'), attemptOf(OLD, 'SUCCEEDED')];
        board.observe(NAME, canary, new Set([NEW]), smallRecord({ attempts }));
      }
    },
  };
};

describe('a canary that fails', () => {
  it('is rolled back on every node, once, and told of by a stable code', async () => {
    const [state, store] = [createMemoryState(), memoryCanaries()];
    const [one, other] = [nodeOver(store, state), nodeOver(store, state)];
    await settled();
    one.fail(9);
    expect(one.isDown()).toBe(false);
    one.fail(5);
    expect(one.isDown()).toBe(true);
    await expect.poll(other.isDown).toBe(true);
    expect(one.log.lines).toHaveLength(1);
    expect(one.log.lines[0]).toMatch(/"code":"CANARY_ROLLED_BACK","route":"shop","reason":"ERROR_RATE"/);
    expect(store.rows.get(NAME)).toMatchObject({ policy: 'v1', reason: 'ERROR_RATE' });
  });

  it('stays so after a restart, until another policy has its name', async () => {
    const store = memoryCanaries();
    nodeOver(store, createMemoryState()).fail();
    const restarted = nodeOver(store, createMemoryState());
    await expect.poll(restarted.isDown).toBe(true);
    restarted.current.route = routeOf(2);
    expect(restarted.isDown()).toBe(false);
  });

  it('of the config file stays so until that says something else', async () => {
    const store = memoryCanaries();
    nodeOver(store, createMemoryState(), routeOf(0)).fail();
    const restarted = nodeOver(store, createMemoryState(), routeOf(0));
    await expect.poll(restarted.isDown).toBe(true);
    restarted.current.route = routeOf(0, { description: 'Mended.' });
    expect(restarted.isDown()).toBe(false);
  });

  it('runs again on every node once it is resumed, and is judged anew', async () => {
    const [state, store] = [createMemoryState(), memoryCanaries()];
    const [one, other] = [nodeOver(store, state), nodeOver(store, state)];
    await settled();
    one.fail();
    await expect.poll(other.isDown).toBe(true);
    await other.board.resume(NAME);
    await expect.poll(one.isDown).toBe(false);
    expect(store.rows.size).toBe(0);
    one.fail(9);
    expect(one.isDown()).toBe(false);
    one.fail(1);
    expect(one.isDown()).toBe(true);
  });

  it('holds though the store is away, and is stored once that is back', async () => {
    const store = memoryCanaries();
    store.isDown = true;
    const node = nodeOver(store, createMemoryState());
    node.fail();
    expect(node.isDown()).toBe(true);
    await settled();
    store.isDown = false;
    await node.clock.advance(5_000);
    await settled();
    expect(store.rows.get(NAME)).toMatchObject({ reason: 'ERROR_RATE' });
  });

  it('is judged by its window alone', () => {
    const node = nodeOver(memoryCanaries(), createMemoryState());
    node.fail(9);
    node.clock.advance(600_001);
    node.fail(9);
    expect(node.isDown()).toBe(false);
  });
});
