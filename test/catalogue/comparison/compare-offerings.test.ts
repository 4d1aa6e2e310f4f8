import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { compareOfferings, requestsCost } from '../../../src/catalogue/comparison/compare-offerings.ts';
import type { ComparisonInput } from '../../../src/catalogue/comparison/comparison-input.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { OfferingFilter } from '../../../src/domain/offering-filter.ts';
import type { PerfStat } from '../../../src/domain/performance.ts';
import type { Price } from '../../../src/domain/price.ts';
import type { QualityScore } from '../../../src/domain/quality.ts';
import { scoreAtBenchmark } from '../../support/quality-score.ts';
import { row } from '../price-rows.ts';
import { AT, catalogueOf, type Known, provenance } from './catalogue-of.ts';

const NOTHING = { of: () => [] };
const WORKLOAD = { inputTokens: 1_000, outputTokens: 100 };

const rates = (input: string, output: string, more: Partial<Price> = {}): readonly Price[] => [
  row(input, {}, more),
  row(output, { direction: 'OUTPUT' }, more),
];
const stat = (metric: PerfStat['metric'], p50: number): PerfStat => ({ metric, p50, provenance });

const compare = (catalogue: Catalogue, input: Partial<ComparisonInput> = {}, own = NOTHING) => {
  const result = compareOfferings(catalogue, own, { workload: WORKLOAD, ...input }, AT);
  if (result.kind !== 'OK') throw new Error(result.problem.path);
  return result.comparison;
};
const names = (catalogue: Catalogue, input: Partial<ComparisonInput> = {}): readonly string[] =>
  compare(catalogue, input).ranked.map(({ offering }) => offering.providerModelId);

describe('ranking', () => {
  it('goes by cost alone where nothing else is known, and says so', () => {
    const comparison = compare(
      catalogueOf({ dear: { prices: rates('10', '30') }, cheap: { prices: rates('1', '3') } }),
    );
    expect(comparison.ranked.map(({ offering, rank }) => [rank, offering.providerModelId])).toEqual([
      [1, 'cheap'],
      [2, 'dear'],
    ]);
    expect(comparison.ranked[0]?.perRequest.toString()).toBe('0.0013');
    expect(comparison.criteriaUsed).toEqual([{ criterion: 'COST', weight: 1 }]);
    expect(comparison.criteriaUnknown).toEqual(['TTFT', 'THROUGHPUT', 'UPTIME', 'QUALITY']);
  });

  it('follows the weights', () => {
    const catalogue = catalogueOf({
      fast: { prices: rates('10', '30'), performance: [stat('TTFT_MS', 100)] },
      cheap: { prices: rates('1', '3'), performance: [stat('TTFT_MS', 900)] },
    });
    expect(names(catalogue, { weights: { COST: 3, TTFT: 1 } })).toEqual(['cheap', 'fast']);
    expect(names(catalogue, { weights: { COST: 1, TTFT: 3 } })).toEqual(['fast', 'cheap']);
  });

  it('prefers own traffic from 20 calls on', () => {
    const catalogue = catalogueOf({ one: { prices: rates('1', '1'), performance: [stat('TTFT_MS', 500)] } });
    const own = (sampleSize: number) => ({
      of: () => [{ ...stat('TTFT_MS', 70), sampleSize, provenance: { ...provenance, source: 'own' } }],
    });
    const ttft = (calls: number) => {
      const result = compareOfferings(catalogue, own(calls), { workload: WORKLOAD }, AT);
      return result.kind === 'OK' ? result.comparison.ranked[0]?.measured.ttft?.p50 : undefined;
    };
    expect([ttft(19), ttft(20)]).toEqual([500, 70]);
  });

  it('never ranks an offering better for a higher price, and finds the same front as comparing all with all', () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let round = 0; round < 30; round += 1) {
      const known: { [name: string]: Known } = {};
      for (let index = 0; index < 25; index += 1)
        known[`m${index}`] = {
          prices: rates(String(1 + Math.floor(random() * 40)), '1'),
          performance: [
            ...(random() < 0.8 ? [stat('TTFT_MS', 1 + Math.floor(random() * 9))] : []),
            ...(random() < 0.8 ? [stat('OUTPUT_TPS', 1 + Math.floor(random() * 9))] : []),
          ],
        };
      const { ranked } = compare(catalogueOf(known));
      const merits = ranked.map(({ perRequest, measured }) => [
        -perRequest.toNumber(),
        measured.ttft === undefined ? undefined : -measured.ttft.p50,
        measured.outputTps?.p50,
      ]);
      const beats = (one: readonly (number | undefined)[], other: readonly (number | undefined)[]) => {
        const pairs = one.map((value, place) => [value, other[place]] as const);
        if (pairs.some(([mine, theirs]) => (mine === undefined) !== (theirs === undefined))) return false;
        const known = pairs.flatMap(([mine, theirs]) =>
          mine === undefined || theirs === undefined ? [] : [mine - theirs],
        );
        return known.every((difference) => difference >= 0) && known.some((difference) => difference > 0);
      };
      ranked.forEach(({ paretoOptimal }, index) => {
        const mine = merits[index] ?? [];
        expect(paretoOptimal).toBe(!merits.some((theirs) => beats(theirs, mine)));
      });
      const chosen = `m${Math.floor(random() * 25)}`;
      const rankOf = (rows: typeof ranked) =>
        rows.find(({ offering }) => offering.providerModelId === chosen)?.rank ?? 0;
      const raised = { ...known, [chosen]: { ...known[chosen], prices: rates(String(41 + round), '1') } };
      expect(rankOf(compare(catalogueOf(raised)).ranked)).toBeGreaterThanOrEqual(rankOf(ranked));
    }
  });
});

