import { WEEKDAYS, type Weekday } from '../domain/price.ts';

/** What a clock and a calendar on the wall show. */
export type LocalTime = {
  readonly weekday: Weekday;
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
        weekday: 'long',
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

/** Sunday is 0, as in Date. */
const weekdayOf = (day: number): Weekday => WEEKDAYS[(day + 6) % 7] ?? 'SUNDAY';

const weekdayNamed = (name: string): Weekday | undefined =>
  WEEKDAYS.find((weekday) => weekday === name.toUpperCase());

/** Day and time in a zone by its IANA name. Undefined where there is no such zone, and for a date that is none. */
export const localTimeIn = (zone: string, at: Date): LocalTime | undefined => {
  const time = at.getTime();
  if (Number.isNaN(time)) return undefined;
  if (zone === 'UTC')
    return { weekday: weekdayOf(at.getUTCDay()), minute: at.getUTCHours() * 60 + at.getUTCMinutes() };
  const clock = clockOf(zone);
  if (clock === undefined) return undefined;
  // Many prices are asked for one moment: what a clock shows is worked out once for each minute.
  const minute = Math.floor(time / 60_000);
  if (clock.readAt === minute) return clock.shown;
  const parts = new Map(clock.format.formatToParts(at).map(({ type, value }) => [type, value]));
  const weekday = weekdayNamed(parts.get('weekday') ?? '');
  clock.readAt = minute;
  if (weekday === undefined) delete clock.shown;
  else clock.shown = { weekday, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
  return clock.shown;
};

export const dayBefore = (weekday: Weekday): Weekday => weekdayOf(WEEKDAYS.indexOf(weekday));
