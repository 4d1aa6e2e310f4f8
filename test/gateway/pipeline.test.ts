import { describe, expect, it } from 'vitest';
import type { CompletionEvent } from '../../src/domain/completion-event.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import { upstreamFailure } from '../../src/wire/upstream-failure.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  failed,
  readAll,
  readUntil,
  recordIn,
  requestWith,
  settled,
  textDelta,
  usageUpdated,
} from './harness.ts';

const typesOf = (events: readonly CompletionEvent[]) => events.map(({ type }) => type);

/** Runs one completion on providers `first`, `second`, … that answer so, each at once. */
const runOn = async (
  answers: readonly (readonly ProviderEvent[])[],
  changes: Parameters<typeof commandWith>[0] = {},
) => {
  const providers = answers.map((answer, index) => {
    const provider = createScriptedProvider(['first', 'second', 'third'][index] ?? 'more');
    provider.answer(...answer);
    return provider;
  });
  const harness = createHarness(providers);
  const events = await readAll(harness.gateway.complete(callerWith(), commandWith(changes)));
  await harness.ledger.flush();
  return { ...harness, providers, events };
};

describe('a completion', () => {
  it('tells what happens in order and ends in one finished with the row that the ledger keeps', async () => {
    const { events, store, gateway } = await runOn([
      [
        { type: 'answering', providerResponseId: 'resp_1', providerModel: 'talker-2' },
        textDelta('Hel'),
        textDelta('lo'),
        usageUpdated({ input: 5, output: 2 }),
        completed,
      ],
    ]);
    expect(typesOf(events)).toEqual([
      'started',
      'attemptStarted',
      'textDelta',
      'textDelta',
      'usageUpdated',
      'finished',
    ]);
    expect(events[0]).toMatchObject({
      type: 'started',
      id: expect.stringMatching(/^cmp_[0-9a-f-]{36}$/),
      route: { requested: 'lab/talker', modelSlug: 'lab/talker', candidates: ['first/talker'] },
    });
    const record = recordIn(events);
    expect(record).toMatchObject({
      keyId: 'key_1',
      status: 'SUCCEEDED',
      offeringId: 'first/talker',
      finishReason: 'STOP',
      rawFinishReason: 'end_turn',
      usage: { input: 5, output: 2 },
      attempts: [{ index: 0, status: 'SUCCEEDED', providerResponseId: 'resp_1', providerModel: 'talker-2' }],
      warnings: [],
    });
    expect(record).not.toHaveProperty('failure');
    expect(store.written).toEqual([record]);
    expect(gateway.active).toBe(0);
  });

  it('passes tool calls, reasoning, sources and refusals on as they are, signatures sealed', async () => {
    const content = [
      { type: 'reasoningDelta', text: 'hm', signature: 'sig' },
      { type: 'toolCallStarted', index: 0, id: 'call_1', name: 'look' },
      { type: 'toolCallDelta', index: 0, argumentsDelta: '{}' },
      { type: 'toolCallEnded', index: 0, id: 'call_1', name: 'look', arguments: '{}' },
      { type: 'source', url: 'https://example.com', title: 'Example' },
      { type: 'refusalDelta', text: 'no' },
    ] as const;
    const { events } = await runOn([[...content, completed]]);
    const [reasoning, ...rest] = content;
    expect(events.slice(2, -1)).toEqual([{ ...reasoning, signature: 'mg1.first.sig' }, ...rest]);
  });

  it('keeps what was sent along: metadata and user', async () => {
    const request = requestWith({ metadata: { team: 'blue' }, user: 'u1' });
    const { events } = await runOn([[completed]], { request });
    expect(recordIn(events)).toMatchObject({ metadata: { team: 'blue' }, user: 'u1' });
  });

  it('hands the request to the provider', async () => {
    for (const streamUpstream of [true, false]) {
      const { providers } = await runOn([[completed]], { streamUpstream });
      expect(providers[0]?.calls[0]?.call).toMatchObject({
        providerModelId: 'talker',
        stream: streamUpstream,
      });
    }
  });
});

