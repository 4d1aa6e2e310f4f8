import type { CompletionRequest } from '../../domain/completion-request.ts';
import { isWithin } from '../../domain/region.ts';
import type { Order } from '../../domain/route.ts';
import { sealsIn } from '../sealed-signature.ts';
import type { Barred, RouteCandidate } from './candidate.ts';
import type { CompiledRoute } from './compiled-route.ts';
import type { Eligible } from './eligibility.ts';
import { preferredFirst } from './preferred-speed.ts';
import type { RequestFacts } from './request-facts.ts';
import { prefersSpeed } from './speed-check.ts';
import { type Ordered, type Ranked, scorePart } from './strategies/order.ts';
import { orderBy, orderOf } from './strategies/registry.ts';
import { levelsOf, risenFirst } from './strategies/rising.ts';
import { stickTo } from './strategies/sticky.ts';

const isSuspect = ({ candidate }: Ranked): boolean => candidate.pulse.isSuspect;

/**
 * What has gone silent stands behind all that is well, whatever the order went by: it is only thought to be down, and is
 * tried if nothing else is left. Where all have, the order is as it was.
 */
export const suspectsLast = (ordered: readonly Ranked[]): readonly Ranked[] => {
  if (!ordered.some(isSuspect)) return ordered;
  const suspects: Ranked[] = [];
  const well: Ranked[] = [];
  for (const each of ordered)
    if (isSuspect(each))
      suspects.push({ ...each, parts: () => [...(each.parts?.() ?? []), scorePart('suspect', 1)] });
    else well.push(each);
  return [...well, ...suspects];
};

/** Candidates of a route in the order in which they are to be tried. */
export type RouteOrder = {
  readonly ranked: readonly Ranked[];
  /** After all others. */
  readonly fallbacks: readonly Ranked[];
  /** What the strategy has no use for. */
  readonly leftOut: readonly Barred[];
  /** Only the first were put into order; there are more. */
  readonly isCut: boolean;
};

/** Strategies that choose between rules: within a rule that names a route, the order is that route's own. */
export const BY_RULE: ReadonlySet<Order['kind']> = new Set([
  'PRIORITY',
  'WEIGHTED',
  'COMPLEXITY',
  'CONDITIONAL',
  'SPLIT',
]);

/**
 * What is on probation stands behind what is well, but for the best of all, which is tried first: a breaker lets a single call
 * through, and one that nobody tries never comes back.
 */
const probedLast = (ranked: readonly Ranked[], onProbation: Eligible['onProbation']): readonly Ranked[] => {
  if (onProbation === undefined) return ranked;
  const [best] = ranked;
  const isLast = (each: Ranked): boolean => each !== best && onProbation.has(each.candidate);
  return [...ranked.filter((each) => !isLast(each)), ...ranked.filter(isLast)];
};

/** By a place from 0, those without one (-1) last; otherwise as they are. */
const byPlace = (
  ranked: readonly Ranked[],
  placeOf: (candidate: RouteCandidate) => number,
): readonly Ranked[] => {
  const rank = ({ candidate }: Ranked): number => {
    const place = placeOf(candidate);
    return place === -1 ? Number.MAX_SAFE_INTEGER : place;
  };
  return ranked.toSorted((one, other) => rank(one) - rank(other));
};

const byRegion = (ranked: readonly Ranked[], regions: readonly string[]): readonly Ranked[] => {
  if (regions.length === 0) return ranked;
  return byPlace(ranked, ({ region }) =>
    region === undefined ? -1 : regions.findIndex((preferred) => isWithin(region, preferred)),
  );
};

/** Those of providers that the conversation has signatures of first: they alone can use them. */
const bySeals = (ranked: readonly Ranked[], request: CompletionRequest): readonly Ranked[] => {
  const seals = sealsIn(request);
  return seals.length === 0 ? ranked : byPlace(ranked, ({ provider }) => seals.indexOf(provider.id));
};

