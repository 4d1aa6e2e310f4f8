import { expect, it } from 'vitest';
import type { FilterContext } from '../../../src/catalogue/filter/filter-check.ts';
import { filterProblem } from '../../../src/catalogue/filter/filter-problem.ts';
import { FILTER_MEMBERS, offeringCheck } from '../../../src/catalogue/filter/offering-check.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import { Decimal, type Money } from '../../../src/domain/money.ts';
import type { FilterReason, OfferingFilter } from '../../../src/domain/offering-filter.ts';
import type { PerfStat } from '../../../src/domain/performance.ts';
import { AT, catalogueOf, type Known, provenance } from '../comparison/catalogue-of.ts';
import { row } from '../price-rows.ts';

const rates = (input: string, output: string) => [row(input), row(output, { direction: 'OUTPUT' })];
const stat = (metric: PerfStat['metric'], p50: number): PerfStat => ({
  metric,
  p50,
  windowSeconds: 60,
  provenance,
});
const usd = (amount: string, currency = 'USD'): Money => ({ amount: new Decimal(amount), currency });

const full: Known = {
  offering: {
    region: 'US',
    openWeights: true,
    capabilities: ['TOOLS'],
    lacks: ['OCR'],
    inputModalities: ['TEXT', 'IMAGE'],
    outputModalities: ['TEXT'],
    limits: { contextWindow: 1_000, maxOutputTokens: 100 },
    releaseDate: new Date('2026-03-01'),
  },
  model: { family: 'm-series' },
  prices: rates('1', '5'),
  performance: [stat('TTFT_MS', 300), stat('OUTPUT_TPS', 50), stat('UPTIME', 0.99)],
};

const context = (known: Known): FilterContext => ({ catalogue: catalogueOf({ m: known }), at: AT });

const reasonFor = (known: Known, filter: OfferingFilter): FilterReason | undefined => {
  const given = context(known);
  const [offering] = given.catalogue.offerings;
  if (offering === undefined) throw new Error('no offering');
  return offeringCheck(filter, given)(offering)?.reason;
};

it.each<[OfferingFilter, FilterReason | undefined]>([
  [{ search: 'HOST/M' }, undefined],
  [{ search: 'nothing' }, 'SEARCH'],
  [{ offerings: ['host/m'] }, undefined],
  [{ offerings: ['host/other'] }, 'OFFERING'],
  [{ models: ['lab/m'] }, undefined],
  [{ labs: ['LAB'] }, undefined],
  [{ labs: ['other'] }, 'LAB'],
  [{ families: ['M-Series'] }, undefined],
  [{ families: ['other'] }, 'FAMILY'],
  [{ providers: ['HOST'] }, undefined],
  [{ providers: ['other'] }, 'PROVIDER'],
  [{ excludeProviders: ['other'] }, undefined],
  [{ excludeProviders: ['Host'] }, 'PROVIDER'],
  [{ regions: ['us', 'eu'] }, undefined],
  [{ regions: ['cn'] }, 'REGION'],
  [{ openWeights: true }, undefined],
  [{ openWeights: false }, 'OPEN_WEIGHTS'],
  [{ capabilities: ['TOOLS'] }, undefined],
  [{ capabilities: ['OCR'] }, 'CAPABILITY'],
  [{ inputModalities: ['IMAGE', 'TEXT'] }, undefined],
  [{ inputModalities: ['IMAGE', 'AUDIO'] }, 'MODALITY'],
  [{ outputModalities: ['IMAGE'] }, 'MODALITY'],
  [{ minContextWindow: 1_000 }, undefined],
  [{ minContextWindow: 1_001 }, 'CONTEXT_TOO_SMALL'],
  [{ minOutputTokens: 100 }, undefined],
  [{ minOutputTokens: 101 }, 'OUTPUT_LIMIT_TOO_SMALL'],
  [{ releasedAfter: new Date('2026-03-01') }, undefined],
  [{ releasedAfter: new Date('2026-03-02') }, 'RELEASED_TOO_EARLY'],
  [{ releasedBefore: new Date('2026-03-02') }, undefined],
  [{ releasedBefore: new Date('2026-03-01') }, 'RELEASED_TOO_LATE'],
  [{ retired: 'ONLY' }, 'NOT_RETIRED'],
  [{ deprecated: 'ONLY' }, 'NOT_DEPRECATED'],
  [{ movingAliases: 'ONLY' }, 'NOT_MOVING_ALIAS'],
  [{ billing: ['METERED'] }, undefined],
  [{ billing: ['FREE', 'PLAN'] }, 'BILLING'],
  [{ free: 'EXCLUDE' }, undefined],
  [{ free: 'ONLY' }, 'NOT_FREE'],
  [{ modelJoins: ['EXPLICIT'] }, undefined],
  [{ modelJoins: ['HEURISTIC'] }, 'MODEL_JOIN'],
  [{ availability: 'CALLABLE' }, undefined],
  [{ availability: 'NOT_CALLABLE' }, 'ON'],
  [{ maxInputPrice: usd('1') }, undefined],
  [{ maxInputPrice: usd('0.99') }, 'PRICE_ABOVE'],
  [{ maxOutputPrice: usd('4.99') }, 'PRICE_ABOVE'],
  [{ maxBlendedPrice: usd('2') }, undefined],
  [{ maxBlendedPrice: usd('1.99') }, 'PRICE_ABOVE'],
  [{ maxInputPrice: usd('100', 'CNY') }, 'NO_FX_RATE'],
  [{ maxTtftMs: 300 }, undefined],
  [{ maxTtftMs: 299 }, 'TTFT_ABOVE'],
  [{ minOutputTps: 51 }, 'THROUGHPUT_BELOW'],
  [{ minUptime: 0.99 }, undefined],
  [{ minUptime: 0.999 }, 'UPTIME_BELOW'],
])('an offering whose facts are known is held against them: %o', (filter, reason) => {
  expect(reasonFor(full, filter)).toBe(reason);
});

