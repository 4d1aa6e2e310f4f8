import { expect, it } from 'vitest';
import { asProviderId } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { OfferingFilter } from '../../../src/domain/offering-filter.ts';
import { DEFAULT_FALLBACK } from '../../../src/domain/route.ts';
import { scoreAtBenchmark } from '../../support/quality-score.ts';
import { commandWith } from '../harness.ts';
import {
  bookOf,
  catalogueWith,
  compiledIn,
  everything,
  inline,
  model,
  nested,
  offering,
  policyWith,
  routerOver,
  ruleFor,
  type Stated,
} from './route-fixtures.ts';

const OFFERINGS: readonly Stated[] = [
  { id: 'us/big', model: 'lab/big', region: 'us', input: '5', facts: { limits: { contextWindow: 200_000 } } },
  { id: 'cn/big', model: 'lab/big', region: 'CN', kind: 'HOST', input: '2' },
  {
    id: 'us/small',
    model: 'lab/small',
    input: '1',
    facts: { openWeights: true, capabilities: ['COMPLETION', 'TOOLS'], limits: { contextWindow: 32_000 } },
  },
  { id: 'off/small', model: 'lab/small', off: 'Set OFF_KEY.' },
  { id: 'voice/small', model: 'lab/small', completes: false },
  { id: 'us/gone', model: 'lab/gone', facts: { retiresAt: new Date('2025-12-31T00:00:00Z') } },
  { id: 'us/old', model: 'lab/old', facts: { deprecated: true } },
  { id: 'us/embedder', model: 'lab/embedder', facts: { capabilities: ['EMBEDDING'] } },
];
const SCORES = {
  'lab/big': [
    scoreAtBenchmark('exam', 80, { represents: false }),
    scoreAtBenchmark('exam', 85, { setting: 'high' }),
  ],
};
const catalogue = catalogueWith(OFFERINGS, {
  scores: SCORES,
  fx: [
    {
      base: 'USD',
      quote: 'CNY',
      rate: new Decimal('8'),
      date: '2025-12-01',
      provenance: { source: 'test', observedAt: new Date('2025-12-01T00:00:00Z') },
    },
  ],
});

const filtered = (filter: OfferingFilter) => inline(policyWith([ruleFor({ kind: 'FILTER', filter })]));

it('a name means all its offerings that are on, and says why others are none', () => {
  const harness = routerOver(catalogue);
  expect(compiledIn(harness, { model: 'lab/big' })).toMatchObject({
    ids: ['us/big', 'cn/big'],
    groups: [0, 0],
  });
  expect(compiledIn(harness, { model: 'lab/small' })).toMatchObject({
    ids: ['us/small'],
    rejected: { 'off/small': 'NOT_CONFIGURED', 'voice/small': 'NO_COMPLETIONS' },
    details: { 'off/small': 'Set OFF_KEY.' },
  });
  expect(compiledIn(harness, { model: 'offering:cn/big' }).ids).toEqual(['cn/big']);
  expect(compiledIn(harness, { model: 'us/old' }).ids).toEqual(['us/old']);
});

it('rules stand in their order, each offering at the first that names it, fallbacks last', () => {
  const policy = policyWith([offering('cn/big'), model('lab/big'), everything()], {
    fallback: { ...DEFAULT_FALLBACK, candidates: [model('lab/small'), model('us/old')] },
  });
  const { router } = routerOver(catalogue);
  const route = router.compile(commandWith(inline(policy)));
  if (route.kind === 'REFUSED') throw new Error('refused');
  expect(
    route.value.candidates.map((each) => [each.index, each.offering.id, each.group, each.isFallback]),
  ).toEqual([
    [0, 'cn/big', 0, false],
    [1, 'us/big', 1, false],
    [2, 'us/small', 2, false],
    [3, 'us/old', 4, true],
  ]);
});

