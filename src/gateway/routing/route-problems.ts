import type { Catalogue } from '../../catalogue/catalogue.ts';
import { keptFilterProblem } from '../../catalogue/filter/filter-problem.ts';
import { nearestNames } from '../../catalogue/nearest-names.ts';
import { unknownBenchmark } from '../../catalogue/quality/unknown-benchmark.ts';
import type { OfferingFilter } from '../../domain/offering-filter.ts';
import { refusalMessage } from '../../domain/refusal.ts';
import type { CandidateTarget, QualityFloor, RoutePolicy } from '../../domain/route.ts';
import { meaningOf } from '../stages/resolve-model.ts';
import type { RouteBook } from './route-book.ts';
import { nestingProblem, type RouteProblem, rulesOf } from './route-nesting.ts';

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

const unknownRoute = (path: string, name: string, known: readonly string[]): RouteProblem => ({
  path,
  problem: refusalMessage({ code: 'UNKNOWN_ROUTE', name, suggestions: nearestNames(name, known) }),
});

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

/** Routes that do not exist, circles of them, and nesting that is too deep. */
export const routesProblem = (
  name: string,
  policy: RoutePolicy,
  routes: Pick<RouteBook, 'find' | 'all'>,
): RouteProblem | undefined => {
  const names = routes.all().map((route): string => route.name);
  for (const { path, rule } of rulesOf(policy)) {
    const { target } = rule;
    if (target.kind !== 'ROUTE' || target.name.toLowerCase() === name.toLowerCase()) continue;
    if (routes.find(target.name) === undefined) return unknownRoute(`${path}.route`, target.name, names);
  }
  return nestingProblem(name, policy, { names, find: (each) => routes.find(each)?.policy });
};

/** Why a policy cannot be saved under a name; undefined where it can. */
export const routeProblem = (
  name: string,
  policy: RoutePolicy,
  { catalogue, routes }: { readonly catalogue: Catalogue; readonly routes: Pick<RouteBook, 'find' | 'all'> },
): RouteProblem | undefined => routesProblem(name, policy, routes) ?? catalogueProblem(policy, catalogue);
