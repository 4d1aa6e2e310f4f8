import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';

/** A schema and a value come from clients and models: what takes more steps is not looked at further, and matches. */
const MAX_STEPS = 50_000;
const MAX_LEVELS = 64;
const STEPS_OF_OBJECT = 100;

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const isNumber = (value: JsonValue | undefined): value is number => typeof value === 'number';

const typeMatches = (type: JsonValue, value: JsonValue): boolean => {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return isList(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      return true;
  }
};

/**
 * Whether a value is as a JSON Schema says, and where it is not; undefined: it matches. `pattern`, `format`, `uniqueItems` and
 * what is not known here are not looked at: a pattern of a client's could take for ever.
 */
class Matcher {
  readonly #root: JsonObject;
  #steps = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  problem(schema: JsonValue | undefined, value: JsonValue, path: string, level = 0): string | undefined {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS || level > MAX_LEVELS || schema === undefined || schema === true)
      return undefined;
    if (schema === false) return `${path} is not allowed`;
    if (!isJsonObject(schema)) return undefined;
    const { $ref, type } = schema;
    const types = isList(type) ? type : type === undefined ? [] : [type];
    if (types.length > 0 && !types.some((each) => typeMatches(each, value)))
      return `${path} is no ${types.join(' or ')}`;
    if (isList(schema.enum)) {
      this.#steps += schema.enum.length * (typeof value === 'object' ? STEPS_OF_OBJECT : 1);
      if (!schema.enum.some((each) => isDeepStrictEqual(each, value)))
        return `${path} is not one of its enum`;
    }
    if (schema.const !== undefined && !isDeepStrictEqual(schema.const, value))
      return `${path} is not its const`;
    const next = level + 1;
    return (
      (typeof $ref === 'string' ? this.problem(this.#resolve($ref), value, path, next) : undefined) ??
      this.#ofKind(schema, value, path, next) ??
      this.#combined(schema, value, path, next)
    );
  }

  /** Within the schema; what stands elsewhere is not known. */
  #resolve(ref: string): JsonValue | undefined {
    if (!ref.startsWith('#')) return undefined;
    let found: JsonValue | undefined = this.#root;
    for (const part of ref.slice(1).split('/').slice(1)) {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      if (isList(found)) found = found[Number(name)];
      else found = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
    }
    return found;
  }

  #ofKind(schema: JsonObject, value: JsonValue, path: string, level: number): string | undefined {
    if (typeof value === 'number') return numberProblem(schema, value, path);
    if (typeof value === 'string') {
      const { minLength, maxLength } = schema;
      if (!isNumber(minLength) && !isNumber(maxLength)) return undefined;
      const { length } = [...value];
      if (isNumber(minLength) && length < minLength) return `${path} is too short`;
      return isNumber(maxLength) && length > maxLength ? `${path} is too long` : undefined;
    }
    if (isList(value)) return this.#listProblem(schema, value, path, level);
    return isJsonObject(value) ? this.#objectProblem(schema, value, path, level) : undefined;
  }

  #listProblem(
    schema: JsonObject,
    value: readonly JsonValue[],
    path: string,
    level: number,
  ): string | undefined {
    const { minItems, maxItems, items, prefixItems } = schema;
    if (isNumber(minItems) && value.length < minItems) return `${path} has too few items`;
    if (isNumber(maxItems) && value.length > maxItems) return `${path} has too many items`;
    const first = isList(prefixItems) ? prefixItems : isList(items) ? items : [];
    const others = isList(items) ? schema.additionalItems : items;
    for (const [index, each] of value.entries()) {
      const found = this.problem(
        index < first.length ? first[index] : others,
        each,
        `${path}[${index}]`,
        level,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #objectProblem(schema: JsonObject, value: JsonObject, path: string, level: number): string | undefined {
    const { properties, required, additionalProperties, minProperties, maxProperties } = schema;
    const known = isJsonObject(properties) ? properties : {};
    for (const name of isList(required) ? required : [])
      if (typeof name === 'string' && !Object.hasOwn(value, name)) return `${path}.${name} is missing`;
    const names = Object.keys(value);
    if (isNumber(minProperties) && names.length < minProperties) return `${path} has too few members`;
    if (isNumber(maxProperties) && names.length > maxProperties) return `${path} has too many members`;
    // What a pattern is for is not known here: it may be allowed.
    const others = schema.patternProperties === undefined ? additionalProperties : undefined;
    for (const name of names) {
      const isKnown = Object.hasOwn(known, name);
      const shown = isKnown ? `${path}.${name}` : `a member of ${path} that the schema does not name`;
      const found = this.problem(isKnown ? known[name] : others, value[name] ?? null, shown, level);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #combined(schema: JsonObject, value: JsonValue, path: string, level: number): string | undefined {
    const { allOf, anyOf, oneOf, not } = schema;
    const matches = (each: JsonValue): boolean => this.problem(each, value, path, level) === undefined;
    for (const each of isList(allOf) ? allOf : []) {
      const found = this.problem(each, value, path, level);
      if (found !== undefined) return found;
    }
    if (isList(anyOf) && !anyOf.some(matches)) return `${path} matches nothing of its anyOf`;
    if (isList(oneOf) && oneOf.filter(matches).length !== 1 && this.#steps <= MAX_STEPS)
      return `${path} matches not exactly one of its oneOf`;
    return not !== undefined && this.#steps <= MAX_STEPS && matches(not) && this.#steps <= MAX_STEPS
      ? `${path} matches its not`
      : undefined;
  }
}

const numberProblem = (schema: JsonObject, value: number, path: string): string | undefined => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const isBelow =
    (isNumber(minimum) && value < minimum) || (isNumber(exclusiveMinimum) && value <= exclusiveMinimum);
  const isAbove =
    (isNumber(maximum) && value > maximum) || (isNumber(exclusiveMaximum) && value >= exclusiveMaximum);
  if (isBelow) return `${path} is too small`;
  return isAbove ? `${path} is too large` : undefined;
};

/** Where a value is not as its schema says; names members that the schema names and quotes no value. `path`: what it is. */
export const schemaProblem = (schema: JsonObject, value: JsonValue, path: string): string | undefined =>
  new Matcher(schema).problem(schema, value, path);
