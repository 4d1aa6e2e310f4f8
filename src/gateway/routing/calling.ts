import type { Strategy } from '../../domain/route.ts';
import type { RouteCandidate } from './candidate.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { BY_RULE } from './order-route.ts';
import type { Ranked } from './strategies/order.ts';
import { orderOf } from './strategies/registry.ts';

/** By which strategy candidates are called, to whom of them that applies, and all candidates of the route that it is of. */
export type Calling = {
  readonly strategy: Strategy;
  readonly ranked: readonly Ranked[];
  readonly all: readonly RouteCandidate[];
};

const isCalling = ({ kind }: Strategy): boolean => kind === 'RACE' || kind === 'HEDGE' || kind === 'CASCADE';

/**
 * How candidates in order are called: by the route's own strategy, or, where that only chooses between rules and the first that
 * it chose names a route that races, hedges or has tiers, by that one's, among its own candidates; and so on within. `main`:
 * without fallbacks.
 */
export const callingOf = (route: CompiledRoute, main: readonly Ranked[]): Calling => {
  const { strategy } = route.policy;
  const own: Calling = { strategy, ranked: main, all: route.candidates };
  if (route.nested.size === 0 || isCalling(strategy) || !BY_RULE.has(orderOf(strategy).kind)) return own;
  const [first] = main;
  const target = first?.candidate.rule.target;
  const inner = target?.kind === 'ROUTE' ? route.nested.get(target.name) : undefined;
  if (first === undefined || inner === undefined) return own;
  const byId = new Map(inner.candidates.map((candidate) => [candidate.offering.id, candidate]));
  const leading: Ranked[] = [];
  for (const each of main) {
    if (each.candidate.group !== first.candidate.group) break;
    const candidate = byId.get(each.candidate.offering.id);
    if (candidate === undefined || candidate.isFallback) break;
    leading.push({ ...each, candidate });
  }
  const found = callingOf(inner, leading);
  // With one alone there is nobody of its own to be asked beside it.
  return isCalling(found.strategy) && found.ranked.length > 1 ? found : own;
};
