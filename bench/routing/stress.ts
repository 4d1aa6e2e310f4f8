import type { Seed } from '../../src/catalogue/seed.ts';
import { asOfferingId } from '../../src/domain/ids.ts';
import type { Strategy } from '../../src/domain/route.ts';
import { createShuffled } from './baselines.ts';
import type { Choice, Chooser, Chosen } from './choice.ts';
import type { Incident } from './incident.ts';
import type { Measured } from './measurement.ts';
import { FALLBACK, policyOf } from './policies.ts';
import { createRandom, seedOf } from './random.ts';
import { createScenario, runChooser, runStrategy, type Scenario } from './scenario.ts';
import type { OfferingModel, SlotModel } from './simulated-offering.ts';
import { CHAT_ONLY } from './targets.ts';
import type { World, WorldOffering } from './world.ts';

/** Four hosts of ten slots, one second an answer: what routing does when there is too little of all. */
const SLOTS = 10;
const HOSTS = 4;
const TTFT_MS = 300;
const ANSWER_MS = 1_000;
/** The mean of what is log-normal is 3 % above its median. */
const MEAN_TO_MEDIAN = 1.03;
export const SECONDS = 120;
const IDS = [
  'baseten/openai/gpt-oss-120b',
  'groq/openai/gpt-oss-120b',
  'together/openai/gpt-oss-120b',
  'cerebras/gpt-oss-120b',
];

export type StressWorld = {
  readonly name: string;
  /** Requests as a share of what all hosts together answer. */
  readonly load: number;
  readonly incidents?: (host: number) => readonly Incident[];
  readonly slots?: (host: number) => Partial<SlotModel>;
  readonly warp?: (at: number) => number;
  /** Absent: four hosts of ten slots, and a second for an answer. */
  readonly fleet?: { readonly hosts: number; readonly slots: number; readonly answerMs: number };
};

const FLEET = { hosts: HOSTS, slots: SLOTS, answerMs: ANSWER_MS } as const;

export const during = (from: number, to: number): { readonly from: number; readonly to: number } => ({
  from: from * 1_000,
  to: to * 1_000,
});
const inCloud = (host: number): boolean => host < 2;

/** Twice as slow after ten seconds more, four times …, ten times at last. */
const SLOWER: readonly Incident[] = [2, 4, 6, 8, 10].map((factor, step) => ({
  kind: 'SLOW',
  factor,
  ...during(30 + step * 5, step === 4 ? SECONDS : 35 + step * 5),
}));

const FLAPS = (host: number): readonly Incident[] =>
  Array.from({ length: 10 }, (_, n) => ({
    kind: 'REFUSES' as const,
    ...during(10 * n + 5 * host, 10 * n + 5 * host + 5),
  }));

/** From a sixth of the load to five thirds of it and back, each minute. */
const DAY_MS = 60_000;
const SWING = 0.55;
const diurnal = (at: number): number =>
  at + ((SWING * DAY_MS) / (2 * Math.PI)) * Math.sin((2 * Math.PI * at) / DAY_MS);

export const STRESS_WORLDS: readonly StressWorld[] = [
  { name: 'overload, 80 %', load: 0.8 },
  { name: 'overload, 100 %', load: 1 },
  { name: 'overload, 150 %', load: 1.5 },
  {
    name: 'two of four hang',
    load: 0.42,
    incidents: (host) => (inCloud(host) ? [{ kind: 'HANGS', ...during(0, SECONDS) }] : []),
  },
  {
    name: 'one cloud is out for 30 s',
    load: 0.42,
    incidents: (host) => (inCloud(host) ? [{ kind: 'REFUSES', ...during(30, 60) }] : []),
  },
  {
    name: 'the first gets ten times slower',
    load: 0.4,
    incidents: (host) => (host === 0 ? SLOWER : []),
  },
  { name: 'two flap every 5 s', load: 0.4, incidents: (host) => (inCloud(host) ? FLAPS(host) : []) },
  {
    name: 'all are out for 20 s, and come back slowly',
    load: 0.6,
    incidents: () => [{ kind: 'REFUSES', ...during(20, 40) }],
    slots: () => ({
      at: (now) => (now < 20_000 ? SLOTS : Math.min(SLOTS, Math.max(2, (now - 40_000) / 1_500))),
    }),
  },
  {
    name: 'a storm of rate limits',
    load: 0.6,
    slots: (host) => ({ perSecond: (now) => (now > 30_000 && now < 90_000 && host < 3 ? 3 : 100) }),
  },
  { name: 'days and nights', load: 0.6, warp: diurnal },
];

