import { describe, expect, test } from 'vitest';
import { beyondNoise, means, type Sample, slopeOf } from '../../bench/gateways/memory-slope.ts';
import { createRandom } from '../../bench/routing/random.ts';

const MB = 1_048_576;
const EVERY_MS = 5_000;
const MINUTES = 8;

/** A sample every five seconds, as a server under load gives them. */
const series = (mbAt: (minutes: number) => number): readonly Sample[] =>
  Array.from({ length: (MINUTES * 60_000) / EVERY_MS }, (_, index) => ({
    atMs: index * EVERY_MS,
    bytes: mbAt((index * EVERY_MS) / 60_000) * MB,
  }));

const slopeAsMeasured = (samples: readonly Sample[]) => slopeOf(means(samples, 30_000));

/** What a heap does between two collections: up by 20 MB, and down again. */
const saw = (minutes: number): number => ((minutes * 60) % 17) * (20 / 17);

describe('growth of memory', () => {
  test('what stays as it is does not grow', () => {
    const slope = slopeAsMeasured(series(() => 300));
    expect(slope).toEqual({ mbPerMinute: 0, standardError: 0 });
    expect(beyondNoise(slope)).toBe(0);
  });

  test('a steady leak is found to its size', () => {
    const slope = slopeAsMeasured(series((minutes) => 300 + 3 * minutes));
    expect(slope.mbPerMinute).toBeCloseTo(3, 6);
    expect(beyondNoise(slope)).toBeCloseTo(3, 6);
  });

  test('a leak shows under the sawing of a heap', () => {
    const slope = slopeAsMeasured(series((minutes) => 300 + 3 * minutes + saw(minutes)));
    expect(slope.mbPerMinute).toBeGreaterThan(2);
    expect(slope.mbPerMinute).toBeLessThan(4);
    expect(beyondNoise(slope)).toBeGreaterThan(1);
  });

  test('the sawing itself is no growth', () => {
    expect(beyondNoise(slopeAsMeasured(series((minutes) => 300 + saw(minutes))))).toBe(0);
  });

  test('noise without a trend is hardly ever taken for growth', () => {
    const alarms = Array.from({ length: 200 }, (_, seed) => {
      const random = createRandom(seed + 1);
      return beyondNoise(slopeAsMeasured(series(() => 300 + 40 * (random.next() - 0.5))));
    }).filter((growth) => growth > 0);
    expect(alarms.length).toBeLessThan(10);
  });

  test('memory that is given back is no growth', () => {
    expect(beyondNoise(slopeAsMeasured(series((minutes) => 300 - 5 * minutes)))).toBe(0);
  });

  test('growth too small to matter is none, however sure', () => {
    expect(beyondNoise({ mbPerMinute: 0.4, standardError: 0 })).toBe(0);
  });

  test('growth beyond noise is what two standard errors leave', () => {
    expect(beyondNoise({ mbPerMinute: 3, standardError: 1 })).toBe(1);
    expect(beyondNoise({ mbPerMinute: 1.9, standardError: 1 })).toBe(0);
  });

  test('too few samples say nothing', () => {
    expect(beyondNoise(slopeOf([]))).toBeNaN();
    expect(
      beyondNoise(
        slopeOf([
          { atMs: 0, bytes: 0 },
          { atMs: 60_000, bytes: MB },
        ]),
      ),
    ).toBeNaN();
  });

  test('means keep the middle of each span', () => {
    expect(
      means(
        [
          { atMs: 0, bytes: 1 },
          { atMs: 10_000, bytes: 3 },
          { atMs: 30_000, bytes: 7 },
        ],
        30_000,
      ),
    ).toEqual([
      { atMs: 5_000, bytes: 2 },
      { atMs: 30_000, bytes: 7 },
    ]);
  });
});