describe('quality', () => {
  const known = (benchmark: string, score: number, more: Partial<QualityScore> = {}): Known => ({
    prices: rates('1', '1'),
    quality: [{ ...scoreAtBenchmark(benchmark, score, more), provenance }],
  });

  it('ranks by the lower score where less is better', () => {
    const catalogue = catalogueOf({
      worse: known('errors', 9, { lessIsBetter: true }),
      better: known('errors', 3, { lessIsBetter: true }),
    });
    const { ranked } = compare(catalogue, { qualityBenchmark: 'errors', weights: { QUALITY: 1 } });
    expect(ranked.map(({ offering, paretoOptimal }) => [offering.providerModelId, paretoOptimal])).toEqual([
      ['better', true],
      ['worse', false],
    ]);
  });

  it('never compares scores of different series', () => {
    const catalogue = catalogueOf({
      usual: known('exam', 40),
      scaffold: known('exam', 90, { represents: false, series: 'test:exam/custom-scaffold' }),
    });
    const { groups } = compare(catalogue, { qualityBenchmark: 'exam', weights: { QUALITY: 1, COST: 1 } });
    expect(groups.map(({ offerings }) => offerings.map(({ offering }) => offering.providerModelId))).toEqual([
      ['usual'],
      ['scaffold'],
    ]);
  });

  it('goes by the index unless a benchmark scores more than twice as many', () => {
    const both = (name: string): Known => ({
      prices: rates('1', '1'),
      quality: [
        ...(name === 'a' ? [{ ...scoreAtBenchmark('index', 60), provenance }] : []),
        { ...scoreAtBenchmark('exam', 1), provenance },
      ],
    });
    expect(compare(catalogueOf({ a: both('a'), b: both('b') })).benchmark).toBe('index');
    expect(compare(catalogueOf({ a: both('a'), b: both('b'), c: both('c') })).benchmark).toBe('exam');
  });
});

