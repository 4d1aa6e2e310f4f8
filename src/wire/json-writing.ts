import type { JsonObject, JsonValue } from '../domain/json.ts';

/** A member that is left out where there is no value for it. */
export const given = (key: string, value: JsonValue | undefined): JsonObject =>
  value === undefined ? {} : { [key]: value };
