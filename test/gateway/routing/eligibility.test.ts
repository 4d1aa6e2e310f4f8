import { describe, expect, it } from 'vitest';
import type { RejectionReason } from '../../../src/domain/attempt.ts';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import { Decimal } from '../../../src/domain/money.ts';
import {
  catalogueWith,
  explained,
  inline,
  model,
  offering,
  orderIn,
  planned,
  policyWith,
  type RoutingHarness,
  routerOver,
  type Stated,
  textRequest,
} from './route-fixtures.ts';

const TWO: readonly Stated[] = [
  { id: 'first/talker', input: '1', output: '10' },
  { id: 'second/talker', input: '2', output: '20' },
];
const WORDS = 'word '.repeat(4_000);
const TOOL = { name: 'look', parameters: { type: 'object' } };

const over = (first: Partial<Stated> = {}): RoutingHarness =>
  routerOver(catalogueWith([{ id: 'first/talker', input: '1', output: '10', ...first }, ...TWO.slice(1)]));
const known = (facts: Stated['facts']): RoutingHarness => over({ ...(facts !== undefined && { facts }) });

const rejectedBy = async (harness: RoutingHarness, request: CompletionRequest, more = {}) => {
  const { candidates, rejected } = await explained(harness, {
    request,
    command: { model: 'lab/talker', unsupported: 'ERROR', ...more },
  });
  return {
    left: candidates.map((each) => each.offering.id),
    rejected: rejected.map(({ offeringId, reason }) => `${offeringId}: ${reason}`),
    details: rejected.map(({ detail }) => detail).join(),
  };
};

const withImage: CompletionRequest = {
  messages: [
    { role: 'user', parts: [{ type: 'image', source: { kind: 'url', url: 'https://x.test/a.png' } }] },
  ],
  tools: [],
};
const withDocument: CompletionRequest = {
  messages: [
    { role: 'user', parts: [{ type: 'file', source: { kind: 'url', url: 'https://x.test/a.pdf' } }] },
  ],
  tools: [],
};
const withSchema = textRequest('Hello', { output: { kind: 'jsonSchema', name: 'x', schema: {} } });

it.each<[string, Stated['facts'], CompletionRequest, RejectionReason, string]>([
  [
    'a prompt that is too long',
    { limits: { contextWindow: 2_000 } },
    textRequest(WORDS),
    'CONTEXT_TOO_SMALL',
    '2000',
  ],
  [
    'an answer that leaves no room',
    { limits: { contextWindow: 9_000 } },
    textRequest('Hello', { maxOutputTokens: 9_000 }),
    'CONTEXT_TOO_SMALL',
    '9000 are reserved',
  ],
  ['too much input', { limits: { maxInputTokens: 2_000 } }, textRequest(WORDS), 'CONTEXT_TOO_SMALL', 'input'],
  ['tools', { lacks: ['TOOLS'] }, textRequest('Hello', { tools: [TOOL] }), 'CAPABILITY', 'TOOLS'],
  ['a schema', { lacks: ['STRUCTURED_OUTPUT'] }, withSchema, 'CAPABILITY', 'STRUCTURED_OUTPUT'],
  [
    'reasoning',
    { lacks: ['REASONING'] },
    textRequest('Hello', { reasoningEffort: 'high' }),
    'CAPABILITY',
    'REASONING',
  ],
  ['an image', { inputModalities: ['TEXT'] }, withImage, 'MODALITY', 'IMAGE'],
  ['a document', { inputModalities: ['TEXT'] }, withDocument, 'MODALITY', 'DOCUMENT'],
  [
    'a document, its source telling of sounds',
    { inputModalities: ['TEXT', 'IMAGE', 'AUDIO'] },
    withDocument,
    'MODALITY',
    'DOCUMENT',
  ],
])(
  '%s is nothing for an offering that is known not to take it',
  async (_what, facts, request, reason, word) => {
    const found = await rejectedBy(known(facts), request);
    expect(found).toMatchObject({ left: ['second/talker'], rejected: [`first/talker: ${reason}`] });
    expect(found.details).toContain(word);
  },
);

it('what no source says is no reason, nor what is a little over by a rough count', async () => {
  const everything = textRequest('Hello', {
    tools: [TOOL],
    output: { kind: 'jsonSchema', name: 'x', schema: {} },
    reasoningEffort: 'high',
  });
  const both = ['first/talker', 'second/talker'];
  expect((await rejectedBy(over(), everything)).left).toEqual(both);
  const pictures = known({ inputModalities: ['TEXT', 'IMAGE'] });
  expect((await rejectedBy(pictures, withDocument)).left).toEqual(both);
  // Some 5,000 tokens by a rough count.
  expect((await rejectedBy(known({ limits: { contextWindow: 4_500 } }), textRequest(WORDS))).left).toEqual(
    both,
  );
});