describe('what is unknown', () => {
  const weights = { COST: 1, TTFT: 1 };
  const catalogue = catalogueOf({
    slowest: { prices: rates('20', '20'), performance: [stat('TTFT_MS', 900)] },
    fastest: { prices: rates('10', '10'), performance: [stat('TTFT_MS', 100)] },
    cheapest: { prices: rates('1', '1') },
    dearest: { prices: rates('90', '90') },
  });
  const { ranked, groups } = compare(catalogue, { weights });

  it('is a group of its own with its own order, whose members neither beat nor lose to the others', () => {
    expect(
      groups.map(({ unknownCriteria, criteria, offerings }) => ({
        unknownCriteria,
        criteria,
        offerings: offerings.map(({ offering, rank, comparable, paretoOptimal }) => [
          offering.providerModelId,
          rank,
          comparable,
          paretoOptimal,
        ]),
      })),
    ).toEqual([
      {
        unknownCriteria: [],
        criteria: [
          { criterion: 'COST', weight: 0.5 },
          { criterion: 'TTFT', weight: 0.5 },
        ],
        offerings: [
          ['fastest', 1, true, true],
          ['slowest', 2, true, false],
        ],
      },
      {
        unknownCriteria: ['TTFT'],
        criteria: [{ criterion: 'COST', weight: 1 }],
        offerings: [
          ['cheapest', 1, false, true],
          ['dearest', 2, false, false],
        ],
      },
    ]);
  });

  it('is named with each row and has no part in its score', () => {
    const cheapest = ranked.find(({ offering }) => offering.providerModelId === 'cheapest');
    expect(cheapest).toMatchObject({ unknownCriteria: ['TTFT'], score: 1 });
    expect(cheapest?.parts).toEqual([
      { criterion: 'COST', weight: 1, value: 0.0011, normalised: 1 },
      { criterion: 'TTFT', weight: 0 },
    ]);
  });

  it('does not change how the others are ordered', () => {
    const score = (known: { readonly [name: string]: Known }) =>
      compare(catalogueOf(known), { weights }).ranked.map((each) => [each.offering.id, each.score]);
    const one = { prices: rates('3', '3'), performance: [stat('TTFT_MS', 100)] };
    const other = { prices: rates('2', '2'), performance: [stat('TTFT_MS', 150)] };
    const alone = score({ one, other });
    expect(score({ one, other, unmeasured: { prices: rates('0.001', '0.001') } }).slice(0, 2)).toEqual(alone);
  });

  it('leaves a speed out of default weights where fewer than half of the offerings were measured', () => {
    const known = {
      measured: { prices: rates('9', '9'), performance: [stat('TTFT_MS', 1)] },
      two: { prices: rates('2', '2') },
      three: { prices: rates('3', '3') },
    };
    expect(names(catalogueOf(known))).toEqual(['two', 'three', 'measured']);
    expect(compare(catalogueOf(known)).criteriaUnknown).toContain('TTFT');
    expect(names(catalogueOf(known), { sparseMeasurements: 'GROUP' })).toEqual(['measured', 'two', 'three']);
  });
});

