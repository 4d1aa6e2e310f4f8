import { ConfigError, type FileContent, pathText } from './config-file.ts';
import { asRouteName } from './domain/ids.ts';
import { DEFAULT_POLICY, type Route, type RoutePolicy } from './domain/route.ts';
import { readPolicyStrictly } from './gateway/routing/policy/document.ts';
import { routesProblem } from './gateway/routing/policy/problems.ts';
import { ROUTE_NAME } from './gateway/routing/policy/saved-routes.ts';

const MOST_ROUTES = 1_000;
const NAME_RULE =
  'takes names of 1 to 64 lower-case letters, digits, dots, dashes and underscores, a letter or digit first';

const isMapping = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As `candidates[0].weight` says it, a path that the file can be asked for. */
const pathOf = (text: string): readonly PropertyKey[] =>
  [...text.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part));

/** Of `note:cheaper`, which lacks a space and so is all name, only what was meant to be the name. */
const presentable = (path: readonly PropertyKey[]): string =>
  pathText(
    path.map((part) => (typeof part === 'string' ? part.replace(/[\s:].*$/s, '…').slice(0, 64) : part)),
  );

/**
 * How names of models are routed, `routing: policy`: a policy without candidates, which are those of the name. Throws
 * ConfigError, a line for each mistake.
 */
export const configuredRouting = (value: unknown, content: FileContent): RoutePolicy => {
  if (value === undefined) return DEFAULT_POLICY;
  const fail = (path: readonly PropertyKey[], problem: string): string =>
    `${content.at(path)}: ${presentable(path)}: ${problem}.`;
  if (isMapping(value) && value.candidates !== undefined)
    throw new ConfigError(
      fail(
        ['routing', 'candidates'],
        'is not accepted here: a separate route, under `routes`, has candidates',
      ),
    );
  const read = readPolicyStrictly(value ?? {}, { candidates: 'OPTIONAL' });
  if (read.kind === 'OK') return read.policy;
  throw new ConfigError(
    read.issues.map(({ path, problem }) => fail(['routing', ...path], problem)).join('\n'),
  );
};

/**
 * The routes of a config file, `routes: {name: policy}`. Throws ConfigError, a line for each mistake. Whether models
 * and offerings of these names exist is not asked: they come and go.
 */
export const configuredRoutes = (value: unknown, content: FileContent, savedAt: Date): readonly Route[] => {
  if (value === undefined) return [];
  const problems: string[] = [];
  const mistake = (path: readonly PropertyKey[], problem: string): void => {
    problems.push(`${content.at(path)}: ${presentable(path)}: ${problem}.`);
  };
  const fail = (): never => {
    throw new ConfigError(problems.join('\n'));
  };
  if (!isMapping(value)) {
    mistake(['routes'], 'takes a mapping of names to policies');
    return fail();
  }
  const entries = Object.entries(value);
  if (entries.length > MOST_ROUTES) mistake(['routes'], `takes at most ${MOST_ROUTES}`);
  const policies = new Map<string, RoutePolicy>();
  for (const [name, document] of entries) {
    const path = ['routes', name];
    if (!ROUTE_NAME.test(name)) mistake(path, NAME_RULE);
    const read = readPolicyStrictly(document ?? {});
    if (read.kind === 'OK') policies.set(name, read.policy);
    else for (const issue of read.issues) mistake([...path, ...issue.path], issue.problem);
  }
  if (problems.length > 0) return fail();
  const routes = [...policies].map(
    ([name, policy]): Route => ({ name: asRouteName(name), version: 0, policy, origin: 'CONFIG', savedAt }),
  );
  const byName = new Map(routes.map((route): [string, Route] => [route.name, route]));
  const book = { all: () => routes, find: (name: string) => byName.get(name.toLowerCase()) };
  for (const { name, policy } of routes) {
    const problem = routesProblem(name, policy, book);
    if (problem !== undefined)
      mistake(['routes', name, ...pathOf(problem.path)], problem.problem.replace(/\.$/, ''));
  }
  if (problems.length > 0) return fail();
  return routes;
};
