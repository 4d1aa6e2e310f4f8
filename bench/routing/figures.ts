import type { Seed } from '../../src/catalogue/seed.ts';
import type { Order } from '../../src/domain/route.ts';
import type { Measured } from './measurement.ts';
import { mixedScenario, runMixed } from './mixed.ts';
import { STRATEGIES } from './policies.ts';
import {
  type Breakage,
  type OutageResult,
  runBroken,
  runFastest,
  runOutage,
  SAVING_CASES,
  STRICTNESS,
  savingOf,
} from './targets.ts';

export type BrokenFigures = {
  readonly strategy: string;
  readonly down: Breakage;
  readonly delivery: 'STREAM' | 'WHOLE';
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
};

const DOWNS: readonly Breakage[] = ['REFUSES', 'HANGS'];
const BROKEN_STRATEGIES = ['PRIORITY', 'WEIGHTED', 'FASTEST'];
const OUTAGE_ORDERS: readonly Order[] = [{ kind: 'PRIORITY' }, { kind: 'LEAST_BUSY' }, { kind: 'FASTEST' }];
const OUTAGE_RATES = [10, 50];
/** How strict a route is makes no difference where calls are refused. */
const strictnessesFor = (down: Breakage) => (down === 'REFUSES' ? STRICTNESS.slice(0, 1) : STRICTNESS);

export const seedFigures = async (
  prices: Seed,
  size: { readonly seed: number; readonly count: number },
): Promise<SeedFigures> => {
  const mixed = [...(await runMixed(mixedScenario(prices, size)))];

  const savings: SeedFigures['savings'][number][] = [];
  const fifth = { ...size, count: Math.ceil(size.count / 5) };
  for (const { name, workload } of SAVING_CASES)
    savings.push({ name, ...(await savingOf(prices, fifth, workload)) });

  // The seeds together make as many requests as one run of the mixed world.
  const third = { ...size, count: Math.ceil(size.count / 3) };
  const broken: BrokenFigures[] = [];
  for (const strategy of STRATEGIES.filter(({ name }) => BROKEN_STRATEGIES.includes(name)))
    for (const down of DOWNS)
      for (const delivery of ['STREAM', 'WHOLE'] as const) {
        const measured = await runBroken(prices, third, { down, delivery, strategy });
        broken.push({ strategy: strategy.name, down, delivery, measured });
      }

  const outages: OutageFigures[] = [];
  for (const down of DOWNS)
    for (const strictness of strictnessesFor(down))
      for (const perSecond of OUTAGE_RATES)
        for (const order of OUTAGE_ORDERS) {
          const { measured, ...rest } = await runOutage(prices, {
            seed: size.seed,
            perSecond,
            down,
            order,
            strictness,
          });
          outages.push({
            ...rest,
            strategy: order.kind,
            down,
            perSecond,
            strictness: strictness.name,
            successRate: measured.successRate,
          });
        }

  return { seed: size.seed, mixed, savings, broken, fastest: await runFastest(prices, size), outages };
};
