import { METER_OF_USAGE } from '../../src/catalogue/meter.ts';
import type { Price, PriceConditions } from '../../src/domain/price.ts';
import { row } from './price-rows.ts';

/** Numbers that look random and are the same on every run. */
export const createRandom = (seed: number) => {
  let state = seed;
  const next = (): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, chance: (share: number): boolean => next() < share };
};
export type Random = ReturnType<typeof createRandom>;

export const KINDS = ['input', 'cacheRead', 'output', 'reasoning'] as const;
export const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
const hour = (hours: number) => `${String(hours).padStart(2, '0')}:00`;

const someConditions = ({ below, chance }: Random): PriceConditions => ({
  ...(chance(0.4) && {
    promptTokens: { from: below(4) * 50, ...(chance(0.5) && { to: 150 + below(4) * 50 }) },
  }),
  ...(chance(0.3) && {
    outputTokens: { from: below(3) * 20, ...(chance(0.5) && { to: 60 + below(3) * 20 }) },
  }),
  ...(chance(0.2) && { thinking: chance(0.5) }),
  ...(chance(0.2) && { region: chance(0.5) ? 'eu' : 'us' }),
  ...(chance(0.3) && {
    timeWindow: {
      zone: 'UTC',
      ...(chance(0.7) && { from: hour(below(24)), to: hour(below(24)) }),
      ...(chance(0.5) && { weekdays: DAYS.filter((_, day) => day === 0 || chance(0.4)) }),
    },
  }),
});

export const someRows = (random: Random): readonly Price[] =>
  Array.from({ length: 1 + random.below(14) }, () =>
    row(String(1 + random.below(999) / 8), METER_OF_USAGE[KINDS[random.below(KINDS.length)] ?? 'input'], {
      conditions: someConditions(random),
      serviceTier: random.chance(0.8) ? 'STANDARD' : 'BATCH',
      ...(random.chance(0.2) && { effectiveFrom: new Date(Date.UTC(2026, 0, 1 + random.below(28))) }),
      ...(random.chance(0.2) && { effectiveTo: new Date(Date.UTC(2026, 0, 1 + random.below(28))) }),
      billing: random.chance(0.95) ? 'METERED' : 'PLAN',
    }),
  );
