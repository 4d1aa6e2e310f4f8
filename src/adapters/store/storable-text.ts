/**
 * Text as Postgres takes it: NUL characters and lone surrogates, which it refuses, become U+FFFD. Without
 * this one odd string from a provider would make a whole batch of ledger rows unwritable for ever.
 */
export const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** JSON text that a `jsonb` column takes: Decimals as strings, Dates in ISO 8601, strings made storable. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'string') return storableText(member);
    return member;
  });