describe('cost', () => {
  it('splits requests between batches and others exactly', () => {
    const prices = [...rates('3', '15'), ...rates('1.5', '7.5', { serviceTier: 'BATCH' })];
    const catalogue = catalogueOf({ one: { prices } });
    const comparison = compare(catalogue, {
      workload: { ...WORKLOAD, batchShare: 0.3, requestsPerMonth: 1_000 },
    });
    const [first] = comparison.ranked;
    // 0.0045 at the plain tier, half of it in batches: 0.7 * 0.0045 + 0.3 * 0.00225.
    expect(first?.perRequest.toString()).toBe('0.003825');
    expect(first?.perMonth.toString()).toBe('3.825');
    const month = first && requestsCost(first, comparison);
    expect(month?.kind === 'PRICED' && month.total.toString()).toBe('3.825');
    expect(month?.kind === 'PRICED' && month.lines.map(({ quantity }) => quantity)).toEqual([
      700_000, 70_000, 300_000, 30_000,
    ]);
  });

  it('bills batches like other requests where no batch rates are known, and says so', () => {
    const { ranked } = compare(catalogueOf({ one: { prices: rates('3', '15') } }), {
      workload: { ...WORKLOAD, batchShare: 0.5 },
    });
    expect([ranked[0]?.perRequest.toString(), ranked[0]?.notes]).toEqual(['0.0045', ['NO_BATCH']]);
  });

  it('bills cached tokens as plain ones where no rate for them is known, and says so', () => {
    const { ranked } = compare(catalogueOf({ one: { prices: rates('3', '15') } }), {
      workload: { ...WORKLOAD, cachedInputShare: 0.5 },
    });
    expect([ranked[0]?.perRequest.toString(), ranked[0]?.notes]).toEqual(['0.0045', ['CACHE_AS_INPUT']]);
  });

  it('is converted by a stated rate, which is told with its day', () => {
    const eur = (quote: string, rate: string) => ({
      base: 'EUR',
      quote,
      rate: new Decimal(rate),
      date: '2026-10-30',
      provenance,
    });
    const known = { yuan: { prices: rates('10', '0', { currency: 'CNY' }) } };
    const { ranked, fxRates } = compare(catalogueOf(known, [eur('USD', '1.25'), eur('CNY', '8')]));
    // 0.01 CNY / 8 * 1.25
    expect(ranked[0]?.perRequest.toString()).toBe('0.0015625');
    expect(ranked[0]?.cost).toMatchObject({ kind: 'PRICED', currency: 'CNY' });
    expect(fxRates.map(({ quote, date }) => [quote, date])).toEqual([
      ['CNY', '2026-10-30'],
      ['USD', '2026-10-30'],
    ]);
    expect(compare(catalogueOf(known)).excluded[0]?.excluded.reason).toBe('NO_FX_RATE');
  });

  it('is nothing for what is free, and marked', () => {
    const { ranked } = compare(catalogueOf({ gift: { offering: { billing: 'FREE' } } }), {
      filter: { free: 'INCLUDE' },
    });
    expect([ranked[0]?.perRequest.toString(), ranked[0]?.notes]).toEqual(['0', ['FREE']]);
  });
});

describe('exclusions', () => {
  const prices = rates('1', '1');
  const cases: readonly (readonly [string, Known, OfferingFilter])[] = [
    ['UNPRICED', {}, {}],
    ['UNPRICED', { prices: rates('0', '0') }, {}],
    ['FREE', { offering: { billing: 'FREE' } }, {}],
    ['OPERATION', { prices, offering: { capabilities: ['MODERATION'] } }, {}],
    ['OPERATION', { prices, offering: { outputModalities: ['IMAGE'] } }, {}],
    ['PLAN', { offering: { billing: 'PLAN' } }, {}],
    ['COMMITMENT', { offering: { billing: 'COMMITMENT' } }, {}],
    ['SEARCH', { prices }, { search: 'other' }],
    ['PROVIDER', { prices, offering: { providerId: asProviderId('one') } }, { providers: ['host'] }],
    ['MODEL', { prices }, { models: ['lab/another'] }],
    ['REGION', { prices, offering: { region: 'us' } }, { regions: ['eu'] }],
    ['RETIRED', { prices, offering: { retiresAt: new Date('2026-11-01') } }, {}],
    ['DEPRECATED', { prices, offering: { deprecated: true } }, {}],
    ['CONTEXT_TOO_SMALL', { prices, offering: { limits: { contextWindow: 1_099 } } }, {}],
    ['UNKNOWN_CONTEXT', { prices }, { minContextWindow: 1 }],
    ['OUTPUT_TOO_LONG', { prices, offering: { limits: { maxOutputTokens: 99 } } }, {}],
    ['MODALITY', { prices, offering: { inputModalities: ['TEXT'] } }, { inputModalities: ['IMAGE'] }],
    ['UNKNOWN_MODALITY', { prices }, { outputModalities: ['AUDIO'] }],
    ['CAPABILITY', { prices, offering: { lacks: ['TOOLS'] } }, { capabilities: ['TOOLS'] }],
    ['UNKNOWN_CAPABILITY', { prices }, { capabilities: ['TOOLS'] }],
    ['CLOSED_WEIGHTS', { prices, offering: { openWeights: false } }, { openWeights: true }],
    ['OPEN_WEIGHTS', { prices, offering: { openWeights: true } }, { openWeights: false }],
    ['UNKNOWN_WEIGHTS', { prices }, { openWeights: true }],
    ['UNKNOWN_QUALITY', { prices }, { minQuality: { benchmark: 'b', score: 1 } }],
    [
      'QUALITY_BELOW',
      { prices, quality: [{ ...scoreAtBenchmark('b', 1), provenance }] },
      { minQuality: { benchmark: 'b', score: 2 } },
    ],
    [
      'QUALITY_BELOW',
      { prices, quality: [{ ...scoreAtBenchmark('errors', 3, { lessIsBetter: true }), provenance }] },
      { minQuality: { benchmark: 'errors', score: 2 } },
    ],
    [
      'UNKNOWN_QUALITY',
      { prices, quality: [{ ...scoreAtBenchmark('b', 9, { represents: false }), provenance }] },
      { minQuality: { benchmark: 'b', score: 2 } },
    ],
    ['UNKNOWN_TTFT', { prices }, { maxTtftMs: 1 }],
    ['TTFT_ABOVE', { prices, performance: [stat('TTFT_MS', 2)] }, { maxTtftMs: 1 }],
    ['UNKNOWN_THROUGHPUT', { prices }, { minOutputTps: 1 }],
    ['THROUGHPUT_BELOW', { prices, performance: [stat('OUTPUT_TPS', 1)] }, { minOutputTps: 2 }],
    ['COST_ABOVE', { prices }, { maxCostPerRequest: { amount: new Decimal('0.0001'), currency: 'USD' } }],
  ];
  it.each(cases)('say %s', (reason, known, filter) => {
    const quality = ['b', 'errors'].map((name) => ({ ...scoreAtBenchmark(name, 5), provenance }));
    const another: Known = { prices: [], quality };
    const comparison = compare(catalogueOf({ one: known, another }), { filter });
    expect(comparison.ranked).toEqual([]);
    expect(
      comparison.excluded.find(({ offering }) => offering.providerModelId === 'one')?.excluded.reason,
    ).toBe(reason);
    expect(comparison.exclusions.map((each) => each.reason)).toContain(reason);
  });
});

