import { expect, it } from 'vitest';
import type { CompletionRequest, Message } from '../../../src/domain/completion-request.ts';
import { asModelSlug, asOperationId, asProviderId } from '../../../src/domain/ids.ts';
import type { OperationRecord } from '../../../src/domain/operation-record.ts';
import type { Strategy } from '../../../src/domain/route.ts';
import { type Usage, usageOf } from '../../../src/domain/usage.ts';
import { promptSize } from '../../../src/gateway/routing/expected-tokens.ts';
import { estimateTokens } from '../../../src/gateway/token-estimate.ts';
import { callerWith, commandWith } from '../harness.ts';
import {
  catalogueWith,
  explained,
  idOf,
  inline,
  model,
  orderIn,
  policyWith,
  type RoutingHarness,
  routerOver,
  type Stated,
  stateStub,
  textRequest,
} from './route-fixtures.ts';

const OFFERINGS: readonly Stated[] = [
  { id: 'auto/talker', input: '2', output: '2', cacheRead: '0.1' },
  { id: 'plain/talker', input: '1', output: '2' },
  { id: 'onDemand/talker', input: '2', output: '2', cacheRead: '0.1', cacheWrite5m: '2.5' },
].map((each) => ({ ...each, id: each.id.toLowerCase() }));
const catalogue = catalogueWith(OFFERINGS);

const LONG = 'All work and no play. '.repeat(1_000);
const said = (role: 'user' | 'assistant', text: string): Message =>
  role === 'user' ? { role, parts: [{ type: 'text', text }] } : { role, text, reasoning: [], toolCalls: [] };
const firstTurn = textRequest(LONG, { maxOutputTokens: 50 });
const secondTurn: CompletionRequest = {
  ...firstTurn,
  messages: [...firstTurn.messages, said('assistant', 'Dull.'), said('user', 'And now?')],
};

const routed = (strategy: Strategy) => inline(policyWith([model('lab/talker')], { strategy }));
const cheapest = routed({ kind: 'CHEAPEST' });
const sticky = (maxCostRatio: number, forMs = 300_000) =>
  routed({ kind: 'STICKY', forMs, maxCostRatio, order: { kind: 'CHEAPEST' } });

const recordOf = (id: string, usage: Usage | undefined, status: 'SUCCEEDED' | 'FAILED'): OperationRecord => {
  const at = new Date('2026-01-01T00:00:00Z');
  return {
    id: asOperationId('cmp_1'),
    operation: 'COMPLETION',
    keyId: callerWith().key.id,
    createdAt: at,
    status,
    route: { requested: 'inline', modelSlug: asModelSlug('lab/talker'), candidates: [idOf(id)] },
    offeringId: idOf(id),
    cost: { kind: 'FREE' },
    attempts: [
      {
        index: 0,
        offeringId: idOf(id),
        providerId: asProviderId(id.slice(0, id.indexOf('/'))),
        status,
        startedAt: at,
        durationMs: 100,
        ...(usage !== undefined && { usage }),
      },
    ],
    timings: { totalMs: 100 },
    warnings: [],
  };
};

/** A turn was planned, and answered there. */
const answer = async (
  { router, clock }: RoutingHarness,
  id: string,
  given: Parameters<typeof commandWith>[0],
  request = firstTurn,
  usage: Usage | undefined = usageOf({ input: 5_000, output: 50 }),
  status: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED',
): Promise<void> => {
  const command = commandWith({ ...given, request });
  const ask = { command, caller: callerWith(), request, at: clock.now() };
  const compiled = router.compile(command);
  const plan = compiled.kind === 'OK' ? await router.plan(compiled.value, ask) : compiled;
  if (plan.kind === 'REFUSED') throw new Error(JSON.stringify(plan.refusal));
  router.learn(plan.value, recordOf(id, usage, status));
};

it('the cheapest is where the cache is warm, for five minutes', async () => {
  const harness = routerOver(catalogue);
  const first = async (request = secondTurn) => (await orderIn(harness, { command: cheapest, request }))[0];
  expect(await first()).toBe('plain/talker');
  await answer(harness, 'auto/talker', cheapest);
  expect(await first()).toBe('auto/talker');
  // Another conversation is at home nowhere.
  expect(await first(textRequest(`Hello. ${LONG}`, { maxOutputTokens: 50 }))).toBe('plain/talker');
  harness.clock.advance(300_000);
  expect(await first()).toBe('auto/talker');
  harness.clock.advance(1);
  expect(await first()).toBe('plain/talker');
});

