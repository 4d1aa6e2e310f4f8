import { describe, expect, it } from 'vitest';
import { type FailureCode, failureOf } from '../../../src/domain/failure.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { completed, failed, settled, textDelta } from '../harness.ts';
import { CLOSED, carryOut, logOf, openBreaker, scripted, storyOf } from './attempt-harness.ts';

const ten: readonly ProviderEvent[] = Array.from({ length: 10 }, (_, index) => textDelta(`word ${index}`));

describe('which failures go elsewhere', () => {
  const runWith = async (on: readonly FailureCode[] | undefined, code: FailureCode) => {
    const providers = scripted(2);
    providers[0]?.answer(failed(code));
    providers[1]?.answer(textDelta('hi'), completed);
    return logOf(await carryOut(providers, { fallback: on === undefined ? {} : { on } }).read());
  };

  it('is what the route says, against the usual advice as well', async () => {
    const [first, second] = ['0 first/talker FIRST FAILED', '1 second/talker FALLBACK SUCCEEDED'];
    expect(await runWith(['RATE_LIMITED'], 'RATE_LIMITED')).toEqual([`${first} RATE_LIMITED`, second]);
    expect(await runWith(['RATE_LIMITED'], 'SERVER_ERROR')).toEqual([`${first} SERVER_ERROR`]);
    expect(await runWith([], 'SERVER_ERROR')).toEqual([`${first} SERVER_ERROR`]);
    expect(await runWith(['CONTENT_FILTERED'], 'CONTENT_FILTERED')).toEqual([
      `${first} CONTENT_FILTERED`,
      second,
    ]);
    expect(await runWith(undefined, 'CONTENT_FILTERED')).toEqual([`${first} CONTENT_FILTERED`]);
    expect(await runWith(undefined, 'OVERLOADED')).toEqual([`${first} OVERLOADED`, second]);
    // Whoever ended it wants no other answer.
    expect(await runWith(['CANCELLED'], 'CANCELLED')).toEqual([`${first} CANCELLED`]);
  });

  it.each<FailureCode>(['AUTHENTICATION', 'QUOTA_EXHAUSTED', 'PROXY_REFUSED'])(
    'is not the same account again after %s',
    async (code) => {
      const providers = scripted(3);
      providers[0]?.answer(failed(code));
      providers[2]?.answer(textDelta('hi'), completed);
      const run = carryOut(providers, { accounts: ['relay', 'relay', 'other'] });
      expect(logOf(await run.read())).toEqual([
        `0 first/talker FIRST FAILED ${code}`,
        '1 third/talker FALLBACK SUCCEEDED',
      ]);
    },
  );

  it('ends with the last failure once so many attempts were made', async () => {
    const providers = scripted(4);
    for (const provider of providers) provider.answer(failed('OVERLOADED'));
    const run = carryOut(providers, { fallback: { maxAttempts: 3 } });
    const attempted = await run.read();
    expect(logOf(attempted)).toHaveLength(3);
    expect(attempted.ending).toMatchObject({ failure: { offeringId: 'third/talker' } });
    expect(storyOf(run.events)).toEqual(['+0', '-0', '+1', '-1', '+2', 'x2']);
  });
});

describe('a whole answer', () => {
  it.each<readonly [string, readonly ProviderEvent[], FailureCode]>([
    ['dies after ten tokens', ten, 'TRUNCATED'],
    ['sends an error after ten tokens', [...ten, failed('SERVER_ERROR')], 'SERVER_ERROR'],
  ])('is asked of another when the stream %s: nobody has seen it', async (_what, answer, code) => {
    const providers = scripted(2);
    providers[0]?.answer(...answer);
    providers[1]?.answer(textDelta('hi'), completed);
    const run = carryOut(providers, { command: { delivery: 'WHOLE' } });
    const attempted = await run.read();
    expect(logOf(attempted)).toEqual([
      `0 first/talker FIRST FAILED ${code}`,
      '1 second/talker FALLBACK SUCCEEDED',
    ]);
    expect(attempted.attempts[0]).toMatchObject({ ttftMs: 0 });
    expect(storyOf(run.events).slice(-4)).toEqual(['"word 9"', '-0', '+1', '"hi"']);
    expect(attempted.ending).toEqual({ kind: 'FINISHED', finishReason: 'STOP', rawFinishReason: 'end_turn' });
  });

  it('that is streamed to the client ends there, in one typed failure', async () => {
    const providers = scripted(2);
    providers[0]?.answer(...ten);
    const run = carryOut(providers);
    const attempted = await run.read();
    expect(logOf(attempted)).toEqual(['0 first/talker FIRST FAILED TRUNCATED']);
    expect(storyOf(run.events).at(-1)).toBe('x0');
    expect(providers[1]?.calls).toHaveLength(0);
  });
});

