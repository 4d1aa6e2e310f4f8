/** Bytes of UTF-8 that one unit of a string's length takes at most. */
export const MAX_BYTES_OF_A_UNIT = 3;

/**
 * Text as Postgres takes it: NUL characters and lone surrogates, which it refuses, become U+FFFD. Without
 * this one odd string from a provider would make a whole batch of ledger rows unwritable for ever.
 */
export const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** How JSON writes NUL characters and lone surrogates; other texts may look like it, too. */
const MAYBE_REFUSED = /\\u(?:0000|d[89a-f])/;

/** JSON text that a `jsonb` column takes, and that can be taken apart in a `json` one: Decimals as strings, Dates in ISO 8601, strings made storable. */
export const storableJson = (value: unknown): string => {
  const json = JSON.stringify(value);
  // Asking for each member what becomes of it takes several times as long, and hardly any text needs it.
  if (json === undefined || !MAYBE_REFUSED.test(json)) return json;
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? storableText(member) : member,
  );
};
