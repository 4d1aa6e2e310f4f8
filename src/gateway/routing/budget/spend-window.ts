import { localTimeIn } from '../../../catalogue/zone-clock.ts';
import type { SpendLimit } from '../../../domain/route.ts';

/** Moments, `from` inclusive, `to` exclusive. */
export type SpendWindow = { readonly from: Date; readonly to: Date };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MINUTES_OF_A_DAY = 1_440;

/** Minutes since 1970 as a clock in the zone shows them. */
const shownMinutes = (zone: string, at: Date): number => {
  const { day, minute } = localTimeIn(zone, at) ?? {
    day: Math.floor(at.getTime() / DAY_MS),
    minute: Math.floor((at.getTime() % DAY_MS) / MINUTE_MS),
  };
  return day * MINUTES_OF_A_DAY + minute;
};

/** The moment at which a day begins in a zone; where clocks are put forward at midnight, when they show the next hour. */
const dayBegins = (zone: string, day: number): Date => {
  const wanted = day * MINUTES_OF_A_DAY;
  let ms = day * DAY_MS;
  // The second time puts right what a change of the clock between guess and answer has done to the first.
  for (let time = 0; time < 2; time += 1) ms += (wanted - shownMinutes(zone, new Date(ms))) * MINUTE_MS;
  return new Date(ms);
};

const firstOfMonth = (day: number, later: number): number => {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1) / DAY_MS;
};

/** The hour, day or month of a limit that a moment lies in. */
export const spendWindowOf = (
  { per, timeZone }: Pick<SpendLimit, 'per' | 'timeZone'>,
  at: Date,
): SpendWindow => {
  const minutes = shownMinutes(timeZone, at);
  const day = Math.floor(minutes / MINUTES_OF_A_DAY);
  switch (per) {
    case 'HOUR': {
      const from = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS - (minutes % 60) * MINUTE_MS;
      return { from: new Date(from), to: new Date(from + HOUR_MS) };
    }
    case 'DAY':
      return { from: dayBegins(timeZone, day), to: dayBegins(timeZone, day + 1) };
    case 'MONTH':
      return {
        from: dayBegins(timeZone, firstOfMonth(day, 0)),
        to: dayBegins(timeZone, firstOfMonth(day, 1)),
      };
  }
};
