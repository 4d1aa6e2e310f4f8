/**
 * Puts scores of different benchmarks on one scale. Each series of scores is a straight line over one hidden ability of the
 * models that took it, plus noise: `y = intercept + slope * ability`. Models that took two benchmarks link them, so that a
 * good place among weak models counts less than a middling one among strong models.
 */

export type Observation = { readonly model: number; readonly series: number; readonly y: number };

export type FittedSeries = {
  readonly intercept: number;
  /** Never negative: more is better. */
  readonly slope: number;
  /** Of what is left unexplained. */
  readonly variance: number;
};

export type Fit = {
  /** Mean 0 and standard deviation 1 over the models with two scores or more. */
  readonly abilities: Float64Array;
  readonly series: readonly FittedSeries[];
};

const ROUNDS = 15;
/** Weight of the prior: an ability is drawn towards the mean as by a benchmark that says so little. */
export const PRIOR = 0.2;
/** Pretended models on a line of slope 1 with this noise, so that few scores do not make a line of their own. */
const PRETENDED = 3;
const NOISE = 0.35;
const MIN_SLOPE = 0.02;
const MIN_VARIANCE = 0.12;

/** What a series tells of a model: the more the slope stands out from the noise, the more. */
export const information = ({ slope, variance }: FittedSeries, weight: number): number =>
  (weight * slope * slope) / variance;

/** Sum over observations of one model, ready to be divided. */
export const evidenceOf = (
  observations: readonly Observation[],
  series: readonly FittedSeries[],
  weights: readonly number[],
): { readonly information: number; readonly sum: number } => {
  let total = 0;
  let sum = 0;
  for (const { series: index, y } of observations) {
    const line = series[index];
    if (line === undefined) continue;
    const weight = weights[index] ?? 0;
    total += information(line, weight);
    sum += (weight * line.slope * (y - line.intercept)) / line.variance;
  }
  return { information: total, sum };
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const fitLine = (observations: readonly Observation[], abilities: Float64Array): FittedSeries => {
  const xs = observations.map(({ model }) => abilities[model] ?? 0);
  const ys = observations.map(({ y }) => y);
  const [x0, y0] = [mean(xs), mean(ys)];
  let [xx, xy] = [PRETENDED, PRETENDED];
  for (const [index, x] of xs.entries()) {
    xx += (x - x0) ** 2;
    xy += (x - x0) * ((ys[index] ?? 0) - y0);
  }
  const slope = Math.max(MIN_SLOPE, xy / xx);
  const intercept = y0 - slope * x0;
  let rest = PRETENDED * NOISE;
  for (const [index, x] of xs.entries()) rest += ((ys[index] ?? 0) - intercept - slope * x) ** 2;
  return { intercept, slope, variance: Math.max(MIN_VARIANCE, rest / (ys.length + PRETENDED)) };
};

/** Each series must be standardised: mean 0, standard deviation 1. Yields where it may be interrupted. */
export function* fitAbilities(
  observations: readonly Observation[],
  models: number,
  weights: readonly number[],
): Generator<void, Fit> {
  const ofModel: Observation[][] = Array.from({ length: models }, () => []);
  const ofSeries: Observation[][] = weights.map(() => []);
  for (const each of observations) {
    ofModel[each.model]?.push(each);
    ofSeries[each.series]?.push(each);
  }
  const abilities = Float64Array.from(ofModel, (own) => mean(own.map(({ y }) => y)));
  const several = ofModel.flatMap((own, model) => (own.length > 1 ? [model] : []));
  const standardise = (): void => {
    const values = several.map((model) => abilities[model] ?? 0);
    const middle = mean(values);
    const spread = Math.sqrt(mean(values.map((value) => (value - middle) ** 2))) || 1;
    for (let model = 0; model < models; model += 1)
      abilities[model] = ((abilities[model] ?? 0) - middle) / spread;
  };
  standardise();
  let series: readonly FittedSeries[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    series = ofSeries.map((own) => fitLine(own, abilities));
    for (const [model, own] of ofModel.entries()) {
      const { information: total, sum } = evidenceOf(own, series, weights);
      abilities[model] = sum / (total + PRIOR);
    }
    standardise();
    yield;
  }
  return { abilities, series: ofSeries.map((own) => fitLine(own, abilities)) };
}
