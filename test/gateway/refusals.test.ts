import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { CompletionRequest, Message, Tool } from '../../src/domain/completion-request.ts';
import { asModelSlug, asProviderId } from '../../src/domain/ids.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { MAX_PROMPT_CHARACTERS } from '../../src/gateway/stages/guard-input.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  catalogueOf,
  commandWith,
  completed,
  createHarness,
  readAll,
  recordIn,
  requestWith,
} from './harness.ts';

/** The refusal of one completion, which must be its only event, leave no row and send nothing. */
const refusalOf = async (
  command: Parameters<typeof commandWith>[0],
  caller = callerWith(),
  harness: ReturnType<typeof createHarness> = createHarness([createScriptedProvider('first')]),
) => {
  const events = await readAll(harness.gateway.complete(caller, commandWith(command)));
  expect(events).toHaveLength(1);
  const [event] = events;
  if (event?.type !== 'failed' || event.error.kind !== 'REFUSED') throw new Error('not refused');
  expect(event).not.toHaveProperty('record');
  await harness.ledger.flush();
  expect(harness.store.written).toEqual([]);
  return event.error.refusal;
};

const user: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };
const withPart = (type: 'image' | 'audio' | 'file', mediaType: string, base64: string): Message => ({
  role: 'user',
  parts: [
    { type: 'text', text: 'Look' },
    { type, source: { kind: 'data', mediaType, base64 } },
  ],
});
const calling = (...ids: readonly string[]): Message => ({
  role: 'assistant',
  text: '',
  reasoning: [],
  toolCalls: ids.map((id) => ({ id, name: 'look', arguments: '{}' })),
});
const answering = (toolCallId: string): Message => ({ role: 'tool', toolCallId, text: '', isError: false });
const tool = (name: string): Tool => ({ name, parameters: {} });
/** A schema of so many levels, itself the first. */
const nested = (levels: number): JsonObject => {
  let schema: JsonObject = {};
  for (let level = 1; level < levels; level += 1) schema = { items: schema };
  return schema;
};

