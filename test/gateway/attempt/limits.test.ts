import { describe, expect, it } from 'vitest';
import { pumped } from '../../../src/adapters/providers/pumped.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import { completed, failed, settled, textDelta, usageUpdated } from '../harness.ts';
import { carryOut, logOf, scripted, storyOf } from './attempt-harness.ts';

const timeouts = { firstTokenMs: 1_000, stallMs: 400, totalMs: 60_000 };
/** Own limits come this much after those that providers keep themselves. */
const GRACE_MS = 50;

const BACK_UP: readonly ProviderEvent[] = [textDelta('hi'), completed];

/** The first of two providers, the second of which answers at once. */
const begin = async (options: Parameters<typeof carryOut>[1] = {}) => {
  const providers = scripted(2);
  const [first, second] = providers;
  if (first === undefined || second === undefined) throw new Error('no providers');
  second.answer(...BACK_UP);
  const run = carryOut(providers, { ...options, command: { timeouts, ...options.command } });
  const read = run.read();
  return { ...run, read, first, second, call: await first.called(0) };
};

const OTHER = '1 second/talker FALLBACK SUCCEEDED';

describe('a provider that', () => {
  it('accepts and never answers is given up at its limit, and closed at once', async () => {
    const { call, read, clock, pass } = await begin();
    await pass(timeouts.firstTokenMs + GRACE_MS - 1, 100);
    expect(call.signal.aborted).toBe(false);
    await pass(1);
    expect(call.signal.aborted).toBe(true);
    const attempted = await read;
    expect(logOf(attempted)).toEqual(['0 first/talker FIRST FAILED TIMEOUT', OTHER]);
    expect(attempted.attempts[0]).toMatchObject({
      durationMs: timeouts.firstTokenMs + GRACE_MS,
      failure: {
        message: expect.stringContaining('first/talker sent no token within 1000 ms'),
        retry: 'HERE',
      },
    });
    expect(clock.pending()).toBe(0);
  });

  it('answers 200 and then sends nothing of worth is one that does not answer', async () => {
    const { call, read, pass } = await begin();
    for (let n = 0; n < 11; n += 1) {
      // Frames without content, a count, limits: none of them is an answer.
      call.send({ type: 'answering' }, usageUpdated({ input: 5 }), textDelta(''));
      await pass(100);
    }
    const attempted = await read;
    expect(logOf(attempted)).toEqual(['0 first/talker FIRST FAILED TIMEOUT', OTHER]);
    expect(attempted.attempts[0]).toMatchObject({ usage: { input: 5 } });
    expect(attempted.attempts[0]).not.toHaveProperty('ttftMs');
  });

  it('stalls among its tokens has failed; the whole answer comes of the next', async () => {
    const { call, read, events, pass } = await begin({ command: { timeouts, delivery: 'WHOLE' } });
    call.send(textDelta('a'));
    await pass(300);
    call.send(textDelta('b'));
    await pass(timeouts.stallMs + GRACE_MS - 1);
    expect(call.signal.aborted).toBe(false);
    await pass(1);
    expect(call.signal.aborted).toBe(true);
    const attempted = await read;
    expect(logOf(attempted)).toEqual(['0 first/talker FIRST FAILED TIMEOUT', OTHER]);
    expect(attempted.attempts[0]?.failure?.message).toContain(
      'stalled: nothing of its answer came for 400 ms',
    );
    expect(storyOf(events)).toContain('-0');
  });

  it('is silent between two texts while it uses its own tools lives as long as it says anything', async () => {
    const { call, read, pass } = await begin();
    call.send(textDelta('Let me look. '));
    for (let searched = 1; searched < 6; searched += 1) {
      await pass(timeouts.stallMs);
      call.send(usageUpdated({ input: 5, requests: searched }), textDelta(''));
    }
    await pass(timeouts.stallMs);
    call.send({ type: 'rateLimits', limits: [] });
    await pass(timeouts.stallMs);
    expect(call.signal.aborted).toBe(false);
    call.send(textDelta('Found.'), completed);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST SUCCEEDED']);
  });

  it('has a longer limit for its first token stalls by the shorter one all the same', async () => {
    const { call, read, pass, clock } = await begin({
      command: { timeouts: { ...timeouts, firstTokenMs: 10_000 } },
    });
    await pass(2_000);
    call.send(textDelta('a'));
    await pass(timeouts.stallMs + GRACE_MS - 1);
    expect(call.signal.aborted).toBe(false);
    await pass(1);
    expect(call.signal.aborted).toBe(true);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST FAILED TIMEOUT']);
    expect(clock.pending()).toBe(0);
  });

  it('resets the connection is left for the next', async () => {
    const { call, read } = await begin();
    call.send(failed('SERVER_ERROR', { message: 'first reset the connection' }));
    expect(logOf(await read)).toEqual(['0 first/talker FIRST FAILED SERVER_ERROR', OTHER]);
  });

  it('returns HTML is left for the next', async () => {
    const { call, read } = await begin();
    call.send(failed('SERVER_ERROR', { status: 200, message: 'first sent HTML' }));
    expect(logOf(await read)).toEqual(['0 first/talker FIRST FAILED SERVER_ERROR', OTHER]);
  });

  it.each<readonly [string, readonly ProviderEvent[], string]>([
    ['dies after ten tokens', [], 'TRUNCATED'],
    ['sends an error after ten tokens', [failed('OVERLOADED')], 'OVERLOADED'],
  ])('%s while the client reads ends the completion, once', async (_what, last, code) => {
    const { call, read, events, second } = await begin();
    call.send(...Array.from({ length: 10 }, () => textDelta('word')), ...last);
    call.end();
    const attempted = await read;
    expect(logOf(attempted)).toEqual([`0 first/talker FIRST FAILED ${code}`]);
    expect(attempted.ending).toMatchObject({ kind: 'FAILED', failure: { code, providerId: 'first' } });
    expect(storyOf(events).filter((word) => word === 'x0')).toHaveLength(1);
    expect(second.calls).toHaveLength(0);
  });
});

