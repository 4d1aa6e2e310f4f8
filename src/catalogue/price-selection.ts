import type {
  CountRange,
  HolidayRule,
  MeterAttributes,
  Price,
  PriceConditions,
  TimeWindow,
} from '../domain/price.ts';
import { breadthOf, isWithin } from '../domain/region.ts';
import { isHoliday, isMadeWorkingDay } from './holidays.ts';
import { localTimeIn, weekdayOf } from './zone-clock.ts';

/** What the conditions of prices are about. */
export type PriceCase = {
  readonly at: Date;
  /** All input tokens of the request. */
  readonly promptTokens: number;
  /** All output tokens of the request. */
  readonly outputTokens: number;
  readonly thinking: boolean;
  /** Absent: not known, so that no row for one region applies. */
  readonly region?: string | undefined;
};

const DAY = 1440;

/** NaN for what is no `HH:MM`, which makes a window that never holds. */
const minutesOf = (time: string): number => {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
};

/** Length of a window in minutes; one that ends where it starts is the whole day. */
const lengthOf = ({ from = '00:00', to = '00:00' }: TimeWindow): number =>
  (minutesOf(to) - minutesOf(from) + DAY) % DAY || DAY;

/** A window that wraps past midnight belongs to the day on which it began. A zone that does not exist has no time. */
export const isOpen = (window: TimeWindow, at: Date): boolean => {
  const now = localTimeIn(window.zone, at);
  if (now === undefined) return false;
  const from = window.from === undefined ? 0 : minutesOf(window.from);
  if (window.from !== undefined || window.to !== undefined) {
    const since = (now.minute - from + DAY) % DAY;
    const to = minutesOf(window.to ?? '00:00');
    if (Number.isNaN(to) || !(since < lengthOf(window))) return false;
  }
  return beginsOn(window, now.minute >= from ? now.day : now.day - 1);
};

const beginsOn = ({ weekdays, holidays }: TimeWindow, day: number): boolean => {
  const isListed = weekdays === undefined || weekdays.includes(weekdayOf(day));
  if (holidays === undefined) return isListed;
  const { calendar, rule } = holidays;
  switch (rule) {
    case 'EXCLUDE':
      return isListed && !isHoliday(calendar, day);
    case 'ONLY':
      return isListed && isHoliday(calendar, day);
    case 'WORKING_DAYS':
      return (isListed && !isHoliday(calendar, day)) || isMadeWorkingDay(calendar, day);
  }
};

const isIn = ({ from, to }: CountRange, count: number): boolean =>
  count >= from && (to === undefined || count < to);

const hasAttributes = (wanted: MeterAttributes, known: MeterAttributes | undefined): boolean => {
  for (const name in wanted) if (known?.[name] !== wanted[name]) return false;
  return true;
};

/** Whether a row's dates include a moment. */
export const isInForce = ({ effectiveFrom, effectiveTo }: Price, at: Date): boolean =>
  // Dates are compared as numbers: as they are it takes ten times as long, and this runs for each row of each request.
  (effectiveFrom === undefined || effectiveFrom.getTime() <= at.getTime()) &&
  (effectiveTo === undefined || at.getTime() < effectiveTo.getTime());

const MAX_REMEMBERED = 1_000;
/** By area, then by region: few of either exist, and this runs for each row of each request. */
const within = new Map<string, Map<string, boolean>>();

/** Whether a rate for an area prices what is served in a region; none where the region is not known. */
const covers = (area: string, region: string | undefined): boolean => {
  if (area === region) return true;
  if (region === undefined) return false;
  let known = within.get(area);
  if (known === undefined) {
    if (within.size >= MAX_REMEMBERED) within.clear();
    known = new Map();
    within.set(area, known);
  }
  let isCovered = known.get(region);
  if (isCovered === undefined) {
    if (known.size >= MAX_REMEMBERED) known.clear();
    isCovered = isWithin(region, area);
    known.set(region, isCovered);
  }
  return isCovered;
};

