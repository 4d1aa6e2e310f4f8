import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';

/** Optional properties are filled in down to this depth, below it only required ones: recursive schemas end. */
const OPTIONAL_DEPTH = 3;
const GREATEST_DEPTH = 16;
/** Of a `const`, `enum` or `default`. */
const GREATEST_GIVEN_DEPTH = 200;

/** A type is one of seven, whatever else a list of them holds. */
const MOST_TYPES = 7;

/** What all instances that one writer makes may hold together; each value and each name looked at counts. */
const MOST_VALUES = 10_000;
const MOST_CHARACTERS = 100_000;

/** The schema asks for more than the sandbox writes. The message says so to who asked. */
export class InstanceTooLarge extends Error {
  override readonly name = 'InstanceTooLarge';
  constructor() {
    super(
      `The JSON schema asks for too large an instance: the sandbox writes at most ${MOST_VALUES} values and ${MOST_CHARACTERS} characters. Lower minItems or minLength, or use fewer properties.`,
    );
  }
}

type Budget = {
  /** Throws InstanceTooLarge once more was spent than there is. */
  spend(values: number, characters: number): void;
  /** Spends what a value that the schema itself gives holds. */
  spendOn(value: JsonValue): void;
};

const createBudget = (): Budget => {
  let values = MOST_VALUES;
  let characters = MOST_CHARACTERS;
  const spend = (someValues: number, someCharacters: number): void => {
    values -= someValues;
    characters -= someCharacters;
    if (values < 0 || characters < 0) throw new InstanceTooLarge();
  };
  const spendOn = (value: JsonValue, depth = 0): void => {
    if (depth > GREATEST_GIVEN_DEPTH) throw new InstanceTooLarge();
    spend(1, typeof value === 'string' ? value.length : 0);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      spend(0, name.length);
      spendOn(member, depth + 1);
    }
  };
  return { spend, spendOn };
};

const FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'date-time': '2000-01-01T00:00:00Z',
    date: '2000-01-01',
    time: '00:00:00Z',
    duration: 'PT1S',
    email: 'someone@example.com',
    hostname: 'example.com',
    ipv4: '192.0.2.1',
    ipv6: '2001:db8::1',
    uri: 'https://example.com/',
    uuid: '00000000-0000-4000-8000-000000000000',
  }),
);

const numberIn = (schema: JsonObject, key: string): number | undefined => {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
};

const stringOf = (schema: JsonObject, budget: Budget): string => {
  const formatted = typeof schema.format === 'string' ? FORMATS.get(schema.format) : undefined;
  if (formatted !== undefined) {
    budget.spend(0, formatted.length);
    return formatted;
  }
  const length = Math.max(
    0,
    numberIn(schema, 'minLength') ?? 0,
    Math.min(5, numberIn(schema, 'maxLength') ?? 5),
  );
  budget.spend(0, length);
  return 'lorem'.repeat(Math.ceil(length / 5)).slice(0, length);
};

const numberOf = (schema: JsonObject, step: number): number => {
  const above = numberIn(schema, 'exclusiveMinimum');
  const least = numberIn(schema, 'minimum') ?? (above === undefined ? undefined : above + step);
  const below = numberIn(schema, 'exclusiveMaximum');
  const most = numberIn(schema, 'maximum') ?? (below === undefined ? undefined : below - step);
  const wanted = Math.min(Math.max(0, least ?? 0), most ?? Number.POSITIVE_INFINITY);
  const multiple = numberIn(schema, 'multipleOf') ?? (step === 1 ? 1 : undefined);
  return multiple === undefined ? wanted : Math.ceil(wanted / multiple) * multiple;
};

const decoded = (step: string): string => {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
};

/** Follows a pointer inside the document, e.g. `#/$defs/Address`; undefined where it leads nowhere. */
const resolve = (root: JsonObject, pointer: string): JsonValue | undefined => {
  let at: JsonValue | undefined = root;
  for (const step of pointer.split('/').slice(1)) {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
};

const typeOf = (schema: JsonObject): string | undefined => {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const named = type.slice(0, MOST_TYPES).filter((name): name is string => typeof name === 'string');
    return named.find((name) => name !== 'null') ?? named[0];
  }
  if (isJsonObject(schema.properties)) return 'object';
  return schema.items === undefined ? undefined : 'array';
};

/**
 * A small valid instance of a JSON Schema, the same one every time. Knows types, enum, const, default, bounds,
 * common formats, required and optional properties, local $ref, allOf, anyOf and oneOf; not `pattern`.
 * Throws InstanceTooLarge.
 */
export type InstanceWriter = (schema: JsonObject) => JsonValue;

/** A writer with one budget for all that it writes. */
export const createInstanceWriter = (): InstanceWriter => {
  const budget = createBudget();
  return (root) => instanceOf(root, budget);
};

const instanceOf = (root: JsonObject, budget: Budget): JsonValue => {
  /** A long pointer that stands in the items of a long list is followed once. */
  const resolved = new Map<string, JsonValue | undefined>();
  const target = (pointer: string): JsonValue | undefined => {
    if (!resolved.has(pointer)) resolved.set(pointer, resolve(root, pointer));
    return resolved.get(pointer);
  };
  const given = (value: JsonValue): JsonValue => {
    budget.spendOn(value);
    return value;
  };
  const build = (schema: JsonValue | undefined, depth: number): JsonValue => {
    budget.spend(1, 0);
    if (!isJsonObject(schema) || depth > GREATEST_DEPTH) return null;
    if (typeof schema.$ref === 'string') return build(target(schema.$ref), depth + 1);
    if (schema.const !== undefined) return given(schema.const);
    if (Array.isArray(schema.enum)) return given(schema.enum[0] ?? null);
    if (schema.default !== undefined) return given(schema.default);
    const choices = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(choices)) return build(choices[0], depth + 1);
    if (Array.isArray(schema.allOf)) {
      const parts = schema.allOf.map((part) => build(part, depth + 1));
      const objects = parts.filter(isJsonObject);
      return objects.length === parts.length ? Object.assign({}, ...objects) : (parts[0] ?? null);
    }
    switch (typeOf(schema)) {
      case 'string':
        return stringOf(schema, budget);
      case 'integer':
        return numberOf(schema, 1);
      case 'number':
        return numberOf(schema, 0.5);
      case 'boolean':
        return true;
      case 'array': {
        const length = numberIn(schema, 'minItems') ?? (depth < OPTIONAL_DEPTH ? 1 : 0);
        const items: JsonValue[] = [];
        while (items.length < length) items.push(build(schema.items, depth + 1));
        return items;
      }
      case 'object': {
        const properties = isJsonObject(schema.properties) ? schema.properties : {};
        const required = Array.isArray(schema.required) ? schema.required : [];
        const entries: [string, JsonValue][] = [];
        for (const name of depth < OPTIONAL_DEPTH ? Object.keys(properties) : required) {
          budget.spend(1, typeof name === 'string' ? name.length : 0);
          if (typeof name === 'string' && Object.hasOwn(properties, name))
            entries.push([name, build(properties[name], depth + 1)]);
        }
        return Object.fromEntries(entries);
      }
      default:
        return null;
    }
  };
  return build(root, 0);
};
