/** Largest list that is read: a longer one is not a list of models. */
export const MAX_OFFERINGS = 50_000;
/** Longest name or text that is taken from a source, in characters. */
export const MAX_TEXT = 256;

/** Text of a length that a name can have, without the characters that no name has. */
export const nameIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT && !/\p{Cc}/u.test(value)
    ? value.trim()
    : undefined;

/** Text for people, cut where it is too long. */
export const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== ''
    ? value.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_TEXT)
    : undefined;

/** An address of the web, in so far as a person can open it. */
export const urlIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^https?:\/\/[^\s]+$/.test(value) && value.length <= 2048 ? value : undefined;

/** A size in tokens; 0 is how lists say that they do not know. */
export const sizeIn = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= 1_000_000_000
    ? value
    : undefined;

/** A day as `YYYY-MM-DD`; undefined where there is no such day. */
export const dayIn = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const date = new Date(`${value}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== value ? undefined : value;
};

/** As `dayIn`, for the moment at which that day begins. */
export const momentIn = (value: unknown): string | undefined => {
  const day = dayIn(value);
  return day === undefined ? undefined : `${day}T00:00:00.000Z`;
};

/** The end of training data: `2025`, `2025-04` or `2025-04-30`. */
export const cutoffIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}(-\d{2}(-\d{2})?)?$/.test(value) ? value : undefined;

/** What of a payload names something: the first part of a text for a message. */
export const subjectOf = (...parts: readonly string[]): string => parts.join('/').slice(0, MAX_TEXT);
