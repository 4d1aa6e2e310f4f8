import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Comparison } from '../../catalogue/comparison/compare-offerings.ts';
import type { ComparedOffering } from '../../catalogue/comparison/compared-offering.ts';
import { priceFactsOf } from '../../catalogue/comparison/price-facts.ts';
import { age, day, money, tokens } from './figures.ts';
import { type Column, textTable, wrapped } from './text-table.ts';

const sourcesOf = (catalogue: Catalogue, { offering, cost }: ComparedOffering): readonly string[] => {
  if (cost.kind === 'FREE') return [];
  const used = new Set(cost.lines.map(({ priceId }) => priceId));
  const rows = catalogue.pricesOf(offering.id).filter(({ id }) => used.has(id));
  return [...new Set(rows.map(({ provenance }) => provenance.source))];
};

const slugOf = ({ offering: { modelSlug } }: ComparedOffering): string => modelSlug;

/** Reasons in the footer; the JSON has all. */
const REASONS_SHOWN = 4;

const footer = (comparison: Comparison, shown: number, notes: readonly string[]): readonly string[] => {
  const { ranked, excluded, exclusions, criteriaUsed, criteriaUnknown, fxRates, benchmark, currency } =
    comparison;
  const reasons = exclusions
    .slice(0, REASONS_SHOWN)
    .map(({ reason, count }) => `${count} ${reason.toLowerCase().replaceAll('_', ' ')}`);
  const weights = criteriaUsed.map(
    ({ criterion, weight }) => `${criterion.toLowerCase()} ${Math.round(weight * 100)} %`,
  );
  return [
    `${shown} of ${ranked.length} ranked offerings. * no other of its group is at least as good at everything and better at something.`,
    ...comparison.groups
      .filter(({ unknownCriteria }) => unknownCriteria.length > 0)
      .map(
        ({ unknownCriteria, offerings }) =>
          `?: not comparable, ranked by the rest: ${offerings.length} of which ${unknownCriteria.map((each) => each.toLowerCase()).join(' and ')} is unknown.`,
      ),
    ...(excluded.length === 0
      ? []
      : [
          `${excluded.length} not ranked: ${reasons.join(', ')}${exclusions.length > REASONS_SHOWN ? ', …' : ''}.`,
        ]),
    ...(weights.length === 0
      ? []
      : [`Score: ${weights.join(', ')}${benchmark === undefined ? '' : ` (quality by ${benchmark})`}.`]),
    ...(criteriaUnknown.length === 0
      ? []
      : [`Nothing is known here of: ${criteriaUnknown.map((each) => each.toLowerCase()).join(', ')}.`]),
    ...(exclusions.some(({ reason }) => reason === 'NO_FX_RATE')
      ? [
          `No exchange rate is known for some: state one with --rate ${currency === 'USD' ? 'CNY=7.12' : `${currency}=N`} (units for one US dollar), or catalogue.rates in the config file.`,
        ]
      : []),
    ...fxRates.map(
      ({ base, quote, rate, date, provenance }) =>
        `1 ${base} = ${rate.toFixed()} ${quote} (${provenance.source}, ${date}).`,
    ),
    ...notes,
  ];
};

