import { describe, expect, it } from 'vitest';
import { pumped } from '../../../src/adapters/providers/pumped.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import type { ScriptedCall } from '../../support/scripted-provider.ts';
import { completed, failed, settled, textDelta, usageUpdated } from '../harness.ts';
import { type AttemptOptions, carryOut, logOf, openBreaker, scripted, storyOf } from './attempt-harness.ts';

/** Answers nothing, whatever happens. */
const deaf: Provider = {
  id: asProviderId('first'),
  completes: true,
  unsupported: () => [],
  operations: {},
  listModels: async () => ({ kind: 'NOT_OFFERED' }),
  complete: () => ({ pause() {}, resume() {}, abort() {} }),
};

const refusal: ProviderEvent = { type: 'refusalDelta', text: 'no' };

/** A race of two, with `more` after them; the racers' calls are held by the test. */
const begin = async (options: AttemptOptions = {}, more = 0) => {
  const providers = scripted(2 + more);
  const run = carryOut(providers, { dispatch: { kind: 'RACE', count: 2 }, ...options });
  const read = run.read();
  const callOf = async (place: number): Promise<ScriptedCall> => {
    const call = await providers[place]?.called(0);
    if (call === undefined) throw new Error('no provider');
    return call;
  };
  return { ...run, read, providers, callOf, first: await callOf(0), second: await callOf(1) };
};

