import type { Seed } from '../../src/catalogue/seed.ts';
import { byTrueCost, byTrueTotal, createFixed, createOracle, createShuffled } from './baselines.ts';
import { FLAGSHIP, MIXED_FLEET } from './fleets.ts';
import { drawIncidents } from './incident.ts';
import type { Measured } from './measurement.ts';
import { FALLBACK, type RoutedStrategy, STRATEGIES } from './policies.ts';
import { createRandom, seedOf } from './random.ts';
import { createScenario, runChooser, runStrategy, type Scenario } from './scenario.ts';
import { MIXED_WORKLOAD, type WorkloadModel } from './workload.ts';

export const MIXED_PER_SECOND = 40;

/** The fleet, the workload and everything that goes wrong. */
export const mixedScenario = (
  prices: Seed,
  options: { readonly seed: number; readonly count: number; readonly workload?: WorkloadModel },
): Scenario =>
  createScenario(prices, {
    seed: options.seed,
    count: options.count,
    perSecond: MIXED_PER_SECOND,
    fleet: MIXED_FLEET,
    workload: options.workload ?? MIXED_WORKLOAD,
    incidentsOf: (index, untilMs) => drawIncidents(options.seed, index, untilMs),
  });

export const runFixed = (scenario: Scenario): Promise<Measured> =>
  runChooser(scenario, (world) => createFixed(world, FLAGSHIP, FALLBACK));

/** Ways to choose that know nothing, or everything. */
export const BASELINES: { readonly [name: string]: (scenario: Scenario) => Promise<Measured> } = {
  'fixed: flagship': runFixed,
  random: (scenario) =>
    runChooser(scenario, (world) =>
      createShuffled(world, createRandom(seedOf(scenario.seed, 9)).next, FALLBACK),
    ),
  'oracle: cheapest': (scenario) =>
    runChooser(scenario, (world) => createOracle(world, FALLBACK, byTrueCost(world))),
  'oracle: fastest': (scenario) =>
    runChooser(scenario, (world) => createOracle(world, FALLBACK, byTrueTotal)),
};

/** Every baseline and strategy, by name. */
export const runMixed = async (
  scenario: Scenario,
  strategies: readonly RoutedStrategy[] = STRATEGIES,
): Promise<ReadonlyMap<string, Measured>> => {
  const rows = new Map<string, Measured>();
  for (const [name, run] of Object.entries(BASELINES)) rows.set(name, await run(scenario));
  for (const strategy of strategies) rows.set(strategy.name, await runStrategy(scenario, strategy));
  return rows;
};
