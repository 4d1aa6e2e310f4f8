import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../domain/json.ts';
import { SourceUnreadable } from '../../ports/catalogue-source.ts';

/** The JSON of one body. Throws SourceUnreadable where it is not JSON, e.g. HTML or a truncated answer. */
export const jsonBody = (bodies: { readonly [name: string]: string }, name: string): JsonValue => {
  const text = bodies[name];
  if (text === undefined) throw new SourceUnreadable(`The answer "${name}" is missing.`);
  const value = parseJson(text);
  if (value === undefined) {
    const looksLikePage = /^\s*</.test(text);
    throw new SourceUnreadable(
      `The answer "${name}" is ${looksLikePage ? 'a web page' : 'not whole JSON'}, ${text.length} characters long.`,
    );
  }
  return value;
};

export const jsonObjectBody = (bodies: { readonly [name: string]: string }, name: string): JsonObject => {
  const value = jsonBody(bodies, name);
  if (!isJsonObject(value)) throw new SourceUnreadable(`The answer "${name}" is not a JSON object.`);
  return value;
};

/** The day of a date or a moment, `YYYY-MM-DD`. */
export const dayIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}(?:$|[T ])/.test(value) && !Number.isNaN(Date.parse(value))
    ? value.slice(0, 10)
    : undefined;
