export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

const isNesting = (value: JsonValue): value is JsonObject | readonly JsonValue[] =>
  typeof value === 'object' && value !== null;

/** Whether objects and arrays are nested in more than `levels` levels; the value itself is the first. */
export const isDeeperThan = (value: JsonValue, levels: number): boolean => {
  // Level by level rather than by recursion: what is measured may be too deep for the stack.
  let level = [value].filter(isNesting);
  for (let depth = 0; depth < levels && level.length > 0; depth += 1)
    level = level.flatMap((each): readonly JsonValue[] => Object.values(each)).filter(isNesting);
  return level.length > 0;
};

/** True for a JSON object: not null, not an array. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
