import { describe, expect, it } from 'vitest';
import { collectGarbage, workWhenIdle } from '../../src/idle-work.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const SECOND_MS = 1_000;

const idling = () => {
  const clock = createFakeClock();
  const state = { utilization: 0, isBusy: false };
  const done: string[] = [];
  const stop = workWhenIdle({ clock, utilization: () => state.utilization, isBusy: () => state.isBusy }, [
    () => done.push('first'),
    () => done.push('second'),
  ]);
  /** What has been done by then. */
  const doneIn = async (seconds: number): Promise<readonly string[]> => {
    for (let step = 0; step < seconds * 2; step += 1) {
      clock.advance(SECOND_MS / 2);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return [...done];
  };
  return { clock, state, stop, doneIn };
};

describe('work for idle times', () => {
  it('is done piece by piece, each after two idle seconds, and once', async () => {
    const { clock, doneIn } = idling();
    expect(await doneIn(1.5)).toEqual([]);
    expect(await doneIn(0.5)).toEqual(['first']);
    expect(await doneIn(1.5)).toEqual(['first']);
    expect(await doneIn(0.5)).toEqual(['first', 'second']);
    expect(await doneIn(60)).toEqual(['first', 'second']);
    expect(clock.pending()).toBe(0);
  });

  it.each([
    ['something is under way', { utilization: 0, isBusy: true }],
    ['the thread is at work', { utilization: 0.06, isBusy: false }],
  ])('is never done while %s, and begins to wait anew afterwards', async (_, busy) => {
    const { state, doneIn } = idling();
    await doneIn(1.5);
    Object.assign(state, busy);
    expect(await doneIn(600)).toEqual([]);
    Object.assign(state, { utilization: 0.01, isBusy: false });
    expect(await doneIn(1.5)).toEqual([]);
    expect(await doneIn(0.5)).toEqual(['first']);
  });

  it('is not done once it was ended', async () => {
    const { clock, stop, doneIn } = idling();
    await doneIn(2);
    stop();
    expect(await doneIn(60)).toEqual(['first']);
    expect(clock.pending()).toBe(0);
  });
});

it('a collection frees what nothing refers to', () => {
  const unused = new WeakRef({ text: 'x'.repeat(1_000) });
  collectGarbage();
  // What was looked at in this turn stays for its length.
  expect(unused.deref()).toBeDefined();
  return new Promise<void>((resolve) =>
    setImmediate(() => {
      collectGarbage();
      expect(unused.deref()).toBeUndefined();
      resolve();
    }),
  );
});
