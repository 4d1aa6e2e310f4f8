const BUCKETS = 10;

/** Counts calls over a time that slides in tenths. */
export class SlidingCounts {
  calls = 0;
  failed = 0;
  slow = 0;
  readonly #widthMs: number;
  /** Of each tenth: calls, failed, slow. */
  readonly #buckets = new Int32Array(BUCKETS * 3);
  #current = 0;

  constructor(windowMs: number) {
    this.#widthMs = Math.max(1, windowMs / BUCKETS);
  }

  add(nowMs: number, calls: number, failed: number, slow: number): void {
    this.slide(nowMs);
    this.#addTo((this.#current % BUCKETS) * 3, calls, failed, slow);
  }

  #addTo(at: number, calls: number, failed: number, slow: number): void {
    const buckets = this.#buckets;
    buckets[at] = (buckets[at] ?? 0) + calls;
    buckets[at + 1] = (buckets[at + 1] ?? 0) + failed;
    buckets[at + 2] = (buckets[at + 2] ?? 0) + slow;
    this.calls += calls;
    this.failed += failed;
    this.slow += slow;
  }

  slide(nowMs: number): void {
    const index = Math.floor(nowMs / this.#widthMs);
    if (index <= this.#current) return;
    if (index >= this.#current + BUCKETS) this.clear();
    else
      for (let next = this.#current + 1; next <= index; next += 1) {
        const at = (next % BUCKETS) * 3;
        const buckets = this.#buckets;
        this.#addTo(at, -(buckets[at] ?? 0), -(buckets[at + 1] ?? 0), -(buckets[at + 2] ?? 0));
      }
    this.#current = index;
  }

  clear(): void {
    this.#buckets.fill(0);
    this.calls = 0;
    this.failed = 0;
    this.slow = 0;
  }
}