describe('failover', () => {
  const advice: readonly { code: FailureCode; next: boolean }[] = [
    { code: 'RATE_LIMITED', next: true },
    { code: 'OVERLOADED', next: true },
    { code: 'SERVER_ERROR', next: true },
    { code: 'TIMEOUT', next: true },
    { code: 'TRUNCATED', next: true },
    { code: 'AUTHENTICATION', next: true },
    { code: 'MODEL_NOT_FOUND', next: true },
    { code: 'CONTEXT_LENGTH_EXCEEDED', next: true },
    { code: 'QUOTA_EXHAUSTED', next: true },
    { code: 'CONTENT_FILTERED', next: false },
    { code: 'INVALID_REQUEST', next: false },
  ];
  it.each(advice)('after $code before the first token: $next', async ({ code, next }) => {
    const { events, providers } = await runOn([[failed(code)], [textDelta('hi'), completed]]);
    expect(providers[1]?.calls).toHaveLength(next ? 1 : 0);
    expect(events.find((event) => event.type === 'attemptFailed')).toMatchObject({
      willRetry: next,
      attempt: { index: 0, status: 'FAILED', failure: { code, providerId: 'first' } },
    });
    expect(events.at(-1)).toMatchObject(
      next
        ? { type: 'finished', record: { status: 'SUCCEEDED', offeringId: 'second/talker' } }
        : { type: 'failed', error: { kind: 'UPSTREAM', failure: { code } }, record: { status: 'FAILED' } },
    );
  });

  const visible: readonly ProviderEvent[] = [
    textDelta('h'),
    { type: 'reasoningDelta', text: 'hm' },
    { type: 'toolCallStarted', index: 0, id: 'call_1', name: 'look' },
    { type: 'source', url: 'https://example.com' },
    { type: 'refusalDelta', text: 'no' },
  ];
  it.each(visible)('never after a $type', async (event) => {
    const { events, providers } = await runOn([[event, failed('SERVER_ERROR')], [completed]]);
    expect(providers[1]?.calls).toHaveLength(0);
    expect(typesOf(events)).toEqual(['started', 'attemptStarted', event.type, 'attemptFailed', 'failed']);
    expect(events.at(-2)).toMatchObject({ willRetry: false });
  });

  it('still happens after the provider has said that it answers, warned and metered', async () => {
    const { events } = await runOn([
      [
        { type: 'answering', providerModel: 'talker-2' },
        { type: 'warning', warning: { code: 'PROVIDER_WARNING', message: 'of the first' } },
        usageUpdated({ input: 3 }),
        failed('OVERLOADED'),
      ],
      [textDelta('hi'), completed],
    ]);
    expect(typesOf(events)).toEqual([
      'started',
      'attemptStarted',
      'usageUpdated',
      'attemptFailed',
      'attemptStarted',
      'textDelta',
      'finished',
    ]);
    // Warnings are about the answer that the caller has.
    expect(recordIn(events).warnings).toEqual([]);
  });

  it('ends with the last failure when every candidate has failed', async () => {
    const { events } = await runOn([[failed('RATE_LIMITED')], [failed('OVERLOADED')]]);
    expect(events.flatMap((event) => (event.type === 'attemptFailed' ? [event.willRetry] : []))).toEqual([
      true,
      false,
    ]);
    expect(recordIn(events)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'OVERLOADED', offeringId: 'second/talker' },
      attempts: [{ index: 0 }, { index: 1 }],
    });
  });

  it('treats an answer that ends without saying so as TRUNCATED', async () => {
    const early = await runOn([[], [textDelta('hi'), completed]]);
    expect(early.events.at(-1)?.type).toBe('finished');
    const late = await runOn([[textDelta('hal')]]);
    expect(late.events.at(-1)).toMatchObject({
      type: 'failed',
      error: { failure: { code: 'TRUNCATED', providerId: 'first' } },
    });
  });
});

describe('the total time limit', () => {
  it('ends a completion with TIMEOUT, at the provider too, without another try', async () => {
    const providers = [createScriptedProvider('first'), createScriptedProvider('second')] as const;
    const { gateway, clock, store, ledger } = createHarness(providers);
    const timeouts = { firstTokenMs: 60_000, stallMs: 60_000, totalMs: 5_000 };
    const all = readAll(gateway.complete(callerWith(), commandWith({ timeouts })));
    const call = await providers[0].called(0);
    clock.advance(4_999);
    await settled();
    expect(call.signal.aborted).toBe(false);
    clock.advance(1);
    const events = await all;
    expect(call.signal.aborted).toBe(true);
    expect(providers[1].calls).toHaveLength(0);
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      error: {
        kind: 'UPSTREAM',
        failure: { code: 'TIMEOUT', message: expect.stringContaining('5000 ms'), retry: 'FINAL' },
      },
      record: { status: 'FAILED', timings: { totalMs: 5_000 } },
    });
    await ledger.flush();
    expect(store.written).toHaveLength(1);
  });

  it('counts the time of failed attempts', async () => {
    const providers = [createScriptedProvider('first'), createScriptedProvider('second')] as const;
    const { gateway, clock } = createHarness(providers);
    const timeouts = { firstTokenMs: 60_000, stallMs: 60_000, totalMs: 5_000 };
    const all = readAll(gateway.complete(callerWith(), commandWith({ timeouts })));
    const first = await providers[0].called(0);
    clock.advance(3_000);
    first.send(failed('OVERLOADED'));
    await providers[1].called(0);
    clock.advance(2_000);
    expect((await all).at(-1)).toMatchObject({
      error: { failure: { code: 'TIMEOUT', providerId: 'second' } },
    });
  });

  it('holds for a consumer that has stopped reading: the row is written without it', async () => {
    const provider = createScriptedProvider('first');
    const { gateway, clock, ledger, store } = createHarness([provider]);
    const timeouts = { firstTokenMs: 60_000, stallMs: 60_000, totalMs: 5_000 };
    const events = gateway.complete(callerWith(), commandWith({ timeouts }));
    const reading = readUntil(events, 'textDelta');
    (await provider.called(0)).send(textDelta('hal'), usageUpdated({ input: 2, output: 1 }));
    await reading;
    clock.advance(5_000);
    await settled();
    expect(gateway.active).toBe(0);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'FAILED', failure: { code: 'TIMEOUT' } }]);
    expect(typesOf(await readAll(events)).slice(-2)).toEqual(['attemptFailed', 'failed']);
  });

  it('leaves no timer behind', async () => {
    const { clock } = await runOn([[completed]]);
    // That of the ledger and that of the statistics are over.
    clock.advance(5_000);
    await settled();
    expect(clock.pending()).toBe(0);
  });
});

