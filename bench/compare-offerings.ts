/**
 * What it costs to compare all offerings of a large catalogue. Ends by itself and prints what it measured.
 * `npm run bench:compare`
 */
import type { Catalogue } from '../src/catalogue/catalogue.ts';
import { compareOfferings } from '../src/catalogue/comparison/compare-offerings.ts';
import type { ComparisonInput } from '../src/catalogue/comparison/comparison-input.ts';
import { costOf } from '../src/catalogue/price-engine.ts';
import { asModelSlug, asPriceId, asProviderId, offeringIdOf } from '../src/domain/ids.ts';
import { type Model, NO_FACTS, type Offering } from '../src/domain/model.ts';
import { Decimal } from '../src/domain/money.ts';
import type { PerfStat } from '../src/domain/performance.ts';
import type { Price, TokenType } from '../src/domain/price.ts';
import { usageOf } from '../src/domain/usage.ts';

const OFFERINGS = 10_000;
const MODELS = 2_000;
const ROUNDS = 20;
const AT = new Date('2026-11-01T00:00:00Z');
const provenance = { source: 'bench', observedAt: AT };

const facts = { ...NO_FACTS, limits: { contextWindow: 200_000 } };

/** Four rows each: input, output, cache reads, and output of long prompts. */
const pricesOf = (offering: Offering, index: number): readonly Price[] => {
  const row = (name: string, amount: string, direction: 'INPUT' | 'OUTPUT', tokenType: TokenType): Price => ({
    id: asPriceId(`${offering.id}#${name}`),
    offeringId: offering.id,
    meter: { family: 'TOKENS', direction, modality: 'TEXT', tokenType },
    amount: new Decimal(amount),
    per: 1_000_000,
    currency: index % 10 === 0 ? 'CNY' : 'USD',
    serviceTier: 'STANDARD',
    conditions: name === 'long' ? { promptTokens: { from: 128_000 } } : {},
    tierMode: 'CLIFF',
    billing: 'METERED',
    provenance,
  });
  return [
    row('input', `${(index % 97) + 1}.15`, 'INPUT', 'PLAIN'),
    row('output', `${(index % 89) + 2}.6`, 'OUTPUT', 'PLAIN'),
    row('cache', `0.${(index % 83) + 10}`, 'INPUT', 'CACHE_READ'),
    row('long', `${(index % 79) + 5}.2`, 'OUTPUT', 'PLAIN'),
  ];
};

const build = (): Catalogue => {
  const offerings = Array.from({ length: OFFERINGS }, (_, index): Offering => {
    const providerId = asProviderId(`provider-${index % 50}`);
    return {
      ...facts,
      id: offeringIdOf(providerId, `model-${index}`),
      providerId,
      providerModelId: `model-${index}`,
      modelSlug: asModelSlug(`lab/model-${index % MODELS}`),
      join: 'EXPLICIT',
      joinReason: 'Stated.',
      billing: 'METERED',
      provenance,
    };
  });
  const byId = new Map(offerings.map((offering) => [offering.id, offering]));
  const prices = new Map(offerings.map((offering, index) => [offering.id, pricesOf(offering, index)]));
  const speed = new Map(
    offerings.map((offering, index): [string, readonly PerfStat[]] => [
      offering.id,
      [
        { metric: 'TTFT_MS', p50: 100 + (index % 900), provenance },
        { metric: 'OUTPUT_TPS', p50: 20 + (index % 200), provenance },
        { metric: 'UPTIME', p50: 0.9 + (index % 100) / 1_000, provenance },
      ],
    ]),
  );
  const model: Model = { ...facts, slug: asModelSlug('lab/model'), name: 'Model', lab: 'lab', provenance };
  return {
    models: [model],
    providers: [],
    offerings,
    model: () => model,
    provider: () => undefined,
    offering: (id) => byId.get(id),
    offeringsOf: () => [],
    pricesOf: (id) => prices.get(id) ?? [],
    observationsOf: () => [],
    disagreementOf: () => undefined,
    performanceOf: (id) => speed.get(id) ?? [],
    qualityOf: (slug) => [
      {
        benchmark: 'bench',
        score: slug.length,
        category: 'OTHER',
        lessIsBetter: false,
        reportedBy: 'INDEPENDENT',
        series: 'bench:bench',
        represents: true,
        provenance,
      },
    ],
    fx: [{ base: 'USD', quote: 'CNY', rate: new Decimal('7.1'), date: '2026-11-01', provenance }],
    quarantine: [],
    isOn: () => true,
    resolve: () => ({ kind: 'UNKNOWN', suggestions: () => [] }),
    unlisted: () => undefined,
  };
};

const cpuMs = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

const catalogue = build();
const workload = { inputTokens: 3_000, outputTokens: 500, cachedInputShare: 0.5, requestsPerMonth: 200_000 };
/** What is measured, with the rows that it must give. */
const CASES: readonly (readonly [string, ComparisonInput, number])[] = [
  ['one row a model', { workload }, MODELS],
  ['one row an offering', { workload, grouping: 'NONE' }, OFFERINGS],
  ['a task', { task: 'CHAT' }, MODELS],
];

const compare = (input: ComparisonInput, rows: number): void => {
  const result = compareOfferings(catalogue, { of: () => [] }, input, AT);
  if (result.kind !== 'OK' || result.comparison.ranked.length !== rows)
    throw new Error(`${rows} rows were expected`);
};

for (const [name, input, rows] of CASES) {
  const first = cpuMs(() => compare(input, rows));
  for (let round = 0; round < ROUNDS; round += 1) compare(input, rows);
  const rounds = Array.from({ length: ROUNDS }, () => cpuMs(() => compare(input, rows))).sort(
    (one, other) => one - other,
  );
  process.stdout.write(
    `compareOfferings, ${name}: ${OFFERINGS} offerings, ${OFFERINGS * 4} price rows: ` +
      `median ${rounds[ROUNDS / 2]?.toFixed(1)} ms of CPU, worst of ${ROUNDS} ${rounds.at(-1)?.toFixed(1)} ms, ` +
      `the first ${first.toFixed(1)} ms\n`,
  );
}

const usage = usageOf({ input: 1_500, cacheRead: 1_500, output: 500 });
const billAll = (): void => {
  for (const offering of catalogue.offerings)
    costOf({ offering, prices: catalogue.pricesOf(offering.id), usage, at: AT });
};
const rounds = Array.from({ length: ROUNDS }, () => cpuMs(billAll)).sort((one, other) => one - other);
const bills = rounds[ROUNDS / 2] ?? Number.NaN;

process.stdout.write(`one price ${((bills * 1_000) / OFFERINGS).toFixed(2)} µs\n`);
