import { z } from 'zod';
import { isJsonObject } from '../../domain/json.ts';

/** Whether a value, as JSON has them, is as a schema says that only judges and never changes. */
export type Fitness = (value: unknown) => boolean;

type Schema = z.core.$ZodType;
type Check = z.core.$ZodCheck<never>;

const lengthOf = (value: unknown): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : Number.NaN;

/** Undefined for a check that is not known here. */
const checkFitness = (check: Check): Fitness | undefined => {
  if (check instanceof z.core.$ZodCheckMinLength) {
    const { minimum } = check._zod.def;
    return (value) => lengthOf(value) >= minimum;
  }
  if (check instanceof z.core.$ZodCheckMaxLength) {
    const { maximum } = check._zod.def;
    return (value) => lengthOf(value) <= maximum;
  }
  if (check instanceof z.core.$ZodCheckRegex) {
    const { pattern } = check._zod.def;
    return (value) => typeof value === 'string' && !pattern.global && !pattern.sticky && pattern.test(value);
  }
  if (check instanceof z.core.$ZodCheckGreaterThan) {
    const { value: least, inclusive } = check._zod.def;
    if (typeof least !== 'number') return undefined;
    return (value) => typeof value === 'number' && (inclusive ? value >= least : value > least);
  }
  if (check instanceof z.core.$ZodCheckLessThan) {
    const { value: most, inclusive } = check._zod.def;
    if (typeof most !== 'number') return undefined;
    return (value) => typeof value === 'number' && (inclusive ? value <= most : value < most);
  }
  return undefined;
};

const both =
  (one: Fitness, other: Fitness): Fitness =>
  (value) =>
    one(value) && other(value);

/** With all its checks; undefined where one of them is not known here. */
const checked = (first: Fitness, checks: readonly Check[] = []): Fitness | undefined => {
  let fits = first;
  for (const check of checks) {
    const more = checkFitness(check);
    if (more === undefined) return undefined;
    fits = both(fits, more);
  }
  return fits;
};

const isText: Fitness = (value) => typeof value === 'string';
const isNumber: Fitness = (value) => typeof value === 'number' && Number.isFinite(value);
const isFlag: Fitness = (value) => typeof value === 'boolean';
const isAnything: Fitness = () => true;

/** Of an object only the members that it has are looked at: of the dozens that a schema knows, a request has a few. */
const objectFitness = (schema: z.ZodObject): Fitness | undefined => {
  const { checks = [], catchall } = schema.def;
  if (checks.length > 0 || !(catchall instanceof z.ZodUnknown)) return undefined;
  const shape: { readonly [name: string]: z.ZodType } = schema.shape;
  const members = new Map(Object.entries(shape).map(([name, member]) => [name, fitnessFor(member)]));
  const required = [...members.keys()].filter((name) => members.get(name)?.(undefined) !== true);
  return (value) => {
    if (!isJsonObject(value)) return false;
    for (const name in value) if (members.get(name)?.(value[name]) === false) return false;
    for (const name of required) if (!Object.hasOwn(value, name)) return false;
    return true;
  };
};

/** Undefined where the schema itself has to be asked. */
const knownFitness = (schema: Schema): Fitness | undefined => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const nothing = schema instanceof z.ZodOptional ? undefined : null;
    const inner = fitnessFor(schema.def.innerType);
    return (value) => value === nothing || inner(value);
  }
  if (schema instanceof z.ZodString)
    return 'format' in schema.def ? undefined : checked(isText, schema.def.checks);
  if (schema instanceof z.ZodNumberFormat)
    return schema.format === 'safeint' ? checked(Number.isSafeInteger, schema.def.checks) : undefined;
  if (schema instanceof z.ZodNumber) return checked(isNumber, schema.def.checks);
  if (schema instanceof z.ZodBoolean) return checked(isFlag, schema.def.checks);
  if (schema instanceof z.ZodAny || schema instanceof z.ZodUnknown)
    return checked(isAnything, schema.def.checks);
  if (schema instanceof z.ZodLiteral) {
    const { values } = schema.def;
    return (value) => values.some((each) => each === value);
  }
  if (schema instanceof z.ZodArray) {
    const each = fitnessFor(schema.element);
    return checked((value) => Array.isArray(value) && value.every(each), schema.def.checks);
  }
  if (schema instanceof z.ZodUnion && !(schema instanceof z.ZodDiscriminatedUnion)) {
    const some = schema.options.map(fitnessFor);
    return checked((value) => some.some((fits) => fits(value)), schema.def.checks);
  }
  if (schema instanceof z.ZodRecord) {
    const { keyType, valueType, checks } = schema.def;
    const isOpen = keyType instanceof z.ZodString && keyType.def.checks === undefined;
    return isOpen && valueType instanceof z.ZodAny ? checked(isJsonObject, checks) : undefined;
  }
  if (schema instanceof z.ZodObject) return objectFitness(schema);
  return undefined;
};

const known = new WeakMap<Schema, Fitness>();

/** Tells at a fraction of what the schema itself takes, which is asked where its kind is not known here. */
export const fitnessFor = (schema: Schema): Fitness => {
  let fits = known.get(schema);
  if (fits === undefined) {
    fits = knownFitness(schema) ?? ((value) => z.safeParse(schema, value).success);
    known.set(schema, fits);
  }
  return fits;
};