it('what was not kept makes nothing cheaper: a failure, or a cache that is written on demand and was not', async () => {
  const harness = routerOver(catalogue);
  const first = async () => (await orderIn(harness, { command: cheapest, request: secondTurn }))[0];
  await answer(harness, 'auto/talker', cheapest, firstTurn, undefined, 'FAILED');
  expect(await first()).toBe('plain/talker');
  await answer(harness, 'ondemand/talker', cheapest);
  expect(await first()).toBe('plain/talker');
  await answer(harness, 'ondemand/talker', cheapest, firstTurn, usageOf({ cacheWrite5m: 5_000, output: 50 }));
  expect(await first()).toBe('ondemand/talker');
});

it('an explanation counts what is cached', async () => {
  const harness = routerOver(catalogue);
  await answer(harness, 'auto/talker', cheapest, firstTurn, usageOf({ input: 3_000, output: 50 }));
  const { expectedTokens, candidates } = await explained(harness, { command: cheapest, request: secondTurn });
  expect(expectedTokens).toMatchObject({ cacheRead: 3_000, output: 50 });
  expect(candidates[0]).toMatchObject({
    offering: { id: 'auto/talker' },
    estimatedCost: { lines: expect.arrayContaining([expect.objectContaining({ quantity: 3_000 })]) },
  });
});

it('a conversation stays at its home for as long as its route says, unless that costs too much', async () => {
  const harness = routerOver(catalogue);
  const command = sticky(3, 600_000);
  // Nothing is cached there: it is dearer, and home all the same.
  await answer(harness, 'ondemand/talker', command);
  const first = async (by = command) => (await orderIn(harness, { command: by, request: secondTurn }))[0];
  expect(await first()).toBe('ondemand/talker');
  expect(await first(sticky(1.2))).toBe('plain/talker');
  harness.clock.advance(600_000);
  expect(await first()).toBe('ondemand/talker');
  harness.clock.advance(1);
  expect(await first()).toBe('plain/talker');
});

it('another node finds the home of a conversation: of a sticky route, or one that has gone on', async () => {
  const state = stateStub();
  const [one, other] = [routerOver(catalogue, { state }), routerOver(catalogue, { state })];
  await answer(one, 'ondemand/talker', sticky(3));
  expect((await orderIn(other, { command: sticky(3), request: secondTurn }))[0]).toBe('ondemand/talker');
  // Another that only explains its plan asks as well.
  const { decision } = await explained(routerOver(catalogue, { state }), {
    command: sticky(3),
    request: secondTurn,
  });
  expect(decision.candidates[0]).toBe('ondemand/talker');

  state.kept.clear();
  const third = routerOver(catalogue, { state });
  await answer(one, 'auto/talker', cheapest);
  expect(state.kept.size).toBe(0);
  await answer(one, 'auto/talker', cheapest, secondTurn);
  expect((await orderIn(third, { command: cheapest, request: secondTurn }))[0]).toBe('auto/talker');
});

it('where routes go by the list alone nobody is told of homes, but for a conversation that is named', async () => {
  const state = stateStub();
  const harness = routerOver(catalogue, { state });
  const listed = routed({ kind: 'PRIORITY' });
  await answer(harness, 'auto/talker', listed, secondTurn);
  expect(state.kept.size).toBe(0);
  const named = { ...listed, routing: { ...listed.routing, conversation: 'c-1' } };
  await answer(harness, 'auto/talker', named, secondTurn);
  expect(state.kept.size).toBe(1);
  // Once a route has asked, those of all routes are kept: the conversation may go on with another.
  await answer(harness, 'auto/talker', cheapest);
  await answer(harness, 'auto/talker', listed, secondTurn);
  expect(state.kept.size).toBe(2);
});

it('turns that name their conversation are one, however they begin', async () => {
  const harness = routerOver(catalogue);
  const command = sticky(3);
  const named = { ...command, routing: { ...command.routing, conversation: 'c-1' } };
  await answer(harness, 'ondemand/talker', named);
  const request = textRequest('Something else altogether.');
  expect((await orderIn(harness, { command: named, request }))[0]).toBe('ondemand/talker');
  const unnamed = await orderIn(harness, { command, request: secondTurn });
  expect(unnamed[0]).toBe('plain/talker');
});

