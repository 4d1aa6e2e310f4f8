import { beforeAll, expect, it } from 'vitest';
import { STRATEGIES } from '../../../bench/routing/policies.ts';
import { runStress, STRESS_WORLDS } from '../../../bench/routing/stress.ts';
import { runSweep, sweepWorlds } from '../../../bench/routing/sweep.ts';
import { runBroken, runFastest, runOutage, savingOf } from '../../../bench/routing/targets.ts';
import type { Seed } from '../../../src/catalogue/seed.ts';
import { shippedSeed } from '../../support/shipped.ts';

/** What `npm run bench:routing` measures at length, small and with slack: a regression fails, chance does not. */
let prices: Seed;
beforeAll(async () => {
  prices = await shippedSeed();
});

const priority = () => {
  const found = STRATEGIES.find(({ name }) => name === 'PRIORITY');
  if (found === undefined) throw new Error('there is no PRIORITY');
  return found;
};

it('a quality floor saves half of what the flagship costs, and answers are good enough', async () => {
  const { saving, goodEnough } = await savingOf(prices, { seed: 1, count: 1_200 });
  expect(saving).toBeGreaterThan(0.4);
  expect(saving).toBeLessThan(0.6);
  expect(goodEnough).toBeGreaterThan(0.97);
});

it.each(['REFUSES', 'HANGS'] as const)(
  'of four, one %s and one errs on every fifth call: all is answered',
  async (down) => {
    const measured = await runBroken(
      prices,
      { seed: 1, count: 1_000 },
      { down, delivery: 'WHOLE', strategy: priority() },
    );
    expect(measured.successRate).toBeGreaterThan(0.9999);
  },
);

it('FASTEST stays near an oracle that knows how all are doing', async () => {
  const { fastest, oracleByTotal } = await runFastest(prices, { seed: 1, count: 1_500 });
  expect(fastest.ttft.p50).toBeLessThan(1.2 * oracleByTotal.ttft.p50);
  expect(fastest.ttft.p99).toBeLessThan(1.3 * oracleByTotal.ttft.p99);
});

it.each([
  ['REFUSES', 0.5],
  ['HANGS', 1],
] as const)('by default one that %s gets less than %d s of its traffic', async (down, seconds) => {
  const { calls, secondsOfTraffic } = await runOutage(prices, {
    seed: 1,
    perSecond: 25,
    down,
    order: { kind: 'PRIORITY' },
    strictness: { name: 'defaults' },
  });
  expect(calls).toBeGreaterThan(2);
  expect(secondsOfTraffic).toBeLessThan(seconds);
});

it('tokens that are held back save streams that break off among them', async () => {
  const broken = async (holdBackTokens: number) => {
    const { brokenStreams } = await runBroken(
      prices,
      { seed: 3, count: 5_000 },
      { down: 'REFUSES', delivery: 'STREAM', strategy: priority(), holdBackTokens },
    );
    return brokenStreams;
  };
  expect(await broken(0)).toBeGreaterThan(0);
  expect(await broken(1_500)).toBe(0);
});

it.each([
  'overload, 80 %',
  'overload, 150 %',
  'one cloud is out for 30 s',
  'all are out for 20 s, and come back slowly',
])(
  'where there is too little room it is near an oracle, and no worse than without breakers: %s',
  async (name) => {
    const world = STRESS_WORLDS.find((each) => each.name === name);
    if (world === undefined) throw new Error(`there is no ${name}`);
    const { rows } = await runStress(prices, world, { seed: 1, seconds: 90 }, [
      { kind: 'PRIORITY' },
      { kind: 'WEIGHTED' },
    ]);
    const rateOf = (of: string): number => rows.find(([who]) => who === of)?.[1].successRate ?? Number.NaN;
    for (const strategy of ['PRIORITY', 'WEIGHTED']) {
      expect(rateOf(strategy)).toBeGreaterThan(rateOf('oracle') - 0.02);
      expect(rateOf(strategy)).toBeGreaterThan(rateOf('no breakers') - 0.01);
    }
  },
);

it('in worlds that nobody tuned it for it is no worse than without breakers, whatever full hosts say', async () => {
  const worlds = sweepWorlds({
    fleets: [
      { hosts: 2, slots: 3, answerMs: 400 },
      { hosts: 4, slots: 25, answerMs: 1_000 },
    ],
    loads: [0.8],
    troubles: ['none', 'one hangs', 'one flaps'],
    says: ['503', '429, wait 1 s', 'mixed'],
  });
  const cells = await runSweep(prices, worlds, 1, [{ kind: 'PRIORITY' }, { kind: 'WEIGHTED' }]);
  expect(cells).toHaveLength(36);
  expect(cells.filter(({ succeeded, noBreakers }) => !(succeeded >= noBreakers - 0.01))).toEqual([]);
}, 120_000);

it('gives the same figures for the same seed', async () => {
  const run = () => runFastest(prices, { seed: 2, count: 200 });
  expect(await run()).toEqual(await run());
});