const holds = (conditions: PriceConditions, asked: PriceCase): boolean => {
  const { promptTokens, outputTokens, thinking, timeWindow, region } = conditions;
  return (
    (promptTokens === undefined || isIn(promptTokens, asked.promptTokens)) &&
    (outputTokens === undefined || isIn(outputTokens, asked.outputTokens)) &&
    (thinking === undefined || thinking === asked.thinking) &&
    (region === undefined || covers(region, asked.region)) &&
    (timeWindow === undefined || isOpen(timeWindow, asked.at))
  );
};

/**
 * Whether a row prices what was used: its dates include the moment, every one of its conditions holds, and every one of
 * its attributes is known of what was used and is the same.
 */
export const applies = (row: Price, asked: PriceCase, attributes: MeterAttributes | undefined): boolean =>
  isInForce(row, asked.at) &&
  (row.meter.attributes === undefined || hasAttributes(row.meter.attributes, attributes)) &&
  holds(row.conditions, asked);

const attributesOf = ({ meter }: Price): number => Object.keys(meter.attributes ?? {}).length;

const conditionsOf = ({ conditions }: Price): number =>
  (conditions.promptTokens === undefined ? 0 : 1) +
  (conditions.outputTokens === undefined ? 0 : 1) +
  (conditions.thinking === undefined ? 0 : 1) +
  (conditions.timeWindow === undefined ? 0 : 1) +
  (conditions.region === undefined ? 0 : 1);

/** Not a plain difference: two that are without end differ by NaN. */
const compare = (one: number, other: number): number => (one === other ? 0 : one < other ? -1 : 1);

/** The narrower first; of two without end, the one that begins later. */
const compareRanges = (one: CountRange | undefined, other: CountRange | undefined): number =>
  compare(widthOf(one), widthOf(other)) || compare(other?.from ?? 0, one?.from ?? 0);

const widthOf = (range: CountRange | undefined): number =>
  range?.to === undefined ? Number.POSITIVE_INFINITY : range.to - range.from;

/** Share of days, roughly, on which a window begins as far as holidays go: a year has a dozen or two that fall on weekdays. */
const HOLIDAY_SHARE: { readonly [Rule in HolidayRule]: number } = {
  EXCLUDE: 0.95,
  WORKING_DAYS: 0.97,
  ONLY: 0.05,
};

/** Minutes a week. */
const weekOf = ({ timeWindow }: PriceConditions): number =>
  timeWindow === undefined
    ? 7 * DAY
    : lengthOf(timeWindow) *
      (timeWindow.weekdays?.length ?? 7) *
      (timeWindow.holidays === undefined ? 1 : HOLIDAY_SHARE[timeWindow.holidays.rule]);

const breadthIn = ({ region }: PriceConditions): number => (region === undefined ? 3 : breadthOf(region));

/**
 * The order in which rows of one meter are tried, the most specific first; a total order, as ids differ. The row wins
 * that has, in this order: the most attributes; the most conditions; the narrowest region; the narrowest
 * range of prompt sizes; the narrowest range of output sizes; the shortest window in a week; the latest beginning; the earliest end; the smallest id.
 */
export const bySpecificity = (one: Price, other: Price): number =>
  compare(attributesOf(other), attributesOf(one)) ||
  compare(conditionsOf(other), conditionsOf(one)) ||
  compare(breadthIn(one.conditions), breadthIn(other.conditions)) ||
  compareRanges(one.conditions.promptTokens, other.conditions.promptTokens) ||
  compareRanges(one.conditions.outputTokens, other.conditions.outputTokens) ||
  compare(weekOf(one.conditions), weekOf(other.conditions)) ||
  compare(
    other.effectiveFrom?.getTime() ?? Number.NEGATIVE_INFINITY,
    one.effectiveFrom?.getTime() ?? Number.NEGATIVE_INFINITY,
  ) ||
  compare(
    one.effectiveTo?.getTime() ?? Number.POSITIVE_INFINITY,
    other.effectiveTo?.getTime() ?? Number.POSITIVE_INFINITY,
  ) ||
  (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
