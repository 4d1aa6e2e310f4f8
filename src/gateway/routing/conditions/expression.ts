import {
  type ASTNode,
  Environment,
  EvaluationError,
  ParseError,
  type TypeCheckResult,
} from '@marcbachmann/cel-js';
import { localTimeIn } from '../../../catalogue/zone-clock.ts';
import { headerNamed, isReadable, READABLE_HEADERS } from './readable-headers.ts';

/** Conditions as expressions of CEL, the Common Expression Language: no loops but over short lists, and no side effects. */

export const MAX_EXPRESSION_LENGTH = 1_000;
const LIMITS = {
  maxAstNodes: 150,
  maxDepth: 30,
  maxListElements: 100,
  maxMapEntries: 0,
  maxCallArguments: 3,
};

/** What may be called: each takes a time that is bounded by the length of what it is given. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  'has',
  'size',
  'startsWith',
  'endsWith',
  'contains',
  'lowerAscii',
  'upperAscii',
  'int',
  'double',
  'string',
  'exists',
  'all',
  'hourIn',
  'weekdayIn',
]);
/** They look at each entry of a list. */
const LOOPS: ReadonlySet<string> = new Set(['exists', 'all']);

/** Without any variables yet. */
export const emptyEnvironment = (): Environment => new Environment({ limits: LIMITS });

/** Members of a type, as an environment takes them. */
export const fieldsOf = (members: {
  readonly [name: string]: { readonly type: string };
}): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(members).map(([name, { type }]) => [name, type]));

/** An expression that makes sense, ready to be asked. */
export type Expression<Variables extends object> = {
  readonly text: string;
  /** Whether it is another matter for each candidate. */
  readonly asksCandidate: boolean;
  holds(variables: Variables): boolean;
  /** The part that is false, with the figures that it rests on; for a person. */
  falsePart(variables: Variables): string;
};

export type CompiledExpression<Variables extends object> =
  | { readonly kind: 'OK'; readonly expression: Expression<Variables> }
  | { readonly kind: 'INVALID'; readonly problem: string };

/** What expressions may name. */
export type Vocabulary<Variables extends object> = {
  readonly environment: Environment;
  /** All of it, for a person. */
  readonly names: string;
  /** The figures that a part rests on, for a person. */
  figuresOf(part: string, variables: Variables): readonly string[];
};

const childrenOf = (node: ASTNode): readonly ASTNode[] => {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'list':
      return node.args;
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return [...node.args];
  }
};

type Found = { readonly node: ASTNode; readonly problem: string };

const at = (node: { readonly start: number }, problem: string): string =>
  `at character ${node.start + 1}: ${problem}`;

const isHeaders = (node: ASTNode): boolean => node.op === 'id' && node.args === 'headers';

const headerProblem = (name: string): string | undefined => {
  const header = headerNamed(name);
  return isReadable(header)
    ? undefined
    : `the header ${header.slice(0, 64)} cannot be read here; readable are ${READABLE_HEADERS}`;
};

/** What an expression may not say, though CEL could. */
const problemOf = (node: ASTNode): string | undefined => {
  switch (node.op) {
    case 'call':
    case 'rcall': {
      const [name] = node.args;
      if (!FUNCTIONS.has(name))
        return `${name.slice(0, 64)} is no function here; there are ${[...FUNCTIONS].join(', ')}`;
      if (name !== 'hourIn' && name !== 'weekdayIn') return undefined;
      const zone = node.op === 'rcall' ? node.args[2][0] : undefined;
      const isZone =
        zone?.op === 'value' &&
        typeof zone.args === 'string' &&
        localTimeIn(zone.args, new Date(0)) !== undefined;
      return isZone ? undefined : `${name} takes the IANA name of a time zone, e.g. "Asia/Shanghai"`;
    }
    case '.':
      return isHeaders(node.args[0]) ? headerProblem(node.args[1]) : undefined;
    case '[]': {
      const [of, index] = node.args;
      return isHeaders(of) && index.op === 'value' && typeof index.args === 'string'
        ? headerProblem(index.args)
        : undefined;
    }
    case 'in': {
      const [name, of] = node.args;
      return isHeaders(of) && name.op === 'value' && typeof name.args === 'string'
        ? headerProblem(name.args)
        : undefined;
    }
    case 'map':
      return 'mappings are not taken here';
    default:
      return undefined;
  }
};

