export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** Undefined: it is no JSON. */
export const parseJson = (text: string): JsonValue | undefined => {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
};

/** Deeper than any schema or arguments that a provider takes, and far from what serialising one could not bear. */
export const MAX_JSON_LEVELS = 100;

/** Whether objects and arrays are nested in more than `levels` levels; the value itself is the first. */
export const isDeeperThan = (value: JsonValue, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  // It goes no deeper than `levels`, so that what is too deep for the stack is not gone into.
  if (levels === 0) return true;
  if (isList(value)) {
    for (const each of value) if (typeof each === 'object' && isDeeperThan(each, levels - 1)) return true;
    return false;
  }
  for (const key in value) {
    const each = value[key];
    if (typeof each === 'object' && isDeeperThan(each, levels - 1)) return true;
  }
  return false;
};

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

/** True for a JSON object: not null, not an array. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
