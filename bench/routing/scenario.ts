import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { Seed } from '../../src/catalogue/seed.ts';
import type { OfferingId } from '../../src/domain/ids.ts';
import type { Chooser } from './choice.ts';
import { createEventQueue } from './event-queue.ts';
import type { Incident } from './incident.ts';
import type { Measured } from './measurement.ts';
import { policiesOf, type RoutedStrategy } from './policies.ts';
import { createRouted, type RoutedChooser } from './routed.ts';
import { simulate } from './simulate.ts';
import { catalogueOf } from './simulated-catalogue.ts';
import type { OfferingModel } from './simulated-offering.ts';
import { drawWorkload, type SimulatedRequest, type WorkloadModel } from './workload.ts';
import { createWorld, type World, type WorldOffering } from './world.ts';

/** Everything that is the same for all ways to choose that are compared. */
export type Scenario = {
  readonly seed: number;
  readonly fleet: readonly OfferingModel[];
  readonly catalogue: Catalogue;
  readonly workload: WorkloadModel;
  readonly requests: readonly SimulatedRequest[];
  readonly incidentsOf: (index: number) => readonly Incident[];
  readonly delivery: 'STREAM' | 'WHOLE';
};

export type ScenarioOptions = {
  readonly seed: number;
  readonly count: number;
  readonly perSecond: number;
  readonly fleet: readonly OfferingModel[];
  readonly workload: WorkloadModel;
  /** Absent: nothing goes wrong but what always does. */
  readonly incidentsOf?: (index: number, untilMs: number) => readonly Incident[];
  readonly delivery?: 'STREAM' | 'WHOLE';
  /** When requests come that would come evenly; only ever later. Absent: they do. */
  readonly warp?: (at: number) => number;
};

const catalogues = new WeakMap<readonly OfferingModel[], Catalogue>();

export const createScenario = (prices: Seed, options: ScenarioOptions): Scenario => {
  const { fleet, workload, seed, incidentsOf, delivery = 'STREAM', warp } = options;
  const catalogue = catalogues.get(fleet) ?? catalogueOf(prices, fleet);
  catalogues.set(fleet, catalogue);
  const drawn = drawWorkload(workload, options);
  const requests = warp === undefined ? drawn : drawn.map((each) => ({ ...each, at: warp(each.at) }));
  const untilMs = requests.at(-1)?.at ?? 0;
  const all = fleet.map((_, index) => incidentsOf?.(index, untilMs) ?? []);
  return { seed, fleet, catalogue, workload, requests, delivery, incidentsOf: (index) => all[index] ?? [] };
};

export type OnCall = (offering: WorldOffering, world: World) => void;

/** Sends the scenario's requests to a world of its own; the same for the same scenario. */
export const runChooser = (
  { seed, fleet, catalogue, requests, incidentsOf, delivery }: Scenario,
  chooserOf: (world: World) => Chooser,
  onCall?: OnCall,
): Promise<Measured> => {
  const world = createWorld(catalogue, createEventQueue(), fleet, seed, incidentsOf);
  return simulate({
    world,
    chooser: chooserOf(world),
    requests,
    seed,
    delivery,
    ...(onCall !== undefined && { onCall: (offering) => onCall(offering, world) }),
  });
};

export const idsOf = (fleet: readonly OfferingModel[]): readonly OfferingId[] => fleet.map(({ id }) => id);

/** The gateway's router by that strategy. */
export const runStrategy = (
  scenario: Scenario,
  strategy: RoutedStrategy,
  onCall?: (offering: WorldOffering, world: World, chooser: RoutedChooser) => void,
): Promise<Measured> => {
  const { catalogue, fleet, workload, seed } = scenario;
  const policies = policiesOf(strategy, idsOf(fleet), workload);
  let chooser: RoutedChooser | undefined;
  return runChooser(
    scenario,
    (world) => {
      chooser = createRouted(world, { catalogue, policies, seed });
      return chooser;
    },
    onCall && ((offering, world) => chooser && onCall(offering, world, chooser)),
  );
};
