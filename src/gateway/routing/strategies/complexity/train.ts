import type { ComplexityModel } from '../../../../domain/route.ts';
import { FEATURES, featuresOf, wordsIn } from './features.ts';
import type { Labelled } from './labelled.ts';

/** A fitted logistic model, over features as they are. */
export type Fit = { readonly bias: number; readonly weights: Float64Array };

export const probabilityOf = ({ bias, weights }: Fit, row: Float64Array): number => {
  let sum = bias;
  for (let column = 0; column < weights.length; column++) sum += (weights[column] ?? 0) * (row[column] ?? 0);
  return 1 / (1 + Math.exp(-sum));
};

const STEPS = 1_500;
const RATE = 0.5;

/** Mean and deviation of each column; a column that is the same in all rows has no deviation and gets no weight. */
const spreadOf = (rows: readonly Float64Array[], columns: number) => {
  const means = new Float64Array(columns);
  const deviations = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    let squares = 0;
    for (const row of rows) sum += row[column] ?? 0;
    const mean = sum / rows.length;
    for (const row of rows) squares += ((row[column] ?? 0) - mean) ** 2;
    means[column] = mean;
    deviations[column] = Math.sqrt(squares / rows.length);
  }
  return { means, deviations };
};

/**
 * By gradient descent from nothing, over columns brought to the same spread, so that `l2` weighs on all alike. Labels may
 * be shares. Deterministic.
 */
export const fitLogistic = (rows: readonly Float64Array[], labels: readonly number[], l2: number): Fit => {
  const columns = rows[0]?.length ?? 0;
  const { means, deviations } = spreadOf(rows, columns);
  const scaled = rows.map((row) =>
    row.map((value, column) => {
      const deviation = deviations[column] ?? 0;
      return deviation > 0 ? (value - (means[column] ?? 0)) / deviation : 0;
    }),
  );
  const weights = new Float64Array(columns);
  let bias = 0;
  for (let step = 0; step < STEPS; step++) {
    const slopes = new Float64Array(columns);
    let biasSlope = 0;
    for (const [index, row] of scaled.entries()) {
      const error = probabilityOf({ bias, weights }, row) - (labels[index] ?? 0);
      biasSlope += error;
      for (let column = 0; column < columns; column++)
        slopes[column] = (slopes[column] ?? 0) + error * (row[column] ?? 0);
    }
    bias -= (RATE * biasSlope) / rows.length;
    for (let column = 0; column < columns; column++) {
      const weight = weights[column] ?? 0;
      weights[column] = weight - RATE * ((slopes[column] ?? 0) / rows.length + l2 * weight);
    }
  }
  let unscaledBias = bias;
  for (let column = 0; column < columns; column++) {
    const deviation = deviations[column] ?? 0;
    const weight = deviation > 0 ? (weights[column] ?? 0) / deviation : 0;
    weights[column] = weight;
    unscaledBias -= weight * (means[column] ?? 0);
  }
  return { bias: unscaledBias, weights };
};

/** How well predictions agree with labels; hard is 0.5 and more of either. */
export type Measures = {
  readonly accuracy: number;
  /** Of those that were called hard, the share that are. NaN where none was. */
  readonly precision: number;
  /** Of those that are hard, the share that was found. */
  readonly recall: number;
  /** Chance that a hard one gets a higher figure than a simple one. */
  readonly auc: number;
};

export type TrainingReport = {
  readonly examples: number;
  readonly hard: number;
  readonly folds: number;
  /** By cross-validation: each example is judged by a model that has not seen it. */
  readonly classifier: Measures;
  /** The same of a model that only knows the number of words. */
  readonly wordCount: Measures;
};

export type TrainOptions = {
  /** Weight of the squares of the weights, per example. */
  readonly l2?: number;
  readonly folds?: number;
};

const L2 = 0.03;
const FOLDS = 10;
/** Shipped figures are cut, so that they are the same wherever they are worked out. */
const DIGITS = 3;

const rounded = (value: number): number => Number(value.toFixed(DIGITS)) + 0;

