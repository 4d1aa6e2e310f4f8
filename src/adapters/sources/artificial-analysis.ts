import { METERS } from '../../domain/meters.ts';
import {
  type CatalogueSource,
  EMPTY_READING,
  type SourcePerformance,
  type SourceProblem,
  type SourceQuality,
  type SourceScores,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { createPriceRows } from '../../price-lists/price-rows.ts';
import { nameIn } from '../../price-lists/read-values.ts';
import { dataRows, figureOf, type JsonMembers, membersOf } from './live-payload.ts';
import { jsonBody } from './row-reading.ts';

const SOURCE = 'artificial-analysis';
const MOST_BENCHMARKS = 50;

/** Indexes are stated out of 100 and have a version, single benchmarks are shares of 1. */
const qualityOf = (
  evaluations: JsonMembers,
  sourceUrl: string,
  version: string | undefined,
): readonly SourceQuality[] =>
  Object.entries(evaluations)
    .slice(0, MOST_BENCHMARKS)
    .flatMap(([key, value]) => {
      const score = figureOf(value);
      const benchmark = nameIn(key)
        ?.toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-');
      if (score === undefined || benchmark === undefined) return [];
      if (!benchmark.endsWith('-index'))
        return score > 1 ? [] : [{ benchmark, score, maximum: 1, unit: 'share', sourceUrl }];
      return score > 100
        ? []
        : [
            {
              benchmark,
              score,
              maximum: 100,
              unit: 'points',
              sourceUrl,
              ...(version !== undefined && { version }),
            },
          ];
    });

const performanceOf = (row: JsonMembers): readonly SourcePerformance[] => {
  const seconds = figureOf(row.median_time_to_first_token_seconds);
  const speed = figureOf(row.median_output_tokens_per_second);
  return [
    ...(seconds === undefined
      ? []
      : [{ metric: 'TTFT_MS', p50: Math.round(seconds * 1_000_000) / 1000 } as const]),
    ...(speed === undefined ? [] : [{ metric: 'OUTPUT_TPS', p50: speed } as const]),
  ];
};

const readModel = (
  row: JsonMembers,
  slug: string,
  version: string | undefined,
  problems: SourceProblem[],
): SourceScores => {
  const prices = createPriceRows(`${SOURCE}/${slug}`, problems);
  const pricing = membersOf(row.pricing);
  const of = 1_000_000;
  prices.add({
    word: 'price_1m_input_tokens',
    amount: pricing?.price_1m_input_tokens,
    meter: METERS.input,
    of,
  });
  prices.add({
    word: 'price_1m_output_tokens',
    amount: pricing?.price_1m_output_tokens,
    meter: METERS.output,
    of,
  });
  const lab = nameIn(membersOf(row.model_creator)?.slug);
  const sourceUrl = `https://artificialanalysis.ai/models/${encodeURIComponent(slug)}`;
  return {
    identity: { name: slug, ...(lab !== undefined && { lab }) },
    quality: qualityOf(membersOf(row.evaluations) ?? {}, sourceUrl, version),
    performance: performanceOf(membersOf(row.performance) ?? row),
    prices: prices.rows,
  };
};

const HOUR_MS = 3_600_000;
const path = (page: number): string => `/api/v2/language/models/free?page=${page}`;

/**
 * Quality and speed as Artificial Analysis measures them, in pages of 200 models. What it says is never kept over a restart.
 * A free key has 100 requests a day, so it is read once an hour at most.
 */
export const artificialAnalysis: CatalogueSource = {
  id: SOURCE,
  name: 'Artificial Analysis',
  pageUrl: 'https://artificialanalysis.ai',
  baseUrl: 'https://artificialanalysis.ai',
  requests: [{ name: 'page-1', path: path(1) }],
  following: (answer, page) =>
    /"has_more"\s*:\s*true/.test(answer) ? { name: `page-${page}`, path: path(page) } : undefined,
  minEveryMs: HOUR_MS,
  terms: 'With the own key of the operator, named as https://artificialanalysis.ai, not to be passed on.',
  key: { required: true, variable: 'ARTIFICIAL_ANALYSIS_API_KEY', header: 'x-api-key' },
  byDefault: false,
  storable: false,
  parse(bodies) {
    const scores: SourceScores[] = [];
    const problems: SourceProblem[] = [];
    const seen = new Set<string>();
    for (const name of Object.keys(bodies)) {
      const stated = membersOf(jsonBody(bodies, name))?.intelligence_index_version;
      const version = nameIn(typeof stated === 'number' ? String(stated) : stated);
      for (const [index, each] of dataRows(bodies, name).entries()) {
        const row = membersOf(each);
        const slug = nameIn(row?.slug);
        if (row === undefined || slug === undefined) {
          const detail = 'takes an object with a text `slug`';
          problems.push({ subject: `${SOURCE}/${name}[${index}]`, reason: 'MALFORMED', detail });
        } else if (!seen.has(slug)) {
          seen.add(slug);
          scores.push(readModel(row, slug, version, problems));
        }
      }
    }
    if (scores.length === 0) throw new SourceUnreadable('No row of the list can be read.');
    return { ...EMPTY_READING, scores, problems };
  },
};
