import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryState } from '../../../../src/adapters/state/memory.ts';
import { type Caller, callerOf } from '../../../../src/domain/caller.ts';
import { asKeyId, asRouteName } from '../../../../src/domain/ids.ts';
import type { KeyRole } from '../../../../src/domain/key.ts';
import type { Route, RoutePolicy } from '../../../../src/domain/route.ts';
import { readPolicy } from '../../../../src/gateway/routing/policy/document.ts';
import {
  createRouteService,
  type RouteService,
} from '../../../../src/gateway/routing/policy/saved-routes.ts';
import type { Staged } from '../../../../src/gateway/stages/stage.ts';
import type { SharedState } from '../../../../src/ports/shared-state.ts';
import type { RouteStore } from '../../../../src/ports/store.ts';
import { catalogueOf } from '../../../catalogue/comparison/catalogue-of.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { memoryRouteStore } from '../../../support/memory-route-store.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

const catalogue = catalogueOf({ small: {}, large: {} });

const callerWith = (role: KeyRole): Caller =>
  callerOf({ id: asKeyId(`key_${role}`), name: role, role, prefix: 'mg_', createdAt: new Date(0) });
const admin = callerWith('ADMIN');

const policy = (document: object = {}): RoutePolicy => {
  const read = readPolicy({ candidates: [{ model: 'lab/small' }], ...document });
  if (read.kind === 'INVALID') throw new Error(`${read.path}: ${read.problem}`);
  return read.policy;
};
const using = (name: string): RoutePolicy => policy({ candidates: [{ route: name }] });

const configuredRoute = (name: string, given: RoutePolicy): Route => ({
  name: asRouteName(name),
  version: 0,
  policy: given,
  origin: 'CONFIG',
  savedAt: new Date(0),
});

const start = async ({
  store = memoryRouteStore(),
  state = createMemoryState(),
  configured = [],
}: {
  readonly store?: RouteStore;
  readonly state?: SharedState;
  readonly configured?: readonly Route[];
} = {}) => {
  const clock = createFakeClock();
  const log = recordedLog();
  const routes = await createRouteService({
    store,
    state,
    configured,
    catalogue: () => catalogue,
    clock,
    log,
  });
  onTestFinished(() => routes.close());
  return { routes, clock, log, store, state };
};

const value = <Value>(staged: Staged<Value>): Value => {
  if (staged.kind === 'REFUSED') throw new Error(JSON.stringify(staged.refusal));
  return staged.value;
};
const save = async (routes: RouteService, name: string, given = policy(), note?: string) =>
  routes.save(admin, { name, policy: given, ...(note !== undefined && { note }) });
const names = (routes: RouteService) => routes.all().map(({ name, version }) => `${name}@${version}`);

/** Waits for messages to arrive and be acted on; nothing here waits for time. */
const settled = async (isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 1_000 && !isSo(); turn += 1)
    await new Promise<void>((done) => setImmediate(done));
};

