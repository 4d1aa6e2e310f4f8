import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';

/** Optional properties are filled in down to this depth, below it only required ones: recursive schemas end. */
const OPTIONAL_DEPTH = 3;
const GREATEST_DEPTH = 16;

const FORMATS: { readonly [format: string]: string } = {
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
};

const numberIn = (schema: JsonObject, key: string): number | undefined => {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
};

const stringOf = (schema: JsonObject): string => {
  const formatted = typeof schema.format === 'string' ? FORMATS[schema.format] : undefined;
  if (formatted !== undefined) return formatted;
  const length = Math.max(
    numberIn(schema, 'minLength') ?? 0,
    Math.min(5, numberIn(schema, 'maxLength') ?? 5),
  );
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

/** Follows a pointer inside the document, e.g. `#/$defs/Address`. */
const resolve = (root: JsonObject, pointer: string): JsonValue | undefined => {
  let at: JsonValue | undefined = root;
  for (const step of pointer.split('/').slice(1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    at = isJsonObject(at) ? at[key] : undefined;
  }
  return at;
};

const typeOf = (schema: JsonObject): string | undefined => {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const named = type.filter((name): name is string => typeof name === 'string');
    return named.find((name) => name !== 'null') ?? named[0];
  }
  if (isJsonObject(schema.properties)) return 'object';
  return schema.items === undefined ? undefined : 'array';
};

/**
 * A small valid instance of a JSON Schema, the same one every time. Knows types, enum, const, default, bounds,
 * common formats, required and optional properties, local $ref, allOf, anyOf and oneOf; not `pattern`.
 */
export const instanceOf = (root: JsonObject): JsonValue => {
  const build = (schema: JsonValue | undefined, depth: number): JsonValue => {
    if (!isJsonObject(schema) || depth > GREATEST_DEPTH) return null;
    if (typeof schema.$ref === 'string') return build(resolve(root, schema.$ref), depth + 1);
    if (schema.const !== undefined) return schema.const;
    if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
    if (schema.default !== undefined) return schema.default;
    const choices = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(choices)) return build(choices[0], depth + 1);
    if (Array.isArray(schema.allOf)) {
      const parts = schema.allOf.map((part) => build(part, depth + 1));
      const objects = parts.filter(isJsonObject);
      return objects.length === parts.length ? Object.assign({}, ...objects) : (parts[0] ?? null);
    }
    switch (typeOf(schema)) {
      case 'string':
        return stringOf(schema);
      case 'integer':
        return numberOf(schema, 1);
      case 'number':
        return numberOf(schema, 0.5);
      case 'boolean':
        return true;
      case 'array':
        return Array.from({ length: numberIn(schema, 'minItems') ?? (depth < OPTIONAL_DEPTH ? 1 : 0) }, () =>
          build(schema.items, depth + 1),
        );
      case 'object': {
        const properties = isJsonObject(schema.properties) ? schema.properties : {};
        const required = Array.isArray(schema.required) ? schema.required : [];
        const wanted = Object.entries(properties).filter(
          ([name]) => depth < OPTIONAL_DEPTH || required.includes(name),
        );
        return Object.fromEntries(wanted.map(([name, property]) => [name, build(property, depth + 1)]));
      }
      default:
        return null;
    }
  };
  return build(root, 0);
};
