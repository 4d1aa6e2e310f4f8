/** So many are enough for a p95, and few enough to sort. */
const MOST = 64;
const P95 = 0.95;

/** How long the last calls took, of which it tells what is usual. They do not age: where nobody calls nothing changes. */
export class RecentDurations {
  readonly #last: number[] = [];
  #next = 0;

  add(ms: number): void {
    this.#last[this.#next] = ms;
    this.#next = (this.#next + 1) % MOST;
  }

  /** NaN: there is none. */
  get p95(): number {
    const sorted = this.#last.toSorted((one, other) => one - other);
    return sorted[Math.ceil(sorted.length * P95) - 1] ?? Number.NaN;
  }
}
