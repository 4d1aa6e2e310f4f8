import { describe, expect, it } from 'vitest';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { completed, failed, settled, textDelta } from '../harness.ts';
import {
  type AttemptOptions,
  CLOSED,
  carryOut,
  logOf,
  openBreaker,
  scripted,
  storyOf,
} from './attempt-harness.ts';

const AFTER_MS = 300;

const begin = async (options: AttemptOptions = {}, count = 3) => {
  const providers = scripted(count);
  const run = carryOut(providers, { dispatch: { kind: 'HEDGE', afterMs: AFTER_MS }, ...options });
  const read = run.read();
  const first = await providers[0]?.called(0);
  if (first === undefined) throw new Error('no provider');
  return { ...run, read, providers, first };
};

describe('a hedge', () => {
  it('is not made where the first is in time', async () => {
    const { first, read, pass, providers, clock } = await begin();
    await pass(AFTER_MS - 1);
    first.send(textDelta('A'));
    await settled();
    expect(clock.pending()).toBe(1);
    await pass(10_000);
    first.send(completed);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST SUCCEEDED']);
    expect(providers[1]?.calls).toHaveLength(0);
    expect(clock.pending()).toBe(0);
  });

  it('is made beside the first once that is late; whichever is sooner wins', async () => {
    const late = await begin();
    await late.pass(AFTER_MS);
    expect(storyOf(late.events)).toEqual(['+0', '+1']);
    expect(late.first.signal.aborted).toBe(false);
    const second = await late.providers[1]?.called(0);
    late.clock.advance(80);
    second?.send(textDelta('B'), completed);
    const attempted = await late.read;
    expect(late.first.signal.aborted).toBe(true);
    expect(logOf(attempted)).toEqual(['0 first/talker FIRST CANCELLED', '1 second/talker HEDGE SUCCEEDED']);
    expect(attempted.attempts[1]).toMatchObject({ ttftMs: 80 });

    const caughtUp = await begin();
    await caughtUp.pass(AFTER_MS);
    caughtUp.first.send(textDelta('A'), completed);
    expect(logOf(await caughtUp.read)).toEqual([
      '0 first/talker FIRST SUCCEEDED',
      '1 second/talker HEDGE CANCELLED',
    ]);
  });

  it.each<readonly [string, readonly ProviderEvent[]]>([
    ['a refusal', [{ type: 'refusalDelta', text: 'no' }]],
    ['an empty answer', [completed]],
  ])('is not made after %s either: that is an answer', async (_what, events) => {
    const { first, read, pass, providers } = await begin();
    first.send(...events);
    await pass(AFTER_MS);
    first.send(completed);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST SUCCEEDED']);
    expect(providers[1]?.calls).toHaveLength(0);
  });

  it('is not waited for where the first fails before', async () => {
    const { first, read, providers, clock, pass } = await begin();
    providers[1]?.answer(failed('OVERLOADED'));
    first.send(failed('SERVER_ERROR'));
    const third = await providers[2]?.called(0);
    // One hedge is all: the third is not hedged, late or not.
    await pass(AFTER_MS * 2);
    third?.send(textDelta('C'), completed);
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST FAILED SERVER_ERROR',
      '1 second/talker FALLBACK FAILED OVERLOADED',
      '2 third/talker FALLBACK SUCCEEDED',
    ]);
    expect(clock.monotonicMs()).toBe(AFTER_MS * 2);
  });

  it('is followed by the next where both fail', async () => {
    const { first, read, providers, pass, events } = await begin();
    await pass(AFTER_MS);
    first.send(failed('SERVER_ERROR'));
    await settled();
    providers[2]?.answer(textDelta('C'), completed);
    (await providers[1]?.called(0))?.send(failed('OVERLOADED'));
    expect(logOf(await read)).toEqual([
      '0 first/talker FIRST FAILED SERVER_ERROR',
      '1 second/talker HEDGE FAILED OVERLOADED',
      '2 third/talker FALLBACK SUCCEEDED',
    ]);
    expect(storyOf(events)).toEqual(['+0', '+1', '-0', '-1', '+2', '"C"']);
  });

  it('passes over those that may not be called, and leaves the first alone where there is nobody', async () => {
    const over = await begin({ breakers: [undefined, openBreaker(1_000)] });
    await over.pass(AFTER_MS);
    (await over.providers[2]?.called(0))?.send(textDelta('C'), completed);
    expect(logOf(await over.read).at(-1)).toBe('1 third/talker HEDGE SUCCEEDED');

    const alone = await begin({}, 1);
    await alone.pass(AFTER_MS);
    alone.first.send(textDelta('A'), completed);
    expect(logOf(await alone.read)).toEqual(['0 first/talker FIRST SUCCEEDED']);
  });

  it.each([
    ['has begun to answer', [textDelta('A')]],
    ['has answered', [textDelta('A'), completed]],
  ])('gives its turn back where the first %s while another node is asked for it', async (_what, events) => {
    const admitted = Promise.withResolvers<boolean>();
    const { first, read, pass, providers, health } = await begin({
      breakers: [undefined, { ...CLOSED, admit: () => admitted.promise }],
    });
    await pass(AFTER_MS);
    first.send(...events);
    await settled();
    admitted.resolve(true);
    await settled();
    expect(health).toContain('second/talker declined');
    if (events.length === 1) first.send(completed);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST SUCCEEDED']);
    expect(providers[1]?.calls).toHaveLength(0);
  });

  it('is none where nothing says when the first is late', async () => {
    const { first, read, pass, providers } = await begin({ dispatch: { kind: 'HEDGE' } });
    await pass(60_000);
    first.send(textDelta('A'), completed);
    await read;
    expect(providers[1]?.calls).toHaveLength(0);
  });

  it('is not made for a caller that has gone', async () => {
    const { abort, read, pass, providers, clock } = await begin();
    abort();
    await pass(AFTER_MS);
    expect(logOf(await read)).toEqual(['0 first/talker FIRST FAILED CANCELLED']);
    expect(providers[1]?.calls).toHaveLength(0);
    expect(clock.pending()).toBe(0);
  });
});
