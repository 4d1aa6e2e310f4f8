import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../../src/domain/money.ts';
import {
  DEFAULT_BREAKER,
  DEFAULT_FALLBACK,
  type RoutePolicy,
  type Strategy,
} from '../../../../src/domain/route.ts';
import { readPolicy } from '../../../../src/gateway/routing/policy/document.ts';

const read = (document: unknown): RoutePolicy => {
  const result = readPolicy(document);
  if (result.kind === 'INVALID') throw new Error(`${result.path}: ${result.problem}`);
  return result.policy;
};

const refusal = (document: unknown): string => {
  const result = readPolicy(document);
  return result.kind === 'INVALID' ? `${result.path}: ${result.problem}` : 'OK';
};

const RAMP = { from: 0, to: 1, startsAt: '2026-02-01', endsAt: '2026-02-02' };
const one = [{ model: 'gpt-4o-mini' }];

describe('the document of a route', () => {
  it('takes candidates alone, and the usual rules hold', () => {
    expect(
      read({ candidates: [{ model: 'a' }, { offering: 'p/a' }, { route: 'Other' }, { filter: {} }] }),
    ).toEqual({
      candidates: [
        { target: { kind: 'MODEL', name: 'a' }, weight: 1 },
        { target: { kind: 'OFFERING', id: 'p/a' }, weight: 1 },
        { target: { kind: 'ROUTE', name: 'other' }, weight: 1 },
        { target: { kind: 'FILTER', filter: {} }, weight: 1 },
      ],
      strategy: { kind: 'PRIORITY' },
      preferRegions: [],
      fallback: DEFAULT_FALLBACK,
      breaker: DEFAULT_BREAKER,
    });
  });

  it.each<[object, Strategy]>([
    [{ strategy: 'RACE' }, { kind: 'RACE', count: 2, order: { kind: 'PRIORITY' } }],
    [
      { strategy: 'RACE', order: 'FASTEST', race: { count: 3 } },
      { kind: 'RACE', count: 3, order: { kind: 'FASTEST' } },
    ],
    [{ strategy: 'HEDGE' }, { kind: 'HEDGE', order: { kind: 'PRIORITY' } }],
    [
      { strategy: 'STICKY' },
      { kind: 'STICKY', forMs: 300_000, maxCostRatio: 1.5, order: { kind: 'CHEAPEST' } },
    ],
    [
      { strategy: 'STICKY', order: 'QUALITY_FLOOR', qualityFloor: { benchmark: 'b', score: 70 } },
      {
        kind: 'STICKY',
        forMs: 300_000,
        maxCostRatio: 1.5,
        order: { kind: 'QUALITY_FLOOR', floor: { benchmark: 'b', score: 70 } },
      },
    ],
    [{ strategy: 'SPLIT' }, { kind: 'SPLIT', by: 'KEY' }],
    [{ strategy: 'BALANCED' }, { kind: 'BALANCED' }],
    [
      { strategy: 'BALANCED', balanced: { cost: 0.5, ttft: 1 } },
      { kind: 'BALANCED', weights: { cost: 0.5, ttft: 1 } },
    ],
  ])('%j means %j', (written, strategy) => {
    expect(read({ candidates: one, ...written }).strategy).toEqual(strategy);
  });

  it('moves one bound of the back-off no further than the other must', () => {
    const backoff = (given: object) =>
      read({ candidates: one, fallback: { backoff: given } }).fallback.backoff;
    expect(backoff({ baseMs: 10_000 })).toEqual({ baseMs: 10_000, maxMs: 10_000 });
    expect(backoff({ maxMs: 100 })).toEqual({ baseMs: 100, maxMs: 100 });
    expect(backoff({ maxMs: 60_000 })).toEqual({ baseMs: 250, maxMs: 60_000 });
  });

  it('reads a ceiling exactly, as a number or a text, in dollars unless another currency is named', () => {
    const ceiling = (require: object) => read({ candidates: one, require }).require?.maxCostPerRequest;
    expect(ceiling({ maxCostPerRequest: { amount: 0.1 } })).toEqual({
      amount: new Decimal('0.1'),
      currency: 'USD',
    });
    expect(ceiling({ maxCostPerRequest: { amount: '0.10', currency: 'CNY' } })).toEqual({
      amount: new Decimal('0.1'),
      currency: 'CNY',
    });
  });

  it('without candidates is read where they may be left out, and only there', () => {
    expect(readPolicy({ budget: { amount: 1, per: 'DAY' } }, { candidates: 'OPTIONAL' })).toMatchObject({
      kind: 'INVALID',
      path: 'budget',
      problem: expect.stringMatching(/saved routes alone/),
    });
    expect(readPolicy({ strategy: 'FASTEST' }, { candidates: 'OPTIONAL' })).toMatchObject({
      kind: 'OK',
      policy: { candidates: [], strategy: { kind: 'FASTEST' } },
    });
    expect(refusal({ strategy: 'FASTEST' })).toBe('candidates: is missing; it takes a list.');
  });
});