it.each<[OfferingFilter, readonly string[], { readonly [id: string]: string }]>([
  [
    {},
    ['cn/big', 'us/big', 'us/small'],
    { 'us/gone': 'RETIRED', 'us/old': 'DEPRECATED', 'us/embedder': 'NO_COMPLETIONS' },
  ],
  [{ providers: ['CN'] }, ['cn/big'], { 'us/big': 'PROVIDER' }],
  [{ providerKinds: ['HOST'] }, ['cn/big'], { 'us/small': 'PROVIDER_KIND' }],
  [{ models: ['big', 'us/small'] }, ['cn/big', 'us/big', 'us/small'], { 'us/embedder': 'MODEL' }],
  [{ regions: ['cn', 'eu'] }, ['cn/big'], { 'us/big': 'REGION', 'us/small': 'REGION' }],
  [{ capabilities: ['TOOLS'] }, ['us/small'], { 'us/big': 'UNKNOWN_CAPABILITY' }],
  [{ openWeights: true }, ['us/small'], { 'us/big': 'UNKNOWN_WEIGHTS' }],
  [{ minContextWindow: 32_000 }, ['us/big', 'us/small'], { 'cn/big': 'UNKNOWN_CONTEXT' }],
  [{ minContextWindow: 32_001 }, ['us/big'], { 'us/small': 'CONTEXT_TOO_SMALL' }],
  [{ minQuality: { benchmark: 'exam', score: 85 } }, ['cn/big', 'us/big'], { 'us/small': 'UNKNOWN_QUALITY' }],
  [{ minQuality: { benchmark: 'exam', score: 86 } }, [], { 'us/big': 'QUALITY_BELOW' }],
  [{ regions: ['us'], minContextWindow: 100_000 }, ['us/big'], { 'us/small': 'CONTEXT_TOO_SMALL' }],
])('a filter %o takes %o', (filter, ids, rejected) => {
  const found = compiledIn(routerOver(catalogue), filtered(filter));
  expect(found.ids).toEqual(ids);
  expect(found.rejected).toMatchObject(rejected);
  // What is off is no concern of a filter.
  expect(Object.keys(found.rejected)).not.toContain('off/small');
});

it('what is required of all candidates holds for each rule and for fallbacks', () => {
  const policy = policyWith([model('lab/big')], {
    require: { regions: ['us'] },
    fallback: { ...DEFAULT_FALLBACK, candidates: [offering('us/small')] },
  });
  expect(compiledIn(routerOver(catalogue), inline(policy))).toMatchObject({
    ids: ['us/big', 'us/small'],
    rejected: { 'cn/big': 'REGION' },
  });
});

it('of many that a filter passes over, two hundred are told', () => {
  const many = catalogueWith(
    Array.from({ length: 260 }, (_, index) => ({ id: `p/m${index}`, model: `lab/m${index}` })),
  );
  const { ids, rejected } = compiledIn(routerOver(many), filtered({ capabilities: ['TOOLS'] }));
  expect(ids).toEqual([]);
  expect(Object.keys(rejected)).toHaveLength(200);
  const named = compiledIn(
    routerOver(many),
    filtered({ providers: Array.from({ length: 200 }, (_, index) => `nowhere-${index}`) }),
  );
  const [detail = ''] = Object.values(named.details);
  expect(detail).toContain('nowhere-9 and 190 more.');
  expect(detail).not.toContain('nowhere-10');
});

it('a route within brings its candidates and its rejections', () => {
  const book = bookOf({
    inner: policyWith([model('lab/small'), model('lab/big')], { require: { regions: ['us'] } }),
  });
  expect(
    compiledIn(routerOver(catalogue, { book }), inline(policyWith([nested('inner'), model('cn/big')]))),
  ).toEqual(
    expect.objectContaining({
      ids: ['us/small', 'us/big', 'cn/big'],
      groups: [0, 0, 1],
      rejected: { 'off/small': 'NOT_CONFIGURED', 'voice/small': 'NO_COMPLETIONS' },
    }),
  );
});

it('a ring of routes that was saved somehow ends, and so does a long chain', () => {
  const book = bookOf({
    ring: policyWith([nested('ring2'), model('lab/big')]),
    ring2: policyWith([nested('ring'), model('us/small')]),
    ...Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `chain${index}`,
        policyWith([nested(`chain${index + 1}`), model('us/old')]),
      ]),
    ),
  });
  const harness = routerOver(catalogue, { book });
  expect(compiledIn(harness, { model: 'route:ring' }).ids).toEqual(['us/small', 'us/big', 'cn/big']);
  expect(compiledIn(harness, { model: 'route:chain0' }).ids).toEqual(['us/old']);
});

