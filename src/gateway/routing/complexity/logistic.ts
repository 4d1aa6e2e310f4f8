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
