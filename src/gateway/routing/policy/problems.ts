import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { keptFilterProblem } from '../../../catalogue/filter/filter-problem.ts';
import { nearestNames } from '../../../catalogue/nearest-names.ts';
import { unknownBenchmark } from '../../../catalogue/quality/unknown-benchmark.ts';
import type { OfferingFilter } from '../../../domain/offering-filter.ts';
import { refusalMessage } from '../../../domain/refusal.ts';
import type { CandidateRule, CandidateTarget, QualityFloor, RoutePolicy } from '../../../domain/route.ts';
import { meaningOf } from '../../stages/resolve-model.ts';
import type { RouteBook } from './route-book.ts';

/** What is wrong with a policy as the world is now; the path points into its document. */
export type RouteProblem = { readonly path: string; readonly problem: string };

/** A route, a route within it, a route within that…: so many at most. */
const MAX_NESTING = 8;

/** All rules of a policy, each with where it stands. */
const rulesOf = (policy: RoutePolicy): readonly { readonly path: string; readonly rule: CandidateRule }[] => [
  ...policy.candidates.map((rule, index) => ({ path: `candidates[${index}]`, rule })),
  ...policy.fallback.candidates.map((rule, index) => ({ path: `fallback.candidates[${index}]`, rule })),
  ...(policy.budget?.onBudgetShare?.candidates ?? []).map((rule, index) => ({
    path: `budget.onBudgetShare.candidates[${index}]`,
    rule,
  })),
  ...(policy.fallback.byFailure ?? []).flatMap(({ candidates }, place) =>
    candidates.map((rule, index) => ({ path: `fallback.byFailure[${place}].candidates[${index}]`, rule })),
  ),
  ...(policy.mirror?.candidates ?? []).map((rule, index) => ({ path: `mirror.candidates[${index}]`, rule })),
  ...(policy.canary === undefined ? [] : [{ path: 'canary.candidate', rule: policy.canary.candidate }]),
];

/** The routes that a policy names, in lower case as they are saved, each with where it stands. */
export const routesWithin = (
  policy: RoutePolicy,
): readonly { readonly path: string; readonly name: string }[] =>
  rulesOf(policy).flatMap(({ path, rule: { target } }) =>
    target.kind === 'ROUTE' ? [{ path: `${path}.route`, name: target.name.toLowerCase() }] : [],
  );

/** The longest way down from a route, as names; or a way that comes back to where it was. */
type Descent = { readonly isCircle: boolean; readonly way: readonly string[] };

/** Each route is walked once, however many ways lead to it. */
const createDescent = (find: (name: string) => RoutePolicy | undefined) => {
  const known = new Map<string, Descent>();
  const descend = (name: string, above: readonly string[]): Descent => {
    const start = above.indexOf(name);
    if (start >= 0) return { isCircle: true, way: [...above.slice(start), name] };
    const before = known.get(name);
    if (before !== undefined) return before;
    let longest: readonly string[] = [];
    const policy = find(name);
    for (const within of policy === undefined ? [] : routesWithin(policy)) {
      const below = descend(within.name, [...above, name]);
      if (below.isCircle) return below;
      if (below.way.length > longest.length) longest = below.way;
    }
    const found = { isCircle: false, way: [name, ...longest] };
    known.set(name, found);
    return found;
  };
  return (name: string): Descent => descend(name, []);
};

const floorProblem = (
  path: string,
  floor: QualityFloor | undefined,
  catalogue: Catalogue,
): RouteProblem | undefined => {
  const problem = floor && unknownBenchmark(catalogue, floor.benchmark);
  return problem === undefined ? undefined : { path: `${path}.benchmark`, problem };
};

const filterProblem = (
  path: string,
  filter: OfferingFilter,
  catalogue: Catalogue,
): RouteProblem | undefined =>
  keptFilterProblem(catalogue, filter, path) ??
  floorProblem(`${path}.minQuality`, filter.minQuality, catalogue);

