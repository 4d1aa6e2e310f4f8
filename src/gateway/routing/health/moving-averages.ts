/** Averages that forget with time. Times are those of a monotonic clock in milliseconds. */

/** What is left of a weight after a time. */
const left = (elapsedMs: number, halfLifeMs: number): number => 2 ** (-Math.max(0, elapsedMs) / halfLifeMs);

/** However soon it comes, a sample counts for so much. */
const LEAST_WEIGHT = 0.1;

/**
 * Rises sooner than it falls: half of the way to a higher sample at once, so that a single one out of a long tail is not
 * all there is, and the slower to a lower one the sooner that comes.
 */
export type PeakAverage = {
  /** NaN: no sample yet. */
  value(): number;
  add(sample: number, nowMs: number): void;
  /** It is at least so much, as something is waiting for that long already. */
  raise(least: number, nowMs: number): void;
  /** Falls towards what is usual, where it is above that: slowly, as for want of samples nothing is known. */
  settle(usual: number, nowMs: number): void;
};

const RISE = 0.5;

export const createPeakAverage = (halfLifeMs: number, settleHalfLifeMs: number): PeakAverage => {
  let value = Number.NaN;
  let atMs = 0;
  let settledMs = 0;
  const set = (next: number, nowMs: number): void => {
    value = next;
    atMs = nowMs;
    settledMs = nowMs;
  };
  return {
    value: () => value,
    add(sample, nowMs) {
      const weight = sample < value ? Math.max(LEAST_WEIGHT, 1 - left(nowMs - atMs, halfLifeMs)) : RISE;
      set(Number.isNaN(value) ? sample : value + weight * (sample - value), nowMs);
    },
    raise(least, nowMs) {
      if (!(least <= value)) set(least, nowMs);
    },
    settle(usual, nowMs) {
      if (usual < value) value = usual + (value - usual) * left(nowMs - settledMs, settleHalfLifeMs);
      settledMs = nowMs;
    },
  };
};

/** The mean of late samples. */
export type MovingAverage = {
  /** NaN: no sample yet. */
  value(): number;
  add(sample: number, nowMs: number): void;
};

export const createMovingAverage = (halfLifeMs: number): MovingAverage => {
  let value = Number.NaN;
  let atMs = 0;
  return {
    value: () => value,
    add(sample, nowMs) {
      const weight = Math.max(LEAST_WEIGHT, 1 - left(nowMs - atMs, halfLifeMs));
      value = Number.isNaN(value) ? sample : value + weight * (sample - value);
      atMs = nowMs;
    },
  };
};

/**
 * A share of late calls. One more that went well is taken for granted, so that a single failure is not all there is,
 * and that old failures are forgotten where nobody calls any more.
 */
export type MovingShare = {
  value(nowMs: number): number;
  add(counts: boolean, nowMs: number): void;
};

export const createMovingShare = (halfLifeMs: number): MovingShare => {
  let all = 0;
  let those = 0;
  let atMs = 0;
  const age = (nowMs: number): void => {
    const factor = left(nowMs - atMs, halfLifeMs);
    all *= factor;
    those *= factor;
    atMs = nowMs;
  };
  return {
    value(nowMs) {
      if (those === 0) return 0;
      age(nowMs);
      if (those < 1e-3) those = 0;
      return those / (all + 1);
    },
    add(counts, nowMs) {
      age(nowMs);
      all += 1;
      if (counts) those += 1;
    },
  };
};
