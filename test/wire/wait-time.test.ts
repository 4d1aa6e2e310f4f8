import { describe, expect, it } from 'vitest';
import { waitMsIn } from '../../src/wire/wait-time.ts';

const NOW = new Date('2026-11-30T12:00:00Z');

describe('how long to wait', () => {
  it.each([
    ['7', 7_000],
    [' 7.5 ', 7_500],
    ['7, 9', 7_000],
    ['7s', 7_000],
    ['120ms', 120],
    ['1m30s', 90_000],
    ['7 seconds', 7_000],
    ['2 minutes', 120_000],
    ['1 hour', 3_600_000],
    ['1 min 30 sec', 90_000],
    ['2 minutes, 5 seconds', 125_000],
    ['250 milliseconds', 250],
    ['PT10S', 10_000],
    ['PT1M30S', 90_000],
    ['P1DT1H', 90_000_000],
    ['1796040010', 10_000],
    ['1796040010000', 10_000],
    ['Mon, 30 Nov 2026 12:00:10 GMT', 10_000],
    ['Mon, 30 Nov 2026 11:00:10 GMT', 0],
    ['2026-11-30T12:00:10Z', 10_000],
  ])('is read from "%s"', (text, expected) => {
    expect(waitMsIn(text, NOW)).toBe(expected);
  });

  it.each(['', '-5', 'NaN', 'Infinity', 'soon', '2 fortnights', 'null', '0x10', '1796040010000000'])(
    'is not read from "%s"',
    (text) => {
      expect(waitMsIn(text, NOW)).toBeUndefined();
    },
  );
});
