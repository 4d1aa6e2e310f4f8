import { describe, expect, it } from 'vitest';
import { completed, failed, textDelta } from '../harness.ts';
import { type AttemptOptions, carryOut, logOf, scripted, storyOf } from './attempt-harness.ts';

const FIRST_TOKEN_MS = 1_000;
/** A whole answer takes a few times longer than its first token. */
const PATIENCE_MS = 4 * FIRST_TOKEN_MS;

const begin = async ({ command, ...options }: AttemptOptions = {}, count = 3) => {
  const providers = scripted(count);
  const run = carryOut(providers, {
    statedMs: FIRST_TOKEN_MS,
    ...options,
    command: {
      streamUpstream: false,
      delivery: 'WHOLE',
      timeouts: { totalMs: 40_000, stallMs: 40_000 },
      ...command,
    },
  });
  const read = run.read();
  const first = await providers[0]?.called(0);
  if (first === undefined) throw new Error('no provider');
  const called = async (at: number) => {
    const call = await providers[at]?.called(0);
    if (call === undefined) throw new Error('no provider');
    return call;
  };
  return { ...run, read, providers, first, called };
};

describe('a whole answer that is late', () => {
  it('is waited for no longer than it takes another one to give one', async () => {
    const { pass, read, first, called, events } = await begin();
    await pass(PATIENCE_MS - 1);
    expect(storyOf(events)).toEqual(['+0']);
    await pass(1);
    expect(storyOf(events)).toEqual(['+0', '+1']);
    expect(first.signal.aborted).toBe(false);
    (await called(1)).send(textDelta('B'), completed);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST CANCELLED', '1 second/talker HEDGE SUCCEEDED']);
    expect(first.signal.aborted).toBe(true);
  });

  it('is taken where it comes before the other one, which is closed', async () => {
    const { pass, read, first, called } = await begin();
    await pass(PATIENCE_MS);
    const second = await called(1);
    first.send(textDelta('A'), completed);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST SUCCEEDED', '1 second/talker HEDGE CANCELLED']);
    expect(second.signal.aborted).toBe(true);
  });

  it('is joined by one candidate after another, each in its time', async () => {
    const { pass, read, called } = await begin();
    await pass(PATIENCE_MS);
    await called(1);
    await pass(PATIENCE_MS);
    (await called(2)).send(textDelta('C'), completed);
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST CANCELLED',
      '1 second/talker HEDGE CANCELLED',
      '2 third/talker HEDGE SUCCEEDED',
    ]);
  });

  it('has the next one at its side at once where the one that joined it fails', async () => {
    const { pass, read, called } = await begin();
    await pass(PATIENCE_MS);
    (await called(1)).send(failed('SERVER_ERROR'));
    (await called(2)).send(textDelta('C'), completed);
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST CANCELLED',
      '1 second/talker HEDGE FAILED SERVER_ERROR',
      '2 third/talker HEDGE SUCCEEDED',
    ]);
  });

  it('is not waited for where another one refuses', async () => {
    const { pass, read, called } = await begin();
    await pass(PATIENCE_MS);
    (await called(1)).send({ type: 'refusalDelta', text: 'no' }, completed);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST CANCELLED', '1 second/talker HEDGE SUCCEEDED']);
  });

  it('of a fallback is late as that of the first is', async () => {
    const { pass, read, first, called } = await begin();
    first.send(failed('SERVER_ERROR'));
    await called(1);
    await pass(PATIENCE_MS);
    (await called(2)).send(textDelta('C'), completed);
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST FAILED SERVER_ERROR',
      '1 second/talker FALLBACK CANCELLED',
      '2 third/talker HEDGE SUCCEEDED',
    ]);
  });

  it('leaves time for the next, however short the whole is', async () => {
    const { pass, read, called } = await begin({
      command: { timeouts: { totalMs: 3_000, stallMs: 3_000 } },
    });
    await pass(1_500);
    (await called(1)).send(textDelta('B'), completed);
    expect(logOf(await read).at(-1)).toBe('1 second/talker HEDGE SUCCEEDED');
  });

  it.each([
    ['nobody else is there', 1, {}],
    ['the route does not go elsewhere for that', 3, { fallback: { on: ['SERVER_ERROR'] } as const }],
    ['no more attempts are allowed', 3, { fallback: { maxAttempts: 1 } }],
  ])('is waited for where %s', async (_why, count, options) => {
    const { pass, read, first, clock } = await begin(options, count);
    await pass(30_000);
    // Of its silence alone.
    expect(clock.pending()).toBeLessThanOrEqual(1);
    first.send(textDelta('A'), completed);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST SUCCEEDED']);
  });

  it('is only late after minutes where nobody has set a limit', async () => {
    const { pass, read, first, events } = await begin({
      statedMs: undefined,
      command: { timeouts: { totalMs: 900_000, stallMs: 900_000 } },
    });
    await pass(110_000);
    expect(storyOf(events)).toEqual(['+0']);
    await pass(10_000);
    expect(storyOf(events)).toEqual(['+0', '+1']);
    first.send(textDelta('A'), completed);
    expect(logOf(await read)[0]).toBe('0 first/talker FIRST SUCCEEDED');
  });
});
