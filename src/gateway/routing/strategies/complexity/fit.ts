/** What is known of one example: features, and the places of its words in a table of hashes. */
export type Row = { readonly features: Float64Array; readonly places?: Int32Array };

/** A fitted logistic model, over features as they are. `ngrams`: a weight a place of the table. */
export type Fit = { readonly bias: number; readonly weights: Float64Array; readonly ngrams?: Float64Array };

export type Sample = {
  readonly rows: readonly Row[];
  /** 0 to 1 a row. */
  readonly labels: readonly number[];
  /** How much a row counts; in proportion to the others. */
  readonly counts: readonly number[];
};

export type FitOptions = {
  /** Weight of the squares of the weights, per example. */
  readonly l2: number;
  /** Places of the table of hashed words; absent: words are left out. */
  readonly buckets?: number;
};

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

const wordsOf = (places: Int32Array | undefined, ngrams: Float64Array | undefined): number => {
  if (places === undefined || ngrams === undefined || places.length === 0) return 0;
  let sum = 0;
  for (const place of places) sum += ngrams[place] ?? 0;
  return sum / Math.sqrt(places.length);
};

export const logitOf = ({ bias, weights, ngrams }: Fit, { features, places }: Row): number => {
  let sum = bias + wordsOf(places, ngrams);
  for (let column = 0; column < weights.length; column++)
    sum += (weights[column] ?? 0) * (features[column] ?? 0);
  return sum;
};

const STEPS = 250;
/** A column that differs by less than this share of its mean is the same in all rows but for rounding. */
const FLAT = 1e-9;
/** Hashed words are many and each is rare: what pulls them to 0 is less, or none would say anything. */
const NGRAMS_L2 = 0.05;

/** Mean and deviation of each column; a column that is the same in all rows has a deviation of 0 and gets no weight. */
const spreadOf = ({ rows }: Sample, shares: Float64Array, columns: number) => {
  const means = new Float64Array(columns);
  const deviations = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    let mean = 0;
    for (const [index, { features }] of rows.entries())
      mean += (shares[index] ?? 0) * (features[column] ?? 0);
    let squares = 0;
    for (const [index, { features }] of rows.entries())
      squares += (shares[index] ?? 0) * ((features[column] ?? 0) - mean) ** 2;
    const deviation = Math.sqrt(squares);
    means[column] = mean;
    deviations[column] = deviation > FLAT * Math.max(1, Math.abs(mean)) ? deviation : 0;
  }
  return { means, deviations };
};

/**
 * By accelerated gradient descent from nothing, over columns brought to the same spread, so that `l2` weighs on all alike.
 * Deterministic.
 */
export const fitLogistic = (sample: Sample, { l2, buckets }: FitOptions): Fit => {
  const { rows, labels, counts } = sample;
  const columns = rows[0]?.features.length ?? 0;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = Float64Array.from(counts, (count) => count / total);
  const { means, deviations } = spreadOf(sample, shares, columns);
  const scaled = rows.map(({ features }) =>
    features.map((value, column) => {
      const deviation = deviations[column] ?? 0;
      return deviation > 0 ? (value - (means[column] ?? 0)) / deviation : 0;
    }),
  );
  // One vector: features, words, bias. What is looked at runs ahead of what is kept.
  const size = columns + (buckets ?? 0) + 1;
  const kept = new Float64Array(size);
  const ahead = new Float64Array(size);
  const slopes = new Float64Array(size);
  // No step is longer than the steepest direction allows: rows have a square of about `columns`, words of 1, the bias of 1.
  const rate = 4 / (columns + 2);
  for (let step = 1; step <= STEPS; step++) {
    slopes.fill(0);
    for (const [index, row] of scaled.entries()) {
      let logit = ahead[size - 1] ?? 0;
      for (let column = 0; column < columns; column++) logit += (ahead[column] ?? 0) * (row[column] ?? 0);
      const places = buckets === undefined ? undefined : rows[index]?.places;
      const root = places === undefined || places.length === 0 ? 0 : 1 / Math.sqrt(places.length);
      if (places !== undefined) {
        let words = 0;
        for (const place of places) words += ahead[columns + place] ?? 0;
        logit += words * root;
      }
      const error = (sigmoid(logit) - (labels[index] ?? 0)) * (shares[index] ?? 0);
      for (let column = 0; column < columns; column++)
        slopes[column] = (slopes[column] ?? 0) + error * (row[column] ?? 0);
      if (places !== undefined)
        for (const place of places) slopes[columns + place] = (slopes[columns + place] ?? 0) + error * root;
      slopes[size - 1] = (slopes[size - 1] ?? 0) + error;
    }
    const momentum = (step - 1) / (step + 2);
    for (let place = 0; place < size; place++) {
      const now = ahead[place] ?? 0;
      const pull = place === size - 1 ? 0 : (place < columns ? l2 : l2 * NGRAMS_L2) * now;
      const next = now - rate * ((slopes[place] ?? 0) + pull);
      ahead[place] = next + momentum * (next - (kept[place] ?? 0));
      kept[place] = next;
    }
  }
  const weights = new Float64Array(columns);
  let bias = kept[size - 1] ?? 0;
  for (let column = 0; column < columns; column++) {
    const deviation = deviations[column] ?? 0;
    const weight = deviation > 0 ? (kept[column] ?? 0) / deviation : 0;
    weights[column] = weight;
    bias -= weight * (means[column] ?? 0);
  }
  return { bias, weights, ...(buckets !== undefined && { ngrams: kept.slice(columns, -1) }) };
};

/**
 * What makes logits of examples that were not learnt from fit their labels: `slope * logit + shift`. Both classes have
 * to be there. A slope is at least 0: what tells nothing is not turned around.
 */
export const calibrate = (
  logits: readonly number[],
  labels: readonly number[],
  counts: readonly number[],
): { readonly slope: number; readonly shift: number } => {
  const sample: Sample = {
    rows: logits.map((logit) => ({ features: Float64Array.of(logit) })),
    labels,
    counts,
  };
  const { bias, weights } = fitLogistic(sample, { l2: 0 });
  const slope = weights[0] ?? 1;
  if (slope > 0) return { slope, shift: bias };
  const total = counts.reduce((sum, count) => sum + count, 0);
  const hard = labels.reduce((sum, label, index) => sum + label * (counts[index] ?? 0), 0) / total;
  return { slope: 0, shift: Math.log(hard / (1 - hard)) };
};
