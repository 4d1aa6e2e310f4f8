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

const SOURCE = 'artificial-analysis';
const MOST_BENCHMARKS = 50;

/** Indexes are stated out of 100, single benchmarks as shares of 1. */
const qualityOf = (evaluations: JsonMembers, sourceUrl: string): readonly SourceQuality[] =>
  Object.entries(evaluations)
    .slice(0, MOST_BENCHMARKS)
    .flatMap(([key, value]) => {
      const score = figureOf(value);
      const benchmark = nameIn(key)
        ?.toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-');
      if (score === undefined || benchmark === undefined) return [];
      const maximum = benchmark.endsWith('-index') ? 100 : 1;
      return score > maximum ? [] : [{ benchmark, score, maximum, sourceUrl }];
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

const readModel = (row: JsonMembers, slug: string, problems: SourceProblem[]): SourceScores => {
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
    quality: qualityOf(membersOf(row.evaluations) ?? {}, sourceUrl),
    performance: performanceOf(row),
    prices: prices.rows,
  };
};

/** Quality and speed as Artificial Analysis measures them. What it says is never kept over a restart. */
export const artificialAnalysis: CatalogueSource = {
  id: SOURCE,
  name: 'Artificial Analysis',
  pageUrl: 'https://artificialanalysis.ai',
  baseUrl: 'https://artificialanalysis.ai',
  requests: [{ name: 'models', path: '/api/v2/data/llms/models' }],
  terms: 'With the own key of the operator, named as https://artificialanalysis.ai, not to be passed on.',
  key: { required: true, variable: 'ARTIFICIAL_ANALYSIS_API_KEY', header: 'x-api-key' },
  byDefault: false,
  storable: false,
  parse(bodies) {
    const scores: SourceScores[] = [];
    const problems: SourceProblem[] = [];
    for (const [index, each] of dataRows(bodies, 'models').entries()) {
      const row = membersOf(each);
      const slug = nameIn(row?.slug);
      if (row === undefined || slug === undefined) {
        const detail = 'takes an object with a text `slug`';
        problems.push({ subject: `${SOURCE}/[${index}]`, reason: 'MALFORMED', detail });
      } else scores.push(readModel(row, slug, problems));
    }
    if (scores.length === 0) throw new SourceUnreadable('models: no row of the list can be read.');
    return { ...EMPTY_READING, scores, problems };
  },
};