/** The comparison for a person. `notes` end it. */
export const compareTable = (
  catalogue: Catalogue,
  comparison: Comparison,
  limit: number,
  notes: readonly string[],
): string => {
  const rows = comparison.ranked.slice(0, limit);
  const { currency, asOf } = comparison;
  const speed: readonly Column<ComparedOffering>[] = [
    {
      title: 'TTFT ms',
      align: 'RIGHT',
      text: ({ measured }) =>
        measured.ttft === undefined ? undefined : String(Math.round(measured.ttft.p50)),
    },
    {
      title: 'TPS',
      align: 'RIGHT',
      text: ({ measured }) =>
        measured.outputTps === undefined ? undefined : String(Math.round(measured.outputTps.p50)),
    },
  ];
  const columns: readonly Column<ComparedOffering>[] = [
    {
      title: '#',
      align: 'RIGHT',
      text: ({ rank, paretoOptimal, comparable }) =>
        `${comparable ? '' : '?'}${paretoOptimal ? '*' : ''}${rank}`,
    },
    { title: 'OFFERING', align: 'LEFT', text: ({ offering }) => offering.id, atMost: 40 },
    // Providers have names of their own for one model.
    ...(new Set(rows.map(({ offering }) => offering.providerId)).size > 1
      ? [{ title: 'MODEL', align: 'LEFT', text: slugOf, atMost: 40 } as const]
      : []),
    { title: 'SCORE', align: 'RIGHT', text: ({ score }) => score.toFixed(3) },
    {
      title: `${currency}/REQUEST`,
      align: 'RIGHT',
      text: ({ cost, perRequest }) => (cost.kind === 'FREE' ? 'free' : money(perRequest)),
    },
    {
      title: `${currency}/MONTH`,
      align: 'RIGHT',
      text: ({ cost, perMonth }) => (cost.kind === 'FREE' ? 'free' : perMonth.toFixed(2)),
    },
    {
      title: 'CONTEXT',
      align: 'RIGHT',
      text: ({ offering: { limits } }) =>
        limits.contextWindow === undefined ? undefined : tokens(limits.contextWindow),
    },
    ...speed.filter(({ text }) => rows.some((row) => text(row) !== undefined)),
    {
      title: 'PRICE FROM',
      align: 'LEFT',
      text: (row) => sourcesOf(catalogue, row).join('+') || undefined,
      atMost: 14,
    },
    {
      title: 'AGE',
      align: 'RIGHT',
      text: (row) => {
        const { ageSeconds } = priceFactsOf(catalogue, row, asOf);
        return ageSeconds === undefined ? undefined : age(ageSeconds);
      },
    },
  ];
  const table = rows.length === 0 ? ['No offering can be ranked for this.'] : textTable(columns, rows);
  return `${[...table, '', ...footer(comparison, rows.length, notes).flatMap(wrapped)].join('\n')}\n`;
};

/** The same for programs: amounts are decimal text with all digits; what is not known is absent. */
export const compareJson = (
  catalogue: Catalogue,
  comparison: Comparison,
  limit: number,
  notes: readonly string[],
): string => {
  const { ranked, excluded, exclusions, currency, requestsPerMonth, asOf, criteriaUsed, criteriaUnknown } =
    comparison;
  return `${JSON.stringify(
    {
      asOf: asOf.toISOString(),
      notes,
      currency,
      requestsPerMonth,
      criteriaUsed,
      criteriaUnknown,
      ranked: ranked.length,
      excluded: excluded.length,
      exclusions,
      fxRates: comparison.fxRates.map(({ base, quote, rate, date, provenance }) => ({
        base,
        quote,
        rate: rate.toFixed(),
        date,
        source: provenance.source,
      })),
      offerings: ranked.slice(0, limit).map((row) => ({
        rank: row.rank,
        offering: row.offering.id,
        model: row.offering.modelSlug,
        provider: row.offering.providerId,
        on: catalogue.isOn(row.offering),
        score: row.score,
        comparable: row.comparable,
        unknownCriteria: row.unknownCriteria,
        paretoOptimal: row.paretoOptimal,
        free: row.cost.kind === 'FREE',
        costPerRequest: row.perRequest.toFixed(),
        costPerMonth: row.perMonth.toFixed(),
        notes: row.notes,
        contextWindow: row.offering.limits.contextWindow,
        ttftMs: row.measured.ttft?.p50,
        outputTps: row.measured.outputTps?.p50,
        quality: row.quality && { benchmark: row.quality.benchmark, score: row.quality.score },
        priceSources: sourcesOf(catalogue, row),
        priceAgeSeconds: priceFactsOf(catalogue, row, asOf).ageSeconds,
      })),
    },
    null,
    2,
  )}\n`;
};

/** Which prices these are: each source with the day on which it last said something. */
export const pricesData = (catalogue: Catalogue): string => {
  const days = new Map<string, string>();
  for (const { id } of catalogue.offerings)
    for (const { provenance } of catalogue.pricesOf(id)) {
      const seen = day(provenance.observedAt);
      if (seen > (days.get(provenance.source) ?? '')) days.set(provenance.source, seen);
    }
  const sources = [...days].map(([source, seen]) => `${source} of ${seen}`);
  return `Prices: ${sources.join(', ') || 'none'}.`;
};