describe('saved routes', () => {
  it('are found at once, without regard to case, in a new version each time', async () => {
    const { routes, clock } = await start();
    const before = routes.revision();
    clock.advance(5);
    expect(value(await save(routes, 'chat', policy(), 'first'))).toEqual({
      name: 'chat',
      version: 1,
      policy: policy(),
      origin: 'GRAPH',
      savedAt: clock.now(),
      savedBy: 'key_ADMIN',
      note: 'first',
    });
    value(await save(routes, 'a', using('chat')));
    const second = policy({ strategy: 'CHEAPEST' });
    expect(value(await save(routes, 'chat', second)).version).toBe(2);
    expect(routes.find('CHAT')).toMatchObject({ version: 2, policy: second });
    expect(names(routes)).toEqual(['a@1', 'chat@2']);
    expect(routes.revision()).toBe(before + 3);
    expect(routes.find('toString')).toBeUndefined();
  });

  it('that were saved in former words still load, and are shown in those of today', async () => {
    const store = memoryRouteStore();
    store.rows.push({
      name: asRouteName('old'),
      version: 1,
      document: {
        candidates: [{ filter: { kinds: ['LOCAL'], minContext: 1_000 } }, { model: 'lab/small' }],
        require: { maxCostPerRequest: '0.10', currency: 'CNY' },
        fallback: { candidates: [{ filter: { maxCostPerRequest: 2 } }] },
      },
      savedAt: new Date(0),
      savedBy: asKeyId('key_ADMIN'),
    });
    const { routes, log } = await start({ store });
    expect(routes.find('old')?.policy).toEqual(
      policy({
        candidates: [
          { filter: { providerKinds: ['LOCAL'], minContextWindow: 1_000 } },
          { model: 'lab/small' },
        ],
        require: { maxCostPerRequest: { amount: '0.10', currency: 'CNY' } },
        fallback: { candidates: [{ filter: { maxCostPerRequest: { amount: '2', currency: 'USD' } } }] },
      }),
    );
    expect(log.lines).toEqual([]);
  });

  it('that are deleted are gone, and count on when they come back', async () => {
    const { routes } = await start();
    value(await save(routes, 'chat', policy({ description: 'the first' })));
    expect(value(await routes.remove(admin, 'Chat'))).toMatchObject({
      version: 1,
      policy: { description: 'the first' },
    });
    expect(routes.find('chat')).toBeUndefined();
    expect(await routes.remove(admin, 'chat')).toMatchObject({ refusal: { code: 'UNKNOWN_ROUTE' } });
    expect(value(await save(routes, 'chat')).version).toBe(3);
    const { rows } = await routes.versions(asRouteName('chat'), { limit: 5 });
    expect(rows.map((row) => [row.version, row.document !== undefined])).toEqual([
      [3, true],
      [2, false],
      [1, true],
    ]);
  });

  it('are not deleted while others use them, which are named', async () => {
    const { routes } = await start({ configured: [configuredRoute('from-file', using('inner'))] });
    value(await save(routes, 'inner'));
    value(await save(routes, 'outer', policy({ fallback: { candidates: [{ route: 'inner' }] } })));
    expect(await routes.remove(admin, 'inner')).toEqual({
      kind: 'REFUSED',
      refusal: {
        code: 'INVALID_INPUT',
        path: 'name',
        problem: '"inner" is used by "from-file", "outer": take it out of there first.',
      },
    });
  });

  it('take the admin key, a proper name, a short note, and a policy that means something', async () => {
    const { routes } = await start();
    const member = callerWith('MEMBER');
    expect(await routes.save(member, { name: 'chat', policy: policy() })).toMatchObject({
      refusal: { code: 'FORBIDDEN' },
    });
    expect(await routes.remove(member, 'chat')).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
    for (const name of ['', 'Chat', '-chat', 'a/b', 'route:a', 'a b', 'x'.repeat(65), '__proto__'])
      expect(await save(routes, name)).toMatchObject({ refusal: { code: 'INVALID_INPUT', path: 'name' } });
    expect(await save(routes, 'chat', policy(), 'x'.repeat(1_001))).toMatchObject({
      refusal: { path: 'note' },
    });
    expect(await save(routes, 'chat', policy({ candidates: [{ model: 'lab/none' }] }))).toMatchObject({
      refusal: { code: 'INVALID_INPUT', path: 'policy.candidates[0].model' },
    });
    expect(await save(routes, 'chat', using('chat'))).toMatchObject({
      refusal: { path: 'policy.candidates[0].route' },
    });
    expect(names(routes)).toEqual([]);
  });

  it('are 1,000 at most, and can be saved anew then', async () => {
    const store = memoryRouteStore();
    for (let number = 0; number < 1_000; number += 1)
      store.rows.push({
        name: asRouteName(`r${number}`),
        version: 1,
        document: { candidates: [{ model: 'lab/small' }] },
        savedAt: new Date(0),
        savedBy: asKeyId('key_admin'),
      });
    const { routes } = await start({ store });
    expect(await save(routes, 'one-more')).toMatchObject({ refusal: { path: 'name' } });
    expect(value(await save(routes, 'r7')).version).toBe(2);
    value(await routes.remove(admin, 'r8'));
    expect(value(await save(routes, 'one-more')).version).toBe(1);
  });

  it('of the config file are there, cannot be saved or deleted, and hide saved ones of their name', async () => {
    const store = memoryRouteStore();
    const before = await start({ store });
    value(await save(before.routes, 'chat', policy({ description: 'saved' })));
    const { routes, log } = await start({ store, configured: [configuredRoute('chat', policy())] });
    expect(routes.find('chat')).toMatchObject({ origin: 'CONFIG', version: 0 });
    expect(log.lines).toEqual([expect.stringMatching(/^warn A saved route is hidden .*"chat"/)]);
    for (const refused of [await save(routes, 'chat'), await routes.remove(admin, 'chat')])
      expect(refused).toMatchObject({
        refusal: { code: 'INVALID_INPUT', path: 'name', problem: expect.stringContaining('config file') },
      });
    expect(await routes.versions(asRouteName('chat'), { limit: 5 })).toEqual({ rows: [], hasMore: false });
  });

  it('of the config file that name what is not there are told, and stay', async () => {
    const given = policy({ candidates: [{ model: 'lab/none' }] });
    const { routes, log } = await start({ configured: [configuredRoute('chat', given)] });
    expect(log.lines).toEqual([
      expect.stringMatching(/^warn A route of the config file names what is not there.*lab\/none/),
    ]);
    expect(routes.find('chat')?.policy).toEqual(given);
  });

  it('that cannot be read are told once and left out; the others are there', async () => {
    const store = memoryRouteStore();
    const row = { version: 1, savedAt: new Date(0), savedBy: asKeyId('key_admin') };
    store.rows.push(
      { ...row, name: asRouteName('old'), document: { candidates: [{ modell: 'x' }] } },
      { ...row, name: asRouteName('new'), document: { candidates: [{ model: 'lab/small' }] } },
    );
    const { routes, log, clock } = await start({ store });
    expect(names(routes)).toEqual(['new@1']);
    clock.advance(30_000);
    await settled(() => clock.pending() === 1);
    value(await save(routes, 'third'));
    expect(log.lines).toEqual([
      expect.stringMatching(/^warn A saved route cannot be read.*candidates\[0\]\.modell/),
    ]);
    expect(value(await save(routes, 'old')).version).toBe(2);
  });
});

