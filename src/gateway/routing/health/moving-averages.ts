/** Averages that forget with time. Times are those of a monotonic clock in milliseconds. */

/** What is left of a weight after a time. */
const left = (elapsedMs: number, halfLifeMs: number): number => 2 ** (-Math.max(0, elapsedMs) / halfLifeMs);

/** However soon it comes, a sample counts for so much. */
const LEAST_WEIGHT = 0.1;
const RISE = 0.5;

/** The mean of late samples. */
export class MovingAverage {
  /** NaN: no sample yet. */
  value = Number.NaN;
  readonly #halfLifeMs: number;
  #atMs = 0;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  add(sample: number, nowMs: number): void {
    const weight = Math.max(LEAST_WEIGHT, 1 - left(nowMs - this.#atMs, this.#halfLifeMs));
    this.value = Number.isNaN(this.value) ? sample : this.value + weight * (sample - this.value);
    this.#atMs = nowMs;
  }
}

/**
 * Rises sooner than it falls: half of the way to a higher sample at once, so that a single one out of a long tail is not
 * all there is, and the slower to a lower one the sooner that comes.
 */
export class PeakAverage {
  /** NaN: no sample yet. */
  value = Number.NaN;
  readonly #halfLifeMs: number;
  readonly #settleHalfLifeMs: number;
  #atMs = 0;
  #settledMs = 0;

  constructor(halfLifeMs: number, settleHalfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
    this.#settleHalfLifeMs = settleHalfLifeMs;
  }

  add(sample: number, nowMs: number): void {
    const { value } = this;
    const weight =
      sample < value ? Math.max(LEAST_WEIGHT, 1 - left(nowMs - this.#atMs, this.#halfLifeMs)) : RISE;
    this.#set(Number.isNaN(value) ? sample : value + weight * (sample - value), nowMs);
  }

  /** It is at least so much, as something is waiting for that long already. */
  raise(least: number, nowMs: number): void {
    if (!(least <= this.value)) this.#set(least, nowMs);
  }

  /** Falls towards what is usual, where it is above that: slowly, as for want of samples nothing is known. */
  settle(usual: number, nowMs: number): void {
    if (usual < this.value)
      this.value = usual + (this.value - usual) * left(nowMs - this.#settledMs, this.#settleHalfLifeMs);
    this.#settledMs = nowMs;
  }

  #set(value: number, nowMs: number): void {
    this.value = value;
    this.#atMs = nowMs;
    this.#settledMs = nowMs;
  }
}

/**
 * A share of late calls. One more that went well is taken for granted, so that a single failure is not all there is,
 * and that old failures are forgotten where nobody calls any more.
 */
export class MovingShare {
  readonly #halfLifeMs: number;
  #all = 0;
  #those = 0;
  #atMs = 0;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  add(counts: boolean, nowMs: number): void {
    this.#age(nowMs);
    this.#all += 1;
    if (counts) this.#those += 1;
  }

  at(nowMs: number): number {
    return this.countAt(nowMs) / (this.#all + 1);
  }

  /** The number of those events; each counts less as it ages. */
  countAt(nowMs: number): number {
    if (this.#those === 0) return 0;
    this.#age(nowMs);
    if (this.#those < 1e-3) this.#those = 0;
    return this.#those;
  }

  #age(nowMs: number): void {
    const factor = left(nowMs - this.#atMs, this.#halfLifeMs);
    this.#all *= factor;
    this.#those *= factor;
    this.#atMs = nowMs;
  }
}
