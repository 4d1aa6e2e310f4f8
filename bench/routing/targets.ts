import type { Seed } from '../../src/catalogue/seed.ts';
import { DEFAULT_BREAKER, type Order, type RoutePolicy } from '../../src/domain/route.ts';
import { byTrueTotal, byTrueTtft, createOracle } from './baselines.ts';
import { FOUR_HOSTS, HOSTS_FLEET } from './fleets.ts';
import { drawIncidents, type Incident } from './incident.ts';
import type { Measured } from './measurement.ts';
import { mixedScenario, runFixed } from './mixed.ts';
import { FALLBACK, policyOf, type RoutedStrategy, STRATEGIES } from './policies.ts';
import { createScenario, runChooser, runStrategy } from './scenario.ts';
import { MIXED_WORKLOAD, type WorkloadModel, withHardShare } from './workload.ts';

type Size = { readonly seed: number; readonly count: number };

export const strategyNamed = (name: string): RoutedStrategy => {
  const found = STRATEGIES.find((strategy) => strategy.name === name);
  if (found === undefined) throw new Error(`There is no strategy ${name}.`);
  return found;
};

/** Share of the fixed flagship's cost that a quality floor saves for that workload. */
export const savingOf = async (prices: Seed, size: Size, workload: WorkloadModel = MIXED_WORKLOAD) => {
  const scenario = mixedScenario(prices, { ...size, workload });
  const fixed = await runFixed(scenario);
  const floor = await runStrategy(scenario, strategyNamed('QUALITY_FLOOR'));
  // A flagship that is down costs nothing: compared is what an answered request costs.
  const costOf = ({ costPerThousand, successRate }: Measured): number => costPerThousand / successRate;
  return { saving: 1 - costOf(floor) / costOf(fixed), goodEnough: floor.goodEnough };
};

/** Every class asks for the same floor. */
export const withFloor = (floor: number): WorkloadModel => ({
  CHAT: { ...MIXED_WORKLOAD.CHAT, floor },
  DOCUMENT: { ...MIXED_WORKLOAD.DOCUMENT, floor },
  HARD: { ...MIXED_WORKLOAD.HARD, floor },
});

/** What the saving depends on. */
export const SAVING_CASES: readonly { readonly name: string; readonly workload: WorkloadModel }[] = [
  { name: '15 % hard work, a floor for each class', workload: MIXED_WORKLOAD },
  { name: '5 % hard work', workload: withHardShare(MIXED_WORKLOAD, 0.05) },
  { name: '30 % hard work', workload: withHardShare(MIXED_WORKLOAD, 0.3) },
  { name: 'floor 40 for all', workload: withFloor(40) },
  { name: 'floor 70 for all', workload: withFloor(70) },
  { name: 'floor 85 for all', workload: withFloor(85) },
];

/** Short questions alone. */
export const CHAT_ONLY: WorkloadModel = withHardShare(
  {
    ...MIXED_WORKLOAD,
    CHAT: { ...MIXED_WORKLOAD.CHAT, share: 0.85 },
    DOCUMENT: { ...MIXED_WORKLOAD.DOCUMENT, share: 0 },
  },
  0,
);

export type Breakage = 'REFUSES' | 'HANGS';

/** The first of four hosts is down from beginning to end, the second fails on 20 % of calls. */
export const runBroken = (
  prices: Seed,
  size: Size,
  options: {
    readonly down: Breakage;
    readonly delivery: 'STREAM' | 'WHOLE';
    readonly strategy: RoutedStrategy;
    readonly holdBackTokens?: number;
  },
): Promise<Measured> => {
  const { strategy, holdBackTokens = 0 } = options;
  const incidents: readonly (readonly Incident[])[] = [
    [{ kind: options.down, from: 0, to: Number.POSITIVE_INFINITY }],
    [{ kind: 'ERRS', rate: 0.2, from: 0, to: Number.POSITIVE_INFINITY }],
  ];
  return runStrategy(
    createScenario(prices, {
      ...size,
      perSecond: 40,
      fleet: FOUR_HOSTS,
      workload: CHAT_ONLY,
      incidentsOf: (index) => incidents[index] ?? [],
      delivery: options.delivery,
    }),
    {
      ...strategy,
      policyFor(...asked) {
        const policy = strategy.policyFor(...asked);
        return { ...policy, fallback: { ...policy.fallback, holdBackTokens } };
      },
    },
  );
};