describe('retries of the same candidate', () => {
  const backoff = { baseMs: 100, maxMs: 1_000 };

  it('wait a random part of a time that doubles, up to its most', async () => {
    const [first] = scripted(1);
    if (first === undefined) throw new Error('no provider');
    const waits: number[] = [];
    const run = carryOut([first], { fallback: { retries: 6, backoff }, random: () => 0.5 });
    const read = run.read();
    let since = 0;
    for (let n = 0; n < 6; n += 1) {
      (await first.called(n)).send(failed('OVERLOADED'));
      await settled();
      for (let ms = 0; first.calls.length === n + 1 && ms < 2_000; ms += 1) await run.pass(1);
      waits.push(run.clock.monotonicMs() - since);
      since = run.clock.monotonicMs();
    }
    expect(waits).toEqual([50, 100, 200, 400, 500, 500]);
    (await first.called(6)).send(textDelta('hi'), completed);
    const { attempts } = await read;
    expect(attempts.map(({ cause }) => cause)).toEqual(['FIRST', ...Array(6).fill('RETRY')]);
    expect(run.clock.pending()).toBe(0);
  });

  it('wait as long as the provider asks for', async () => {
    const [first] = scripted(1);
    if (first === undefined) throw new Error('no provider');
    const run = carryOut([first], { fallback: { retries: 1, backoff } });
    const read = run.read();
    (await first.called(0)).send(failed('RATE_LIMITED', { retryAfterMs: 700 }));
    await run.pass(699);
    expect(first.calls).toHaveLength(1);
    await run.pass(1);
    (await first.called(1)).send(completed);
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST FAILED RATE_LIMITED',
      '1 first/talker RETRY SUCCEEDED',
    ]);
  });

  it('that would wait longer than the most are left to the next candidate', async () => {
    const providers = scripted(2);
    providers[0]?.answer(failed('RATE_LIMITED', { retryAfterMs: 1_001 }));
    providers[1]?.answer(completed);
    const run = carryOut(providers, { fallback: { retries: 1, backoff } });
    expect(logOf(await run.read())).toEqual([
      '0 first/talker FIRST FAILED RATE_LIMITED',
      '1 second/talker FALLBACK SUCCEEDED',
    ]);
    expect(run.clock.monotonicMs()).toBe(0);
  });

  it('wait that long where there is no other and the time is there', async () => {
    const providers = scripted(2);
    const [first] = providers;
    const run = carryOut(providers, {
      fallback: { retries: 1, backoff },
      breakers: [undefined, openBreaker(9_000)],
    });
    const read = run.read();
    (await first?.called(0))?.send(failed('RATE_LIMITED', { retryAfterMs: 20_000 }));
    await run.pass(20_000);
    (await first?.called(1))?.send(completed);
    expect(logOf(await read).at(-1)).toBe('1 first/talker RETRY SUCCEEDED');
  });

  it('fail at once where it is not, and say how long it would be', async () => {
    const providers = scripted(1);
    providers[0]?.answer(failed('RATE_LIMITED', { retryAfterMs: 60_000 }));
    const timeouts = { totalMs: 30_000 };
    const run = carryOut(providers, { fallback: { retries: 1, backoff }, command: { timeouts } });
    const { ending } = await run.read();
    expect(ending).toMatchObject({ failure: { code: 'RATE_LIMITED', retryAfterMs: 60_000 } });
    expect(storyOf(run.events)).toEqual(['+0', 'x0']);
    expect(run.clock.monotonicMs()).toBe(0);
  });

  it('fail at once where the second of them is longer than the time that the first has left', async () => {
    const [first] = scripted(1);
    if (first === undefined) throw new Error('no provider');
    const timeouts = { totalMs: 30_000 };
    const run = carryOut([first], { fallback: { retries: 2, backoff }, command: { timeouts } });
    const read = run.read();
    (await first.called(0)).send(failed('RATE_LIMITED', { retryAfterMs: 20_000 }));
    await run.pass(20_000);
    (await first.called(1)).send(failed('RATE_LIMITED', { retryAfterMs: 10_000 }));
    const { ending } = await read;
    expect(ending).toMatchObject({ failure: { code: 'RATE_LIMITED', retryAfterMs: 10_000 } });
    expect(storyOf(run.events)).toEqual(['+0', '-0', '+1', 'x1']);
    expect(run.clock.monotonicMs()).toBe(20_000);
  });

  it('are not made where waiting cannot help, nor once its breaker is open', async () => {
    const providers = scripted(1);
    providers[0]?.answer(failed('AUTHENTICATION'));
    expect(logOf(await carryOut(providers, { fallback: { retries: 3 } }).read())).toHaveLength(1);

    let state: 'CLOSED' | 'OPEN' = 'CLOSED';
    const breaker = { ...CLOSED, state: () => state };
    const [first] = scripted(1);
    if (first === undefined) throw new Error('no provider');
    const run = carryOut([first], { fallback: { retries: 3 }, breakers: [breaker] });
    const read = run.read();
    const call = await first.called(0);
    state = 'OPEN';
    call.send(failed('OVERLOADED'));
    expect(logOf(await read)).toHaveLength(1);
    expect(storyOf(run.events)).toEqual(['+0', 'x0']);
  });

  describe('once their breaker has opened while they waited', () => {
    const open = async (others: number) => {
      let admits = true;
      const providers = scripted(1 + others);
      const breaker = { ...CLOSED, admit: () => admits, state: () => (admits ? 'CLOSED' : 'OPEN') } as const;
      const run = carryOut(providers, {
        fallback: { retries: 3, backoff },
        breakers: [breaker],
      });
      const read = run.read();
      (await providers[0]?.called(0))?.send(failed('OVERLOADED'));
      await settled();
      admits = false;
      return { providers, run, read };
    };

    it('are left to another candidate', async () => {
      const { providers, run, read } = await open(1);
      providers[1]?.answer(textDelta('hi'), completed);
      await run.pass(backoff.maxMs);
      expect(logOf(await read)).toEqual([
        '0 first/talker FIRST FAILED OVERLOADED',
        '1 second/talker FALLBACK SUCCEEDED',
      ]);
    });

    it('are made where there is none, as was announced, and are the last', async () => {
      const { providers, run, read } = await open(0);
      await run.pass(backoff.maxMs);
      (await providers[0]?.called(1))?.send(failed('OVERLOADED'));
      expect(logOf(await read)).toEqual([
        '0 first/talker FIRST FAILED OVERLOADED',
        '1 first/talker RETRY FAILED OVERLOADED',
      ]);
      expect(storyOf(run.events)).toEqual(['+0', '-0', '+1', 'x1']);
      expect(run.clock.pending()).toBe(0);
    });
  });

  it('end with the signal while they wait', async () => {
    const providers = scripted(2);
    const run = carryOut(providers, { fallback: { retries: 3, backoff: { baseMs: 5_000, maxMs: 5_000 } } });
    const read = run.read();
    (await providers[0]?.called(0))?.send(failed('OVERLOADED'));
    await settled();
    expect(run.clock.pending()).toBe(1);
    run.abort();
    const { ending } = await read;
    expect(ending).toMatchObject({ failure: { code: 'CANCELLED', offeringId: 'first/talker' } });
    expect(run.clock.pending()).toBe(0);
    expect(providers[1]?.calls).toHaveLength(0);
  });
});

