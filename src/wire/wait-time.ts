/** How long to wait, in all the forms in which providers write it. */

const DURATION =
  /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9}(?:\.\d{1,12})?)s)?(?:(\d{1,12}(?:\.\d{1,12})?)ms)?$/;
const UNITS_MS = [86_400_000, 3_600_000, 60_000, 1_000, 1];
/** From here on a plain number is a time, not a wait: in seconds, and in milliseconds. */
const EPOCH_SECONDS = 1_000_000_000;
const EPOCH_MILLISECONDS = 100_000_000_000;
/** No limit lasts until then: what is later is no date. */
const LATEST = Date.UTC(2100, 0);
/** Nobody means longer waits. */
const MAX_WAIT_MS = 31 * 86_400_000;

const dateOf = (milliseconds: number): Date | undefined =>
  milliseconds < LATEST ? new Date(milliseconds) : undefined;

const WORDS = /\s*(days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|milliseconds?|msecs?)(?![a-z])[\s,]*/gi;

/** A duration in words or as ISO 8601 has it: "2 minutes 5 seconds", "PT2M5S". */
const inLetters = (value: string): string => {
  if (/^PT?\d/i.test(value)) return value.replace(/^P(.*?)T|^P/i, '$1').toLowerCase();
  return value.replace(WORDS, (_, word: string) =>
    /^(milli|msec)/i.test(word) ? 'ms' : word.charAt(0).toLowerCase(),
  );
};

/** "6m0s", "1.5s", "120ms", "2 minutes", seconds, a Unix time in seconds or milliseconds, RFC 3339, an HTTP date. Garbage: undefined. */
export const momentIn = (text: string, now: Date): Date | undefined => {
  const value = text.trim();
  const plain = /^\d{1,15}(?:\.\d{1,12})?(?=$|\s*[,;])/.exec(value)?.[0];
  if (plain !== undefined) {
    const number = Number(plain);
    if (number >= EPOCH_MILLISECONDS) return dateOf(number);
    return dateOf(number >= EPOCH_SECONDS ? number * 1_000 : now.getTime() + number * 1_000);
  }
  const parts = value === '' ? null : DURATION.exec(inLetters(value));
  if (parts) {
    const wait = UNITS_MS.reduce((sum, unit, index) => sum + Number(parts[index + 1] ?? 0) * unit, 0);
    return dateOf(now.getTime() + Math.ceil(wait));
  }
  const isDate = /^\d{4}-\d{2}-\d{2}[T ]/.test(value) || /^[A-Z][a-z]{2,8},? /.test(value);
  const time = isDate ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : dateOf(time);
};

/** As `momentIn`, in milliseconds from `now` on; 0 for what is past, at most 31 days. */
export const waitMsIn = (text: string, now: Date): number | undefined => {
  const until = momentIn(text, now);
  if (until === undefined) return undefined;
  return Math.ceil(Math.min(MAX_WAIT_MS, Math.max(0, until.getTime() - now.getTime())));
};