describe('input that makes no sense', () => {
  const cases: readonly [path: string, problem: RegExp, request: Partial<CompletionRequest>][] = [
    ['messages', /at least one/, { messages: [] }],
    ['messages', /at least one/, { messages: [{ role: 'system', text: 'Be brief.' }] }],
    ['logprobs.top', /takes 0 to 20/, { logprobs: { top: 21 } }],
    ['serviceTier', /BATCH is for work that is handed in as a batch/, { serviceTier: 'BATCH' }],
    [
      'messages[0].user.parts[1].image.source',
      /is audio\/wav; takes an image/,
      { messages: [withPart('image', 'audio/wav', 'AAAA')] },
    ],
    [
      'messages[0].user.parts[1].audio.source',
      /is image\/png; takes audio/,
      { messages: [withPart('audio', 'image/png', 'AAAA')] },
    ],
    [
      'messages[0].user.parts[1].file.source',
      /is empty/,
      { messages: [withPart('file', 'application/pdf', '')] },
    ],
    ['messages[1].user.parts', /at least one part/, { messages: [user, { role: 'user', parts: [] }] }],
    ['messages[1].tool.toolCallId', /"x" answers no/, { messages: [user, answering('x')] }],
    ['messages[1].tool.toolCallId', /"x" answers no/, { messages: [user, answering('x'), calling('x')] }],
    [
      'messages[3].tool.toolCallId',
      /"b" answers no/,
      {
        messages: [user, calling('a'), answering('a'), answering('b')],
      },
    ],
    ['tools[0].parameters', /deeper than 100/, { tools: [{ name: 'a', parameters: nested(101) }] }],
    ['tools[0].parameters', /deeper than 100/, { tools: [{ name: 'a', parameters: nested(50_000) }] }],
    [
      'output.jsonSchema.schema',
      /deeper than 100 levels/,
      { output: { kind: 'jsonSchema', name: 'answer', schema: nested(50_000) } },
    ],
    [
      'messages[1].assistant.toolCalls[0].arguments',
      /deeper than 100/,
      {
        messages: [
          user,
          {
            role: 'assistant',
            text: '',
            reasoning: [],
            toolCalls: [{ id: 'a', name: 'b', arguments: `${'['.repeat(50_000)}${']'.repeat(50_000)}` }],
          },
        ],
      },
    ],
    ['stop[1]', /is empty/, { stop: ['END', ''] }],
    ['tools[0].name', /1 to 128/, { tools: [tool('')] }],
    ['tools[0].name', /1 to 128/, { tools: [tool('look up')] }],
    ['tools[1].name', /1 to 128/, { tools: [tool('a'), tool('x'.repeat(129))] }],
    ['tools[1].name', /"a" is named twice/, { tools: [tool('a'), tool('a')] }],
    ['toolChoice', /`tools` is empty/, { toolChoice: { kind: 'required' } }],
    ['toolChoice', /`tools` is empty/, { toolChoice: { kind: 'tool', name: 'a' } }],
    ['toolChoice.tool', /"b" is not among/, { tools: [tool('a')], toolChoice: { kind: 'tool', name: 'b' } }],
    ['temperature', /is 2.1; takes 0 to 2/, { temperature: 2.1 }],
    ['temperature', /is -1/, { temperature: -1 }],
    ['temperature', /is NaN/, { temperature: Number.NaN }],
    ['topP', /is 1.5/, { topP: 1.5 }],
    ['topK', /is 0/, { topK: 0 }],
    ['frequencyPenalty', /is -3/, { frequencyPenalty: -3 }],
    ['presencePenalty', /is 3/, { presencePenalty: 3 }],
    ['maxOutputTokens', /is 0/, { maxOutputTokens: 0 }],
    ['reasoning.maxTokens', /is 0/, { reasoningMaxTokens: 0 }],
  ];
  it.each(cases)('at input.%s: %s', async (path, problem, request) => {
    const refusal = await refusalOf({ request: requestWith(request) });
    expect(refusal).toMatchObject({
      code: 'INVALID_INPUT',
      path: `input.${path}`,
      problem: expect.stringMatching(problem),
    });
  });

  const half = 'x'.repeat(MAX_PROMPT_CHARACTERS / 2);
  const long: readonly [what: string, messages: readonly Message[]][] = [
    [
      'texts',
      [
        { role: 'system', text: half },
        { role: 'user', parts: [{ type: 'text', text: `${half}!` }] },
      ],
    ],
    ['an assistant', [user, { role: 'assistant', text: half, reasoning: [{ text: half }], toolCalls: [] }]],
    [
      'tools',
      [
        user,
        { role: 'assistant', text: '', reasoning: [], toolCalls: [{ id: 'a', name: 'b', arguments: half }] },
        { role: 'tool', toolCallId: 'a', text: half, isError: false },
      ],
    ],
  ];
  it.each(long)('holds more text than any model reads, in %s', async (_what, messages) => {
    const refusal = await refusalOf({ request: requestWith({ messages }) });
    expect(refusal).toMatchObject({
      code: 'INVALID_INPUT',
      path: 'input.messages',
      problem: expect.stringContaining('at most 5000000'),
    });
  });
});

describe('input at the edge of sense is sent', () => {
  const cases: readonly Partial<CompletionRequest>[] = [
    { messages: [{ role: 'system', text: '' }, user] },
    { messages: [calling()] },
    { messages: [user, calling('a', 'b'), answering('b'), answering('a')] },
    { messages: [{ role: 'user', parts: [{ type: 'text', text: 'x'.repeat(MAX_PROMPT_CHARACTERS) }] }] },
    { tools: [tool('a'), tool(`A_-9${'x'.repeat(60)}`)], toolChoice: { kind: 'tool', name: 'a' } },
    { tools: [{ name: 'a', parameters: nested(100) }], stop: ['END'] },
    { tools: [{ name: 'a', parameters: { anyOf: [nested(98)], enum: [1, 'a', null] } }] },
    { toolChoice: { kind: 'auto' } },
    { toolChoice: { kind: 'none' } },
    { temperature: 0, topP: 0, topK: 1, frequencyPenalty: -2, presencePenalty: -2, maxOutputTokens: 1 },
    { temperature: 2, topP: 1, topK: 1_000_000, frequencyPenalty: 2, presencePenalty: 2 },
  ];
  it.each(cases.map((request, index) => ({ request, index })))('$index', async ({ request }) => {
    const provider = createScriptedProvider('first');
    provider.answer(completed);
    const { gateway } = createHarness([provider]);
    await readAll(gateway.complete(callerWith(), commandWith({ request: requestWith(request) })));
    expect(provider.calls[0]?.call.request).toEqual(requestWith(request));
  });
});

