import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Comparison } from '../../catalogue/comparison/compare-offerings.ts';
import type { ComparedOffering, PricedOffering } from '../../catalogue/comparison/compared-offering.ts';
import { priceFactsOf } from '../../catalogue/comparison/price-facts.ts';
import { releaseJson } from './figures.ts';

/** The lists that state the rates of a cost. */
export const sourcesOf = (
  catalogue: Catalogue,
  { offering, cost }: Pick<PricedOffering, 'offering' | 'cost'>,
): readonly string[] => {
  if (cost.kind === 'FREE') return [];
  const used = new Set(cost.lines.map(({ priceId }) => priceId));
  const rows = catalogue.pricesOf(offering.id).filter(({ id }) => used.has(id));
  return [...new Set(rows.map(({ provenance }) => provenance.source))];
};

const pricedJson = (catalogue: Catalogue, row: PricedOffering, asOf: Date) => ({
  offering: row.offering.id,
  provider: row.offering.providerId,
  region: row.offering.region,
  on: catalogue.isOn(row.offering),
  free: row.cost.kind === 'FREE',
  costPerRequest: row.perRequest.toFixed(),
  costPerMonth: row.perMonth.toFixed(),
  blendedPrice: row.blendedPrice?.toFixed(),
  notes: row.notes,
  contextWindow: row.offering.limits.contextWindow,
  ttftMs: row.measured.ttft?.p50,
  outputTps: row.measured.outputTps?.p50,
  uptime: row.measured.uptime?.p50,
  priceSources: sourcesOf(catalogue, row),
  priceAgeSeconds: priceFactsOf(catalogue, row, asOf).ageSeconds,
});

const rowJson = (catalogue: Catalogue, row: ComparedOffering, asOf: Date) => ({
  rank: row.rank,
  model: row.offering.modelSlug,
  name: catalogue.model(row.offering.modelSlug)?.name,
  ...pricedJson(catalogue, row, asOf),
  score: row.score,
  parts: row.parts,
  comparable: row.comparable,
  unknownCriteria: row.unknownCriteria,
  paretoOptimal: row.paretoOptimal,
  priceClass: row.priceClass,
  ...releaseJson(row.release),
  quality: row.quality && { benchmark: row.quality.benchmark, score: row.quality.score },
  others: row.others.map((other) => pricedJson(catalogue, other, asOf)),
});

/** A comparison for programs: amounts are decimal text with all digits; what is unknown is absent. */
export const compareJson = (
  catalogue: Catalogue,
  comparison: Comparison,
  limit: number,
  notes: readonly string[],
): string => {
  const { ranked, groups, excluded, asOf } = comparison;
  return `${JSON.stringify(
    {
      asOf: asOf.toISOString(),
      notes,
      task: comparison.task,
      workload: comparison.workload,
      availability: comparison.availability,
      availabilityNote: comparison.availabilityNote,
      grouping: comparison.grouping,
      currency: comparison.currency,
      requestsPerMonth: comparison.requestsPerMonth,
      benchmark: comparison.benchmark,
      preferredBenchmark: comparison.preferredBenchmark,
      criteriaUsed: comparison.criteriaUsed,
      criteriaUnknown: comparison.criteriaUnknown,
      ranked: ranked.length,
      groups: groups.map(({ unknownCriteria, criteria, orderedBy, offerings }) => ({
        unknownCriteria,
        criteria,
        orderedBy,
        count: offerings.length,
      })),
      excluded: excluded.length,
      exclusions: comparison.exclusions,
      fxRates: comparison.fxRates.map(({ base, quote, rate, date, provenance }) => ({
        base,
        quote,
        rate: rate.toFixed(),
        date,
        source: provenance.source,
      })),
      offerings: ranked.slice(0, limit).map((row) => rowJson(catalogue, row, asOf)),
    },
    null,
    2,
  )}\n`;
};