/** Groups that are routes, in those routes' own order, at the places that they have together. */
const withInnerOrders = (
  { nested }: CompiledRoute,
  { ranked, leftOut }: Ordered,
  facts: RequestFacts,
): Ordered => {
  const orders = new Map<number, Iterator<Ranked>>();
  const more = [...leftOut];
  for (const [group, members] of Map.groupBy(ranked, ({ candidate }) => candidate.group)) {
    const target = members[0]?.candidate.rule.target;
    const inner = target?.kind === 'ROUTE' ? nested.get(target.name) : undefined;
    if (inner === undefined) continue;
    const byId = new Map(members.map((each) => [each.candidate.offering.id, each]));
    const candidates = inner.candidates.filter(({ offering }) => byId.has(offering.id));
    const found = orderByRules(inner, candidates, facts);
    const fallbacks = found.fallbacks();
    const quickFirst = preferredFirst(found.ranked, facts.nowMs);
    const order = [...byRegion(quickFirst, inner.policy.preferRegions), ...fallbacks.ranked];
    orders.set(group, order.flatMap(({ candidate }) => byId.get(candidate.offering.id) ?? []).values());
    for (const left of [...found.leftOut, ...fallbacks.leftOut]) {
      const candidate = byId.get(left.candidate.offering.id)?.candidate;
      if (candidate !== undefined) more.push({ ...left, candidate });
    }
  }
  if (orders.size === 0) return { ranked, leftOut };
  const inTurn = (each: Ranked): readonly Ranked[] => {
    const order = orders.get(each.candidate.group);
    if (order === undefined) return [each];
    const next = order.next();
    return next.done === true ? [] : [next.value];
  };
  return { ranked: ranked.flatMap(inTurn), leftOut: more };
};

const orderGroups = (
  route: CompiledRoute,
  candidates: readonly RouteCandidate[],
  order: Order,
  facts: RequestFacts,
  most?: number,
): Ordered => {
  const ordered = orderBy(candidates, order, facts.contextOf(route), most);
  return route.nested.size > 0 && BY_RULE.has(order.kind) ? withInnerOrders(route, ordered, facts) : ordered;
};

const NOTHING: Ordered = { ranked: [], leftOut: [] };

/** By the strategy alone; fallbacks, which come last in the list as they are tried last, where they are asked for. */
const orderByRules = (
  route: CompiledRoute,
  candidates: readonly RouteCandidate[],
  facts: RequestFacts,
  most?: number,
) => {
  const start = candidates.findIndex(({ isFallback }) => isFallback);
  const main = start === -1 ? candidates : candidates.slice(0, start);
  const { ranked, leftOut } = orderGroups(route, main, orderOf(route.policy.strategy), facts, most);
  return {
    ranked,
    leftOut,
    isCut: ranked.length + leftOut.length < main.length,
    fallbacks: (): Ordered =>
      start === -1 ? NOTHING : orderGroups(route, candidates.slice(start), { kind: 'PRIORITY' }, facts),
  };
};

/** Whether what comes first is so by the strategy alone, so that the rest need not be put into order. */
const mayCut = (
  { policy, nested }: CompiledRoute,
  onProbation: Eligible['onProbation'],
  request: CompletionRequest,
): boolean =>
  onProbation === undefined &&
  policy.strategy.kind !== 'STICKY' &&
  policy.rising === undefined &&
  policy.preferRegions.length === 0 &&
  !prefersSpeed(policy) &&
  nested.size === 0 &&
  sealsIn(request).length === 0;

/** The order in which eligible candidates, which come as listed, are tried. `most`: only the first so many are asked for. */
export const orderRoute = (
  route: CompiledRoute,
  { candidates, onProbation }: Pick<Eligible, 'candidates' | 'onProbation'>,
  facts: RequestFacts,
  most?: number,
): RouteOrder => {
  const { strategy, preferRegions } = route.policy;
  const { request } = facts.ask;
  const cut = mayCut(route, onProbation, request) ? most : undefined;
  const { leftOut, isCut, ...ordered } = orderByRules(route, candidates, facts, cut);
  if (cut !== undefined && isCut) return { ranked: ordered.ranked, fallbacks: [], leftOut, isCut };
  const isSpeedPreferred = prefersSpeed(route.policy);
  const quickFirst = (all: readonly Ranked[]): readonly Ranked[] =>
    isSpeedPreferred ? preferredFirst(all, facts.nowMs) : all;
  let ranked = quickFirst(probedLast(ordered.ranked, onProbation));
  if (strategy.kind === 'STICKY') ranked = stickTo(ranked, facts.home(), strategy, facts.contextOf(route));
  const { rising } = route.policy;
  const levelOf = levelsOf(route.policy, route.candidates);
  if (rising !== undefined && levelOf !== undefined)
    ranked = risenFirst(ranked, facts.home(), rising, levelOf);
  const fallbacks = ordered.fallbacks();
  return {
    ranked: bySeals(byRegion(ranked, preferRegions), request),
    fallbacks: bySeals(quickFirst(probedLast(fallbacks.ranked, onProbation)), request),
    leftOut: fallbacks.leftOut.length === 0 ? leftOut : [...leftOut, ...fallbacks.leftOut],
    isCut: false,
  };
};