/** Chance that a positive outranks a negative, ties counted half; by ranks. */
const aucOf = (scores: readonly number[], hard: readonly boolean[]): number => {
  const order = scores.map((_score, index) => index).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let ranks = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && scores[order[end] ?? 0] === scores[order[start] ?? 0]) end++;
    // Ranks count from 1; equal scores share the middle of theirs.
    for (let index = start; index < end; index++)
      if (hard[order[index] ?? 0] === true) ranks += (start + 1 + end) / 2;
    start = end;
  }
  const positives = hard.filter(Boolean).length;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (hard.length - positives));
};

const measuresOf = (scores: readonly number[], hard: readonly boolean[]): Measures => {
  let [right, called, found] = [0, 0, 0];
  for (const [index, score] of scores.entries()) {
    const isCalled = score >= 0.5;
    if (isCalled === hard[index]) right++;
    if (isCalled) called++;
    if (isCalled && hard[index] === true) found++;
  }
  return {
    accuracy: right / scores.length,
    precision: found / called,
    recall: found / hard.filter(Boolean).length,
    auc: aucOf(scores, hard),
  };
};

/** The fold of each example: hard and simple ones are dealt out in turn, so that each fold has its share of both. */
const foldsOf = (hard: readonly boolean[], folds: number): readonly number[] => {
  let [hards, simples] = [0, 0];
  return hard.map((isHard) => (isHard ? hards++ : simples++) % folds);
};

const crossValidated = (
  rows: readonly Float64Array[],
  labels: readonly number[],
  foldOf: readonly number[],
  folds: number,
  l2: number,
): readonly number[] => {
  const fits: Fit[] = [];
  for (let fold = 0; fold < folds; fold++)
    fits.push(
      fitLogistic(
        rows.filter((_row, index) => foldOf[index] !== fold),
        labels.filter((_label, index) => foldOf[index] !== fold),
        l2,
      ),
    );
  return rows.map((row, index) => {
    const fit = fits[foldOf[index] ?? 0];
    return fit === undefined ? Number.NaN : probabilityOf(fit, row);
  });
};

/** The least that a figure can rest on: some of both kinds in each part. */
const FEWEST = 20;
const FEWEST_OF_A_KIND = 5;

/** Why nothing can be learnt from these, for a person; undefined: something can. */
export const trainingProblem = (labelled: readonly Labelled[]): string | undefined => {
  const hard = labelled.filter((one) => one.hard >= 0.5).length;
  const simple = labelled.length - hard;
  return labelled.length >= FEWEST && hard >= FEWEST_OF_A_KIND && simple >= FEWEST_OF_A_KIND
    ? undefined
    : `there are ${hard} hard and ${simple} simple examples; it takes ${FEWEST}, at least ${FEWEST_OF_A_KIND} of each kind`;
};

/**
 * Logistic regression over the features, with its own judgement by cross-validation. The same examples in the same order
 * always give the same model. Throws where `trainingProblem` has something to say.
 */
export const train = (
  labelled: readonly Labelled[],
  { l2 = L2, folds = FOLDS }: TrainOptions = {},
): { readonly model: ComplexityModel; readonly report: TrainingReport } => {
  const problem = trainingProblem(labelled);
  if (problem !== undefined) throw new RangeError(problem);
  const labels = labelled.map((one) => one.hard);
  const hard = labels.map((label) => label >= 0.5);
  const hards = hard.filter(Boolean).length;
  const parts = Math.max(2, Math.min(folds, hards, hard.length - hards));
  const foldOf = foldsOf(hard, parts);
  const rows = labelled.map(({ request }) => featuresOf(request));
  const words = labelled.map(({ request }) => Float64Array.of(Math.log1p(wordsIn(request))));
  const fit = fitLogistic(rows, labels, l2);
  const weights: Record<string, number> = {};
  for (const [index, name] of FEATURES.entries()) weights[name] = rounded(fit.weights[index] ?? 0);
  return {
    model: { bias: rounded(fit.bias), weights },
    report: {
      examples: labelled.length,
      hard: hards,
      folds: parts,
      classifier: measuresOf(crossValidated(rows, labels, foldOf, parts, l2), hard),
      wordCount: measuresOf(crossValidated(words, labels, foldOf, parts, l2), hard),
    },
  };
};
