import { WEEKDAYS, type Weekday } from '../domain/price.ts';

/** What a clock and a calendar on the wall show. */
export type LocalTime = {
  /** Days since 1970-01-01 on that calendar. */
  readonly day: number;
  /** Since midnight, as the clock shows it; 0 to 1439. */
  readonly minute: number;
};

type Clock = { readonly format: Intl.DateTimeFormat; readAt?: number; shown?: LocalTime };

/** Zones come from price lists: more of them than there are in the world are not kept. */
const MOST_ZONES = 1000;
const clocks = new Map<string, Clock | undefined>();

/** Undefined where there is no such zone. */
const clockOf = (zone: string): Clock | undefined => {
  if (clocks.has(zone)) return clocks.get(zone);
  if (clocks.size >= MOST_ZONES) clocks.clear();
  let clock: Clock | undefined;
  try {
    clock = {
      format: new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
      }),
    };
  } catch {
    clock = undefined;
  }
  clocks.set(zone, clock);
  return clock;
};

const DAY_MS = 86_400_000;

/** 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): Weekday => WEEKDAYS[(((day + 3) % 7) + 7) % 7] ?? 'SUNDAY';

/** Days since 1970-01-01 of a date `YYYY-MM-DD`. */
export const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** Day and time in a zone by its IANA name. Undefined where there is no such zone, and for a date that is none. */
export const localTimeIn = (zone: string, at: Date): LocalTime | undefined => {
  const time = at.getTime();
  if (Number.isNaN(time)) return undefined;
  if (zone === 'UTC')
    return { day: Math.floor(time / DAY_MS), minute: at.getUTCHours() * 60 + at.getUTCMinutes() };
  const clock = clockOf(zone);
  if (clock === undefined) return undefined;
  // Many prices are asked for one moment: what a clock shows is worked out once for each minute.
  const minute = Math.floor(time / 60_000);
  if (clock.readAt === minute) return clock.shown;
  const shown = new Map(clock.format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => shown.get(name) ?? Number.NaN;
  const day = Date.UTC(part('year'), part('month') - 1, part('day')) / DAY_MS;
  clock.readAt = minute;
  if (Number.isNaN(day)) delete clock.shown;
  else clock.shown = { day, minute: part('hour') * 60 + part('minute') };
  return clock.shown;
};