/** FASTEST against two oracles, over six hosts of one model with everything that goes wrong. */
export const runFastest = async (prices: Seed, size: Size) => {
  const scenario = createScenario(prices, {
    ...size,
    perSecond: 40,
    fleet: HOSTS_FLEET,
    workload: CHAT_ONLY,
    incidentsOf: (index, untilMs) => drawIncidents(size.seed, index, untilMs),
  });
  return {
    fastest: await runStrategy(scenario, strategyNamed('FASTEST')),
    oracleByTotal: await runChooser(scenario, (world) => createOracle(world, FALLBACK, byTrueTotal)),
    oracleByTtft: await runChooser(scenario, (world) => createOracle(world, FALLBACK, byTrueTtft)),
  };
};

/** How strict a route is about slow first tokens; absent: by default. */
export type Strictness = {
  readonly name: string;
  readonly firstTokenMs?: number;
  readonly slowTtftMs?: number;
};
export const STRICTNESS: readonly Strictness[] = [
  { name: 'defaults' },
  { name: 'first token within 2 s, slow after 1 s', firstTokenMs: 2_000, slowTtftMs: 1_000 },
];

export type OutageResult = {
  /** Calls a second to it before; its first ten seconds are not counted. */
  readonly callsPerSecond: number;
  /** During the outage, but for trials. */
  readonly calls: number;
  /** From the outage on until the last of them, in milliseconds. */
  readonly lastCallMs: number;
  /** They, as seconds of the traffic that it had before. */
  readonly secondsOfTraffic: number;
  /** Calls while it was known to be down, or thought so: probes of its breaker, and those that try a suspect. */
  readonly trials: number;
  readonly measured: Measured;
};

const OUTAGE = { from: 60_000, to: 210_000 } as const;
const WARM_MS = 10_000;

/** The first of four hosts goes down after a minute, for two and a half. */
export const runOutage = async (
  prices: Seed,
  options: {
    readonly seed: number;
    readonly perSecond: number;
    readonly down: Breakage;
    readonly order: Order;
    readonly strictness: Strictness;
  },
): Promise<OutageResult> => {
  const { seed, perSecond, down, order, strictness } = options;
  const { firstTokenMs, slowTtftMs } = strictness;
  const policy = (ids: Parameters<typeof policyOf>[0]): RoutePolicy =>
    policyOf(ids, order, {
      fallback: { ...FALLBACK, timeouts: firstTokenMs === undefined ? {} : { firstTokenMs } },
      breaker: slowTtftMs === undefined ? DEFAULT_BREAKER : { ...DEFAULT_BREAKER, slowTtftMs },
    });
  const scenario = createScenario(prices, {
    seed,
    perSecond,
    count: Math.round((perSecond * OUTAGE.to) / 1_000),
    fleet: FOUR_HOSTS,
    workload: CHAT_ONLY,
    incidentsOf: (index) => (index === 0 ? [{ kind: down, ...OUTAGE }] : []),
  });
  let [before, calls, trials, last] = [0, 0, 0, 0];
  const measured = await runStrategy(
    scenario,
    { name: order.kind, policyFor: policy },
    (offering, world, chooser) => {
      const at = world.queue.monotonicMs();
      if (offering.index !== 0 || at >= OUTAGE.to) return;
      if (at < OUTAGE.from) {
        if (at >= WARM_MS) before += 1;
      } else if (chooser.breakerState(offering) === 'CLOSED' && !chooser.isSuspect(offering)) {
        calls += 1;
        last = at - OUTAGE.from;
      } else trials += 1;
    },
  );
  const callsPerSecond = (before * 1_000) / (OUTAGE.from - WARM_MS);
  return {
    callsPerSecond,
    calls,
    lastCallMs: last,
    secondsOfTraffic: calls / callsPerSecond,
    trials,
    measured,
  };
};