const targetProblem = (
  path: string,
  target: CandidateTarget,
  catalogue: Catalogue,
): RouteProblem | undefined => {
  switch (target.kind) {
    case 'MODEL': {
      const meaning = meaningOf(target.name, catalogue);
      return meaning.kind === 'OK'
        ? undefined
        : { path: `${path}.model`, problem: refusalMessage(meaning.refusal) };
    }
    case 'OFFERING': {
      if (catalogue.offering(target.id) !== undefined) return undefined;
      const meaning = meaningOf(`offering:${target.id}`, catalogue);
      if (meaning.kind === 'OK') return undefined;
      const nearest = nearestNames(
        target.id,
        catalogue.offerings.map(({ id }) => id),
      );
      return {
        path: `${path}.offering`,
        problem: `No offering has the id "${target.id}". ${nearest.length > 0 ? `Nearest: ${nearest.join(', ')}.` : 'Query `offerings` lists the ones there are.'}`,
      };
    }
    case 'FILTER':
      return filterProblem(`${path}.filter`, target.filter, catalogue);
    case 'ROUTE':
      return undefined;
  }
};

/** Names of models, offerings, providers and benchmarks that mean nothing. One that is known but off is no problem. */
export const catalogueProblem = (policy: RoutePolicy, catalogue: Catalogue): RouteProblem | undefined => {
  for (const { path, rule } of rulesOf(policy)) {
    const problem = targetProblem(path, rule.target, catalogue);
    if (problem !== undefined) return problem;
  }
  const required = policy.require && filterProblem('require', policy.require, catalogue);
  if (required !== undefined) return required;
  const { strategy } = policy;
  const order = 'order' in strategy ? strategy.order : strategy;
  return order.kind === 'QUALITY_FLOOR' ? floorProblem('qualityFloor', order.floor, catalogue) : undefined;
};

/**
 * Routes that do not exist, and how routes lie within each other once `name` has this policy: in a circle, or too deep, also
 * from other routes that use it.
 */
export const routesProblem = (
  name: string,
  policy: RoutePolicy,
  routes: Pick<RouteBook, 'find' | 'all'>,
): RouteProblem | undefined => {
  const wanted = name.toLowerCase();
  const names = routes.all().map((route): string => route.name);
  const within = routesWithin(policy);
  const unknown = within.find((each) => each.name !== wanted && routes.find(each.name) === undefined);
  if (unknown !== undefined)
    return {
      path: unknown.path,
      problem: refusalMessage({
        code: 'UNKNOWN_ROUTE',
        name: unknown.name,
        suggestions: nearestNames(unknown.name, names),
      }),
    };
  const descent = createDescent((each) => (each === wanted ? policy : routes.find(each)?.policy));
  const own = descent(wanted);
  if (own.isCircle) {
    const next = own.way[0] === wanted ? own.way[1] : undefined;
    return {
      path: within.find((each) => each.name === next)?.path ?? 'candidates',
      problem: `Routes lie within each other in a circle: ${own.way.join(' -> ')}. Leave one of them out.`,
    };
  }
  for (const each of [wanted, ...names.map((other) => other.toLowerCase())]) {
    const { isCircle, way } = descent(each);
    if (!isCircle && way.length > MAX_NESTING)
      return {
        path: 'candidates',
        problem: `More than ${MAX_NESTING} routes lie within each other: ${way.join(' -> ')}. Name the offerings or models themselves.`,
      };
  }
  return undefined;
};

/** Why a policy cannot be saved under a name; undefined where it can. */
export const routeProblem = (
  name: string,
  policy: RoutePolicy,
  { catalogue, routes }: { readonly catalogue: Catalogue; readonly routes: Pick<RouteBook, 'find' | 'all'> },
): RouteProblem | undefined => routesProblem(name, policy, routes) ?? catalogueProblem(policy, catalogue);