const hostsOf = ({ slots, fleet = FLEET }: StressWorld): readonly OfferingModel[] =>
  IDS.slice(0, fleet.hosts).map((id, host) => ({
    id: asOfferingId(id),
    ttftMs: TTFT_MS,
    sigma: 0.25,
    prefillTps: 12_000,
    outputTps: 200,
    capacity: 1_000_000,
    errorRate: 0,
    truncationRate: 0,
    slots: {
      at: () => fleet.slots,
      ttftMs: Math.min(TTFT_MS, fleet.answerMs / 2),
      answerMs: fleet.answerMs,
      ...slots?.(host),
    },
  }));

const scenarioOf = (prices: Seed, world: StressWorld, seed: number, seconds: number): Scenario => {
  const { hosts, slots, answerMs } = world.fleet ?? FLEET;
  const perSecond = (hosts * slots * 1_000 * world.load) / (answerMs * MEAN_TO_MEDIAN);
  return createScenario(prices, {
    seed,
    perSecond,
    count: Math.round(perSecond * seconds),
    fleet: hostsOf(world),
    workload: CHAT_ONLY,
    ...(world.incidents !== undefined && { incidentsOf: world.incidents }),
    ...(world.warp !== undefined && { warp: world.warp }),
  });
};

const WAITS_MS = 2_000;

/** Knows who is up and has a free slot, and waits as long as the gateway does where nobody has. */
const createKnowing = (world: World): Chooser => {
  const { queue } = world;
  const waiting: { readonly from: number; readonly go: (choice: Choice | undefined) => void }[] = [];
  const sent = new Map<WorldOffering, number>();
  const freeAt = (offering: WorldOffering): number => {
    const slots = offering.model.slots?.at(queue.monotonicMs()) ?? 0;
    return offering.isUp() && offering.hasRate() ? slots - offering.inFlight - (sent.get(offering) ?? 0) : 0;
  };
  const best = (): WorldOffering | undefined => {
    const [found] = world.offerings
      .filter((offering) => freeAt(offering) > 0)
      .sort((one, other) => one.meanTtftMs(0) - other.meanTtftMs(0) || freeAt(other) - freeAt(one));
    return found;
  };
  const choiceOf = (offering: WorldOffering): Choice => {
    // It is sent in the same turn, or soon after it.
    sent.set(offering, (sent.get(offering) ?? 0) + 1);
    const chosen: Chosen = {
      offering,
      began() {
        sent.set(offering, (sent.get(offering) ?? 1) - 1);
        return { firstToken() {}, ended() {} };
      },
    };
    return { candidates: [chosen], dispatch: { kind: 'SERIAL' }, fallback: FALLBACK };
  };
  const look = (): void => {
    for (;;) {
      const [first] = waiting;
      if (first === undefined) return;
      if (queue.monotonicMs() - first.from > WAITS_MS) {
        waiting.shift();
        first.go(undefined);
        continue;
      }
      const offering = best();
      if (offering === undefined) break;
      waiting.shift();
      first.go(choiceOf(offering));
    }
    if (waiting.length > 0) queue.after(10, look);
  };
  return {
    waits: true,
    choose() {
      const offering = waiting.length === 0 ? best() : undefined;
      if (offering !== undefined) return choiceOf(offering);
      const { promise, resolve } = Promise.withResolvers<Choice | undefined>();
      waiting.push({ from: queue.monotonicMs(), go: resolve });
      if (waiting.length === 1) queue.after(10, look);
      return promise;
    },
  };
};

export const STRESSED: readonly Strategy[] = [
  { kind: 'PRIORITY' },
  { kind: 'WEIGHTED' },
  { kind: 'LEAST_BUSY' },
  { kind: 'FASTEST' },
  { kind: 'CHEAPEST' },
];

/** Who tries one after another by chance, and knows nothing, and who knows all. */
export const STRESS_BASELINES: { readonly [name: string]: (scenario: Scenario) => Promise<Measured> } = {
  oracle: (scenario) => runChooser(scenario, createKnowing),
  'no breakers': (scenario) =>
    runChooser(scenario, (world) =>
      createShuffled(world, createRandom(seedOf(scenario.seed, 9)).next, FALLBACK),
    ),
};

export type StressResult = {
  readonly world: string;
  /** By the name of who chooses. */
  readonly rows: readonly (readonly [string, Measured])[];
};

/** One world, for so many seconds; the baselines first. */
export const runStress = async (
  prices: Seed,
  world: StressWorld,
  { seed, seconds = SECONDS }: { readonly seed: number; readonly seconds?: number },
  strategies = STRESSED,
): Promise<StressResult> => {
  const scenario = scenarioOf(prices, world, seed, seconds);
  const rows: (readonly [string, Measured])[] = [];
  for (const [name, run] of Object.entries(STRESS_BASELINES)) rows.push([name, await run(scenario)]);
  for (const strategy of strategies)
    rows.push([
      strategy.kind,
      await runStrategy(scenario, { name: strategy.kind, policyFor: (ids) => policyOf(ids, strategy) }),
    ]);
  return { world: world.name, rows };
};
