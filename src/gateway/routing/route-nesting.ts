import type { CandidateRule, RoutePolicy } from '../../domain/route.ts';

/** What is wrong with a policy as the world is now; the path points into its document. */
export type RouteProblem = { readonly path: string; readonly problem: string };

/** A route, a route within it, a route within that…: so many at most. */
export const DEEPEST_NESTING = 8;

/** All rules of a policy, each with where it stands. */
export const rulesOf = (
  policy: RoutePolicy,
): readonly { readonly path: string; readonly rule: CandidateRule }[] => [
  ...policy.candidates.map((rule, index) => ({ path: `candidates[${index}]`, rule })),
  ...policy.fallback.candidates.map((rule, index) => ({ path: `fallback.candidates[${index}]`, rule })),
];

/** The routes that a policy names, in lower case as they are saved. */
export const namesWithin = (policy: RoutePolicy): readonly string[] =>
  rulesOf(policy).flatMap(({ rule: { target } }) =>
    target.kind === 'ROUTE' ? [target.name.toLowerCase()] : [],
  );

type FindPolicy = (name: string) => RoutePolicy | undefined;

/** The longest way down from a route, as names; or a way that comes back to where it was. */
type Descent =
  | { readonly kind: 'ENDS'; readonly way: readonly string[] }
  | { readonly kind: 'CIRCLE'; readonly way: readonly string[] };

/** Each route is walked once, however many ways lead to it. */
const createDescent = (find: FindPolicy) => {
  const known = new Map<string, Descent>();
  const descend = (name: string, above: readonly string[]): Descent => {
    const start = above.indexOf(name);
    if (start >= 0) return { kind: 'CIRCLE', way: [...above.slice(start), name] };
    const before = known.get(name);
    if (before !== undefined) return before;
    let longest: readonly string[] = [];
    const policy = find(name);
    for (const within of policy === undefined ? [] : namesWithin(policy)) {
      const below = descend(within, [...above, name]);
      if (below.kind === 'CIRCLE') return below;
      if (below.way.length > longest.length) longest = below.way;
    }
    const found: Descent = { kind: 'ENDS', way: [name, ...longest] };
    known.set(name, found);
    return found;
  };
  return (name: string): Descent => descend(name, []);
};

/**
 * What is wrong with how routes lie within each other once `name` has this policy: a circle, or a way that is too
 * deep, also from other routes that use it.
 */
export const nestingProblem = (
  name: string,
  policy: RoutePolicy,
  others: { readonly names: readonly string[]; readonly find: FindPolicy },
): RouteProblem | undefined => {
  const wanted = name.toLowerCase();
  const descent = createDescent((each) => (each === wanted ? policy : others.find(each)));
  const own = descent(wanted);
  if (own.kind === 'CIRCLE') {
    const next = own.way[0] === wanted ? own.way[1] : undefined;
    const rule = rulesOf(policy).find(
      ({ rule: { target } }) => target.kind === 'ROUTE' && target.name.toLowerCase() === next,
    );
    return {
      path: rule === undefined ? 'candidates' : `${rule.path}.route`,
      problem: `Routes lie within each other in a circle: ${own.way.join(' -> ')}. Leave one of them out.`,
    };
  }
  for (const each of [wanted, ...others.names.map((other) => other.toLowerCase())]) {
    const { kind, way } = descent(each);
    if (kind === 'ENDS' && way.length > DEEPEST_NESTING)
      return {
        path: 'candidates',
        problem: `More than ${DEEPEST_NESTING} routes lie within each other: ${way.join(' -> ')}. Name the offerings or models themselves.`,
      };
  }
  return undefined;
};