it.each([
  ['lab/bigg', { code: 'UNKNOWN_MODEL', name: 'lab/bigg', suggestions: expect.arrayContaining(['lab/big']) }],
  ['route:suport', { code: 'UNKNOWN_ROUTE', name: 'suport', suggestions: ['support'] }],
  ['off/small', { code: 'NO_PROVIDER_CONFIGURED', providers: [{ id: 'off', reason: 'Set OFF_KEY.' }] }],
  ['voice/small', { code: 'UNSUPPORTED_OPERATION', name: 'voice/small' }],
  ['inline', { code: 'INVALID_INPUT', path: 'routing.candidates' }],
])('%s is refused', (name, refusal) => {
  const { router } = routerOver(catalogue, { book: bookOf({ support: policyWith([model('lab/big')]) }) });
  expect(router.compile({ model: name })).toMatchObject({ kind: 'REFUSED', refusal });
});

it('names that mean nothing refuse a policy of a request, and are rejections of a saved one', () => {
  const policy = policyWith([model('lab/bigg'), nested('nowhere'), model('lab/big')]);
  const harness = routerOver(catalogue, { book: bookOf({ saved: policy }) });
  expect(harness.router.compile(commandWith(inline(policy)))).toMatchObject({
    kind: 'REFUSED',
    refusal: { code: 'UNKNOWN_MODEL' },
  });
  expect(compiledIn(harness, { model: 'route:SAVED' })).toMatchObject({
    ids: ['us/big', 'cn/big'],
    rejected: { 'lab/bigg': 'MODEL', 'route:nowhere': 'MODEL' },
  });
});

it('a policy without candidates routes what the model means', () => {
  const harness = routerOver(catalogue, {
    book: bookOf({ both: policyWith([model('us/small'), model('lab/big')]) }),
  });
  const policy = policyWith([], { strategy: { kind: 'CHEAPEST' } });
  expect(compiledIn(harness, inline(policy, { model: 'lab/big' })).ids).toEqual(['us/big', 'cn/big']);
  expect(compiledIn(harness, inline(policy, { model: 'route:both' })).ids).toEqual([
    'us/small',
    'us/big',
    'cn/big',
  ]);
});

it('is compiled once for a catalogue and a book, and anew for others', () => {
  let current = catalogue;
  let revision = 1;
  const { router } = routerOver(catalogue, {
    current: () => current,
    book: { ...bookOf({ saved: policyWith([model('lab/big')]) }), revision: () => revision },
  });
  const policy = policyWith([model('lab/big')]);
  const compile = () =>
    [{ model: 'lab/big' }, { model: 'route:saved' }, inline(policy), inline(structuredClone(policy))].map(
      (command) => {
        const found = router.compile(commandWith(command));
        if (found.kind === 'REFUSED') throw new Error('refused');
        return found.value;
      },
    );
  const first = compile();
  expect(first[2]).toBe(first[3]);
  for (const [index, route] of compile().entries()) expect(route).toBe(first[index]);
  revision = 2;
  const second = compile();
  for (const [index, route] of second.entries()) expect(route).not.toBe(first[index]);
  current = catalogueWith(OFFERINGS.slice(0, 1));
  for (const { candidates } of compile())
    expect(candidates.map(({ offering: { id } }) => id)).toEqual(['us/big']);
});

it('has the ceiling of its rules in dollars, the lowest of several', () => {
  const maxCostPerRequest = { amount: new Decimal('0.08'), currency: 'CNY' };
  const policy = policyWith([ruleFor({ kind: 'FILTER', filter: { maxCostPerRequest } }), model('us/old')], {
    require: { maxCostPerRequest: { amount: new Decimal('0.05'), currency: 'USD' } },
  });
  const found = routerOver(catalogue).router.compile(commandWith(inline(policy)));
  if (found.kind === 'REFUSED') throw new Error('refused');
  expect(found.value.candidates.map(({ offering: { id }, maxCostUsd }) => [id, maxCostUsd])).toEqual([
    ['cn/big', 0.01],
    ['us/big', 0.01],
    ['us/small', 0.01],
    ['us/old', 0.05],
  ]);
  expect(found.value.candidates[0]?.provider.id).toBe(asProviderId('cn'));
});