const many = (count: number) => Array.from({ length: count }, () => ({ model: 'a' }));
const first = (rule: object, rest: object = {}) => ({ candidates: [rule], ...rest });

describe('what a document does not take', () => {
  it.each<[string, unknown, string]>([
    ['no mapping', [], ': takes a mapping'],
    [
      'an unknown name',
      { candidates: one, strategi: 'RACE' },
      'strategi: is not known here; known are description, candidates',
    ],
    [
      'an unknown name within',
      first({ model: 'a', wait: 1 }),
      'candidates[0].wait: is not known here; known are model,',
    ],
    [
      'a name that gets lost',
      JSON.parse('{"candidates":[{"model":"a","when":{"metadata":{"__proto__":["x"]}}}]}'),
      'candidates[0].when.metadata.__proto__: ',
    ],
    [
      'an unknown strategy',
      { candidates: one, strategy: 'BEST' },
      'strategy: takes one of PRIORITY, WEIGHTED',
    ],
    ['lower case', { candidates: one, strategy: 'race' }, 'strategy: takes one of'],
    ['no candidates', { candidates: [] }, 'candidates: takes at least 1 entries'],
    ['too many', { candidates: many(101) }, 'candidates: takes at most 100 entries'],
    [
      'too many filters',
      {
        candidates: Array.from({ length: 15 }, () => ({ filter: {} })),
        fallback: { candidates: Array.from({ length: 6 }, () => ({ filter: {} })) },
      },
      'candidates: takes at most 20 filters, fallbacks included',
    ],
    [
      'no target',
      first({ weight: 2 }),
      'candidates[0]: takes exactly one of model, offering, filter, route.',
    ],
    [
      'two targets',
      first({ model: 'a', route: 'b' }),
      'candidates[0]: takes exactly one of model, offering, filter, route, not model and route.',
    ],
    ['a negative weight', first({ model: 'a', weight: -1 }), 'candidates[0].weight: takes at least 0'],
    ['too much weight', first({ model: 'a', weight: 1e7 }), 'candidates[0].weight: takes at most 1000000'],
    ['no number', first({ model: 'a', weight: Number.NaN }), 'candidates[0].weight: takes'],
    [
      'weights of 0',
      { candidates: [{ model: 'a', weight: 0 }], strategy: 'SPLIT' },
      'candidates: takes a weight above 0',
    ],
    [
      'weights of 0 within',
      { candidates: [{ model: 'a', weight: 0 }], strategy: 'RACE', order: 'WEIGHTED' },
      'candidates: takes a weight above 0',
    ],
    [
      'a ramp and a weight',
      first({ model: 'a', weight: 1, ramp: RAMP }, { strategy: 'SPLIT' }),
      'candidates[0].weight: is left out where there is a `ramp`.',
    ],
    [
      'a ramp of another',
      first({ model: 'a', ramp: RAMP }),
      'candidates[0].ramp: goes with the strategies WEIGHTED, SPLIT.',
    ],
    [
      'a ramp that ends before it starts',
      first({ model: 'a', ramp: { ...RAMP, endsAt: '2026-01-01' } }, { strategy: 'SPLIT' }),
      'candidates[0].ramp: takes an `endsAt` that is later than `startsAt`.',
    ],
    [
      'a ramp among fallbacks',
      { candidates: one, fallback: { candidates: [{ model: 'a', ramp: RAMP }] } },
      'fallback.candidates[0].ramp: is not for fallbacks',
    ],
    [
      'a budget of nothing',
      { candidates: one, budget: { amount: 0, per: 'DAY' } },
      'budget.amount: takes more than 0',
    ],
    [
      'a mirror without a budget',
      { candidates: one, mirror: { candidates: one, share: 0.1 } },
      'mirror.budget: is missing; it takes a mapping',
    ],
    [
      'five mirrors',
      { candidates: one, mirror: { candidates: many(5), share: 0.1, budget: { amount: 1, per: 'DAY' } } },
      'mirror.candidates: takes at most 4 entries.',
    ],
    [
      'a canary without a share',
      { candidates: one, canary: { candidate: { model: 'a' } } },
      'canary: takes either a `share` or a `ramp`.',
    ],
    [
      'a weight of a canary',
      { candidates: one, canary: { candidate: { model: 'a', weight: 2 }, share: 0.1 } },
      'canary.candidate.weight: is not for a canary: its `share` or `ramp` says what it gets.',
    ],
    [
      'a canary that is judged by one call',
      { candidates: one, canary: { candidate: { model: 'a' }, share: 0.1, minSamples: 1 } },
      'canary.minSamples: takes at least 10.',
    ],
    [
      'a tier of cheaper candidates',
      {
        candidates: one,
        budget: {
          amount: 1,
          per: 'DAY',
          onBudgetShare: { share: 1, candidates: [{ model: 'a', upTo: 1 }] },
        },
      },
      'budget.onBudgetShare.candidates[0].upTo: is not for cheaper candidates: they are tried as listed',
    ],
    [
      'upTo above 1',
      first({ model: 'a', upTo: 1.1 }, { strategy: 'COMPLEXITY' }),
      'candidates[0].upTo: takes at most 1',
    ],
    [
      'upTo of another',
      first({ model: 'a', upTo: 0.5 }),
      'candidates[0].upTo: goes with the strategy COMPLEXITY.',
    ],
    [
      'an expression that makes no sense',
      first({ model: 'a', when: 'tokens > 1' }),
      'candidates[0].when.expression: at character 1: Unknown variable: tokens; there are promptTokens',
    ],
    ['no floor', { candidates: one, strategy: 'QUALITY_FLOOR' }, 'qualityFloor: is missing'],
    [
      'a floor for nothing',
      { candidates: one, qualityFloor: { benchmark: 'b', score: 1 } },
      'qualityFloor: goes with the strategy QUALITY_FLOOR.',
    ],
    ['race for nothing', { candidates: one, race: {} }, 'race: goes with the strategy RACE.'],
    ['hedge for nothing', { candidates: one, hedge: {} }, 'hedge: goes'],
    ['sticky for nothing', { candidates: one, sticky: {} }, 'sticky: goes'],
    ['split for nothing', { candidates: one, split: { by: 'KEY' } }, 'split: goes'],
    ['complexity for nothing', { candidates: one, complexity: { bias: 1, weights: {} } }, 'complexity: goes'],
    [
      'an unknown feature',
      { candidates: one, strategy: 'COMPLEXITY', complexity: { bias: 1, weights: { numbers: 1, mood: 1 } } },
      'complexity.weights.mood: is no feature of prompts; there are tools, ',
    ],
    [
      'hashed words of an odd size',
      {
        candidates: one,
        strategy: 'COMPLEXITY',
        complexity: {
          bias: 1,
          weights: {},
          ngrams: { scale: 1, weights: Buffer.alloc(300).toString('base64') },
        },
      },
      'complexity.ngrams.weights: takes the base64 of a power of two of bytes, 256 to 65536',
    ],
    ['balanced for nothing', { candidates: one, balanced: { cost: 1 } }, 'balanced: goes'],
    [
      'balanced without weight',
      { candidates: one, strategy: 'BALANCED', balanced: { cost: 0 } },
      'balanced: takes a weight above 0',
    ],
    [
      'order for nothing',
      { candidates: one, order: 'FASTEST' },
      'order: goes with the strategies RACE, HEDGE, STICKY, CASCADE.',
    ],
    [
      'an order that is none',
      { candidates: one, strategy: 'RACE', order: 'HEDGE' },
      'order: takes one of PRIORITY',
    ],
    [
      'a race of one',
      { candidates: one, strategy: 'RACE', race: { count: 1 } },
      'race.count: takes at least 2',
    ],
    [
      'a race of many',
      { candidates: one, strategy: 'RACE', race: { count: 6 } },
      'race.count: takes at most 5',
    ],
    [
      'an hour and more',
      { candidates: one, strategy: 'HEDGE', hedge: { afterMs: 3_600_001 } },
      'hedge.afterMs: takes at most 3600000',
    ],
    [
      'a ratio below 1',
      { candidates: one, strategy: 'STICKY', sticky: { maxCostRatio: 0.5 } },
      'sticky.maxCostRatio: takes at least 1',
    ],
    ['many retries', { candidates: one, fallback: { retries: 6 } }, 'fallback.retries: takes at most 5'],
    [
      'many attempts',
      { candidates: one, fallback: { maxAttempts: 21 } },
      'fallback.maxAttempts: takes at most 20',
    ],
    [
      'an unknown failure',
      { candidates: one, fallback: { on: ['ODD'] } },
      'fallback.on[0]: takes one of RATE_LIMITED',
    ],
    [
      'back-off the wrong way',
      { candidates: one, fallback: { backoff: { baseMs: 9, maxMs: 8 } } },
      'fallback.backoff.maxMs: takes at least `baseMs`',
    ],
    [
      'a condition of a fallback that makes no sense',
      { candidates: one, fallback: { candidates: [{ model: 'b', when: { expression: '1' } }] } },
      'fallback.candidates[0].when.expression: gives int',
    ],
    [
      'a fallback without target',
      { candidates: one, fallback: { candidates: [{}] } },
      'fallback.candidates[0]: takes exactly one',
    ],
    ['a share above 1', { candidates: one, breaker: { errorRate: 5 } }, 'breaker.errorRate: takes at most 1'],
    [
      'a former word for kinds of providers',
      { candidates: [{ filter: { kinds: ['LOCAL'] } }] },
      'candidates[0].filter.kinds: is not known here any more; write `providerKinds` instead.',
    ],
    [
      'a former word for a context window',
      { candidates: one, require: { minContext: 1_000 } },
      'require.minContext: is not known here any more; write `minContextWindow` instead.',
    ],
    [
      'a ceiling whose currency stands beside it',
      { candidates: one, require: { maxCostPerRequest: 1, currency: 'USD' } },
      'require.maxCostPerRequest: takes an amount and its currency, e.g. {amount: 0.02, currency: USD}',
    ],
    [
      'a currency alone',
      { candidates: one, require: { currency: 'USD' } },
      'require.currency: is not known here any more; write `maxCostPerRequest: {amount: …, currency: …}`',
    ],
    [
      'a date that is none',
      { candidates: one, require: { releasedAfter: 'last year' } },
      'require.releasedAfter: takes a date',
    ],
    [
      'dates the wrong way round',
      { candidates: one, require: { releasedAfter: '2026-02-01', releasedBefore: '2026-01-01' } },
      'require.releasedBefore: must lie after `releasedAfter`.',
    ],
    [
      'a share above 1 in a filter',
      { candidates: [{ filter: { minUptime: 99 } }] },
      'candidates[0].filter.minUptime: takes a number from 0 to 1',
    ],
    [
      'what was switched off',
      { candidates: one, require: { retired: 'INCLUDE' } },
      'require.retired: takes EXCLUDE alone',
    ],
    [
      'what cannot be called',
      { candidates: one, require: { availability: 'ANY' } },
      'require.availability: takes CALLABLE alone',
    ],
    [
      'an odd currency',
      { candidates: one, require: { maxCostPerRequest: { amount: 1, currency: 'usd' } } },
      'require.maxCostPerRequest.currency: takes an ISO 4217 code',
    ],
    [
      'a negative amount',
      { candidates: one, require: { maxCostPerRequest: { amount: -1 } } },
      'require.maxCostPerRequest.amount: takes a number that is not negative',
    ],
    [
      'an unknown capability',
      { candidates: one, require: { capabilities: ['FLYING'] } },
      'require.capabilities[0]: takes one of',
    ],
    [
      'an unknown kind',
      { candidates: one, require: { providerKinds: ['BANK'] } },
      'require.providerKinds[0]: takes one of LAB',
    ],
    [
      'long lists',
      { candidates: one, require: { regions: many(201).map(() => 'eu') } },
      'require.regions: takes at most 200 entries',
    ],
    ['long texts', first({ model: 'x'.repeat(301) }), 'candidates[0].model: takes at most 300 characters'],
    [
      'a long description',
      { candidates: one, description: 'x'.repeat(2_001) },
      'description: takes at most 2000 characters',
    ],
  ])('%s', (_name, document, beginning) => {
    expect(refusal(document).slice(0, beginning.length)).toBe(beginning);
  });

  const when = (condition: object) =>
    refusal(first({ model: 'a', when: condition }, { strategy: 'CONDITIONAL' }));
  it.each<[object, string]>([
    [{ time: { zone: 'Mars/Olympus', from: '08:00', to: '09:00' } }, 'time.zone: takes the IANA name'],
    [{ time: { from: '08:00' } }, 'time: `from` and `to` go together'],
    [{ time: { from: '8', to: '09:00' } }, 'time.from: takes a time of day'],
    [{ time: {} }, 'time: takes `from` and `to`, `weekdays` or `holidays`'],
    [{ time: { weekdays: ['SOMEDAY'] } }, 'time.weekdays[0]: takes one of MONDAY'],
    [{ metadata: { tier: 'gold' } }, 'metadata.tier: takes a list'],
    [{ metadata: { tier: [] } }, 'metadata.tier: takes at least 1'],
    [
      { metadata: Object.fromEntries(many(17).map((_, n) => [`t${n}`, ['x']])) },
      'metadata: takes at most 16 tags',
    ],
    [{ languages: ['english'] }, 'languages[0]: takes an ISO 639-1 code'],
  ])('the condition %j', (condition, beginning) => {
    expect(when(condition)).toContain(`candidates[0].when.${beginning}`);
  });
});
