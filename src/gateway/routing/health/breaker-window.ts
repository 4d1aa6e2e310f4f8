/** What calls of the last while came to. */
export type WindowCounts = { readonly calls: number; readonly failed: number; readonly slow: number };

/** Counts calls over a time that slides in tenths. */
export type BreakerWindow = {
  add(nowMs: number, counts: Partial<WindowCounts>): void;
  counts(nowMs: number): WindowCounts;
  clear(): void;
};

const BUCKETS = 10;

type Bucket = { calls: number; failed: number; slow: number };

export const createBreakerWindow = (windowMs: number): BreakerWindow => {
  const width = Math.max(1, windowMs / BUCKETS);
  const buckets = Array.from({ length: BUCKETS }, (): Bucket => ({ calls: 0, failed: 0, slow: 0 }));
  const sum: Bucket = { calls: 0, failed: 0, slow: 0 };
  let current = 0;

  const bucketAt = (index: number): Bucket => {
    const bucket = buckets[index % BUCKETS];
    if (bucket === undefined) throw new Error(`there is no bucket ${index}`);
    return bucket;
  };
  const addTo = (bucket: Bucket, { calls = 0, failed = 0, slow = 0 }: Partial<WindowCounts>): void => {
    bucket.calls += calls;
    bucket.failed += failed;
    bucket.slow += slow;
  };
  const empty = (bucket: Bucket): void => {
    bucket.calls = 0;
    bucket.failed = 0;
    bucket.slow = 0;
  };
  const clear = (): void => {
    for (const bucket of buckets) empty(bucket);
    empty(sum);
  };
  const slide = (nowMs: number): void => {
    const index = Math.floor(nowMs / width);
    if (index >= current + BUCKETS) clear();
    else
      for (let next = current + 1; next <= index; next += 1) {
        const { calls, failed, slow } = bucketAt(next);
        addTo(sum, { calls: -calls, failed: -failed, slow: -slow });
        empty(bucketAt(next));
      }
    current = Math.max(current, index);
  };

  return {
    add(nowMs, counts) {
      slide(nowMs);
      addTo(bucketAt(current), counts);
      addTo(sum, counts);
    },
    counts(nowMs) {
      slide(nowMs);
      return sum;
    },
    clear,
  };
};
