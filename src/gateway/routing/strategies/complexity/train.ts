import type { ComplexityModel } from '../../../../domain/route.ts';
import { FEATURES, featuresOf, wordsIn } from './features.ts';
import {
  calibrate,
  type Fit,
  type FitOptions,
  fitLogistic,
  logitOf,
  type Row,
  type Sample,
  sigmoid,
} from './fit.ts';
import type { Labelled } from './labelled.ts';
import { type Judged, type Measures, measuresOf, type Threshold, thresholdOf } from './measures.ts';
import { BUCKETS, Ngrams, writtenNgrams } from './ngrams.ts';

/** The examples of one language or class. */
export type GroupReport = {
  readonly by: 'language' | 'class';
  readonly name: string;
  readonly examples: number;
  readonly hard: number;
  readonly classifier: Measures;
  readonly wordCount: Measures;
};

export type TrainingReport = {
  readonly examples: number;
  readonly hard: number;
  readonly folds: number;
  /** Of the model that was chosen. By cross-validation: each example is judged by a model that has not seen it. */
  readonly classifier: Measures;
  /** The same of the features alone, of features and hashed words, and of the number of words alone. */
  readonly features: Measures;
  readonly ngrams: Measures;
  readonly wordCount: Measures;
  /** By language and by class, where examples name theirs; the largest first. */
  readonly groups: readonly GroupReport[];
  readonly threshold: Threshold & { readonly missCost: number };
};

export type TrainOptions = {
  /** Weight of the squares of the weights, per example; default 0.03. */
  readonly l2?: number;
  /** Default 10. */
  readonly folds?: number;
  /** Whether hashed words may be part of the model; default true. What is shipped is to know no words of its examples. */
  readonly ngrams?: boolean;
  /** What a hard prompt at the cheap model costs, in what a simple one costs too much at the strong model; default 1. */
  readonly missCost?: number;
};

const L2 = 0.03;
const FOLDS = 10;
/** Figures are cut, so that they are the same wherever they are worked out. */
const DIGITS = 3;

const rounded = (value: number): number => Number(value.toFixed(DIGITS)) + 0;

/**
 * The fold of each example: hard and simple ones are dealt out in turn, so that each fold has its share of both. They are
 * shuffled first, always in the same way: what recurs in a file every so many lines is not to fall into one fold.
 */
const foldsOf = (hard: readonly boolean[], folds: number): readonly number[] => {
  const order = hard.map((_isHard, index) => index);
  let state = 1;
  for (let left = order.length - 1; left > 0; left--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const drawn = Math.floor((state / 2 ** 32) * (left + 1));
    [order[left], order[drawn]] = [order[drawn] ?? 0, order[left] ?? 0];
  }
  const foldOf = hard.map(() => 0);
  let [hards, simples] = [0, 0];
  for (const index of order) foldOf[index] = (hard[index] === true ? hards++ : simples++) % folds;
  return foldOf;
};

const partOf = ({ rows, labels, counts }: Sample, isIn: (index: number) => boolean): Sample => ({
  rows: rows.filter((_row, index) => isIn(index)),
  labels: labels.filter((_label, index) => isIn(index)),
  counts: counts.filter((_count, index) => isIn(index)),
});

/** Of each example the logit of a model that has not seen it. */
const crossValidated = (
  sample: Sample,
  foldOf: readonly number[],
  folds: number,
  options: FitOptions,
): readonly number[] => {
  const fits: Fit[] = [];
  for (let fold = 0; fold < folds; fold++)
    fits.push(
      fitLogistic(
        partOf(sample, (index) => foldOf[index] !== fold),
        options,
      ),
    );
  return sample.rows.map((row, index) => {
    const fit = fits[foldOf[index] ?? 0];
    return fit === undefined ? Number.NaN : logitOf(fit, row);
  });
};

/** What was learnt one way, and how well it did. */
type Trial = {
  readonly learn: () => Fit;
  readonly scores: readonly number[];
  readonly slope: number;
  readonly shift: number;
  /** Mean surprise at the labels, in nats. */
  readonly loss: number;
};

const trialOf = (sample: Sample, foldOf: readonly number[], folds: number, options: FitOptions): Trial => {
  const logits = crossValidated(sample, foldOf, folds, options);
  const { labels, counts } = sample;
  const { slope, shift } = calibrate(logits, labels, counts);
  const scores = logits.map((logit) => sigmoid(slope * logit + shift));
  let [loss, total] = [0, 0];
  for (const [index, score] of scores.entries()) {
    const count = counts[index] ?? 0;
    const label = labels[index] ?? 0;
    const likely = Math.min(1 - 1e-9, Math.max(1e-9, score));
    loss -= count * (label * Math.log(likely) + (1 - label) * Math.log(1 - likely));
    total += count;
  }
  return { learn: () => fitLogistic(sample, options), scores, slope, shift, loss: loss / total };
};