describe('breakers', () => {
  it('that are open are passed over without an attempt', async () => {
    const providers = scripted(3);
    providers[1]?.answer(failed('SERVER_ERROR'));
    const run = carryOut(providers, { breakers: [openBreaker(3_000), undefined, openBreaker(1_000)] });
    const attempted = await run.read();
    expect(logOf(attempted)).toEqual(['0 second/talker FIRST FAILED SERVER_ERROR']);
    expect(attempted.ending).toMatchObject({
      failure: { code: 'SERVER_ERROR', offeringId: 'second/talker' },
    });
    expect(run.health).toEqual(['second/talker began', 'second/talker SERVER_ERROR']);
  });

  it('that are all open leave a failure that says so, and when to come again', async () => {
    const run = carryOut(scripted(2), { breakers: [openBreaker(3_000), openBreaker(1_000)] });
    const { ending, attempts } = await run.read();
    expect(attempts).toEqual([]);
    expect(run.events).toEqual([]);
    expect(ending).toMatchObject({
      kind: 'FAILED',
      failure: {
        code: 'OVERLOADED',
        offeringId: 'first/talker',
        retryAfterMs: 1_000,
        message: expect.stringContaining('its breaker is open (5 failures in a row)'),
      },
    });
  });

  it('get their probe back where it is not made', async () => {
    const probing = Promise.withResolvers<boolean>();
    const run = carryOut(scripted(1), {
      breakers: [{ ...CLOSED, state: () => 'HALF_OPEN', admit: () => probing.promise }],
    });
    const read = run.read();
    run.abort(failureOf('TIMEOUT', 'over', { retry: 'FINAL' }));
    probing.resolve(true);
    expect((await read).ending).toMatchObject({ failure: { code: 'TIMEOUT' } });
    expect(run.health).toEqual(['first/talker declined']);
  });
});

it('the health board is told of each call: that it began, its first token, how it ended', async () => {
  const providers = scripted(2);
  const run = carryOut(providers);
  const read = run.read();
  const first = await providers[0]?.called(0);
  run.clock.advance(30);
  first?.send(failed('SERVER_ERROR'));
  const second = await providers[1]?.called(0);
  run.clock.advance(120);
  second?.send(textDelta('hi'), completed);
  const { attempts } = await read;
  expect(run.health).toEqual([
    'first/talker began',
    'first/talker SERVER_ERROR',
    'second/talker began',
    'second/talker first token 120',
    'second/talker SUCCEEDED',
  ]);
  expect(run.told).toEqual(attempts);
});
