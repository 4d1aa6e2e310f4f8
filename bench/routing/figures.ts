import type { Seed } from '../../src/catalogue/seed.ts';
import type { Order } from '../../src/domain/route.ts';
import type { Measured } from './measurement.ts';
import { mixedScenario, runMixed } from './mixed.ts';
import { STRATEGIES } from './policies.ts';
import { runStress, STRESS_WORLDS, type StressResult } from './stress.ts';
import {
  type Breakage,
  type OutageResult,
  runBroken,
  runFastest,
  runOutage,
  SAVING_CASES,
  STRICTNESS,
  savingOf,
  strategyNamed,
} from './targets.ts';

export type BrokenFigures = {
  readonly strategy: string;
  readonly down: Breakage;
  readonly delivery: 'STREAM' | 'WHOLE';
  readonly holdBackTokens: number;
  readonly measured: Measured;
};
export type OutageFigures = Omit<OutageResult, 'measured'> & {
  readonly strategy: string;
  readonly down: Breakage;
  readonly perSecond: number;
  readonly strictness: string;
  readonly successRate: number;
};

/** All that one seed gives. */
export type SeedFigures = {
  readonly seed: number;
  readonly mixed: readonly (readonly [string, Measured])[];
  readonly savings: readonly {
    readonly name: string;
    readonly saving: number;
    readonly goodEnough: number;
  }[];
  readonly broken: readonly BrokenFigures[];
  readonly fastest: Awaited<ReturnType<typeof runFastest>>;
  readonly outages: readonly OutageFigures[];
  readonly stress: readonly StressResult[];
};

/** SPLIT draws as WEIGHTED does. */
const MIXED_STRATEGIES = STRATEGIES.filter(({ name }) => name !== 'SPLIT');
const DOWNS: readonly Breakage[] = ['REFUSES', 'HANGS'];
const BROKEN_CASES: readonly Pick<BrokenFigures, 'strategy' | 'delivery' | 'holdBackTokens'>[] = [
  { strategy: 'PRIORITY', delivery: 'WHOLE', holdBackTokens: 0 },
  { strategy: 'WEIGHTED', delivery: 'WHOLE', holdBackTokens: 0 },
  { strategy: 'FASTEST', delivery: 'WHOLE', holdBackTokens: 0 },
  { strategy: 'PRIORITY', delivery: 'STREAM', holdBackTokens: 0 },
  { strategy: 'PRIORITY', delivery: 'STREAM', holdBackTokens: 100 },
];
const OUTAGE_ORDERS: readonly Order[] = [{ kind: 'PRIORITY' }, { kind: 'LEAST_BUSY' }, { kind: 'FASTEST' }];
const OUTAGE_RATES = [10, 50, 100];
const OUTAGE_KINDS = DOWNS.flatMap((down) =>
  OUTAGE_RATES.flatMap((perSecond) =>
    STRICTNESS.filter(
      // How strict a route is makes no difference where calls are refused, and little where there are many.
      ({ firstTokenMs }) => firstTokenMs === undefined || (down === 'HANGS' && perSecond === 10),
    ).map((strictness) => ({ down, perSecond, strictness })),
  ),
);

export const seedFigures = async (
  prices: Seed,
  size: { readonly seed: number; readonly count: number },
): Promise<SeedFigures> => {
  const mixed = [...(await runMixed(mixedScenario(prices, size), MIXED_STRATEGIES))];

  const savings: SeedFigures['savings'][number][] = [];
  const fifth = { ...size, count: Math.ceil(size.count / 5) };
  for (const { name, workload } of SAVING_CASES)
    savings.push({ name, ...(await savingOf(prices, fifth, workload)) });

  // The seeds together make as many requests as one run of the mixed world.
  const third = { ...size, count: Math.ceil(size.count / 3) };
  const broken: BrokenFigures[] = [];
  for (const { strategy: name, ...how } of BROKEN_CASES)
    for (const down of DOWNS) {
      const measured = await runBroken(prices, third, { ...how, down, strategy: strategyNamed(name) });
      broken.push({ ...how, strategy: name, down, measured });
    }

  const outages: OutageFigures[] = [];
  for (const { strictness, ...kind } of OUTAGE_KINDS)
    for (const order of OUTAGE_ORDERS) {
      const { measured, ...rest } = await runOutage(prices, { ...kind, seed: size.seed, order, strictness });
      outages.push({
        ...rest,
        ...kind,
        strategy: order.kind,
        strictness: strictness.name,
        successRate: measured.successRate,
      });
    }

  const stress: StressResult[] = [];
  for (const world of STRESS_WORLDS) stress.push(await runStress(prices, world, { seed: size.seed }));

  return {
    seed: size.seed,
    stress,
    mixed,
    savings,
    broken,
    fastest: await runFastest(prices, size),
    outages,
  };
};
