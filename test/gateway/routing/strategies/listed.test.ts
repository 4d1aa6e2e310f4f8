import { describe, expect, it } from 'vitest';
import type { Order, RouteCondition } from '../../../../src/domain/route.ts';
import type { RouteCandidate } from '../../../../src/gateway/routing/candidate.ts';
import type { Judgement } from '../../../../src/gateway/routing/strategies/complexity/classify.ts';
import type { OrderContext } from '../../../../src/gateway/routing/strategies/order.ts';
import { orderBy } from '../../../../src/gateway/routing/strategies/registry.ts';
import { candidatesOf, contextWith, leftOutOf, namesOf, offers, type RuleOptions } from './candidates.ts';

const ordered = (
  candidates: readonly RouteCandidate[],
  order: Order,
  context: Partial<OrderContext> = {},
): { readonly names: readonly string[]; readonly leftOut: readonly string[] } => {
  const result = orderBy(candidates, order, contextWith(context));
  return { names: namesOf(result), leftOut: leftOutOf(result) };
};

const CAUGHT: RouteCondition = { users: ['caught'] };
const MISSED: RouteCondition = { users: ['missed'] };

it.each<readonly [string, Order, readonly RuleOptions[], readonly string[], readonly string[]]>([
  [
    'PRIORITY: as listed, whatever is known',
    { kind: 'PRIORITY' },
    [{ offers: { a: { cost: 9 }, b: {} } }, { offers: { c: { cost: 1 } } }],
    ['a', 'b', 'c'],
    [],
  ],
  ['PRIORITY: of nothing, nothing', { kind: 'PRIORITY' }, [], [], []],
  [
    'CHEAPEST: by cost, ties as listed, what is free first',
    { kind: 'CHEAPEST' },
    [{ offers: { a: { cost: 3 }, b: { cost: 1 }, c: { cost: 3 }, d: { cost: 0 } } }],
    ['d', 'b', 'a', 'c'],
    [],
  ],
  [
    'CHEAPEST: what is not priced is no candidate',
    { kind: 'CHEAPEST' },
    [{ offers: { a: {}, b: { cost: 1 } } }],
    ['b'],
    ['a UNKNOWN_PRICE'],
  ],
  [
    'CHEAPEST: costs far below a cent are told apart',
    { kind: 'CHEAPEST' },
    [{ offers: { a: { cost: 1.0001e-7 }, b: { cost: 1e-7 } } }],
    ['b', 'a'],
    [],
  ],
  [
    'QUALITY_FLOOR: the cheapest that scores enough',
    { kind: 'QUALITY_FLOOR', floor: { benchmark: 'gpqa', score: 60 } },
    [
      {
        offers: {
          flagship: { cost: 9, scores: { gpqa: 85 } },
          enough: { cost: 2, scores: { gpqa: 60 } },
          poor: { cost: 1, scores: { gpqa: 59.9 } },
          other: { cost: 1, scores: { mmlu: 99 } },
          unpriced: { scores: { gpqa: 90 } },
        },
      },
    ],
    ['enough', 'flagship'],
    ['poor QUALITY_BELOW', 'other UNKNOWN_QUALITY', 'unpriced UNKNOWN_PRICE'],
  ],
  [
    'CONDITIONAL: rules without a condition, and those whose condition holds',
    { kind: 'CONDITIONAL' },
    [{ when: MISSED, offers: { a: {}, b: {} } }, { when: CAUGHT, offers: { c: {} } }, { offers: { d: {} } }],
    ['c', 'd'],
    ['a CONDITION', 'b CONDITION'],
  ],
])('%s', (_title, order, rules, names, leftOut) => {
  const context = {
    whyNot: (condition: RouteCondition) => (condition === CAUGHT ? undefined : () => 'the user is another'),
  };
  expect(ordered(candidatesOf(...rules), order, context)).toEqual({ names, leftOut });
});

const judgedAs = (complexity: number): Judgement => ({ complexity, contributions: () => [] });

