import { describe, expect, it } from 'vitest';
import { asOfferingId, asPriceId } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { Price } from '../../../src/domain/price.ts';
import { DEFAULT_FALLBACK, type Strategy } from '../../../src/domain/route.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';
import {
  bookOf,
  catalogueWith,
  explained,
  inline,
  model,
  nested,
  offering,
  orderIn,
  planned,
  policyWith,
  routerOver,
  type Stated,
  textRequest,
} from './route-fixtures.ts';

const THREE: readonly Stated[] = [
  { id: 'dear/talker', input: '5', output: '50', region: 'us' },
  { id: 'cheap/talker', input: '1', output: '10', region: 'cn' },
  { id: 'middle/talker', input: '2', output: '20', region: 'eu' },
];
const catalogue = catalogueWith(THREE);
const cheapest: Strategy = { kind: 'CHEAPEST' };

describe('a plan', () => {
  it('of a plain name goes by the list, says what was considered, and carries what is called', async () => {
    const plan = await planned(routerOver(catalogue));
    if (plan.kind === 'REFUSED') throw new Error('refused');
    const { decision, candidates, dispatch, fallback, inputTokens } = plan.value;
    expect(decision).toEqual({
      requested: 'lab/talker',
      modelSlug: 'lab/talker',
      candidates: ['dear/talker', 'cheap/talker', 'middle/talker'],
      strategy: 'PRIORITY',
      considered: THREE.map(({ id }) => ({ offeringId: id, parts: [] })),
    });
    expect(candidates.map(({ provider, isFallback }) => [provider.id, isFallback])).toEqual([
      ['dear', false],
      ['cheap', false],
      ['middle', false],
    ]);
    expect(dispatch).toEqual({ kind: 'SERIAL' });
    expect(fallback).toEqual(DEFAULT_FALLBACK);
    expect(inputTokens()).toBeGreaterThan(5);
    expect(inputTokens()).toBeLessThan(15);
  });

  it('of a saved route names it and its version, with scores and what they rest on', async () => {
    const book = bookOf({ thrifty: policyWith([model('lab/talker')], { strategy: cheapest }) });
    const plan = await planned(routerOver(catalogue, { book }), { command: { model: 'route:thrifty' } });
    expect(plan).toMatchObject({
      value: {
        decision: {
          requested: 'route:thrifty',
          route: { name: 'thrifty', version: 3 },
          strategy: 'CHEAPEST',
          candidates: ['cheap/talker', 'middle/talker', 'dear/talker'],
          considered: [{ offeringId: 'cheap/talker', parts: [{ criterion: 'cost' }] }, {}, {}],
        },
      },
    });
  });

  it('goes by the size of this prompt', async () => {
    const harness = routerOver(
      catalogueWith([
        { id: 'reader/talker', input: '1', output: '100' },
        { id: 'writer/talker', input: '10', output: '10' },
      ]),
    );
    const command = inline(policyWith([model('lab/talker')], { strategy: cheapest }));
    const [reader, writer] = ['reader/talker', 'writer/talker'];
    expect(await orderIn(harness, { command, request: textRequest('Write a book.') })).toEqual([
      writer,
      reader,
    ]);
    const long = textRequest('Summarise this. '.repeat(3_000), { maxOutputTokens: 50 });
    expect(await orderIn(harness, { command, request: long })).toEqual([reader, writer]);
  });

  it('goes by what it costs to think where the request asks for it', async () => {
    const prices = (stated: readonly (readonly [boolean | undefined, string])[]): readonly Price[] =>
      stated.flatMap(([thinking, amount], row) =>
        (['INPUT', 'OUTPUT'] as const).map((direction) => ({
          id: asPriceId(`${row}${direction}`),
          offeringId: asOfferingId('any'),
          meter: { family: 'TOKENS', direction, modality: 'TEXT', tokenType: 'PLAIN' },
          amount: new Decimal(amount),
          per: 1_000_000,
          currency: 'USD',
          serviceTier: 'STANDARD',
          conditions: thinking === undefined ? {} : { thinking },
          tierMode: 'CLIFF',
          billing: 'METERED',
          provenance: { source: 'test', observedAt: new Date(0) },
        })),
      );
    const rows: { readonly [id: string]: readonly Price[] } = {
      'dear/talker': prices([
        [false, '1'],
        [true, '9'],
      ]),
      'cheap/talker': prices([[undefined, '3']]),
    };
    const two = catalogueWith(THREE.filter(({ id }) => id in rows));
    const harness = routerOver({ ...two, pricesOf: (id) => rows[id] ?? [] });
    const command = inline(policyWith([model('lab/talker')], { strategy: cheapest }));
    const firstFor = async (more: Parameters<typeof textRequest>[1]) =>
      (await orderIn(harness, { command, request: textRequest('Hello', more) }))[0];
    expect(await firstFor({})).toBe('dear/talker');
    expect(await firstFor({ reasoningEffort: 'none' })).toBe('dear/talker');
    expect(await firstFor({ reasoningEffort: 'high' })).toBe('cheap/talker');
    expect(await firstFor({ reasoningMaxTokens: 100 })).toBe('cheap/talker');
    const { candidates } = await explained(harness, {
      command,
      request: textRequest('Hello', { reasoningEffort: 'high', maxOutputTokens: 100 }),
    });
    const dear = candidates.find(({ offering: { id } }) => id === 'dear/talker')?.estimatedCost;
    if (dear?.kind !== 'PRICED') throw new Error('not priced');
    expect(dear.lines.map(({ unitPrice }) => unitPrice.toFixed())).toEqual(['9', '9']);
  });

  it('takes fallbacks after all others, as listed, and no more than attempts', async () => {
    const policy = policyWith([offering('dear/talker'), offering('middle/talker')], {
      strategy: cheapest,
      fallback: { ...DEFAULT_FALLBACK, candidates: [offering('cheap/talker')] },
    });
    const all = ['middle/talker', 'dear/talker', 'cheap/talker'];
    expect(await orderIn(routerOver(catalogue), { command: inline(policy) })).toEqual(all);
    const two = { ...policy, fallback: { ...policy.fallback, maxAttempts: 2 } };
    expect(await orderIn(routerOver(catalogue), { command: inline(two) })).toEqual(all.slice(0, 2));
    const whole = await explained(routerOver(catalogue), { command: inline(two) });
    expect(whole.candidates.map(({ rank, isFallback }) => [rank, isFallback])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
  });

  it('prefers regions in their order, whatever the strategy', async () => {
    const order = (preferRegions: readonly string[]) =>
      orderIn(routerOver(catalogue), {
        command: inline(policyWith([model('lab/talker')], { preferRegions, strategy: cheapest })),
      });
    expect(await order(['EU', 'us'])).toEqual(['middle/talker', 'dear/talker', 'cheap/talker']);
    expect(await order(['us'])).toEqual(['dear/talker', 'cheap/talker', 'middle/talker']);
  });

  it('asks first whoever has signed the conversation', async () => {
    const request = textRequest('Hello', {
      messages: [
        { role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
        {
          role: 'assistant',
          text: 'Hi',
          reasoning: [{ text: 'Greet.', signature: 'mg1.middle.abc' }],
          toolCalls: [],
        },
        { role: 'user', parts: [{ type: 'text', text: 'And now?' }] },
      ],
    });
    const plan = await planned(routerOver(catalogue), { request });
    if (plan.kind === 'REFUSED') throw new Error('refused');
    const [first, second] = plan.value.candidates;
    expect([first.offering.id, first.warnings]).toEqual(['middle/talker', []]);
    expect(JSON.stringify(first.request)).toContain('"signature":"abc"');
    expect(second?.warnings).toMatchObject([{ code: 'ADJUSTED_PARAMETER' }]);
  });

  it.each<Strategy>([
    { kind: 'PRIORITY' },
    { kind: 'CHEAPEST' },
    { kind: 'FASTEST' },
    { kind: 'RACE', count: 2, order: { kind: 'PRIORITY' } },
  ])('puts what has gone silent behind all that is well, and before fallbacks: $kind', async (strategy) => {
    const harness = routerOver(catalogue);
    const policy = policyWith([offering('cheap/talker'), offering('middle/talker')], {
      strategy,
      preferRegions: ['cn'],
      fallback: { ...DEFAULT_FALLBACK, candidates: [offering('dear/talker')] },
    });
    const command = inline(policy);
    expect((await orderIn(harness, { command }))[0]).toBe('cheap/talker');
    harness.health.of('cheap/talker').isSuspect = true;
    const order = ['middle/talker', 'cheap/talker', 'dear/talker'];
    expect(await orderIn(harness, { command })).toEqual(order);
    const { candidates } = await explained(harness, { command });
    expect(candidates.map(({ parts }) => parts.some(({ criterion }) => criterion === 'suspect'))).toEqual([
      false,
      true,
      false,
    ]);
    for (const id of order) harness.health.of(id).isSuspect = true;
    expect((await orderIn(harness, { command }))[0]).toBe('cheap/talker');
  });

  it('races no fallback, and hedges by what is measured', async () => {
    const harness = routerOver(catalogue);
    const policy = policyWith([offering('dear/talker'), offering('cheap/talker')], {
      fallback: { ...DEFAULT_FALLBACK, candidates: [offering('middle/talker')] },
    });
    const dispatchBy = async (strategy: Strategy) => {
      const { dispatch } = await explained(harness, { command: inline({ ...policy, strategy }) });
      return dispatch;
    };
    expect(await dispatchBy({ kind: 'RACE', count: 5, order: { kind: 'PRIORITY' } })).toEqual({
      kind: 'RACE',
      count: 2,
    });
    expect(await dispatchBy({ kind: 'HEDGE', order: { kind: 'PRIORITY' } })).toEqual({ kind: 'HEDGE' });
    harness.health.of('dear/talker').p95TtftMs = 640;
    expect(await dispatchBy({ kind: 'HEDGE', order: { kind: 'PRIORITY' } })).toEqual({
      kind: 'HEDGE',
      afterMs: 640,
    });
  });
});

describe('a route within a route', () => {
  const book = bookOf({
    thrifty: policyWith([offering('dear/talker'), offering('cheap/talker')], { strategy: cheapest }),
    picky: policyWith([offering('dear/talker', { when: { users: ['vip'] } }), offering('cheap/talker')], {
      strategy: { kind: 'CONDITIONAL' },
    }),
  });
  const harness = routerOver(catalogue, { book });

  it('keeps its own order where the outer one chooses between rules', async () => {
    const policy = policyWith([nested('thrifty'), offering('middle/talker')]);
    expect(await orderIn(harness, { command: inline(policy) })).toEqual([
      'cheap/talker',
      'dear/talker',
      'middle/talker',
    ]);
    const weighted = policyWith([offering('middle/talker', { weight: 0 }), nested('thrifty')], {
      strategy: { kind: 'WEIGHTED' },
    });
    expect(await orderIn(harness, { command: inline(weighted) })).toEqual([
      'cheap/talker',
      'dear/talker',
      'middle/talker',
    ]);
    const first = policyWith([offering('middle/talker')], {
      fallback: { ...DEFAULT_FALLBACK, candidates: [nested('thrifty')] },
    });
    expect(await orderIn(harness, { command: inline(first) })).toEqual([
      'middle/talker',
      'cheap/talker',
      'dear/talker',
    ]);
  });

  it('gives only candidates where the outer one weighs them all', async () => {
    const policy = policyWith([nested('thrifty'), offering('middle/talker')], { strategy: cheapest });
    expect(await orderIn(harness, { command: inline(policy) })).toEqual([
      'cheap/talker',
      'middle/talker',
      'dear/talker',
    ]);
  });

  it('leaves out what it has no use for', async () => {
    const command = inline(policyWith([nested('picky'), offering('middle/talker')]));
    const { decision, rejected } = await explained(harness, { command });
    expect(decision.candidates).toEqual(['cheap/talker', 'middle/talker']);
    expect(rejected).toMatchObject([{ offeringId: 'dear/talker', reason: 'CONDITION' }]);
    const vip = textRequest('Hello', { user: 'vip' });
    expect(await orderIn(harness, { command, request: vip })).toEqual([
      'dear/talker',
      'cheap/talker',
      'middle/talker',
    ]);
  });
});

describe('without a candidate', () => {
  const seedless = createScriptedProvider('dear', {
    unsupported: [{ name: 'seed', problem: 'it has none' }],
  });
  const broken = {
    ...createScriptedProvider('cheap'),
    unsupported: () => {
      throw new Error('boom');
    },
  };
  const request = textRequest('Hello', { seed: 7 });
  const only = (...ids: readonly string[]) => catalogueWith(THREE.filter(({ id }) => ids.includes(id)));

  it('a plain name is refused for the parameters that nobody can honour', async () => {
    const harness = routerOver(only('dear/talker'), { providers: [seedless] });
    expect(await planned(harness, { request, command: { unsupported: 'ERROR' } })).toEqual({
      kind: 'REFUSED',
      refusal: {
        code: 'UNSUPPORTED_PARAMETER',
        offeringId: 'dear/talker',
        parameters: [{ name: 'seed', problem: 'it has none' }],
      },
    });
    const warned = await planned(harness, { request });
    expect(warned).toMatchObject({ value: { candidates: [{ warnings: [{ parameter: 'seed' }] }] } });
  });

  it('a provider that breaks is passed over, and told to whoever logs', async () => {
    const harness = routerOver(only('cheap/talker', 'middle/talker'), { providers: [broken] });
    expect(await orderIn(harness)).toEqual(['middle/talker']);
    expect(harness.defects).toMatchObject([{ message: 'boom' }]);
    const alone = routerOver(only('cheap/talker'), { providers: [broken] });
    expect(await planned(alone)).toMatchObject({ refusal: { code: 'UNAVAILABLE' } });
  });

  it('a route is refused with each rejection and the soonest time that changes one', async () => {
    const book = bookOf({ all: policyWith([model('lab/talker')]) });
    const harness = routerOver(catalogue, { book, providers: [seedless] });
    Object.assign(harness.health.of('cheap/talker'), { state: 'OPEN', retryAfterMs: 900 });
    harness.health.of('middle/talker').closedUntil = harness.clock.monotonicMs() + 400;
    const asking = { request, command: { model: 'route:all', unsupported: 'ERROR' as const } };
    expect(await planned(harness, asking)).toMatchObject({
      refusal: {
        code: 'NO_CANDIDATE',
        name: 'route:all',
        retryAfterMs: 400,
        rejections: [
          { offeringId: 'cheap/talker', reason: 'BREAKER_OPEN' },
          { offeringId: 'middle/talker', reason: 'RATE_LIMITED' },
          { offeringId: 'dear/talker', reason: 'PARAMETER' },
        ],
      },
    });
    const plan = await explained(harness, asking);
    expect(plan).toMatchObject({ candidates: [], decision: { candidates: [], modelSlug: 'lab/talker' } });
    expect(plan.rejected).toHaveLength(3);
  });
});

it('a decision keeps twenty of what was considered and of what was rejected; an explanation all', async () => {
  const many = catalogueWith(
    Array.from({ length: 60 }, (_, index) => ({
      id: `p${index}/talker`,
      input: '1',
      facts: { lacks: index < 30 ? (['TOOLS'] as const) : [] },
    })),
  );
  const asking = { request: textRequest('Hello', { tools: [{ name: 'look', parameters: {} }] }) };
  const plan = await planned(routerOver(many), asking);
  if (plan.kind === 'REFUSED') throw new Error('refused');
  const { candidates, considered, rejected } = plan.value.decision;
  expect([candidates.length, considered?.length, rejected?.length]).toEqual([8, 20, 20]);
  const whole = await explained(routerOver(many), asking);
  expect([whole.candidates.length, whole.rejected.length]).toEqual([30, 30]);
});

it('an explanation states exact costs for the tokens that it expects', async () => {
  const { candidates, expectedTokens, decision } = await explained(routerOver(catalogue), {
    request: textRequest('Hello', { maxOutputTokens: 100 }),
  });
  const [first] = candidates;
  expect(expectedTokens).toEqual({ input: expect.any(Number), cacheRead: 0, output: 100 });
  expect(first).toMatchObject({
    rank: 1,
    breaker: 'CLOSED',
    estimatedCost: { kind: 'PRICED', currency: 'USD' },
  });
  const exact = (5 * expectedTokens.input + 50 * 100) / 1_000_000;
  if (first?.estimatedCost.kind !== 'PRICED') throw new Error('not priced');
  expect(first.estimatedCost.total.toNumber()).toBeCloseTo(exact, 12);
  expect(decision.considered).toHaveLength(3);
});