describe('a race', () => {
  it('sends to so many at once; the first with content wins, the others are closed in the same tick', async () => {
    const { first, second, read, events, clock, health } = await begin({}, 1);
    expect(storyOf(events)).toEqual(['+0', '+1']);
    clock.advance(50);
    second.send(textDelta('B'));
    await settled();
    expect(first.signal.aborted).toBe(true);
    await first.over;
    second.send(textDelta('b'), usageUpdated({ input: 9, output: 2 }), completed);
    const attempted = await read;
    expect(logOf(attempted)).toEqual(['0 first/talker FIRST CANCELLED', '1 second/talker RACE SUCCEEDED']);
    expect(storyOf(events).filter((word) => word.startsWith('"'))).toEqual(['"B"', '"b"']);
    expect(storyOf(events)).toContain('~0');
    expect(attempted.attempts[0]).not.toHaveProperty('failure');
    expect(attempted.attempts[1]).toMatchObject({ ttftMs: 50 });
    expect(health).toContain('first/talker CANCELLED');
    expect(clock.pending()).toBe(0);
  });

  it('that both win in the same tick has one winner, and the other is not heard', async () => {
    const { first, second, read, events } = await begin();
    second.send(textDelta('from the second'), completed);
    first.send(textDelta('from the first'), completed);
    const attempted = await read;
    const succeeded = attempted.attempts.filter(({ status }) => status === 'SUCCEEDED');
    expect(succeeded).toHaveLength(1);
    expect(attempted.attempts.map(({ status }) => status).toSorted()).toEqual(['CANCELLED', 'SUCCEEDED']);
    expect(storyOf(events).filter((word) => word.startsWith('"'))).toHaveLength(1);
    // What it had written when it lost is estimated: a token for each four characters.
    expect(attempted.attempts.find(({ status }) => status === 'CANCELLED')).toMatchObject({
      usage: { input: 1_000, output: 4 },
      usageEstimated: true,
    });
  });

  it.each([0, 1])('in which one wins as the other fails tells of that first (place %i)', async (winner) => {
    const { first, second, read, events, told } = await begin();
    const [wins, fails] = winner === 0 ? [first, second] : [second, first];
    wins.send(textDelta('won'), completed);
    fails.send(failed('OVERLOADED'));
    const { attempts } = await read;
    const [loser] = attempts.filter(({ index }) => index !== winner);
    expect(told).toContainEqual(loser);
    const word = loser?.status === 'FAILED' ? `-${loser.index}` : `~${loser?.index}`;
    const story = storyOf(events);
    expect(story.filter((each) => /^[-x~]/.test(each))).toEqual([word]);
    // What a failed attempt has left is void: nothing of the winner's may come before.
    if (loser?.status === 'FAILED') expect(story.indexOf(word)).toBeLessThan(story.indexOf('"won"'));
  });

  it('goes on while one of them fails, and the answer comes of the other', async () => {
    const { first, second, read, events } = await begin();
    first.send(usageUpdated({ input: 3 }), failed('OVERLOADED'));
    await settled();
    expect(storyOf(events)).toEqual(['+0', '+1', '-0']);
    second.send(textDelta('B'), completed);
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST FAILED OVERLOADED',
      '1 second/talker RACE SUCCEEDED',
    ]);
  });

  it('that all lose is followed by the next, one after another', async () => {
    const { first, second, read, events, providers } = await begin({}, 2);
    providers[2]?.answer(failed('SERVER_ERROR'));
    providers[3]?.answer(textDelta('D'), completed);
    second.send(failed('OVERLOADED'));
    await settled();
    first.send(failed('RATE_LIMITED'));
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST FAILED RATE_LIMITED',
      '1 second/talker RACE FAILED OVERLOADED',
      '2 third/talker FALLBACK FAILED SERVER_ERROR',
      '3 fourth/talker FALLBACK SUCCEEDED',
    ]);
    expect(storyOf(events)).toEqual(['+0', '+1', '-1', '-0', '+2', '-2', '+3', '"D"']);
  });

  it('that nobody survives ends in the last failure', async () => {
    const { first, second, read, events } = await begin();
    first.send(failed('OVERLOADED'));
    await settled();
    second.send(failed('SERVER_ERROR'));
    expect((await read).ending).toMatchObject({
      failure: { code: 'SERVER_ERROR', offeringId: 'second/talker' },
    });
    expect(storyOf(events)).toEqual(['+0', '+1', '-0', 'x1']);
  });

  it('is not won by a refusal while another may answer', async () => {
    const { first, second, read, events } = await begin();
    first.send(refusal, completed);
    await settled();
    expect(storyOf(events)).toEqual(['+0', '+1']);
    second.send(textDelta('B'), completed);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST CANCELLED', '1 second/talker RACE SUCCEEDED']);
    expect(storyOf(events).filter((word) => word.startsWith('"'))).toEqual(['"B"']);
  });

  it('is won by a refusal, or by nothing, where no other has more to say', async () => {
    const refused = await begin();
    refused.first.send(refusal, completed);
    refused.second.send(failed('OVERLOADED'));
    expect(logOf(await refused.read)).toEqual([
      '0 first/talker FIRST SUCCEEDED',
      '1 second/talker RACE FAILED OVERLOADED',
    ]);
    expect(storyOf(refused.events)).toEqual(['+0', '+1', '-1', '"no"']);

    const empty = await begin();
    empty.first.send(failed('OVERLOADED'));
    await settled();
    empty.second.send(completed);
    expect((await empty.read).ending.kind).toBe('FINISHED');
  });

  it('in which one has answered nothing when the last rival fails ends with that empty answer', async () => {
    const { first, second, read, events } = await begin();
    first.send(usageUpdated({ input: 4 }), completed);
    await settled();
    second.send(failed('SERVER_ERROR'));
    const attempted = await read;
    expect(logOf(attempted)).toEqual([
      '0 first/talker FIRST SUCCEEDED',
      '1 second/talker RACE FAILED SERVER_ERROR',
    ]);
    expect(attempted.ending).toMatchObject({ kind: 'FINISHED', finishReason: 'STOP' });
    expect(storyOf(events).slice(0, 3)).toEqual(['+0', '+1', '-1']);
  });

  it('streams the refusal of the only one left as it comes', async () => {
    const { first, second, read, events } = await begin();
    second.send(failed('OVERLOADED'));
    first.send(refusal);
    await settled();
    expect(storyOf(events)).toEqual(['+0', '+1', '-1', '"no"']);
    first.send(completed);
    await read;
  });

  it('of whole answers is one by the first that comes', async () => {
    const { first, second, read } = await begin({ command: { streamUpstream: false, delivery: 'WHOLE' } });
    second.send(textDelta('all of it'), usageUpdated({ input: 4, output: 3 }), completed);
    const attempted = await read;
    expect(first.signal.aborted).toBe(true);
    expect(logOf(attempted)).toEqual(['0 first/talker FIRST CANCELLED', '1 second/talker RACE SUCCEEDED']);
    expect(attempted.attempts[1]).not.toHaveProperty('ttftMs');
  });

  it('whose winner dies unseen is followed by the rest', async () => {
    const { first, second, read, events, callOf } = await begin({ command: { delivery: 'WHOLE' } }, 1);
    first.send(textDelta('A'));
    await settled();
    expect(second.signal.aborted).toBe(true);
    first.send(failed('SERVER_ERROR'));
    (await callOf(2)).send(textDelta('C'), completed);
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST FAILED SERVER_ERROR',
      '1 second/talker RACE CANCELLED',
      '2 third/talker FALLBACK SUCCEEDED',
    ]);
    expect(storyOf(events)).toContain('-0');
  });

  it('whose winner dies in sight ends there', async () => {
    const { first, read } = await begin({}, 1);
    first.send(textDelta('A'), failed('SERVER_ERROR'));
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST FAILED SERVER_ERROR',
      '1 second/talker RACE CANCELLED',
    ]);
  });

  it('fills up past open breakers, and is bounded by the most attempts', async () => {
    const providers = scripted(4);
    providers[1]?.answer(textDelta('B'), completed);
    const run = carryOut(providers, {
      dispatch: { kind: 'RACE', count: 3 },
      breakers: [openBreaker(1_000)],
      fallback: { maxAttempts: 2 },
    });
    expect(logOf(await run.read())).toEqual([
      '0 second/talker FIRST SUCCEEDED',
      '1 third/talker RACE CANCELLED',
    ]);
    expect(providers[0]?.calls).toHaveLength(0);
    expect(providers[3]?.calls).toHaveLength(0);
  });

  it('that its caller ends is over for all of them', async () => {
    const { first, second, read, events, abort, clock } = await begin({}, 1);
    abort();
    expect([first.signal.aborted, second.signal.aborted]).toEqual([true, true]);
    const attempted = await read;
    expect(logOf(attempted)).toEqual([
      '0 first/talker FIRST FAILED CANCELLED',
      '1 second/talker RACE FAILED CANCELLED',
    ]);
    expect(storyOf(events)).toEqual(['+0', '+1', 'x0', 'x1']);
    expect(clock.pending()).toBe(0);
  });
});