describe('a key', () => {
  it('that is revoked is FORBIDDEN', async () => {
    const caller = callerWith({ revokedAt: new Date('2025-12-24T00:00:00Z') });
    expect(await refusalOf({}, caller)).toEqual({ code: 'FORBIDDEN', problem: 'Key key_1 is revoked.' });
  });

  it('that has expired since is FORBIDDEN, from that moment on', async () => {
    const provider = createScriptedProvider('first');
    provider.answer(completed);
    const harness = createHarness([provider]);
    const caller = callerWith({ expiresAt: new Date(harness.clock.now().getTime() + 1_000) });
    harness.clock.advance(999);
    expect((await readAll(harness.gateway.complete(caller, commandWith()))).at(-1)?.type).toBe('finished');
    harness.clock.advance(1);
    const events = await readAll(harness.gateway.complete(caller, commandWith()));
    expect(events).toMatchObject([
      {
        error: {
          refusal: { code: 'FORBIDDEN', problem: 'Key key_1 expired at 2026-01-01T00:00:01.000Z.' },
        },
      },
    ]);
  });
});

describe('a name', () => {
  const first = asProviderId('first');
  const catalogue = buildCatalogue({
    readings: [],
    seed: { version: '0', readings: [] },
    providers: [
      {
        info: {
          id: first,
          name: 'First',
          kind: 'RELAY',
          completes: true,
          operations: [],
          status: { kind: 'ON' },
        },
        declared: [
          { providerModelId: 'talker-mini', modelSlug: asModelSlug('lab/talker-mini') },
          { providerModelId: 'one', modelSlug: asModelSlug('lab/twin') },
          { providerModelId: 'other', modelSlug: asModelSlug('studio/twin') },
        ],
      },
    ],
  });

  it('that nothing has is UNKNOWN_MODEL, with the nearest slugs', async () => {
    const harness = createHarness([createScriptedProvider('first')], { catalogue });
    const refusal = await refusalOf({ model: 'lab/talker-mimi' }, callerWith(), harness);
    expect(refusal).toMatchObject({ code: 'UNKNOWN_MODEL', name: 'lab/talker-mimi' });
    expect(refusal.code === 'UNKNOWN_MODEL' && refusal.suggestions[0]).toBe('lab/talker-mini');
  });

  it('that several models have is AMBIGUOUS_MODEL', async () => {
    const harness = createHarness([createScriptedProvider('first')], { catalogue });
    expect(await refusalOf({ model: 'twin' }, callerWith(), harness)).toEqual({
      code: 'AMBIGUOUS_MODEL',
      name: 'twin',
      candidates: ['lab/twin', 'studio/twin'],
    });
  });

  it('whose providers are all off is NO_PROVIDER_CONFIGURED, and each says what to do', async () => {
    const catalogue = catalogueOf(['first', 'second'], {
      off: { first: 'set FIRST_API_KEY', second: 'set SECOND_API_KEY' },
    });
    const providers = [createScriptedProvider('first'), createScriptedProvider('second')];
    const harness = createHarness(providers, { catalogue });
    const expected = [
      { id: 'first', reason: 'set FIRST_API_KEY' },
      { id: 'second', reason: 'set SECOND_API_KEY' },
    ];
    expect(await refusalOf({ model: 'talker' }, callerWith(), harness)).toEqual({
      code: 'NO_PROVIDER_CONFIGURED',
      name: 'talker',
      modelSlug: 'lab/talker',
      providers: expected,
    });
    // Where one offering is named, only its provider matters.
    expect(await refusalOf({ model: 'second/talker' }, callerWith(), harness)).toMatchObject({
      code: 'NO_PROVIDER_CONFIGURED',
      providers: expected.slice(1),
    });
  });

  it('of an offering means that one alone', async () => {
    const providers = [createScriptedProvider('first'), createScriptedProvider('second')] as const;
    providers[1].answer(completed);
    const { gateway } = createHarness(providers);
    const events = await readAll(gateway.complete(callerWith(), commandWith({ model: 'second/talker' })));
    expect(recordIn(events).route).toEqual({
      requested: 'second/talker',
      modelSlug: 'lab/talker',
      candidates: ['second/talker'],
      strategy: 'PRIORITY',
      considered: [{ offeringId: 'second/talker', parts: [] }],
    });
  });

  it('of a model means its offerings in the order of configuration, those that are off left out', async () => {
    const ids = ['zulu', 'alpha', 'mike'];
    const catalogue = catalogueOf(ids, { off: { alpha: 'set a key' } });
    const providers = ids.map((id) => createScriptedProvider(id));
    providers[0]?.answer(completed);
    const { gateway } = createHarness(providers, { catalogue });
    const events = await readAll(gateway.complete(callerWith(), commandWith({ model: 'TALKER' })));
    expect(recordIn(events).route.candidates).toEqual(['zulu/talker', 'mike/talker']);
  });
});