it('a blended price is of both rates, without fees per request, and of input alone where nothing is written', () => {
  const fee = row('0.012', { family: 'REQUESTS', direction: 'NONE', modality: 'NONE' }, { per: 1 });
  const under = (known: Known, amount: string) => reasonFor(known, { maxBlendedPrice: usd(amount) });
  expect(under({ prices: [...rates('1', '5'), fee] }, '2')).toBeUndefined();
  expect(under({ prices: [...rates('1', '5'), fee] }, '1.99')).toBe('PRICE_ABOVE');
  expect(under({ prices: [row('1'), fee] }, '9')).toBe('UNKNOWN_PRICE');
  expect(under({ prices: [row('5', { direction: 'OUTPUT' })] }, '9')).toBe('UNKNOWN_PRICE');
  const embedder = { offering: { providerModelId: 'text-embedding-3' } };
  for (const prices of [[row('1')], rates('1', '0')]) {
    expect(under({ ...embedder, prices }, '1')).toBeUndefined();
    expect(under({ ...embedder, prices }, '0.99')).toBe('PRICE_ABOVE');
  }
});

it('what no row in force prices is not known to be free', () => {
  const past = {
    prices: [row('1', {}, { effectiveTo: AT }), row('0', {}, { effectiveFrom: new Date('2027-01-01') })],
  };
  for (const known of [{}, past])
    for (const free of ['ONLY', 'EXCLUDE'] as const) expect(reasonFor(known, { free })).toBe('UNKNOWN_PRICE');
  expect(reasonFor({ prices: rates('0', '0') }, { free: 'ONLY' })).toBeUndefined();
});

it.each<[OfferingFilter, FilterReason]>([
  [{ providerKinds: ['LAB'] }, 'UNKNOWN_PROVIDER_KIND'],
  [{ excludeProviderKinds: ['RELAY'] }, 'UNKNOWN_PROVIDER_KIND'],
  [{ regions: ['us'] }, 'UNKNOWN_REGION'],
  [{ zeroRetention: true }, 'UNKNOWN_RETENTION'],
  [{ zeroRetention: false }, 'UNKNOWN_RETENTION'],
  [{ openWeights: false }, 'UNKNOWN_WEIGHTS'],
  [{ capabilities: ['TOOLS'] }, 'UNKNOWN_CAPABILITY'],
  [{ inputModalities: ['TEXT'] }, 'UNKNOWN_MODALITY'],
  [{ outputModalities: ['TEXT'] }, 'UNKNOWN_MODALITY'],
  [{ minContextWindow: 1 }, 'UNKNOWN_CONTEXT'],
  [{ minOutputTokens: 1 }, 'UNKNOWN_OUTPUT_LIMIT'],
  [{ releasedAfter: new Date(0) }, 'UNKNOWN_RELEASE_DATE'],
  [{ releasedBefore: AT }, 'UNKNOWN_RELEASE_DATE'],
  [{ billing: ['METERED'] }, 'UNKNOWN_BILLING'],
  [{ free: 'EXCLUDE' }, 'UNKNOWN_PRICE'],
  [{ maxInputPrice: usd('1') }, 'UNKNOWN_PRICE'],
  [{ maxOutputPrice: usd('1') }, 'UNKNOWN_PRICE'],
  [{ maxBlendedPrice: usd('1') }, 'UNKNOWN_PRICE'],
  [{ minQuality: { benchmark: 'b', score: 1 } }, 'UNKNOWN_QUALITY'],
  [{ maxTtftMs: 1 }, 'UNKNOWN_TTFT'],
  [{ minOutputTps: 1 }, 'UNKNOWN_THROUGHPUT'],
  [{ minUptime: 0 }, 'UNKNOWN_UPTIME'],
])('an unknown fact never passes, and the reason says that it is unknown: %o', (filter, reason) => {
  expect(reasonFor({ offering: { billing: 'UNKNOWN' } }, filter)).toBe(reason);
});

