import { build } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import {
  BUCKETS,
  bucketOf,
  middleOf,
  percentilesOf,
  SparseHistogram,
} from '../../../src/gateway/statistics/histogram.ts';

/** The same numbers each time. */
const createRandom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state + 0.5) / 2_147_483_648;
  };
};

it('each bucket lies between its neighbours, and its middle is within a half per cent of what it holds', () => {
  let last = -1;
  for (let value = 0; value <= 3_600_000; value = Math.max(value + 1, Math.floor(value * 1.003))) {
    const bucket = bucketOf(value);
    expect(bucket).toBeGreaterThanOrEqual(last);
    expect(bucket - last).toBeLessThanOrEqual(1);
    expect(Math.abs(middleOf(bucket) - value)).toBeLessThanOrEqual(value * 0.005);
    last = bucket;
  }
  expect(bucketOf(1e12)).toBe(BUCKETS - 1);
  expect(bucketOf(-5)).toBe(0);
});

describe('percentiles are those of HdrHistogram', () => {
  it.each([
    ['narrow', 1, 300, 0.1],
    ['wide', 2, 900, 0.9],
    ['very wide', 3, 20_000, 1.5],
  ])('%s', (_name, seed, median, spread) => {
    const random = createRandom(seed);
    const parts = Array.from({ length: 5 }, () => new SparseHistogram());
    const theirs = build({ numberOfSignificantValueDigits: 2, highestTrackableValue: 3_600_000 });
    for (let index = 0; index < 20_000; index += 1) {
      const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
      const value = Math.min(3_600_000, Math.max(1, Math.round(median * Math.exp(spread * normal))));
      parts[index % parts.length]?.add(value);
      theirs.recordValue(value);
    }
    const ours = percentilesOf(parts);
    expect(ours?.sampleSize).toBe(20_000);
    for (const [name, percentile] of [
      ['p50', 50],
      ['p90', 90],
      ['p95', 95],
      ['p99', 99],
    ] as const) {
      const expected = theirs.getValueAtPercentile(percentile);
      expect(Math.abs((ours?.[name] ?? 0) - expected)).toBeLessThanOrEqual(expected * 0.01);
    }
  });

  it('nothing has none', () => {
    expect(percentilesOf([])).toBeUndefined();
    expect(percentilesOf([undefined, new SparseHistogram()])).toBeUndefined();
  });
});