/** The least that a figure can rest on: some of both kinds in each part. */
const MIN_EXAMPLES = 20;
const MIN_OF_A_KIND = 5;

/** Why nothing can be learnt from these, for a person; undefined: something can. */
export const trainingProblem = (labelled: readonly Labelled[]): string | undefined => {
  const hard = labelled.filter((one) => one.hard >= 0.5).length;
  const simple = labelled.length - hard;
  return labelled.length >= MIN_EXAMPLES && hard >= MIN_OF_A_KIND && simple >= MIN_OF_A_KIND
    ? undefined
    : `there are ${hard} hard and ${simple} simple examples; it takes ${MIN_EXAMPLES}, at least ${MIN_OF_A_KIND} of each kind`;
};

const modelOf = ({ learn, slope, shift }: Trial): ComplexityModel => {
  const { bias, weights, ngrams } = learn();
  const named: Record<string, number> = {};
  for (const [index, name] of FEATURES.entries()) named[name] = rounded(slope * (weights[index] ?? 0));
  return {
    bias: rounded(slope * bias + shift),
    weights: named,
    ...(ngrams !== undefined && { ngrams: writtenNgrams(ngrams.map((weight) => slope * weight)) }),
  };
};

const groupsOf = (
  labelled: readonly Labelled[],
  classifier: Judged,
  wordCount: Judged,
): readonly GroupReport[] => {
  const { hard, counts } = classifier;
  const indices = labelled.map((_one, index) => index);
  return (['language', 'class'] as const).flatMap((by) => {
    const groups = Map.groupBy(indices, (index) => labelled[index]?.[by]);
    return [...groups]
      .flatMap(([name, members]) => {
        if (name === undefined) return [];
        const only = (scores: readonly number[]): Judged => ({
          scores: members.map((index) => scores[index] ?? 0),
          hard: members.map((index) => hard[index] === true),
          counts: members.map((index) => counts[index] ?? 0),
        });
        return [
          {
            by,
            name,
            examples: members.length,
            hard: members.filter((index) => hard[index] === true).length,
            classifier: measuresOf(only(classifier.scores)),
            wordCount: measuresOf(only(wordCount.scores)),
          },
        ];
      })
      .toSorted((one, other) => other.examples - one.examples);
  });
};

/**
 * Logistic regression over the features, with hashed words where they help, calibrated on examples that were not learnt
 * from, with its own judgement by cross-validation. The same examples in the same order always give the same model. Throws
 * where `trainingProblem` has something to say.
 */
export const train = (
  labelled: readonly Labelled[],
  { l2 = L2, folds = FOLDS, ngrams: mayKnowWords = true, missCost = 1 }: TrainOptions = {},
): { readonly model: ComplexityModel; readonly report: TrainingReport } => {
  const problem = trainingProblem(labelled);
  if (problem !== undefined) throw new RangeError(problem);
  const labels = labelled.map((one) => one.hard);
  const counts = labelled.map(({ weight }) => weight);
  const hard = labels.map((label) => label >= 0.5);
  const hards = hard.filter(Boolean).length;
  const parts = Math.max(2, Math.min(folds, hards, hard.length - hards));
  const foldOf = foldsOf(hard, parts);
  const ngrams = new Ngrams(BUCKETS);
  const rows = labelled.map(({ request }): Row => {
    ngrams.begin();
    return { features: featuresOf(request, ngrams), places: ngrams.places() };
  });
  const words = labelled.map(
    ({ request }): Row => ({ features: Float64Array.of(Math.log1p(wordsIn(request))) }),
  );
  const plain = trialOf({ rows, labels, counts }, foldOf, parts, { l2 });
  const worded = trialOf({ rows, labels, counts }, foldOf, parts, { l2, buckets: BUCKETS });
  const counted = trialOf({ rows: words, labels, counts }, foldOf, parts, { l2 });
  const chosen = mayKnowWords && worded.loss < plain.loss ? worded : plain;
  const judged = ({ scores }: Trial): Judged => ({ scores, hard, counts });
  return {
    model: modelOf(chosen),
    report: {
      examples: labelled.length,
      hard: hards,
      folds: parts,
      classifier: measuresOf(judged(chosen)),
      features: measuresOf(judged(plain)),
      ngrams: measuresOf(judged(worded)),
      wordCount: measuresOf(judged(counted)),
      groups: groupsOf(labelled, judged(chosen), judged(counted)),
      threshold: { missCost, ...thresholdOf(judged(chosen), missCost) },
    },
  };
};