it('where parameters may be left out, what does not reason is used if nothing else is left', async () => {
  const request = textRequest('Hello', { reasoningEffort: 'high' });
  const one = known({ lacks: ['REASONING'] });
  expect((await rejectedBy(one, request, { unsupported: 'WARN' })).left).toEqual(['second/talker']);
  const alone = { model: 'first/talker', unsupported: 'WARN' as const };
  expect((await rejectedBy(one, request, alone)).left).toEqual(['first/talker']);
  expect((await rejectedBy(one, request, { ...alone, unsupported: 'ERROR' })).left).toEqual([]);
  const tools = known({ lacks: ['REASONING', 'TOOLS'] });
  expect((await rejectedBy(tools, { ...request, tools: [TOOL] }, alone)).rejected).toEqual([
    'first/talker: CAPABILITY',
  ]);
});

it('an offering that its provider closed is left alone until then', async () => {
  const harness = over();
  harness.health.of('first/talker').closedUntil = harness.clock.monotonicMs() + 2_500;
  const { rejected, candidates } = await explained(harness);
  expect(candidates.map((each) => each.offering.id)).toEqual(['second/talker']);
  expect(rejected).toMatchObject([
    { offeringId: 'first/talker', reason: 'RATE_LIMITED', retryAfterMs: 2_500 },
  ]);
  harness.clock.advance(2_500);
  expect(await orderIn(harness)).toEqual(['first/talker', 'second/talker']);
});

describe('what is closed by a guess', () => {
  const closed = (
    harness: RoutingHarness,
    id: string,
    kind: 'UNUSABLE' | 'LIMITED',
    askedForMs = 0,
  ): void => {
    const now = harness.clock.monotonicMs();
    Object.assign(harness.health.of(id), {
      closedUntil: now + 60_000,
      closedReason: 'It answered with AUTHENTICATION.',
      closedByGuess: { kind, askedUntil: askedForMs === 0 ? 0 : now + askedForMs },
    });
  };

  it('is left alone while there is another, under a reason of its own', async () => {
    const harness = over();
    closed(harness, 'first/talker', 'UNUSABLE');
    const { rejected } = await explained(harness);
    expect(rejected).toMatchObject([
      { offeringId: 'first/talker', reason: 'UNUSABLE', retryAfterMs: 60_000 },
    ]);
    expect(rejected[0]?.detail).toContain('It answered with AUTHENTICATION.');
    expect(await orderIn(harness)).toEqual(['second/talker']);
    closed(harness, 'first/talker', 'LIMITED');
    expect((await rejectedBy(harness, textRequest('Hello'))).rejected).toEqual([
      'first/talker: RATE_LIMITED',
    ]);
  });

  it('is called as listed where nothing else is left', async () => {
    const harness = over();
    const dearestFirst = policyWith([model('lab/talker')], { strategy: { kind: 'CHEAPEST' } });
    closed(harness, 'second/talker', 'LIMITED');
    closed(harness, 'first/talker', 'UNUSABLE');
    expect(await orderIn(harness)).toEqual(['first/talker', 'second/talker']);
    const { rejected, candidates } = await explained(harness, { command: inline(dearestFirst) });
    expect([rejected, candidates.length]).toEqual([[], 2]);
    harness.clock.advance(60_000);
    expect(await orderIn(harness)).toEqual(['first/talker', 'second/talker']);
  });

  it('is not called where its provider asked for it as well, its breaker is open, or the request cannot go there', async () => {
    const harness = over({ facts: { lacks: ['TOOLS'] } });
    closed(harness, 'first/talker', 'UNUSABLE');
    closed(harness, 'second/talker', 'UNUSABLE', 5_000);
    const tools = textRequest('Hello', { tools: [TOOL] });
    expect(await planned(harness, { request: tools })).toMatchObject({
      refusal: {
        code: 'NO_CANDIDATE',
        retryAfterMs: 5_000,
        rejections: [
          { offeringId: 'second/talker', reason: 'RATE_LIMITED' },
          { offeringId: 'first/talker', reason: 'CAPABILITY' },
        ],
      },
    });
    harness.clock.advance(5_000);
    expect(await orderIn(harness, { request: tools })).toEqual(['second/talker']);
    Object.assign(harness.health.of('second/talker'), { state: 'OPEN', retryAfterMs: 700 });
    expect((await rejectedBy(harness, tools)).rejected).toEqual([
      'second/talker: BREAKER_OPEN',
      'first/talker: CAPABILITY',
    ]);
  });

  it('and left out by the strategy is not called either', async () => {
    const harness = over();
    const rules = policyWith(
      [offering('first/talker', { when: { users: ['vip'] } }), offering('second/talker')],
      { strategy: { kind: 'CONDITIONAL' } },
    );
    closed(harness, 'first/talker', 'UNUSABLE');
    closed(harness, 'second/talker', 'UNUSABLE');
    const { candidates, rejected } = await explained(harness, { command: inline(rules) });
    expect(candidates.map((each) => each.offering.id)).toEqual(['second/talker']);
    expect(rejected).toMatchObject([{ offeringId: 'first/talker', reason: 'CONDITION' }]);
  });
});

