import type { HolidayCalendar } from '../domain/price.ts';
import { dayOf } from './zone-clock.ts';

type CalendarYear = {
  /** Days off: `YYYY-MM-DD`, or the first and the last of several as `YYYY-MM-DD..YYYY-MM-DD`. */
  readonly holidays: readonly string[];
  /** Days off that are worked in exchange. */
  readonly workingDays: readonly string[];
  /** Page of the authority that announces them. */
  readonly sourceUrl: string;
  /** When the dates were compared with it, `YYYY-MM-DD`. */
  readonly checkedAt: string;
};

/**
 * Public holidays as announced, on the calendar of the country. One entry a year: China's State Council announces the next
 * year's in November.
 */
const YEARS: { readonly [Calendar in HolidayCalendar]: { readonly [year: number]: CalendarYear } } = {
  CN: {
    2025: {
      holidays: [
        '2025-01-01',
        '2025-01-28..2025-02-04',
        '2025-04-04..2025-04-06',
        '2025-05-01..2025-05-05',
        '2025-05-31..2025-06-02',
        '2025-10-01..2025-10-08',
      ],
      workingDays: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
      sourceUrl: 'https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm',
      checkedAt: '2026-11-30',
    },
    2026: {
      holidays: [
        '2026-01-01..2026-01-03',
        '2026-02-15..2026-02-23',
        '2026-04-04..2026-04-06',
        '2026-05-01..2026-05-05',
        '2026-06-19..2026-06-21',
        '2026-09-25..2026-09-27',
        '2026-10-01..2026-10-07',
      ],
      workingDays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
      sourceUrl: 'https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm',
      checkedAt: '2026-11-30',
    },
  },
};

const daysIn = (dates: readonly string[]): readonly number[] =>
  dates.flatMap((dates) => {
    const [first = '', last = first] = dates.split('..');
    return Array.from({ length: dayOf(last) - dayOf(first) + 1 }, (_, index) => dayOf(first) + index);
  });

type Calendar = { readonly holidays: ReadonlySet<number>; readonly workingDays: ReadonlySet<number> };

const calendarOf = (years: { readonly [year: number]: CalendarYear }): Calendar => ({
  holidays: new Set(Object.values(years).flatMap(({ holidays }) => daysIn(holidays))),
  workingDays: new Set(Object.values(years).flatMap(({ workingDays }) => daysIn(workingDays))),
});

const CALENDARS: { readonly [Name in HolidayCalendar]: Calendar } = { CN: calendarOf(YEARS.CN) };

/** Days are counted from 1970-01-01 on the country's own calendar. */
export const isHoliday = (calendar: HolidayCalendar, day: number): boolean =>
  CALENDARS[calendar].holidays.has(day);

export const isMadeWorkingDay = (calendar: HolidayCalendar, day: number): boolean =>
  CALENDARS[calendar].workingDays.has(day);

/** Years whose holidays are known. In any other year no day is a holiday. */
export const knownHolidayYears = (calendar: HolidayCalendar): readonly number[] =>
  Object.keys(YEARS[calendar]).map(Number);

/** Where the holidays of a year are announced, and when they were last compared with that page. */
export const holidaySource = (
  calendar: HolidayCalendar,
  year: number,
): { readonly sourceUrl: string; readonly checkedAt: string } | undefined => YEARS[calendar][year];