describe('parameters that a provider cannot honour', () => {
  const unsupported = [
    { name: 'seed', problem: 'it has none' },
    { name: 'topK', problem: 'it takes topP' },
  ] as const;
  const unable = () => createScriptedProvider('first', { unsupported });

  it('are reported as warnings under WARN, and the provider is used', async () => {
    const provider = unable();
    provider.answer(
      { type: 'warning', warning: { code: 'PROVIDER_WARNING', message: 'slow today' } },
      completed,
    );
    const { gateway } = createHarness([provider]);
    const events = await readAll(gateway.complete(callerWith(), commandWith({ unsupported: 'WARN' })));
    expect(recordIn(events).warnings).toEqual([
      { code: 'UNSUPPORTED_PARAMETER', parameter: 'seed', message: 'seed was left out: it has none' },
      { code: 'UNSUPPORTED_PARAMETER', parameter: 'topK', message: 'topK was left out: it takes topP' },
      { code: 'PROVIDER_WARNING', message: 'slow today' },
    ]);
  });

  it('refuse the request under ERROR where no provider can', async () => {
    const harness = createHarness([unable()]);
    expect(await refusalOf({ unsupported: 'ERROR' }, callerWith(), harness)).toEqual({
      code: 'UNSUPPORTED_PARAMETER',
      offeringId: 'first/talker',
      parameters: unsupported,
    });
  });

  it('leave the provider out under ERROR where another can', async () => {
    const able = createScriptedProvider('second');
    able.answer(completed);
    const { gateway } = createHarness([unable(), able]);
    const events = await readAll(gateway.complete(callerWith(), commandWith({ unsupported: 'ERROR' })));
    expect(recordIn(events)).toMatchObject({
      route: { candidates: ['second/talker'] },
      warnings: [{ code: 'OFFERING_PASSED_OVER', message: expect.stringContaining('first/talker') }],
    });
  });
});

it('metadata and user, which the ledger keeps, rule no provider out and are no reason for a warning', async () => {
  const provider = createScriptedProvider('first', {
    unsupported: [
      { name: 'metadata', problem: 'it has none' },
      { name: 'user', problem: 'it has none' },
    ],
  });
  provider.answer(completed);
  const { gateway } = createHarness([provider]);
  const request = requestWith({ metadata: { team: 'blue' }, user: 'u1' });
  const events = await readAll(
    gateway.complete(callerWith(), commandWith({ request, unsupported: 'ERROR' })),
  );
  expect(recordIn(events)).toMatchObject({ status: 'SUCCEEDED', warnings: [], metadata: { team: 'blue' } });
});

it('a ledger that can take no more rows is UNAVAILABLE', async () => {
  const provider = createScriptedProvider('first');
  provider.answer(completed);
  const harness = createHarness([provider], { ledger: { maxQueued: 1 } });
  await readAll(harness.gateway.complete(callerWith(), commandWith()));
  const events = await readAll(harness.gateway.complete(callerWith(), commandWith()));
  expect(events).toMatchObject([
    { error: { kind: 'REFUSED', refusal: { code: 'UNAVAILABLE', retryAfterMs: 5_000 } } },
  ]);
  expect(provider.calls).toHaveLength(1);
});