describe('the least pace', () => {
  const paced = (delivery: 'WHOLE' | 'STREAM', minOutputTps: number) =>
    begin({ fallback: { minOutputTps }, command: { delivery, timeouts: { ...timeouts, stallMs: 5_000 } } });

  it('ends a stream that dribbles, from its third second on, and says how slow it was', async () => {
    const { call, read, pass } = await paced('WHOLE', 2);
    // A character a second: a quarter of a token.
    call.send(textDelta('a'));
    await pass(1_000);
    call.send(textDelta('b'));
    await pass(1_000);
    call.send(textDelta('c'));
    await pass(999);
    expect(call.signal.aborted).toBe(false);
    await pass(1);
    expect(call.signal.aborted).toBe(true);
    const attempted = await read;
    expect(logOf(attempted)).toEqual(['0 first/talker FIRST FAILED TIMEOUT', OTHER]);
    expect(attempted.attempts[0]?.failure?.message).toContain('writes 0.3 tokens a second');
  });

  it('is looked at each second, and not held against what is fast enough by its own count', async () => {
    const { call, read, clock, pass } = await paced('STREAM', 2);
    call.send(textDelta('a'));
    await pass(2_500);
    // What thinks in secret writes little, and says that it works.
    call.send(textDelta('b'), usageUpdated({ output: 1, reasoning: 7 }));
    await pass(2_499);
    expect(call.signal.aborted).toBe(false);
    await pass(1);
    expect(call.signal.aborted).toBe(true);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST FAILED TIMEOUT']);
    expect(clock.pending()).toBe(0);
  });
});

it('a reader that is slow is not held against the provider', async () => {
  const providers = scripted(1);
  const run = carryOut(providers, { command: { timeouts }, fallback: { minOutputTps: 100 } });
  await run.source.next();
  const next = run.source.next();
  const call = await providers[0]?.called(0);
  call?.send(textDelta('a'), textDelta('b'), completed);
  await next;
  run.clock.advance(50_000);
  expect((await run.read()).ending.kind).toBe('FINISHED');
});

it('a whole answer that is not streamed has all the time there is where nobody else may be asked', async () => {
  const { call, read, pass, clock } = await begin({
    command: { streamUpstream: false, timeouts },
    fallback: { maxAttempts: 1 },
  });
  await pass(50_000, 10_000);
  call.send(...BACK_UP);
  expect(logOf(await read)).toEqual(['0 first/talker FIRST SUCCEEDED']);
  expect(clock.pending()).toBe(0);
});

describe('a provider that does not end when it is told to', () => {
  /** Answers nothing, whatever happens. */
  const deaf: Provider = {
    id: asProviderId('first'),
    completes: true,
    unsupported: () => [],
    operations: {},
    listModels: async () => ({ kind: 'NOT_OFFERED' }),
    complete: () => ({ pause() {}, resume() {}, abort() {} }),
  };

  it('does not keep its caller waiting for another, and holds the end up for two seconds at most', async () => {
    const [, second] = scripted(2);
    if (second === undefined) throw new Error('no provider');
    second.answer(...BACK_UP);
    const run = carryOut([deaf, second], { command: { timeouts } });
    const read = run.read();
    await run.pass(timeouts.firstTokenMs + GRACE_MS);
    expect(storyOf(run.events)).toEqual(['+0', '-0', '+1', '"hi"']);
    await run.pass(1_999);
    expect(run.defects).toEqual([]);
    await run.pass(1);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST FAILED TIMEOUT', OTHER]);
    expect(run.defects).toMatchObject([{ message: expect.stringContaining('did not end within 2000 ms') }]);
    expect(run.clock.pending()).toBe(0);
  });

  it('is given up two seconds after the caller has gone', async () => {
    const run = carryOut([deaf]);
    const read = run.read();
    await settled();
    run.abort();
    await run.pass(2_000);
    const attempted = await read;
    expect(logOf(attempted)).toEqual(['0 first/talker FIRST FAILED CANCELLED']);
    expect(attempted.ending).toMatchObject({ failure: { code: 'CANCELLED' } });
    expect(run.defects).toHaveLength(1);
    expect(run.clock.pending()).toBe(0);
  });

  it('may not talk for ever either', async () => {
    let said = 0;
    const chatty: Provider = {
      ...deaf,
      complete: pumped(deaf.id, async function* () {
        yield textDelta('a');
        yield failed('SERVER_ERROR');
        for (;;) {
          said += 1;
          yield textDelta('b');
        }
      }),
    };
    const run = carryOut([chatty]);
    expect(logOf(await run.read())).toEqual(['0 first/talker FIRST FAILED SERVER_ERROR']);
    expect(said).toBeLessThanOrEqual(1_001);
    expect(run.clock.pending()).toBe(0);
  });
});