it('an open breaker leaves an offering alone, and says why and for how long', async () => {
  const harness = over();
  Object.assign(harness.health.of('first/talker'), {
    state: 'OPEN',
    retryAfterMs: 700,
    reason: '6 of 9 calls failed',
  });
  const { rejected } = await explained(harness);
  expect(rejected).toEqual([
    {
      offeringId: 'first/talker',
      reason: 'BREAKER_OPEN',
      retryAfterMs: 700,
      detail: '6 of 9 calls failed; it is tried again in 700 ms.',
    },
  ]);
});

it('on probation an offering is probed where it would be first, and otherwise stands behind those that are well', async () => {
  const three = [...TWO, { id: 'third/talker', input: '3', output: '30' }];
  const harness = routerOver(catalogueWith(three));
  harness.health.of('second/talker').state = 'HALF_OPEN';
  expect(await orderIn(harness)).toEqual(['first/talker', 'third/talker', 'second/talker']);
  harness.health.of('first/talker').state = 'HALF_OPEN';
  expect(await orderIn(harness)).toEqual(['first/talker', 'third/talker', 'second/talker']);
  const cheapest = policyWith([model('lab/talker')], { strategy: { kind: 'CHEAPEST' } });
  expect(await orderIn(harness, { command: inline(cheapest) })).toEqual([
    'first/talker',
    'third/talker',
    'second/talker',
  ]);
  Object.assign(harness.health.of('third/talker'), { state: 'OPEN' });
  expect(await orderIn(harness)).toEqual(['first/talker', 'second/talker']);
});

it('a ceiling bars what costs more, and what has no known price', async () => {
  const harness = routerOver(
    catalogueWith([...TWO, { id: 'third/talker' }, { id: 'fourth/talker', input: '1', currency: 'CNY' }]),
  );
  const below = (amount: string, currency = 'USD') =>
    inline(
      policyWith([model('lab/talker')], {
        require: { maxCostPerRequest: { amount: new Decimal(amount), currency } },
      }),
    );
  const request = textRequest('Hello', { maxOutputTokens: 100 });
  // A thousand and some microdollars, and twice that.
  const { candidates, rejected } = await explained(harness, { request, command: below('0.0015') });
  expect(candidates.map((each) => each.offering.id)).toEqual(['first/talker']);
  expect(rejected.map(({ offeringId, reason }) => [offeringId, reason])).toEqual([
    ['second/talker', 'COST_ABOVE'],
    ['third/talker', 'UNKNOWN_PRICE'],
    ['fourth/talker', 'UNKNOWN_PRICE'],
  ]);
  const plan = await planned(harness, { request, command: below('100', 'JPY') });
  expect(plan).toMatchObject({ kind: 'REFUSED', refusal: { code: 'NO_CANDIDATE', name: 'inline' } });
});

it('what is switched off on a day is used until then', async () => {
  const harness = known({ retiresAt: new Date('2026-01-01T00:00:01Z') });
  expect(await orderIn(harness)).toEqual(['first/talker', 'second/talker']);
  harness.clock.advance(1_000);
  expect((await rejectedBy(harness, textRequest('Hello'))).rejected).toEqual(['first/talker: RETIRED']);
});

it('what lists have ended is asked only if nothing else is left', async () => {
  const ended = { retiresAt: new Date('2025-12-01T00:00:00Z'), endStatedBy: 'LISTS' } as const;
  const harness = known(ended);
  expect((await rejectedBy(harness, textRequest('Hello'))).rejected).toEqual(['first/talker: RETIRED']);
  const both = TWO.map((each) => ({ ...each, facts: ended }));
  expect(await orderIn(routerOver(catalogueWith(both)))).toEqual(['first/talker', 'second/talker']);
});