describe('two nodes', () => {
  it('know what the other saves and deletes without any time passing', async () => {
    const [store, state] = [memoryRouteStore(), createMemoryState()];
    const [{ routes: one }, { routes: other }] = [
      await start({ store, state }),
      await start({ store, state }),
    ];
    value(await save(one, 'chat'));
    await settled(() => other.find('chat') !== undefined);
    expect(other.find('chat')).toEqual(one.find('chat'));
    value(await other.remove(admin, 'chat'));
    await settled(() => one.find('chat') === undefined);
    expect(names(one)).toEqual([]);
  });

  it('know it within 30 s where the message is lost, and say that it was', async () => {
    const store = memoryRouteStore();
    const state: SharedState = {
      ...createMemoryState(),
      publish: () => Promise.reject(new Error('it cannot be reached')),
    };
    const one = await start({ store, state });
    const other = await start({ store, state });
    value(await save(one.routes, 'chat'));
    expect(one.log.lines).toEqual([expect.stringContaining('Other nodes could not be notified')]);
    other.clock.advance(29_999);
    await settled(() => false);
    expect(other.routes.find('chat')).toBeUndefined();
    other.clock.advance(1);
    await settled(() => other.routes.find('chat') !== undefined);
    expect(other.routes.find('chat')?.version).toBe(1);
    value(await save(one.routes, 'chat'));
    other.clock.advance(30_000);
    await settled(() => other.routes.find('chat')?.version === 2);
    expect(other.routes.find('chat')?.version).toBe(2);
  });

  it('save the same route at once: each save is a version, none is lost', async () => {
    const [store, state] = [memoryRouteStore(), createMemoryState()];
    const nodes = [await start({ store, state }), await start({ store, state })];
    const saved = await Promise.all(
      Array.from({ length: 10 }, (_, n) => {
        const { routes } = nodes[n % 2] ?? nodes[0] ?? { routes: undefined };
        if (routes === undefined) throw new Error('there are two');
        return save(routes, 'chat', policy({ description: `${n}` }));
      }),
    );
    expect(saved.map((each) => value(each).version).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, n) => n + 1),
    );
    for (const { routes } of nodes) {
      await settled(() => routes.find('chat')?.version === 10);
      expect(routes.find('chat')).toMatchObject({
        version: 10,
        policy: { description: store.rows.find(({ version }) => version === 10)?.document?.description },
      });
    }
  });

  it('go on with what they know while the store fails', async () => {
    const store = memoryRouteStore();
    let fails = false;
    const failing: RouteStore = {
      ...store,
      newest: () => (fails ? Promise.reject(new Error('it is away')) : store.newest()),
    };
    const { routes, clock, log } = await start({ store: failing });
    value(await save(routes, 'chat'));
    await settled(() => false);
    fails = true;
    clock.advance(30_000);
    await settled(() => log.lines.length > 0);
    expect(log.lines).toEqual([expect.stringMatching(/^error Saved routes could not be read.*it is away/)]);
    expect(names(routes)).toEqual(['chat@1']);
    fails = false;
    await settled(() => clock.pending() === 1);
    clock.advance(30_000);
    await settled(() => false);
    expect(log.lines).toHaveLength(1);
  });
});