describe('timings', () => {
  it('measure the first token from sending, and the pace after it', async () => {
    const provider = createScriptedProvider('first');
    const { gateway, clock } = createHarness([provider]);
    const all = readAll(gateway.complete(callerWith(), commandWith()));
    const call = await provider.called(0);
    clock.advance(200);
    call.send({ type: 'answering' }, usageUpdated({ input: 1 }));
    await settled();
    clock.advance(100);
    call.send(textDelta('a'));
    await settled();
    clock.advance(500);
    call.send(textDelta('b'), usageUpdated({ input: 1, output: 40, reasoning: 10 }), completed);
    const { timings, attempts } = recordIn(await all);
    expect(timings).toEqual({ totalMs: 800, ttftMs: 300, outputTps: 100 });
    expect(attempts[0]).toMatchObject({ ttftMs: 300, durationMs: 800 });
  });

  it('start at the sending, not at the announcement that a slow reader has yet to take', async () => {
    const provider = createScriptedProvider('first');
    const { gateway, clock } = createHarness([provider]);
    const events = gateway.complete(callerWith(), commandWith());
    await readUntil(events, 'attemptStarted');
    clock.advance(1_000);
    const reading = readUntil(events, 'textDelta');
    const call = await provider.called(0);
    clock.advance(10);
    call.send(textDelta('a'), completed);
    await reading;
    expect(recordIn(await readAll(events)).timings).toMatchObject({ totalMs: 1_010, ttftMs: 10 });
  });

  it('have no first token where the answer was not streamed', async () => {
    const provider = createScriptedProvider('first');
    const { gateway, clock } = createHarness([provider]);
    const all = readAll(gateway.complete(callerWith(), commandWith({ streamUpstream: false })));
    const call = await provider.called(0);
    clock.advance(300);
    call.send(textDelta('all of it'), usageUpdated({ input: 1, output: 40 }), completed);
    const { timings, attempts } = recordIn(await all);
    expect(timings).toEqual({ totalMs: 300 });
    expect(attempts[0]).not.toHaveProperty('ttftMs');
  });

  it('state no pace without usage, nor from a single burst', async () => {
    const { events: unmetered } = await runOn([[textDelta('a'), completed]]);
    expect(recordIn(unmetered).timings).toEqual({ totalMs: 0, ttftMs: 0 });
    const { events: burst } = await runOn([[textDelta('a'), usageUpdated({ output: 90 }), completed]]);
    expect(recordIn(burst).timings).toEqual({ totalMs: 0, ttftMs: 0 });
  });
});

describe('the ledger', () => {
  it('keeps a failure in our words: what a provider says of one may quote the prompt', async () => {
    const quoting: ProviderEvent = {
      type: 'failed',
      failure: upstreamFailure({
        code: 'OVERLOADED',
        status: 503,
        providerCode: 'Too busy',
        providerRequestId: 'r-1',
        providerMessage: 'Too busy for "Hello"',
      }),
    };
    const { events, store } = await runOn([[quoting], [quoting]]);
    const told = recordIn(events);
    expect(events.at(-1)).toMatchObject({
      error: { failure: { message: expect.stringContaining('for "Hello"') } },
    });
    expect(told.failure).toMatchObject({ providerMessage: 'Too busy for "Hello"' });
    expect(told.attempts[0]?.failure).toMatchObject({ providerMessage: 'Too busy for "Hello"' });

    const [row] = store.written;
    expect(JSON.stringify(row)).not.toContain('Too busy');
    expect(row).toMatchObject({
      id: told.id,
      failure: {
        code: 'OVERLOADED',
        status: 503,
        providerRequestId: 'r-1',
        message: 'The provider is overloaded: wait, or use another offering.',
      },
      attempts: [{ failure: { code: 'OVERLOADED' } }, { failure: { code: 'OVERLOADED' } }],
    });
  });
});
