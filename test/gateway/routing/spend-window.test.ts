import { describe, expect, it } from 'vitest';
import type { SpendPeriod } from '../../../src/domain/route.ts';
import { spendWindowOf } from '../../../src/gateway/routing/budget/spend-window.ts';

const windowAt = (per: SpendPeriod, timeZone: string, at: string): readonly string[] => {
  const { from, to } = spendWindowOf({ per, timeZone }, new Date(at));
  return [from.toISOString(), to.toISOString()].map((text) => text.replace(':00.000', ''));
};

describe('the time that a limit is for', () => {
  it.each([
    ['HOUR', 'UTC', '2026-03-02T10:59:59.999Z', '2026-03-02T10:00Z', '2026-03-02T11:00Z'],
    ['HOUR', 'Asia/Kolkata', '2026-03-02T10:10:00Z', '2026-03-02T09:30Z', '2026-03-02T10:30Z'],
    ['DAY', 'UTC', '2026-03-02T00:00:00Z', '2026-03-02T00:00Z', '2026-03-03T00:00Z'],
    ['DAY', 'Asia/Shanghai', '2026-03-02T17:00:00Z', '2026-03-02T16:00Z', '2026-03-03T16:00Z'],
    // The clocks are put forward, and back: days of 23 and of 25 hours.
    ['DAY', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['DAY', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['MONTH', 'UTC', '2026-12-31T23:59:00Z', '2026-12-01T00:00Z', '2027-01-01T00:00Z'],
    ['MONTH', 'America/New_York', '2026-03-01T03:00:00Z', '2026-02-01T05:00Z', '2026-03-01T05:00Z'],
    ['MONTH', 'America/New_York', '2026-03-20T03:00:00Z', '2026-03-01T05:00Z', '2026-04-01T04:00Z'],
  ] as const)('of one %s in %s at %s', (per, zone, at, from, to) => {
    expect(windowAt(per, zone, at)).toEqual([from, to]);
  });
});