describe('COMPLEXITY', () => {
  const rules: readonly RuleOptions[] = [
    { upTo: 0.6, offers: { middle: { cost: 5 }, thrifty: { cost: 4 }, unpriced: {} } },
    { upTo: 0.2, offers: { small: { cost: 1 } } },
    { offers: { large: { cost: 9 } } },
  ];
  it.each([
    [0, ['small', 'thrifty', 'middle', 'unpriced', 'large']],
    [0.2, ['small', 'thrifty', 'middle', 'unpriced', 'large']],
    [0.21, ['thrifty', 'middle', 'unpriced', 'large', 'small']],
    [0.6, ['thrifty', 'middle', 'unpriced', 'large', 'small']],
    [0.9, ['large', 'thrifty', 'middle', 'unpriced', 'small']],
    [1, ['large', 'thrifty', 'middle', 'unpriced', 'small']],
  ])('of %f', (hardness, names) => {
    const result = ordered(
      candidatesOf(...rules),
      { kind: 'COMPLEXITY' },
      { judge: () => judgedAs(hardness) },
    );
    expect(result).toEqual({ names, leftOut: [] });
  });

  it('uses the model of the route', () => {
    const model = { bias: 1, weights: {} };
    const seen: unknown[] = [];
    const judge = (asked: unknown): Judgement => judgedAs(seen.push(asked));
    ordered(candidatesOf(...rules), { kind: 'COMPLEXITY', model }, { judge });
    expect(seen).toEqual([model]);
  });

  it('keeps two rules of one reach as listed', () => {
    const candidates = candidatesOf(
      { upTo: 0.5, offers: { a: { cost: 9 } } },
      { upTo: 0.5, offers: { b: { cost: 1 } } },
    );
    expect(ordered(candidates, { kind: 'COMPLEXITY' }, { judge: () => judgedAs(0.1) }).names).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('what a score rests on', () => {
  const partsOf = (order: Order, context: Partial<OrderContext>) => {
    const one = { cost: 0.002, scores: { gpqa: 71 }, pulse: { inFlight: 2, ttftMs: 300, outputTps: 80 } };
    const { ranked } = orderBy(offers({ one }), order, contextWith(context));
    return ranked.map(({ score, parts }, index) => ({ score, parts: parts?.call(ranked[index]) }));
  };

  it.each<readonly [Order, Partial<OrderContext>, unknown]>([
    [{ kind: 'PRIORITY' }, {}, { score: undefined, parts: undefined }],
    [{ kind: 'CHEAPEST' }, {}, { score: 0.002, parts: [{ criterion: 'cost', value: 0.002 }] }],
    [
      { kind: 'QUALITY_FLOOR', floor: { benchmark: 'gpqa', score: 70 } },
      {},
      {
        score: 0.002,
        parts: [
          { criterion: 'cost', value: 0.002 },
          { criterion: 'quality', value: 71 },
        ],
      },
    ],
    [
      { kind: 'LEAST_BUSY' },
      { random: () => 0.5 },
      { score: 2, parts: [{ criterion: 'inFlight', value: 2 }] },
    ],
    [
      { kind: 'FASTEST' },
      { random: () => 0.5, outputTokens: () => 40 },
      {
        score: 800,
        parts: [
          { criterion: 'ttft', value: 300 },
          { criterion: 'throughput', value: 80 },
          { criterion: 'uptime', value: 1 },
          { criterion: 'inFlight', value: 2 },
        ],
      },
    ],
    [
      { kind: 'COMPLEXITY' },
      {
        judge: () => ({
          complexity: 0.3,
          contributions: () => [
            { feature: 'numbers', value: 1.5 },
            { feature: 'simple', value: -1 },
            { feature: 'ngrams', value: 0.5 },
            { feature: 'words', value: 0.1 },
          ],
        }),
      },
      {
        score: undefined,
        parts: [
          { criterion: 'complexity', value: 0.3 },
          { criterion: 'complexity.numbers', value: 1.5 },
          { criterion: 'complexity.simple', value: -1 },
          { criterion: 'complexity.ngrams', value: 0.5 },
          { criterion: 'upTo', value: 1 },
          { criterion: 'cost', value: 0.002 },
        ],
      },
    ],
    [
      { kind: 'WEIGHTED' },
      { random: () => 0.5 },
      { score: undefined, parts: [{ criterion: 'weight', value: 1 }] },
    ],
    [
      { kind: 'BALANCED', weights: { cost: 3, ttft: 1 } },
      {},
      {
        score: 0,
        parts: [
          { criterion: 'cost', value: 0.002, weight: 0.75 },
          { criterion: 'ttft', value: 300, weight: 0.25 },
        ],
      },
    ],
  ])('%j', (order, context, expected) => {
    expect(partsOf(order, context)).toEqual([expected]);
  });
});