it('how long answers are is learnt for each model, and bounded by what the request allows', async () => {
  const harness = routerOver(catalogue);
  const expected = async (request = textRequest('Hello')) =>
    (await explained(harness, { command: cheapest, request })).expectedTokens.output;
  expect(await expected()).toBe(300);
  expect(await expected(textRequest('Hello', { reasoningEffort: 'high' }))).toBe(1_200);
  await answer(
    harness,
    'auto/talker',
    cheapest,
    firstTurn,
    usageOf({ input: 10, output: 900, reasoning: 100 }),
  );
  expect(await expected()).toBe(1_000);
  await answer(harness, 'auto/talker', cheapest, firstTurn, usageOf({ input: 10, output: 2_000 }));
  expect(await expected()).toBe(1_100);
  expect(await expected(textRequest('Hello', { maxOutputTokens: 40 }))).toBe(40);
});

it.each([
  [
    'English',
    'The committee decided on Thursday that the proposal would be forwarded without amendment. '.repeat(20),
  ],
  [
    'code',
    'export const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0);\n'.repeat(
      20,
    ),
  ],
  ['Chinese', '委员会周四决定，上次会议上经过长时间讨论的提案将不作进一步修改提交给理事会。'.repeat(20)],
  [
    'Russian',
    'Комитет решил в четверг, что предложение будет передано совету без дальнейших поправок. '.repeat(20),
  ],
  ['a long text', 'Several members expressed reservations about the financial consequences. '.repeat(2_000)],
])('a rough count of %s is within a third of the tokenizer', async (_what, text) => {
  const request = textRequest(text);
  const counted = await estimateTokens(request, new AbortController().signal);
  const ratio = Math.round(promptSize(request).tokens) / counted;
  expect(ratio).toBeGreaterThan(0.67);
  expect(ratio).toBeLessThan(1.33);
});

it('the cheapest learns that a cache does not hold what it should: four misses, and the conversation moves', async () => {
  const harness = routerOver(catalogue);
  const turns: Message[] = [...firstTurn.messages];
  const visited: (string | undefined)[] = [];
  await answer(harness, 'auto/talker', cheapest, firstTurn);
  for (let turn = 0; turn < 6; turn++) {
    turns.push(said('assistant', 'Dull.'), said('user', `And now, ${turn}?`));
    const request = { ...firstTurn, messages: [...turns] };
    const [first] = await orderIn(harness, { command: cheapest, request });
    visited.push(first);
    await answer(harness, first ?? '', cheapest, request, usageOf({ input: 5_000, output: 50 }));
  }
  expect(visited[0]).toBe('auto/talker');
  expect(visited.slice(-2)).toEqual(['plain/talker', 'plain/talker']);
});

it('the cheapest stays where the cache holds what it should', async () => {
  const harness = routerOver(catalogue);
  const turns: Message[] = [...firstTurn.messages];
  await answer(harness, 'auto/talker', cheapest, firstTurn);
  for (let turn = 0; turn < 6; turn++) {
    turns.push(said('assistant', 'Dull.'), said('user', `And now, ${turn}?`));
    const request = { ...firstTurn, messages: [...turns] };
    expect((await orderIn(harness, { command: cheapest, request }))[0]).toBe('auto/talker');
    await answer(
      harness,
      'auto/talker',
      cheapest,
      request,
      usageOf({ input: 10, cacheRead: 5_000, output: 50 }),
    );
  }
});

it('conversations that begin alike keep homes of their own', async () => {
  const harness = routerOver(catalogue);
  const command = sticky(100);
  const hello = textRequest('Hello');
  const turnOf = (...texts: readonly string[]): CompletionRequest => ({
    ...hello,
    messages: [...hello.messages, said('assistant', 'Hi.'), ...texts.map((text) => said('user', text))],
  });
  const next = (request: CompletionRequest): CompletionRequest => ({
    ...request,
    messages: [...request.messages, said('assistant', 'So.'), said('user', 'Go on.')],
  });
  const [one, other] = [turnOf('Of cats.'), turnOf('Of dogs.')];
  await answer(harness, 'auto/talker', command, one);
  await answer(harness, 'ondemand/talker', command, other);
  const home = async (request: CompletionRequest) => (await orderIn(harness, { command, request }))[0];
  expect(await home(next(one))).toBe('auto/talker');
  expect(await home(next(other))).toBe('ondemand/talker');
  // Another user says the same.
  expect(await home({ ...next(other), user: 'somebody else' })).toBe('plain/talker');
});