const firstProblem = (node: ASTNode, isLooping = false): Found | undefined => {
  const problem = problemOf(node);
  if (problem !== undefined) return { node, problem };
  const loops = node.op === 'rcall' && LOOPS.has(node.args[0]);
  if (loops && isLooping) return { node, problem: 'a list is looked through within another one' };
  for (const child of childrenOf(node)) {
    const found = firstProblem(child, isLooping || loops);
    if (found !== undefined) return found;
  }
  return undefined;
};

const namesIn = (node: ASTNode): readonly string[] =>
  node.op === 'id' ? [node.args] : childrenOf(node).flatMap(namesIn);

const loopsIn = (node: ASTNode): boolean =>
  (node.op === 'rcall' && LOOPS.has(node.args[0])) || childrenOf(node).some(loopsIn);

/** What has to be true for a whole to be: parts that `&&` joins. */
const partsOf = (node: ASTNode): readonly ASTNode[] =>
  node.op === '&&' ? node.args.flatMap(partsOf) : [node];

type Part<Variables> = { readonly text: string; readonly ask: (variables: Variables) => unknown };

/** A node's place ends before the brackets that close it: the text is taken as far as it makes sense. */
const partOf = <Variables extends object>(
  { input, start, end }: ASTNode,
  environment: Environment,
): Part<Variables> | undefined => {
  for (let to = end; to <= input.length; to += 1) {
    const text = input.slice(start, to);
    try {
      return { text, ask: environment.parse(text) };
    } catch (error) {
      if (!(error instanceof ParseError) || !/^[\s)]$/.test(input.charAt(to))) return undefined;
    }
  }
  return undefined;
};

/** Each part by itself; the whole where they cannot be told apart. */
const partsIn = <Variables extends object>(
  whole: ASTNode,
  ask: Part<Variables>['ask'],
  environment: Environment,
): readonly Part<Variables>[] => {
  const parts = partsOf(whole).map((part) => partOf<Variables>(part, environment));
  return parts.every((part) => part !== undefined) ? parts : [{ text: whole.input, ask }];
};

const checkProblem = ({ error, type }: TypeCheckResult, names: string): string | undefined => {
  if (error === undefined)
    return type === 'bool' ? undefined : `gives ${type ?? 'nothing'}, and has to give true or false`;
  const place = { start: error.range?.start ?? 0 };
  switch (error.code) {
    case 'unknown_variable':
    case 'no_such_key':
      return at(place, `${error.summary}; there are ${names}`);
    default:
      return at(place, error.summary);
  }
};

/** A whole that is asked of what is known: an error, such as a tag that is not there, makes it false. */
const isTrue = <Variables>(ask: Part<Variables>['ask'], variables: Variables): boolean => {
  try {
    return ask(variables) === true;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
};

/** Reads an expression. What is wrong with it is told with its place. */
export const compileIn = <Variables extends object>(
  { environment, names, figuresOf }: Vocabulary<Variables>,
  text: string,
): CompiledExpression<Variables> => {
  const invalid = (problem: string): CompiledExpression<Variables> => ({ kind: 'INVALID', problem });
  if (text.length > MAX_EXPRESSION_LENGTH)
    return invalid(`takes at most ${MAX_EXPRESSION_LENGTH} characters`);
  try {
    const parsed = environment.parse(text);
    const { ast } = parsed;
    const found = firstProblem(ast);
    if (found !== undefined) return invalid(at(found.node, found.problem));
    const problem = checkProblem(parsed.check(), names);
    if (problem !== undefined) return invalid(problem);
    let parts: readonly Part<Variables>[] | undefined;
    const asksCandidate = namesIn(ast).includes('candidate');
    if (asksCandidate && loopsIn(ast))
      return invalid('asks of the candidate and looks through a list: make two conditions of it');
    return {
      kind: 'OK',
      expression: {
        text,
        asksCandidate,
        holds: (variables) => isTrue(parsed, variables),
        falsePart(variables) {
          parts ??= partsIn<Variables>(ast, parsed, environment);
          const { text: part } = parts.find(({ ask }) => !isTrue(ask, variables)) ?? { text };
          const figures = figuresOf(part, variables);
          return figures.length === 0 ? part : `${part} (${figures.join(', ')})`;
        },
      },
    };
  } catch (error) {
    if (error instanceof ParseError) return invalid(at({ start: error.range?.start ?? 0 }, error.summary));
    throw error;
  }
};
