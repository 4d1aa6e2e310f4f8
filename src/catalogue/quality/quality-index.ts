import type { ModelSlug } from '../../domain/ids.ts';
import type { QualityCategory, QualityScore } from '../../domain/quality.ts';
import { evidenceOf, fitAbilities, type Observation, PRIOR } from './ability.ts';
import { factsOfBenchmark } from './benchmarks.ts';

/** Names of the indexes, and the categories of benchmarks that each is over; absent: all. */
export const INDEXES: { readonly [name: string]: readonly QualityCategory[] | undefined } = {
  index: undefined,
  'index-reasoning': ['REASONING', 'MATH'],
  'index-coding': ['CODING'],
  'index-agentic': ['AGENTIC', 'TOOL_CALLING'],
  'index-factuality': ['FACTUALITY'],
};

export const INDEX_SOURCE = 'modelgraph';

/** Fewer models say little of how hard a benchmark is. */
const MIN_MODELS = 6;
const MIN_BENCHMARKS = 2;
const MIN_SOURCES = 2;
/** Of the index over all, in points: beyond it, the scores say too little. */
const MAX_ERROR = 6;
/** How far an index of one category is drawn towards the index over all. */
const CATEGORY_PRIOR = 1;
const MIDDLE = 50;
const POINTS_PER_DEVIATION = 10;

/** Shares of a maximum are spread out at both ends, where a point is harder to gain; others stay as they are. */
const spreadOut = ({ score, maximum, lessIsBetter }: QualityScore): number => {
  if (maximum === undefined) return lessIsBetter ? -score : score;
  const share = Math.min(0.995, Math.max(0.005, score / maximum));
  const odds = Math.log(share / (1 - share));
  return lessIsBetter ? -odds : odds;
};

type Series = { readonly name: string; readonly source: string; readonly benchmark: string };
type Scored = { readonly slug: ModelSlug; readonly scores: readonly QualityScore[] };

/** Takes what may count: one score a model and series, run by somebody else than the lab. */
const counting = (models: readonly Scored[]): ReadonlyMap<string, readonly [number, QualityScore][]> => {
  const bySeries = new Map<string, [number, QualityScore][]>();
  for (const [model, { scores }] of models.entries())
    for (const score of scores) {
      if (score.reportedBy === 'LAB' || factsOfBenchmark(score.benchmark).weight === undefined) continue;
      const list = bySeries.get(score.series) ?? [];
      list.push([model, score]);
      bySeries.set(score.series, list);
    }
  return new Map([...bySeries].filter(([, list]) => list.length >= MIN_MODELS));
};

const rounded = (points: number): number => Math.round(Math.min(100, Math.max(0, points)) * 10) / 10;

/**
 * The indexes of models, from the one score of each in each series. A model has an index if at least two benchmarks of
 * two publishers count and do not leave it too uncertain. docs/quality.md states the recipe. Yields where it may be interrupted.
 */
export function* qualityIndexes(
  models: readonly Scored[],
  at: Date,
): Generator<void, ReadonlyMap<ModelSlug, readonly QualityScore[]>> {
  const series: Series[] = [];
  const weights: number[] = [];
  const observations: Observation[] = [];
  const ofModel = new Map<number, { readonly observation: Observation; readonly score: QualityScore }[]>();
  for (const [name, list] of counting(models)) {
    const [first] = list;
    if (first === undefined) continue;
    const values = list.map(([, score]) => spreadOut(score));
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length);
    if (!(spread > 0)) continue;
    for (const [index, [model, score]] of list.entries()) {
      const observation = { model, series: series.length, y: ((values[index] ?? middle) - middle) / spread };
      observations.push(observation);
      const own = ofModel.get(model) ?? [];
      own.push({ observation, score });
      ofModel.set(model, own);
    }
    const [, { benchmark, provenance }] = first;
    series.push({ name, source: provenance.source, benchmark });
    weights.push(factsOfBenchmark(benchmark).weight ?? 0);
  }
  yield;
  const fit = yield* fitAbilities(observations, models.length, weights);

  const indexes = new Map<ModelSlug, readonly QualityScore[]>();
  for (const [model, own] of ofModel) {
    const slug = models[model]?.slug;
    const overall = fit.abilities[model] ?? 0;
    if (slug === undefined) continue;
    const found: QualityScore[] = [];
    for (const [name, categories] of Object.entries(INDEXES)) {
      const used = own.filter(({ score }) => categories === undefined || categories.includes(score.category));
      const benchmarks = new Set(used.map(({ score }) => score.benchmark)).size;
      const sources = new Set(used.map(({ score }) => score.provenance.source)).size;
      if (benchmarks < MIN_BENCHMARKS || sources < MIN_SOURCES) continue;
      const { information, sum } = evidenceOf(
        used.map(({ observation }) => observation),
        fit.series,
        weights,
      );
      const prior = categories === undefined ? PRIOR : CATEGORY_PRIOR;
      const error = POINTS_PER_DEVIATION / Math.sqrt(information + prior);
      if (categories === undefined && error > MAX_ERROR) break;
      const ability = categories === undefined ? overall : (sum + prior * overall) / (information + prior);
      const days = used.flatMap(({ score }) => score.date ?? []).sort();
      const [oldest, newest] = [days[0], days.at(-1)];
      found.push({
        benchmark: name,
        series: `${INDEX_SOURCE}:${name}`,
        category: categories?.[0] ?? 'GENERAL',
        metric: 'ability over several benchmarks; 50 is the middle, 10 points are one standard deviation',
        unit: 'points',
        lessIsBetter: false,
        score: rounded(MIDDLE + POINTS_PER_DEVIATION * ability),
        maximum: 100,
        ...(newest !== undefined && { date: newest }),
        reportedBy: 'INDEPENDENT',
        represents: true,
        evidence: {
          benchmarks,
          sources,
          error: Math.round(error * 10) / 10,
          ...(oldest !== undefined && { oldest }),
          ...(newest !== undefined && { newest }),
        },
        provenance: { source: INDEX_SOURCE, observedAt: at },
      });
    }
    if (found.length > 0) indexes.set(slug, found);
  }
  return indexes;
}
