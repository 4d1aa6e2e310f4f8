import { splitDate, statedDate } from '../../domain/model-name.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 366 * DAY_MS;

/** Before this no model of today's kind was sold by name. */
const FIRST_YEAR = 2022;

const dayOf = (year: number, month: number, day: number): Date | undefined => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 ? date : undefined;
};

/** `-03-2025`, `-10-2025`: month and year at the end of a name. */
const MONTH_AND_YEAR = /-(0[1-9]|1[0-2])-(20\d\d)$/;
/** `-2508`, `-0731`: year and month, or month and day, at the end or before words of the release. */
const FOUR_DIGITS = /[-@](\d\d)-?(\d\d)(?=$|-(?:preview|fast|ultrafast|non|reasoning|beta|exp|tput|turbo))/;

/** A model's name in parts as far as they say when it came out. */
export type NameDate = {
  /** The name without the date and what follows it. */
  readonly base: string;
  /** The first moment that the date can mean. `after`: when the model without the date came out. */
  firstDay(after: Date | undefined): Date | undefined;
};

/**
 * The date that a name states. Months and days without a year are those of the first year from the release of the undated
 * model on, and mean nothing where that is not known.
 */
export const nameDate = (name: string): NameDate | undefined => {
  const full = splitDate(name);
  const text = full?.date ?? statedDate(name);
  if (text !== undefined) {
    const day = dayOf(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)));
    return { base: full?.base ?? name, firstDay: () => day };
  }
  const month = MONTH_AND_YEAR.exec(name);
  if (month !== null) {
    const first = dayOf(Number(month[2]), Number(month[1]), 1);
    return { base: name.slice(0, month.index), firstDay: () => first };
  }
  const found = FOUR_DIGITS.exec(name);
  if (found === null) return undefined;
  const [one, other] = [Number(found[1]), Number(found[2])];
  const base = name.slice(0, found.index);
  if (one > 12 && 2000 + one >= FIRST_YEAR && other >= 1 && other <= 12) {
    const first = dayOf(2000 + one, other, 1);
    return { base, firstDay: () => first };
  }
  if (one < 1 || one > 12 || other < 1 || other > 31) return undefined;
  return {
    base,
    firstDay(after) {
      if (after === undefined) return undefined;
      // A snapshot bears the day on which it was made, which may be some days before the release.
      const since = after.getTime() - 14 * DAY_MS;
      for (const year of [0, 1, 2]) {
        const day = dayOf(new Date(since).getUTCFullYear() + year, one, other);
        if (day !== undefined && day.getTime() >= since)
          return day.getTime() - since > YEAR_MS ? undefined : day;
      }
      return undefined;
    },
  };
};
