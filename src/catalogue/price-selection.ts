import type { Price, PriceConditions } from '../domain/price.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight in a time zone. Throws a RangeError for a zone that does not exist. */
const minuteOfDay = (at: Date, zone: string): number => {
  if (zone === 'UTC') return at.getUTCHours() * 60 + at.getUTCMinutes();
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      hour: '2-digit',
      minute: '2-digit',
    });
    clocks.set(zone, clock);
  }
  return minutesOf(clock.format(at));
};

const minutesOf = (time: string): number => {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
};

type TimeOfDay = NonNullable<PriceConditions['timeWindow']>;

/** Length of a daily window in minutes; one that ends where it starts is the whole day. */
const lengthOf = ({ from = '00:00', to = '00:00' }: TimeOfDay): number =>
  (minutesOf(to) - minutesOf(from) + 1440) % 1440 || 1440;

const holds = ({ promptTokens, timeWindow }: PriceConditions, at: Date, prompt: number): boolean => {
  if (promptTokens !== undefined) {
    if (prompt < promptTokens.from) return false;
    if (promptTokens.to !== undefined && prompt >= promptTokens.to) return false;
  }
  if (timeWindow === undefined) return true;
  const since = (minuteOfDay(at, timeWindow.zone) - minutesOf(timeWindow.from ?? '00:00') + 1440) % 1440;
  return since < lengthOf(timeWindow);
};

const countOf = ({ promptTokens, timeWindow }: PriceConditions): number =>
  (promptTokens === undefined ? 0 : 1) + (timeWindow === undefined ? 0 : 1);

const promptWidth = ({ promptTokens }: PriceConditions): number =>
  promptTokens?.to === undefined ? Number.POSITIVE_INFINITY : promptTokens.to - promptTokens.from;

const dayWidth = ({ timeWindow }: PriceConditions): number =>
  timeWindow === undefined ? 1440 : lengthOf(timeWindow);

const compare = (one: number, other: number): number => (one === other ? 0 : one - other);

/** Negative where `one` is more specific than `other`. */
const bySpecificity = (one: Price, other: Price): number =>
  countOf(other.conditions) - countOf(one.conditions) ||
  compare(promptWidth(one.conditions), promptWidth(other.conditions)) ||
  compare(dayWidth(one.conditions), dayWidth(other.conditions)) ||
  (other.effectiveFrom?.getTime() ?? 0) - (one.effectiveFrom?.getTime() ?? 0) ||
  (one.id < other.id ? -1 : 1);

/**
 * Of rows of one meter whose dates include `at`, the one that applies: all of its conditions hold; of
 * several the one with most conditions, then the narrowest range of prompt sizes, then the shortest daily
 * window, then the one that started last. `promptTokens` are all input tokens of the request.
 */
export const priceAt = (rows: readonly Price[], at: Date, promptTokens: number): Price | undefined =>
  rows.filter((row) => holds(row.conditions, at, promptTokens)).toSorted(bySpecificity)[0];
