import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';

/** Reads what a provider sent, which may be anything: each function gives undefined for what is not as expected. */

/** A string that is not empty. */
export const textAt = (object: JsonObject | undefined, key: string): string | undefined => {
  const value = object?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A string that is not empty, or a number written out: error codes come as both. */
export const codeAt = (object: JsonObject | undefined, key: string): string | undefined => {
  const value = object?.[key];
  return typeof value === 'number' ? String(value) : textAt(object, key);
};

/** A whole number of at least 0, also where it was sent as a string. */
export const countAt = (object: JsonObject | undefined, key: string): number | undefined => {
  const value = object?.[key];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
};

/** As `countAt`, but 0 where there is nothing or null: a part that is left out where there is none of it. */
export const optionalCountAt = (object: JsonObject | undefined, key: string): number | undefined =>
  (object?.[key] ?? undefined) === undefined ? 0 : countAt(object, key);

export const objectAt = (object: JsonObject | undefined, key: string): JsonObject | undefined => {
  const value = object?.[key];
  return isJsonObject(value) ? value : undefined;
};

const NOTHING: readonly never[] = [];

/** Empty where there is no list. */
export const listAt = (object: JsonObject | undefined, key: string): readonly JsonValue[] => {
  const value = object?.[key];
  return Array.isArray(value) ? value : NOTHING;
};

/** The members of a list that are objects, in order. */
export const objectsAt = (object: JsonObject | undefined, key: string): readonly JsonObject[] => {
  const list = listAt(object, key);
  return list.length === 0 ? NOTHING : list.filter(isJsonObject);
};
