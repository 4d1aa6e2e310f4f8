import { expect, it, onTestFinished } from 'vitest';
import { createMemoryState } from '../../../../src/adapters/state/memory.ts';
import type { Cost } from '../../../../src/domain/cost.ts';
import type { OfferingId } from '../../../../src/domain/ids.ts';
import { Decimal } from '../../../../src/domain/money.ts';
import {
  type ProbeResult,
  type ProbeSettings,
  startProber,
} from '../../../../src/gateway/routing/health/prober.ts';
import type { SharedState } from '../../../../src/ports/shared-state.ts';
import { type Node, settled, startNode } from './nodes.ts';

const EVERY_MS = 10_000;
const priced = (amount: string, currency: string): Cost => ({
  kind: 'PRICED',
  lines: [],
  total: new Decimal(amount),
  currency,
});
const usd = (amount: string): Cost => priced(amount, 'USD');
const cny = (amount: string): Cost => priced(amount, 'CNY');

type Options = {
  readonly settings?: Partial<ProbeSettings>;
  readonly state?: SharedState;
  readonly node?: Node;
  readonly result?: ProbeResult;
  readonly probe?: (id: OfferingId) => Promise<ProbeResult>;
};

const setUp = (options: Options = {}) => {
  const node = options.node ?? startNode();
  const state = options.state ?? createMemoryState();
  const probed: OfferingId[] = [];
  const prober = startProber({
    settings: {
      everyMs: EVERY_MS,
      maxCostPerDay: new Decimal(1),
      currency: 'USD',
      idle: false,
      ...options.settings,
    },
    catalogue: () => node.catalogue,
    health: node.board,
    stats: node.stats,
    clock: node.clock,
    state,
    log: node.log,
    probe: async (id) => {
      probed.push(id);
      return options.probe?.(id) ?? options.result ?? { succeeded: true, cost: { kind: 'FREE' } };
    },
  });
  onTestFinished(() => prober.close());
  /** The next round, to its end. Claims are given up by real time, so each round has a turn of its own. */
  const round = async (): Promise<void> => {
    await state.release('prober');
    for (const { id } of node.catalogue.offerings) await state.release(`prober:${id}`);
    node.clock.advance(EVERY_MS);
    for (let turn = 0; turn < 20; turn += 1) await settled();
  };
  return { ...node, prober, probed, round, state };
};

const open = ({ call }: Pick<Node, 'call'>): void => {
  for (let time = 0; time < 5; time += 1) call('SERVER_ERROR');
};

it('asks nobody once it is closed, though it waits for its turn meanwhile', async () => {
  const state = createMemoryState();
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const node = startNode();
  const { prober, probed, clock, id } = setUp({
    node,
    settings: { idle: true },
    state: {
      ...state,
      claim: async (name, forMs) => {
        if (name !== `prober:${node.id}`) return state.claim(name, forMs);
        asked.resolve();
        await answered.promise;
        return true;
      },
    },
  });
  expect(id).toBe(node.id);
  clock.advance(EVERY_MS);
  await asked.promise;
  const closing = prober.close();
  answered.resolve();
  await closing;
  expect(probed).toEqual([]);
});

it('asks what is left alone once its time is over, and so brings it back', async () => {
  const node = startNode();
  const { round, probed, availability, id } = setUp({
    node,
    probe: async () => {
      node.call('SUCCEEDED');
      return { succeeded: true, cost: usd('0.0001') };
    },
  });
  await round();
  expect(probed).toEqual([]);
  open(node);
  await round();
  expect(probed).toEqual([id]);
  expect(availability.state()).toBe('CLOSED');
  await round();
  expect(probed).toEqual([id]);
});

it('leaves alone what is not to be called yet, or is asked not to be', async () => {
  const { round, probed, call, rateLimits, id, ...node } = setUp({ settings: { everyMs: EVERY_MS } });
  open({ call });
  node.clock.advance(1);
  rateLimits.failed({ code: 'OVERLOADED', message: '', retry: 'HERE', retryAfterMs: 15_000 });
  await round();
  expect(probed).toEqual([]);
  await round();
  expect(probed).toEqual([id]);
});

it('asks those that nobody calls only where that is wanted, and not those that somebody does', async () => {
  const quiet = setUp();
  await quiet.round();
  expect(quiet.probed).toEqual([]);
  const { round, probed, call, id } = setUp({ settings: { idle: true } });
  await round();
  expect(probed).toEqual([id]);
  call('SUCCEEDED');
  await round();
  expect(probed).toEqual([id]);
});

it.each<[string, ProbeResult, number]>([
  ['what it costs', { succeeded: true, cost: usd('0.25') }, 4],
  ['a hundredth of the cap where the price is not known', { succeeded: true }, 100],
  ['a hundredth where the currency is another', { succeeded: true, cost: cny('7') }, 100],
  ['nothing where it failed and nothing was used', { succeeded: false }, 110],
  ['nothing where it is free', { succeeded: true, cost: { kind: 'FREE' } }, 110],
])('a probe counts as %s, until the day’s money is spent', async (_what, result, probes) => {
  const { round, probed, log, clock } = setUp({ settings: { idle: true }, result });
  for (let time = 0; time < 110; time += 1) await round();
  expect(probed).toHaveLength(probes);
  const told = log.lines.filter((line) => line.includes('Probes have reached'));
  expect(told).toHaveLength(probes < 110 ? 1 : 0);
  clock.advance(86_400_000 - EVERY_MS);
  await settled();
  await round();
  expect(probed.length).toBeGreaterThan(probes);
});

it('nodes share the turn and the money, also with one that has started since', async () => {
  const state = createMemoryState();
  const result = { succeeded: true, cost: usd('0.99') };
  const one = setUp({ state, settings: { idle: true }, result });
  const other = setUp({ state, settings: { idle: true }, result });
  one.clock.advance(EVERY_MS);
  other.clock.advance(EVERY_MS);
  for (let turn = 0; turn < 20; turn += 1) await settled();
  expect(one.probed.length + other.probed.length).toBe(1);
  const late = setUp({ state, settings: { idle: true, maxCostPerDay: new Decimal('0.99') }, result });
  await late.round();
  expect(late.probed).toEqual([]);
});

it('a probe that breaks is told of and counted, and the next round comes', async () => {
  const { round, probed, log } = setUp({
    settings: { idle: true },
    probe: async () => {
      throw new Error('with a prompt in it');
    },
  });
  await round();
  await round();
  expect(probed).toHaveLength(2);
  expect(log.lines.join('\n')).toContain('A probe could not be carried out');
  expect(log.lines.join('\n')).not.toContain('with a prompt in it');
});

it('nothing is probed while the state cannot be reached, nor after the end', async () => {
  const state: SharedState = { ...createMemoryState(), claim: () => Promise.reject(new Error('away')) };
  const away = setUp({ state, settings: { idle: true } });
  await away.round();
  expect(away.probed).toEqual([]);
  const { prober, clock, probed } = setUp({ settings: { idle: true } });
  await prober.close();
  clock.advance(EVERY_MS * 3);
  await settled();
  expect(probed).toEqual([]);
  expect(clock.pending()).toBe(0);
});
