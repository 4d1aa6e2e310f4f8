import type { OfferingId } from '../../src/domain/ids.ts';
import {
  type BreakerRules,
  type CandidateRule,
  DEFAULT_BREAKER,
  DEFAULT_FALLBACK,
  type FallbackRules,
  type QualityFloor,
  type RoutePolicy,
  type Strategy,
} from '../../src/domain/route.ts';
import { BENCHMARK, SCORES } from './fleets.ts';
import type { ClassModel, RequestClass, WorkloadModel } from './workload.ts';

/**
 * What all routes of the simulation have in common: the defaults, and that a first token is waited for 20 s; it is slow
 * after 10 s.
 */
export const FALLBACK: FallbackRules = { ...DEFAULT_FALLBACK, timeouts: { firstTokenMs: 20_000 } };
export const BREAKER: BreakerRules = { ...DEFAULT_BREAKER, slowTtftMs: 10_000 };

export const ruleOf = (id: OfferingId, rest: Partial<CandidateRule> = {}): CandidateRule => ({
  target: { kind: 'OFFERING', id },
  weight: 1,
  ...rest,
});

export const policyOf = (
  ids: readonly OfferingId[],
  strategy: Strategy,
  rest: Partial<RoutePolicy> = {},
): RoutePolicy => ({
  candidates: ids.map((id) => ruleOf(id)),
  strategy,
  preferRegions: [],
  fallback: FALLBACK,
  breaker: BREAKER,
  ...rest,
});

/** A way to route, as one policy for each class of requests; most have the same for all. */
export type RoutedStrategy = {
  readonly name: string;
  policyFor(ids: readonly OfferingId[], name: RequestClass, model: ClassModel): RoutePolicy;
};

const same = (name: string, strategy: Strategy): RoutedStrategy => ({
  name,
  policyFor: (ids) => policyOf(ids, strategy),
});

/** The best below the flagship: asked where every host of what is good enough is down. */
const NEXT_BEST = 'google/gemini-2.5-pro';

/** Answers that are not good enough are better than none: the next best model is the fallback of those above it. */
const floorPolicy = (
  ids: readonly OfferingId[],
  { floor }: ClassModel,
  strategyOf: (floor: QualityFloor) => Strategy,
): RoutePolicy => {
  const isAbove = floor > (SCORES[NEXT_BEST] ?? 0);
  const listed = ids.filter((id) => !isAbove || id !== NEXT_BEST);
  return policyOf(listed, strategyOf({ benchmark: BENCHMARK, score: floor }), {
    fallback: {
      ...FALLBACK,
      candidates: ids.filter((id) => !listed.includes(id)).map((id) => ruleOf(id)),
    },
  });
};

/** How hard the prompts may be that each of the mixed fleet's models gets under COMPLEXITY; the others: any. */
const UP_TO: { readonly [model: string]: number } = {
  'openai/gpt-4.1-mini': 0.3,
  'groq/openai/gpt-oss-120b': 0.3,
  'together/openai/gpt-oss-120b': 0.3,
  'groq/moonshotai/kimi-k2-instruct': 0.4,
  'novita/deepseek/deepseek-v3.2-exp': 0.75,
  'openrouter/deepseek/deepseek-v3.2-exp': 0.75,
  'openai/o4-mini': 0.85,
};

const complexityRule = (id: OfferingId): CandidateRule => {
  const upTo = UP_TO[id];
  return ruleOf(id, upTo === undefined ? {} : { upTo });
};

const classIs = (name: RequestClass): Partial<CandidateRule> => ({ when: { metadata: { class: [name] } } });

/** Every strategy, over the whole fleet as listed: the flagship first. */
export const STRATEGIES: readonly RoutedStrategy[] = [
  same('PRIORITY', { kind: 'PRIORITY' }),
  same('WEIGHTED', { kind: 'WEIGHTED' }),
  same('SPLIT', { kind: 'SPLIT', by: 'CONVERSATION' }),
  same('CHEAPEST', { kind: 'CHEAPEST' }),
  same('FASTEST', { kind: 'FASTEST' }),
  same('LEAST_BUSY', { kind: 'LEAST_BUSY' }),
  same('BALANCED', { kind: 'BALANCED', weights: { cost: 1, ttft: 1, uptime: 1, quality: 2 } }),
  {
    name: 'QUALITY_FLOOR',
    policyFor: (ids, _name, model) => floorPolicy(ids, model, (floor) => ({ kind: 'QUALITY_FLOOR', floor })),
  },
  {
    name: 'COMPLEXITY',
    policyFor: (ids) =>
      policyOf(ids, { kind: 'COMPLEXITY' }, { candidates: ids.map((id) => complexityRule(id)) }),
  },
  {
    /** Requests say their class; each rule is for those that its model is good enough for. */
    name: 'CONDITIONAL',
    policyFor: (ids) =>
      policyOf(
        ids,
        { kind: 'CONDITIONAL' },
        {
          candidates: [
            ...ids.filter((id) => (UP_TO[id] ?? 1) <= 0.3).map((id) => ruleOf(id, classIs('CHAT'))),
            ...ids.filter((id) => (UP_TO[id] ?? 1) === 0.75).map((id) => ruleOf(id, classIs('DOCUMENT'))),
            ...ids.filter((id) => UP_TO[id] === undefined).map((id) => ruleOf(id)),
          ],
        },
      ),
  },
  same('RACE', { kind: 'RACE', count: 2, order: { kind: 'PRIORITY' } }),
  same('HEDGE', { kind: 'HEDGE', order: { kind: 'PRIORITY' } }),
  {
    name: 'STICKY',
    policyFor: (ids, _name, model) =>
      floorPolicy(ids, model, (floor) => ({
        kind: 'STICKY',
        forMs: 300_000,
        maxCostRatio: 1.5,
        order: { kind: 'QUALITY_FLOOR', floor },
      })),
  },
];

/** The policies of a strategy, by class. */
export const policiesOf = (
  strategy: RoutedStrategy,
  ids: readonly OfferingId[],
  workload: WorkloadModel,
): { readonly [Class in RequestClass]: RoutePolicy } => ({
  CHAT: strategy.policyFor(ids, 'CHAT', workload.CHAT),
  DOCUMENT: strategy.policyFor(ids, 'DOCUMENT', workload.DOCUMENT),
  HARD: strategy.policyFor(ids, 'HARD', workload.HARD),
});