describe('what losers have used', () => {
  it('is what their provider has said', async () => {
    const { first, second, read } = await begin();
    first.send(usageUpdated({ input: 77, output: 1 }));
    await settled();
    second.send(textDelta('B'), completed);
    const { attempts } = await read;
    expect(attempts[0]).toMatchObject({ status: 'CANCELLED', usage: { input: 77, output: 1 } });
    expect(attempts[0]).not.toHaveProperty('usageEstimated');
  });

  it('is what it says while it ends, too', async () => {
    const [, second] = scripted(2);
    if (second === undefined) throw new Error('no provider');
    const frank: Provider = {
      ...deaf,
      complete: pumped(deaf.id, async function* (_call, signal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        yield usageUpdated({ input: 66 });
        yield failed('CANCELLED');
      }),
    };
    second.answer(textDelta('B'), completed);
    const { attempts } = await carryOut([frank, second], { dispatch: { kind: 'RACE', count: 2 } }).read();
    expect(attempts[0]).toMatchObject({ status: 'CANCELLED', usage: { input: 66 } });
    expect(attempts[0]).not.toHaveProperty('usageEstimated');
  });

  it('belongs to the record though the winner dies in sight before the loser has ended', async () => {
    const [, second] = scripted(2);
    if (second === undefined) throw new Error('no provider');
    const letGo = Promise.withResolvers<void>();
    const slow: Provider = {
      ...deaf,
      complete: pumped(deaf.id, async function* (_call, signal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await letGo.promise;
        yield usageUpdated({ input: 66 });
        yield failed('CANCELLED');
      }),
    };
    second.answer(textDelta('B'), failed('SERVER_ERROR'));
    const run = carryOut([slow, second], { dispatch: { kind: 'RACE', count: 2 } });
    const read = run.read();
    await settled();
    expect(storyOf(run.events)).toEqual(['+0', '+1', '"B"', 'x1']);
    letGo.resolve();
    const attempted = await read;
    expect(logOf(attempted)).toEqual([
      '0 first/talker FIRST CANCELLED',
      '1 second/talker RACE FAILED SERVER_ERROR',
    ]);
    expect(attempted.attempts[0]).toMatchObject({ usage: { input: 66 } });
    expect(storyOf(run.events).at(-1)).toBe('~0');
  });

  it('is estimated where it says nothing: the prompt, and what came', async () => {
    const { first, second, read } = await begin();
    first.send({ type: 'refusalDelta', text: 'I cannot do' });
    await settled();
    second.send(textDelta('B'), completed);
    const { attempts } = await read;
    expect(attempts[0]).toMatchObject({ usage: { input: 1_000, output: 3 }, usageEstimated: true });
  });
});

it('a loser that does not react is waited for two seconds at the end, and delays nothing before', async () => {
  const [, second] = scripted(2);
  if (second === undefined) throw new Error('no provider');
  second.answer(textDelta('a'), textDelta('b'), completed);
  const run = carryOut([deaf, second], { dispatch: { kind: 'RACE', count: 2 } });
  const read = run.read();
  await settled();
  expect(storyOf(run.events)).toEqual(['+0', '+1', '"a"', '"b"']);
  await run.pass(2_000);
  expect(logOf(await read)).toEqual(['0 first/talker FIRST CANCELLED', '1 second/talker RACE SUCCEEDED']);
  expect(storyOf(run.events).at(-1)).toBe('~0');
  expect(run.defects).toHaveLength(1);
  expect(run.clock.pending()).toBe(0);
});

it('a loser that ends is told of while the winner is silent', async () => {
  const { first, read, events } = await begin();
  first.send(textDelta('A'));
  await settled();
  expect(storyOf(events)).toEqual(['+0', '+1', '"A"', '~1']);
  first.send(completed);
  await read;
});
