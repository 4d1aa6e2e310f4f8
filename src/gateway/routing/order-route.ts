import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { OfferingId, RouteName } from '../../domain/ids.ts';
import { isWithin } from '../../domain/region.ts';
import type { Order } from '../../domain/route.ts';
import { sealsIn } from '../sealed-signature.ts';
import type { Barred, RouteCandidate } from './candidate.ts';
import type { CompiledRoute } from './compiled-route.ts';
import type { Eligible } from './eligibility.ts';
import type { RequestFacts } from './request-facts.ts';
import { type Ordered, type Ranked, scorePart } from './strategies/order.ts';
import { orderBy, orderOf } from './strategies/registry.ts';
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
const BY_RULE: ReadonlySet<Order['kind']> = new Set([
  'PRIORITY',
  'WEIGHTED',
  'COMPLEXITY',
  'CONDITIONAL',
  'SPLIT',
]);

/** The same, those for which it holds first; otherwise as they are. */
const first = (
  ranked: readonly Ranked[],
  holds: (candidate: RouteCandidate) => boolean,
): readonly Ranked[] => {
  const ahead: Ranked[] = [];
  const behind: Ranked[] = [];
  for (const each of ranked) (holds(each.candidate) ? ahead : behind).push(each);
  return [...ahead, ...behind];
};

/**
 * What is on probation stands behind what is well, but for the best of all, which is tried first: a breaker lets a single call
 * through, and one that nobody tries never comes back.
 */
const probedLast = (ranked: readonly Ranked[], onProbation: Eligible['onProbation']): readonly Ranked[] => {
  if (onProbation === undefined) return ranked;
  const [best] = ranked;
  return first(ranked, (each) => each === best?.candidate || !onProbation.has(each));
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

type Inner = { readonly order: readonly OfferingId[]; readonly leftOut: Ordered['leftOut'] };

/** In which order a route within would use those of a group. */
const innerOrder = (inner: CompiledRoute, group: readonly Ranked[], facts: RequestFacts): Inner => {
  const ids = new Set(group.map(({ candidate }) => candidate.offering.id));
  const { ranked, fallbacks, leftOut } = orderWithin(
    inner,
    inner.candidates.filter(({ offering }) => ids.has(offering.id)),
    facts,
  );
  return {
    order: [...ranked, ...fallbacks].map(({ candidate }) => candidate.offering.id),
    leftOut,
  };
};

/** Groups that are routes, in those routes' own order, at the places that they have together. */
const withInnerOrders = (
  route: CompiledRoute,
  { ranked, leftOut }: Ordered,
  facts: RequestFacts,
): Ordered => {
  const groups = new Map<number, { readonly inner: CompiledRoute; readonly members: Ranked[] }>();
  for (const each of ranked) {
    const { group, rule } = each.candidate;
    if (rule.target.kind !== 'ROUTE') continue;
    const inner = innerOf(route, rule.target.name);
    if (inner === undefined) continue;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, { inner, members: [each] });
    else known.members.push(each);
  }
  if (groups.size === 0) return { ranked, leftOut };
  const orders = new Map<number, Iterator<Ranked | undefined>>();
  const more = [...leftOut];
  for (const [group, { inner, members }] of groups) {
    const byId = new Map(members.map((each) => [each.candidate.offering.id, each]));
    const found = innerOrder(inner, members, facts);
    for (const left of found.leftOut) {
      const candidate = byId.get(left.candidate.offering.id)?.candidate;
      if (candidate !== undefined) more.push({ ...left, candidate });
    }
    orders.set(group, found.order.map((id) => byId.get(id)).values());
  }
  return {
    ranked: ranked.flatMap((each) => {
      const order = orders.get(each.candidate.group);
      if (order === undefined) return [each];
      const next = order.next();
      return next.done === true || next.value === undefined ? [] : [next.value];
    }),
    leftOut: more,
  };
};

const innerOf = ({ nested }: CompiledRoute, name: RouteName): CompiledRoute | undefined => nested.get(name);

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

/** Main candidates and fallbacks, both as listed. */
const partsOf = (candidates: readonly RouteCandidate[]) => {
  const start = candidates.findIndex(({ isFallback }) => isFallback);
  return start === -1
    ? { main: candidates, last: [] }
    : { main: candidates.slice(0, start), last: candidates.slice(start) };
};

/** Whether what comes first is so by the strategy alone, so that the rest need not be put into order. */
const mayCut = (
  { policy: { strategy, preferRegions }, nested }: CompiledRoute,
  onProbation: Eligible['onProbation'],
  request: CompletionRequest,
): boolean =>
  onProbation === undefined &&
  strategy.kind !== 'STICKY' &&
  preferRegions.length === 0 &&
  nested.size === 0 &&
  sealsIn(request).length === 0;

type Within = Pick<RouteOrder, 'ranked' | 'fallbacks'> & { readonly leftOut: Ordered['leftOut'] };

/** By the policy's own rules, without what goes by the conversation. */
const orderWithin = (
  route: CompiledRoute,
  candidates: readonly RouteCandidate[],
  facts: RequestFacts,
): Within => {
  const { strategy, preferRegions } = route.policy;
  const { main, last } = partsOf(candidates);
  const ordered = orderGroups(route, main, orderOf(strategy), facts);
  const fallbacks = last.length === 0 ? [] : orderGroups(route, last, { kind: 'PRIORITY' }, facts).ranked;
  return { ranked: byRegion(ordered.ranked, preferRegions), fallbacks, leftOut: ordered.leftOut };
};

/** The order in which eligible candidates, which come as listed, are tried. `most`: only the first so many are asked for. */
export const orderRoute = (
  route: CompiledRoute,
  { candidates, onProbation }: Pick<Eligible, 'candidates' | 'onProbation'>,
  facts: RequestFacts,
  most?: number,
): RouteOrder => {
  const { strategy, preferRegions } = route.policy;
  const { main, last } = partsOf(candidates);
  const cut = mayCut(route, onProbation, facts.ask.request) ? most : undefined;
  const ordered = orderGroups(route, main, orderOf(strategy), facts, cut);
  const isCut = ordered.ranked.length + ordered.leftOut.length < main.length;
  if (cut !== undefined && isCut) return { ...ordered, fallbacks: [], isCut };
  let ranked = probedLast(ordered.ranked, onProbation);
  if (strategy.kind === 'STICKY') ranked = stick(strategy, { ...ordered, ranked }, route, facts);
  const fallbacks = last.length === 0 ? [] : orderGroups(route, last, { kind: 'PRIORITY' }, facts).ranked;
  const { request } = facts.ask;
  return {
    ranked: bySeals(byRegion(ranked, preferRegions), request),
    fallbacks: bySeals(probedLast(fallbacks, onProbation), request),
    leftOut: ordered.leftOut,
    isCut: false,
  };
};

const stick = (
  strategy: Parameters<typeof stickTo>[2],
  ordered: Ordered,
  route: CompiledRoute,
  facts: RequestFacts,
): readonly Ranked[] => {
  const home = facts.home();
  return stickTo(
    ordered,
    home && { offeringId: home.offeringId, lastTurnAt: home.at },
    strategy,
    facts.contextOf(route),
  ).ranked;
};
