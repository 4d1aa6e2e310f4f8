import { expect, it } from 'vitest';
import { offeringCheck } from '../../../src/catalogue/filter/offering-check.ts';
import type { OfferingId } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { OfferingFilter } from '../../../src/domain/offering-filter.ts';
import type { PerfMetric, PerfStat } from '../../../src/domain/performance.ts';
import {
  bookOf,
  catalogueWith,
  explained,
  inline,
  model,
  nested,
  policyWith,
  routerOver,
  ruleFor,
} from './route-fixtures.ts';

const catalogue = catalogueWith([
  { id: 'first/talker', input: '1' },
  { id: 'second/talker', input: '3' },
  { id: 'third/talker' },
]);

const stat = (metric: PerfMetric, p50: number): PerfStat => ({
  metric,
  p50,
  p90: p50,
  p99: p50,
  sampleSize: 50,
  provenance: { source: 'own', observedAt: new Date(0) },
});

const ruled = (filter: OfferingFilter) => inline(policyWith([ruleFor({ kind: 'FILTER', filter })]));
const required = (require: OfferingFilter) => inline(policyWith([model('lab/talker')], { require }));

const outcome = async (
  harness: ReturnType<typeof routerOver>,
  command: ReturnType<typeof inline>,
): Promise<{ readonly left: readonly string[]; readonly [id: string]: unknown }> => {
  const { candidates, rejected } = await explained(harness, { command });
  return {
    left: candidates.map(({ offering }) => offering.id),
    ...Object.fromEntries(rejected.map(({ offeringId, reason }) => [offeringId, reason])),
  };
};

it.each([
  ['a filter', ruled],
  ['what is required', required],
])('%s goes by how fast offerings are at the time of the request', async (_what, command) => {
  const speeds = new Map<string, readonly PerfStat[]>([
    ['first/talker', [stat('TTFT_MS', 300)]],
    ['second/talker', [stat('TTFT_MS', 900)]],
  ]);
  const harness = routerOver(catalogue, { measured: (id: OfferingId) => speeds.get(id) ?? [] });
  const filter = { maxTtftMs: 500 };
  expect(await outcome(harness, command(filter))).toEqual({
    left: ['first/talker'],
    'second/talker': 'TTFT_ABOVE',
    'third/talker': 'UNKNOWN_TTFT',
  });
  speeds.set('first/talker', [stat('TTFT_MS', 700)]);
  speeds.set('second/talker', [stat('TTFT_MS', 400)]);
  harness.clock.advance(1_000);
  expect(await outcome(harness, command(filter))).toEqual({
    left: ['second/talker'],
    'first/talker': 'TTFT_ABOVE',
    'third/talker': 'UNKNOWN_TTFT',
  });
});

it('ceilings of prices go by the prices of the moment', async () => {
  const change = new Date('2026-01-01T00:00:05Z');
  const changing = {
    ...catalogue,
    pricesOf: (id: OfferingId) =>
      catalogue.pricesOf(id).flatMap((price) =>
        id === 'first/talker'
          ? [
              { ...price, effectiveTo: change },
              { ...price, amount: new Decimal(9), effectiveFrom: change },
            ]
          : [price],
      ),
  };
  const harness = routerOver(changing);
  const filter: OfferingFilter = { maxInputPrice: { amount: new Decimal(2), currency: 'USD' } };
  const before = { left: ['first/talker'], 'second/talker': 'PRICE_ABOVE', 'third/talker': 'UNKNOWN_PRICE' };
  expect(await outcome(harness, ruled(filter))).toEqual(before);
  harness.clock.advance(5_000);
  expect(await outcome(harness, ruled(filter))).toEqual({
    ...before,
    left: [],
    'first/talker': 'PRICE_ABOVE',
  });
});

it('a price that was looked up at one moment is not taken for that of another', () => {
  const change = new Date('2026-01-01T00:00:05Z');
  const [first] = catalogue.offerings;
  if (first === undefined) throw new Error('no offering');
  const prices = catalogue.pricesOf(first.id).flatMap((price) => [
    { ...price, effectiveTo: change },
    { ...price, amount: new Decimal(9), effectiveFrom: change },
  ]);
  const changing = { ...catalogue, pricesOf: () => prices };
  const two = { amount: new Decimal(2), currency: 'USD' };
  const reasonAt = (filter: OfferingFilter, at: Date) =>
    offeringCheck(filter, { catalogue: changing, at })(first)?.reason;
  for (const filter of [{ maxInputPrice: two }, { maxOutputPrice: two }, { maxBlendedPrice: two }]) {
    expect(reasonAt(filter, change)).toBe('PRICE_ABOVE');
    expect(reasonAt(filter, new Date('2026-01-01T00:00:04Z'))).toBeUndefined();
    expect(reasonAt(filter, change)).toBe('PRICE_ABOVE');
  }
});

it('what a route within another demands of the moment holds in the outer one', async () => {
  const book = bookOf({ quick: policyWith([model('lab/talker')], { require: { minUptime: 0.9 } }) });
  const harness = routerOver(catalogue, {
    book,
    measured: (id: OfferingId) => (id === 'second/talker' ? [stat('UPTIME', 0.95)] : [stat('UPTIME', 0.5)]),
  });
  expect(await outcome(harness, inline(policyWith([nested('quick')])))).toEqual({
    left: ['second/talker'],
    'first/talker': 'UPTIME_BELOW',
    'third/talker': 'UPTIME_BELOW',
  });
});

it('a filter takes deprecated and moving names as it says', async () => {
  const old = catalogueWith([
    { id: 'a/old', facts: { deprecated: true } },
    { id: 'a/talker-latest' },
    { id: 'a/talker' },
  ]);
  const left = async (filter: OfferingFilter) => (await outcome(routerOver(old), ruled(filter))).left;
  expect(await left({})).toEqual(['a/talker', 'a/talker-latest']);
  expect(await left({ deprecated: 'INCLUDE', movingAliases: 'EXCLUDE' })).toEqual(['a/old', 'a/talker']);
  expect(await left({ deprecated: 'ONLY' })).toEqual(['a/old']);
});
