/** So many are enough for a p95, and few enough to sort. */
const MOST = 64;
const P50 = 0.5;
const P95 = 0.95;

/** How long the last calls took, of which it tells what is usual. They do not age: where nobody calls nothing changes. */
export class RecentDurations {
  readonly #last: number[] = [];
  #next = 0;

  add(ms: number): void {
    this.#last[this.#next] = ms;
    this.#next = (this.#next + 1) % MOST;
  }

  /** Undefined: there is none. */
  get usual(): { readonly p50: number; readonly p95: number } | undefined {
    const sorted = this.#last.toSorted((one, other) => one - other);
    const p50 = sorted[Math.ceil(sorted.length * P50) - 1];
    const p95 = sorted[Math.ceil(sorted.length * P95) - 1];
    return p50 === undefined || p95 === undefined ? undefined : { p50, p95 };
  }
}