it('a name that states a version does not move, whatever its date', () => {
  const dated = { offering: { providerModelId: 'claude-3-7-sonnet-latest' } };
  expect(reasonFor(dated, { movingAliases: 'EXCLUDE' })).toBeUndefined();
  expect(reasonFor(dated, { movingAliases: 'ONLY' })).toBe('NOT_MOVING_ALIAS');
});

it.each([
  ['gpt-latest', 'gpt', 'MOVING_ALIAS'],
  ['gpt:latest', 'gpt-2512', 'MOVING_ALIAS'],
  ['lab/gpt@latest', 'lab/gpt@2512', 'MOVING_ALIAS'],
  ['gpt-latest', 'other', undefined],
  ['claude-3-7-sonnet-latest', 'claude-3-7-sonnet', undefined],
])('%s beside %s moves only if it is known to mean another', (name, other, reason) => {
  const catalogue = catalogueOf({
    [name]: { offering: { providerModelId: name } },
    [other]: { offering: { providerModelId: other } },
  });
  const offering = catalogue.offerings.find(({ providerModelId }) => providerModelId === name);
  if (offering === undefined) throw new Error('no offering');
  expect(offeringCheck({ movingAliases: 'EXCLUDE' }, { catalogue, at: AT })(offering)?.reason).toBe(reason);
});

it('retired, deprecated, free and moving names are excluded, included or alone', () => {
  const such: readonly [Known, OfferingFilter, FilterReason][] = [
    [{ offering: { retiresAt: AT } }, { retired: 'EXCLUDE' }, 'RETIRED'],
    [{ offering: { deprecated: true } }, { deprecated: 'EXCLUDE' }, 'DEPRECATED'],
    [{ offering: { billing: 'FREE' } }, { free: 'EXCLUDE' }, 'FREE'],
    [{ offering: { providerModelId: '~lab/gpt-mini' } }, { movingAliases: 'EXCLUDE' }, 'MOVING_ALIAS'],
  ];
  for (const [known, filter, reason] of such) {
    expect(reasonFor(known, filter)).toBe(reason);
    for (const inclusion of ['INCLUDE', 'ONLY'] as const) {
      const [name] = Object.keys(filter);
      expect(reasonFor(known, { [String(name)]: inclusion })).toBeUndefined();
    }
  }
});

it('only documented zero retention passes, and what can be had on request does not', () => {
  const at = (providerId: string): Known => ({ offering: { providerId: asProviderId(providerId) } });
  expect(reasonFor(at('groq'), { zeroRetention: true })).toBeUndefined();
  expect(reasonFor(at('groq'), { zeroRetention: false })).toBe('RETENTION');
  expect(reasonFor(at('openai'), { zeroRetention: true })).toBe('RETENTION');
});

it('conditions are all checked, each once', () => {
  expect(new Set(FILTER_MEMBERS).size).toBe(FILTER_MEMBERS.length);
  expect(reasonFor(full, { providers: ['host'], regions: ['us'], minOutputTps: 51 })).toBe(
    'THROUGHPUT_BELOW',
  );
});

it.each<[OfferingFilter, string, string]>([
  [{ minContextWindow: -1 }, 'filter.minContextWindow', 'got -1'],
  [{ minOutputTokens: 1.5 }, 'filter.minOutputTokens', 'got 1.5'],
  [{ minUptime: 2 }, 'filter.minUptime', 'from 0 to 1; got 2'],
  [{ providers: [] }, 'filter.providers', 'at least one'],
  [{ providers: ['hots'] }, 'filter.providers', 'Nearest: host'],
  [{ excludeProviders: ['hots'] }, 'filter.excludeProviders', 'Nearest: host'],
  [{ labs: ['lap'] }, 'filter.labs', 'Nearest: lab'],
  [{ regions: ['eu', 'atlantis'] }, 'filter.regions', 'got "atlantis"'],
  [{ offerings: ['host/mm'] }, 'filter.offerings', 'Nearest: host/m'],
  [{ models: ['nothing-like-it'] }, 'filter.models', 'nothing-like-it'],
  [{ maxInputPrice: usd('-1') }, 'filter.maxInputPrice.amount', 'got -1'],
  [{ maxBlendedPrice: usd('1', 'dollars') }, 'filter.maxBlendedPrice.currency', 'got "dollars"'],
  [{ minQuality: { benchmark: 'b', score: Number.NaN } }, 'filter.minQuality.score', 'got NaN'],
  [{ releasedAfter: AT, releasedBefore: AT }, 'filter.releasedBefore', 'after `releasedAfter`'],
])(
  'a filter that makes no sense says where, what it was given and what it takes: %o',
  (filter, path, problem) => {
    const found = filterProblem(context(full).catalogue, filter);
    expect(found?.path).toBe(path);
    expect(found?.problem).toContain(problem);
  },
);
