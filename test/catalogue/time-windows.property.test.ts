import { describe, expect, it } from 'vitest';
import { applies, isOpen } from '../../src/catalogue/price-selection.ts';
import type { TimeWindow, Weekday } from '../../src/domain/price.ts';
import { row } from './price-rows.ts';

const STEP = 70 * 60_000;
const WORKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'] as const;
const WEEKEND = ['SATURDAY', 'SUNDAY'] as const;

// The State Council's notice for 2026, https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm, day by day.
const OFF = new Set(
  `01-01 01-02 01-03 02-15 02-16 02-17 02-18 02-19 02-20 02-21 02-22 02-23 04-04 04-05 04-06 05-01 05-02 05-03 05-04 05-05
   06-19 06-20 06-21 09-25 09-26 09-27 10-01 10-02 10-03 10-04 10-05 10-06 10-07`
    .trim()
    .split(/\s+/)
    .map((day) => `2026-${day}`),
);
const WORKED = new Set(['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'].map((day) => `2026-${day}`));

/** What the wall shows, by another way than the code goes: as Swedes write dates. */
const wallOf = (zone: string) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return (at: Date): { date: string; time: string } => {
    const [date = '', time = ''] = format.format(at).split(' ');
    return { date, time };
  };
};

const dayBefore = (date: string): string =>
  new Date(Date.parse(`${date}T12:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

const weekdayOf = (date: string): Weekday => {
  const names = ['SUNDAY', ...WORKDAYS, 'SATURDAY'] as const;
  return names[new Date(`${date}T12:00:00Z`).getUTCDay()] ?? 'SUNDAY';
};

const beginsOn = ({ weekdays, holidays }: TimeWindow, date: string): boolean => {
  const listed = weekdays === undefined || weekdays.includes(weekdayOf(date));
  if (holidays?.rule === 'ONLY') return listed && OFF.has(date);
  if (holidays?.rule === 'WORKING_DAYS' && WORKED.has(date)) return true;
  return listed && (holidays === undefined || !OFF.has(date));
};

/** The rule in plain words: open today since `from`, or still open since yesterday. */
const naivelyOpen = (window: TimeWindow, { date, time }: { date: string; time: string }): boolean => {
  const { from = '00:00', to = '24:00' } = window;
  const end = to === '00:00' ? '24:00' : to;
  if (from < end) return from <= time && time < end && beginsOn(window, date);
  return (time >= from && beginsOn(window, date)) || (time < end && beginsOn(window, dayBefore(date)));
};

const windows: readonly TimeWindow[] = [
  {
    zone: 'Asia/Shanghai',
    from: '09:00',
    to: '12:00',
    weekdays: WORKDAYS,
    holidays: { calendar: 'CN', rule: 'EXCLUDE' },
  },
  {
    zone: 'Asia/Shanghai',
    from: '22:30',
    to: '06:00',
    weekdays: WORKDAYS,
    holidays: { calendar: 'CN', rule: 'EXCLUDE' },
  },
  { zone: 'Asia/Shanghai', weekdays: WORKDAYS, holidays: { calendar: 'CN', rule: 'WORKING_DAYS' } },
  {
    zone: 'Asia/Shanghai',
    from: '18:00',
    to: '02:00',
    weekdays: ['FRIDAY'],
    holidays: { calendar: 'CN', rule: 'WORKING_DAYS' },
  },
  { zone: 'Asia/Shanghai', holidays: { calendar: 'CN', rule: 'ONLY' } },
  {
    zone: 'Asia/Shanghai',
    from: '23:00',
    to: '01:00',
    weekdays: WEEKEND,
    holidays: { calendar: 'CN', rule: 'ONLY' },
  },
  { zone: 'Europe/Berlin', from: '01:30', to: '03:30' },
  { zone: 'Europe/Berlin', from: '22:00', to: '02:30', weekdays: ['SATURDAY'] },
  { zone: 'America/New_York', from: '16:00', to: '00:00', weekdays: WORKDAYS },
  { zone: 'Australia/Lord_Howe', from: '00:30', to: '02:00', weekdays: ['SUNDAY', 'MONDAY'] },
  { zone: 'Pacific/Apia', from: '12:00', to: '12:00', weekdays: ['MONDAY'] },
  { zone: 'America/St_Johns', from: '23:30', to: '23:00' },
  { zone: 'UTC', from: '16:30', to: '00:30', weekdays: WEEKEND },
];

describe('a time window against a plain reading of it, every 70 minutes of 2026', () => {
  const name = ({ from, to, weekdays, holidays, zone }: TimeWindow) =>
    [zone, from && `${from}-${to}`, weekdays?.join(), holidays?.rule].filter(Boolean).join(' ');
  it.each(windows.map((window) => [name(window), window] as const))('%s', (_, window) => {
    const wall = wallOf(window.zone);
    const wrong: string[] = [];
    let open = 0;
    for (let time = Date.UTC(2026, 0, 2); time < Date.UTC(2026, 11, 31); time += STEP) {
      const at = new Date(time);
      const expected = naivelyOpen(window, wall(at));
      if (isOpen(window, at) !== expected) wrong.push(at.toISOString());
      if (expected) open += 1;
    }
    expect(wrong).toEqual([]);
    // Or it would say nothing.
    expect(open).toBeGreaterThan(10);
  });
});

it('dates, hours, weekdays, holidays, sizes, thinking and region must all hold', () => {
  const price = row(
    '2',
    {},
    {
      effectiveFrom: new Date('2026-08-22T16:00:00Z'),
      effectiveTo: new Date('2026-10-15T00:00:00Z'),
      conditions: {
        promptTokens: { from: 10 },
        thinking: true,
        region: 'eu-central-1',
        timeWindow: windows[0] ?? { zone: 'UTC' },
      },
    },
  );
  const peak = { promptTokens: 10, outputTokens: 1, thinking: true, region: 'eu-central-1' };
  const at = (moment: string) => ({ ...peak, at: new Date(moment) });
  expect(applies(price, at('2026-09-24T02:00:00Z'), undefined)).toBe(true);
  // Region codes are the same in any case.
  expect(applies(price, { ...at('2026-09-24T02:00:00Z'), region: 'EU-Central-1' }, undefined)).toBe(true);
  const others = [
    ['before it began', at('2026-08-21T02:00:00Z')],
    ['after it ended', at('2026-10-16T02:00:00Z')],
    ['outside its hours', at('2026-09-24T04:00:00Z')],
    ['at the weekend', at('2026-09-19T02:00:00Z')],
    ['on a holiday', at('2026-09-25T02:00:00Z')],
    ['for a short prompt', { ...at('2026-09-24T02:00:00Z'), promptTokens: 9 }],
    ['without thinking', { ...at('2026-09-24T02:00:00Z'), thinking: false }],
    ['elsewhere', { ...at('2026-09-24T02:00:00Z'), region: 'us-east-1' }],
  ] as const;
  expect(others.filter(([, asked]) => applies(price, asked, undefined)).map(([what]) => what)).toEqual([]);
});

it('a year whose holidays are not announced has none', () => {
  const window = windows[0] ?? { zone: 'UTC' };
  // New Year's Day of 2029 is a Monday.
  expect(isOpen(window, new Date('2029-01-01T02:00:00Z'))).toBe(true);
});
