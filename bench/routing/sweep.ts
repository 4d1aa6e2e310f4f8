import type { Seed } from '../../src/catalogue/seed.ts';
import type { Strategy } from '../../src/domain/route.ts';
import type { Incident } from './incident.ts';
import type { TurnedAway } from './simulated-offering.ts';
import { during, runStress, STRESSED, type StressWorld } from './stress.ts';

/** Worlds that nobody tuned anything for: each fleet and load with each trouble and each way to turn calls away. */
export type SweepAxes = {
  readonly fleets: readonly NonNullable<StressWorld['fleet']>[];
  readonly loads: readonly number[];
  readonly troubles: readonly (keyof typeof TROUBLES)[];
  readonly says: readonly (keyof typeof SAYS)[];
};

export const SWEEP_SECONDS = 60;

const FULL: TurnedAway = { code: 'OVERLOADED' };
const LIMITED: TurnedAway = { code: 'RATE_LIMITED' };

/** What a host says to whom it has no slot for. */
const SAYS = {
  '503': [FULL],
  '503, wait 1 s': [{ ...FULL, retryAfterMs: 1_000 }],
  '429': [LIMITED],
  '429, wait 1 s': [{ ...LIMITED, retryAfterMs: 1_000 }],
  mixed: [FULL, LIMITED, { ...FULL, retryAfterMs: 1_000 }, { ...LIMITED, retryAfterMs: 1_000 }],
} as const satisfies { readonly [name: string]: readonly TurnedAway[] };

type Trouble = Pick<StressWorld, 'incidents'> & { readonly breaksOff?: number };

const atFirstHost =
  (...incidents: readonly Incident[]) =>
  (host: number): readonly Incident[] =>
    host === 0 ? incidents : [];

const FLAPS_EVERY_S = 7;

const TROUBLES = {
  none: {},
  'one hangs': { incidents: atFirstHost({ kind: 'HANGS', ...during(10, 50) }) },
  'one stalls': { incidents: atFirstHost({ kind: 'STALLS', ...during(10, 50) }) },
  'one refuses': { incidents: atFirstHost({ kind: 'REFUSES', ...during(10, 50) }) },
  'one is slow': { incidents: atFirstHost({ kind: 'SLOW', factor: 10, ...during(10, 50) }) },
  'one flaps': {
    incidents: atFirstHost(
      ...Array.from({ length: 4 }, (_, n) => ({
        kind: 'REFUSES' as const,
        ...during(2 * n * FLAPS_EVERY_S, (2 * n + 1) * FLAPS_EVERY_S),
      })),
    ),
  },
  'streams break off': { breaksOff: 0.1 },
} as const satisfies { readonly [name: string]: Trouble };

export const SWEEP: SweepAxes = {
  fleets: [
    { hosts: 4, slots: 1, answerMs: 1_000 },
    { hosts: 2, slots: 3, answerMs: 400 },
    { hosts: 3, slots: 6, answerMs: 4_000 },
    { hosts: 4, slots: 25, answerMs: 1_000 },
  ],
  loads: [0.4, 0.8, 1.2],
  troubles: [
    'none',
    'one hangs',
    'one stalls',
    'one refuses',
    'one is slow',
    'one flaps',
    'streams break off',
  ],
  says: ['503', '503, wait 1 s', '429', '429, wait 1 s', 'mixed'],
};

export type SweepWorld = StressWorld & { readonly says: string };

export const sweepWorlds = ({ fleets, loads, troubles, says }: SweepAxes): readonly SweepWorld[] =>
  fleets.flatMap((fleet) =>
    loads.flatMap((load) =>
      troubles.flatMap((trouble) =>
        says.map((said) => {
          const { incidents, breaksOff }: Trouble = TROUBLES[trouble];
          return {
            name: `${fleet.hosts} of ${fleet.slots} for ${fleet.answerMs} ms, ${load * 100} %, ${trouble}, ${said}`,
            says: said,
            fleet,
            load,
            ...(incidents !== undefined && { incidents }),
            slots: () => ({ turnsAway: SAYS[said], ...(breaksOff !== undefined && { breaksOff }) }),
          };
        }),
      ),
    ),
  );

/** How one strategy did in one world: shares of requests that succeeded. */
export type SweepCell = {
  readonly world: string;
  /** What full hosts say. */
  readonly says: string;
  readonly strategy: string;
  readonly succeeded: number;
  readonly oracle: number;
  readonly noBreakers: number;
};

export const runSweep = async (
  prices: Seed,
  worlds: readonly SweepWorld[],
  seed: number,
  strategies: readonly Strategy[] = STRESSED,
): Promise<readonly SweepCell[]> => {
  const cells: SweepCell[] = [];
  for (const world of worlds) {
    const { rows } = await runStress(prices, world, { seed, seconds: SWEEP_SECONDS }, strategies);
    const rates = new Map(rows.map(([name, { successRate }]) => [name, successRate]));
    const rateOf = (name: string): number => rates.get(name) ?? Number.NaN;
    for (const { kind } of strategies)
      cells.push({
        world: world.name,
        says: world.says,
        strategy: kind,
        succeeded: rateOf(kind),
        oracle: rateOf('oracle'),
        noBreakers: rateOf('no breakers'),
      });
  }
  return cells;
};
