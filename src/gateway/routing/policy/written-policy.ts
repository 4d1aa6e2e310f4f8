import { asOfferingId, asRouteName } from '../../../domain/ids.ts';
import {
  type BreakerRules,
  type CandidateRule,
  type CandidateTarget,
  DEFAULT_BREAKER,
  DEFAULT_FALLBACK,
  type FallbackRules,
  type Order,
  type OrderKind,
  type RouteCondition,
  type RoutePolicy,
  type Strategy,
} from '../../../domain/route.ts';
import { filterOf, present } from './filter-grammar.ts';
import type { WrittenCondition, WrittenPolicy, WrittenRule } from './grammar.ts';

/** How long a conversation's prompt cache is taken to be warm, and what staying there may cost. */
const DEFAULT_STICKY = { forMs: 300_000, maxCostRatio: 1.5 };
const DEFAULT_RACE = 2;

const conditionOf = ({ time, ...rest }: WrittenCondition): RouteCondition => ({
  ...present(rest),
  ...(time !== undefined && { time: { ...present(time), zone: time.zone } }),
});

const targetOf = ({ model, offering, filter, route }: WrittenRule): CandidateTarget => {
  if (model !== undefined) return { kind: 'MODEL', name: model };
  if (offering !== undefined) return { kind: 'OFFERING', id: asOfferingId(offering) };
  if (route !== undefined) return { kind: 'ROUTE', name: asRouteName(route) };
  return { kind: 'FILTER', filter: filterOf(filter ?? {}) };
};

const ruleOf = (written: WrittenRule): CandidateRule => ({
  target: targetOf(written),
  weight: written.weight ?? 1,
  ...(written.upTo !== undefined && { upTo: written.upTo }),
  ...(written.when !== undefined && { when: conditionOf(written.when) }),
});

const orderOf = (kind: OrderKind, written: WrittenPolicy): Order => {
  switch (kind) {
    case 'BALANCED':
      return { kind, ...(written.balanced !== undefined && { weights: present(written.balanced) }) };
    case 'QUALITY_FLOOR':
      // The checks have seen that it is there.
      return { kind, floor: written.qualityFloor ?? { benchmark: '', score: 0 } };
    case 'COMPLEXITY':
      return { kind, ...(written.complexity !== undefined && { model: written.complexity }) };
    case 'SPLIT':
      return { kind, by: written.split?.by ?? 'KEY' };
    case 'PRIORITY':
    case 'WEIGHTED':
    case 'CHEAPEST':
    case 'FASTEST':
    case 'LEAST_BUSY':
    case 'CONDITIONAL':
      return { kind };
  }
};

const strategyOf = (written: WrittenPolicy): Strategy => {
  const { strategy: kind, order } = written;
  switch (kind) {
    case 'RACE':
      return {
        kind,
        count: written.race?.count ?? DEFAULT_RACE,
        order: orderOf(order ?? 'PRIORITY', written),
      };
    case 'HEDGE': {
      const { afterMs } = written.hedge ?? {};
      return {
        kind,
        ...(afterMs !== undefined && { afterMs }),
        order: orderOf(order ?? 'PRIORITY', written),
      };
    }
    case 'STICKY':
      return {
        kind,
        forMs: written.sticky?.forMs ?? DEFAULT_STICKY.forMs,
        maxCostRatio: written.sticky?.maxCostRatio ?? DEFAULT_STICKY.maxCostRatio,
        order: orderOf(order ?? 'CHEAPEST', written),
      };
    default:
      return orderOf(kind, written);
  }
};

const backoffOf = ({ baseMs, maxMs }: { baseMs?: number | undefined; maxMs?: number | undefined }) => {
  const usual = DEFAULT_FALLBACK.backoff;
  // One of them alone moves the other no further than it must.
  return {
    baseMs: baseMs ?? Math.min(usual.baseMs, maxMs ?? usual.baseMs),
    maxMs: maxMs ?? Math.max(usual.maxMs, baseMs ?? usual.maxMs),
  };
};

const fallbackOf = (written: NonNullable<WrittenPolicy['fallback']>): FallbackRules => {
  const { candidates = [], backoff, timeouts, ...rest } = written;
  return {
    ...DEFAULT_FALLBACK,
    ...present(rest),
    candidates: candidates.map(ruleOf),
    ...(backoff !== undefined && { backoff: backoffOf(backoff) }),
    ...(timeouts !== undefined && { timeouts: present(timeouts) }),
  };
};

const breakerOf = (written: NonNullable<WrittenPolicy['breaker']>): BreakerRules => ({
  ...DEFAULT_BREAKER,
  ...present(written),
});

/** What a document stands for, once all of it is known to fit together. */
export const policyOf = (written: WrittenPolicy): RoutePolicy => ({
  ...(written.description !== undefined && { description: written.description }),
  candidates: (written.candidates ?? []).map(ruleOf),
  strategy: strategyOf(written),
  ...(written.require !== undefined && { require: filterOf(written.require) }),
  preferRegions: written.preferRegions ?? [],
  fallback: fallbackOf(written.fallback ?? {}),
  breaker: breakerOf(written.breaker ?? {}),
});
