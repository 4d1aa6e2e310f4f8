/** Counts of delays, in steps of 20 µs up to 10 s; longer ones are counted as 10 s. */
const STEP_US = 20;
const STEPS = 500_000;

export type Histogram = {
  readonly record: (us: number) => void;
  /** Milliseconds within which `share` of all are; NaN where there is none. */
  readonly percentileMs: (share: number) => number;
};

export const createHistogram = (): Histogram => {
  const counts = new Uint32Array(STEPS + 1);
  let total = 0;
  return {
    record: (us) => {
      const step = us <= 0 ? 0 : us >= STEP_US * STEPS ? STEPS : Math.floor(us / STEP_US);
      counts[step] = (counts[step] ?? 0) + 1;
      total += 1;
    },
    percentileMs: (share) => {
      if (total === 0) return Number.NaN;
      let seen = 0;
      const wanted = total * share;
      for (let step = 0; step <= STEPS; step += 1) {
        seen += counts[step] ?? 0;
        if (seen >= wanted) return (step * STEP_US) / 1_000;
      }
      return Number.NaN;
    },
  };
};