describe('input that makes no sense', () => {
  it.each([
    ['workload.inputTokens', { workload: { ...WORKLOAD, inputTokens: -1 } }],
    ['workload.outputTokens', { workload: { ...WORKLOAD, outputTokens: 0.5 } }],
    ['workload.requestsPerMonth', { workload: { ...WORKLOAD, requestsPerMonth: Number.NaN } }],
    ['workload.cachedInputShare', { workload: { ...WORKLOAD, cachedInputShare: 1.01 } }],
    ['workload.batchShare', { workload: { ...WORKLOAD, batchShare: -0.1 } }],
    ['workload.inputTokens', { workload: { inputTokens: 0, outputTokens: 0 } }],
    ['weights.cost', { workload: WORKLOAD, weights: { COST: -1 } }],
    ['weights', { workload: WORKLOAD, weights: {} }],
    ['currency', { workload: WORKLOAD, currency: 'yuan' }],
    ['currency', { workload: WORKLOAD, currency: 'ZZZ' }],
    ['filter.models', { workload: WORKLOAD, filter: { models: ['lab/other'] } }],
    ['filter.providers', { workload: WORKLOAD, filter: { providers: ['other'] } }],
    ['qualityBenchmark', { workload: WORKLOAD, qualityBenchmark: 'gqpa' }],
    [
      'filter.minQuality.benchmark',
      { workload: WORKLOAD, filter: { minQuality: { benchmark: 'x', score: 1 } } },
    ],
    ['filter.maxTtftMs', { workload: WORKLOAD, filter: { maxTtftMs: Number.POSITIVE_INFINITY } }],
  ] satisfies [string, ComparisonInput][])('names %s', (path, input) => {
    expect(compareOfferings(catalogueOf({}), NOTHING, input, AT)).toMatchObject({
      kind: 'INVALID',
      problem: { path },
    });
  });
});
