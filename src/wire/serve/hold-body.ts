import type { z } from 'zod';
import { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { fitnessFor } from './fitness.ts';
import { BodyProblem } from './invalid-body.ts';
import {
  ALTERNATIVES,
  expectedBy,
  kindProblem,
  problemWords,
  sizeProblem,
  wordProblem,
} from './problem-words.ts';

type Issue = z.core.$ZodIssue;
type Found = { readonly path: readonly PropertyKey[]; readonly issues: readonly Issue[] };

/** A stranger may choose what the members on the way are called. */
const LONGEST_STEP = 100;
const LONGEST_PATH = 300;
/** Longer lists are not looked through where their schema does not say so itself: each wrong member costs time. */
const MOST_ITEMS = 10_000;

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, LONGEST_STEP)}`))
    .join('')
    .slice(0, LONGEST_PATH)
    .replace(/^\./, '');

const below = (above: string, path: string): string =>
  above === '' || path === '' || path.startsWith('[') ? `${above}${path}` : `${above}.${path}`;

/** Several are alternatives, all of which are told. */
const problemOf = (issues: readonly Issue[]): string => {
  const [first] = issues;
  if (first === undefined) return ALTERNATIVES;
  const expected = [...new Set(issues.flatMap(expectedBy))];
  if (issues.length === 1 || expected.length === 0) return first.message;
  const problem = issues.every(({ code }) => code === 'invalid_type') ? kindProblem : wordProblem;
  return problem(first.input, expected);
};

/** Whether a branch of a union is for other values: of another kind, or with another `type`. */
const isOff = ({ code, path }: Issue): boolean =>
  (path.length === 0 && code !== 'too_big' && code !== 'too_small') ||
  (path.length === 1 && path[0] === 'type');

/**
 * Of a union's branches, the one that the value was meant for says what is wrong, which is the one that came farthest
 * where there are several. Where there is none, the union's own
 * words do, else all branches together.
 */
const find = (issue: Issue, above: readonly PropertyKey[]): Found => {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return { path, issues: [issue] };
  const meant = issue.errors
    .filter((branch) => !branch.some(isOff))
    .flatMap((branch) => branch.slice(0, 1))
    .map((first) => find(first, path));
  const [closest] = meant.toSorted((one, other) => other.path.length - one.path.length);
  if (closest !== undefined) return closest;
  const firsts = issue.errors.flatMap((branch) => branch.slice(0, 1));
  const deepest = Math.max(0, ...firsts.map((each) => each.path.length));
  if (firsts.length === 0 || (deepest === 0 && issue.message !== ALTERNATIVES))
    return { path, issues: [issue] };
  const all = firsts.filter((each) => each.path.length === deepest).map((each) => find(each, path));
  return { path: all[0]?.path ?? path, issues: all.flatMap(({ issues }) => issues) };
};

const isFit = <Value>(schema: z.ZodType<Value>, value: unknown): value is Value => fitnessFor(schema)(value);

/**
 * The value, which its schema only judges and never changes. Throws BodyProblem for the first difference; `above` is where the
 * value stands.
 */
export const hold = <Value>(schema: z.ZodType<Value>, value: unknown, above = ''): Value => {
  if (isFit(schema, value)) return value;
  const parsed = schema.safeParse(value, { error: problemWords, reportInput: true });
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  if (first === undefined) throw new BodyProblem(above, ALTERNATIVES);
  const { path, issues } = find(first, []);
  throw new BodyProblem(below(above, pathText(path)), problemOf(issues));
};

/** Before anything else is done with a list: each wrong member would cost more than a right one. */
export const checkLength = (path: string, value: JsonValue | undefined, most: number): void => {
  if (Array.isArray(value) && value.length > most)
    throw new BodyProblem(path, sizeProblem(value, `at most ${most}`));
};

/** As many levels as are taken of a JSON Schema or of arguments. */
const MOST_LEVELS = 100;

export const checkDepth = (path: string, value: JsonValue, most = MOST_LEVELS): void => {
  if (isDeeperThan(value, most)) throw new BodyProblem(path, `is nested deeper than ${most} levels.`);
};

/** `hold` for an object, whose lists are counted first. */
export const holdObject = <Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape, z.core.$loose>,
  value: JsonObject,
  above = '',
): z.output<z.ZodObject<Shape, z.core.$loose>> => {
  for (const name of Object.keys(schema.shape))
    if (Object.hasOwn(value, name)) checkLength(below(above, name), value[name], MOST_ITEMS);
  return hold(schema, value, above);
};

/** What is wrong with a value that should be an object with one of these words as its `tag`. */
export const wrongTag = (
  path: string,
  value: JsonValue | undefined,
  tag: string,
  words: readonly string[],
): BodyProblem =>
  isJsonObject(value)
    ? new BodyProblem(`${path}.${tag}`, wordProblem(value[tag], words))
    : new BodyProblem(path, kindProblem(value, ['an object']));
