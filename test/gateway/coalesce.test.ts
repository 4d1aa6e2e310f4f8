import { describe, expect, it } from 'vitest';
import type { CompletionEvent } from '../../src/domain/completion-event.ts';
import { failureOf } from '../../src/domain/failure.ts';
import { asOfferingId, asProviderId } from '../../src/domain/ids.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { coalesce } from './coalesced.ts';
import { settled, usageUpdated } from './harness.ts';

const WINDOW_MS = 20;
const DONE = { done: true, value: undefined };

const text = (said: string): CompletionEvent => ({ type: 'textDelta', text: said });
const refusal = (said: string): CompletionEvent => ({ type: 'refusalDelta', text: said });
const reasoning = (said: string, signature?: string, redacted?: boolean): CompletionEvent => ({
  type: 'reasoningDelta',
  text: said,
  ...(signature !== undefined && { signature }),
  ...(redacted !== undefined && { redacted }),
});
const piece = (index: number, argumentsDelta: string): CompletionEvent => ({
  type: 'toolCallDelta',
  index,
  argumentsDelta,
});
const ending: CompletionEvent = {
  type: 'failed',
  error: {
    kind: 'UPSTREAM',
    failure: {
      ...failureOf('TRUNCATED', 'cut'),
      providerId: asProviderId('first'),
      offeringId: asOfferingId('first/talker'),
    },
  },
};

const attemptFailed: CompletionEvent = {
  type: 'attemptFailed',
  attempt: {
    index: 0,
    providerId: asProviderId('first'),
    offeringId: asOfferingId('first/talker'),
    status: 'FAILED',
    startedAt: new Date(0),
    durationMs: 1,
  },
  willRetry: true,
};

/** Ends what has no end of its own. */
const LAST: CompletionEvent = { ...ending };

type Step = CompletionEvent | { readonly type: 'ends' } | { readonly type: 'throws' };

/** A source that yields what it is given, when it is given. */
const createSource = (...given: readonly CompletionEvent[]) => {
  const steps: Step[] = [...given];
  let wake = (): void => {};
  let taken = 0;
  let returned = 0;
  let waiting = false;
  const push = (...more: readonly Step[]): void => {
    steps.push(...more);
    wake();
  };
  const events: AsyncIterableIterator<CompletionEvent, undefined> = {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (steps.length === 0 && returned === 0) {
        waiting = true;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        waiting = false;
      }
      const step = steps.shift();
      if (step === undefined || step.type === 'ends') return { done: true, value: undefined };
      if (step.type === 'throws') throw new Error('the source broke');
      taken += 1;
      return { done: false, value: step };
    },
    async return() {
      returned += 1;
      wake();
      return { done: true, value: undefined };
    },
  };
  return { events, push, taken: () => taken, returned: () => returned, waiting: () => waiting };
};

const begin = (...given: readonly CompletionEvent[]) => {
  const clock = createFakeClock();
  const source = createSource(...given);
  const events = coalesce(source.events, WINDOW_MS, clock);
  /** What the next event is by now; undefined while there is none. */
  const watch = () => {
    const seen: { value?: IteratorResult<CompletionEvent, unknown> } = {};
    const read = events.next().then((result) => {
      seen.value = result;
      return result;
    });
    return { seen, read };
  };
  const next = async () => {
    const { value } = await events.next();
    return value;
  };
  return { clock, source, events, watch, next };
};

/** Everything that comes out, reading on while time passes whenever nothing is ready. */
const readAll = async (given: readonly CompletionEvent[], passing: () => number, windowMs = WINDOW_MS) => {
  const clock = createFakeClock();
  const source = createSource();
  const read: CompletionEvent[] = [];
  const reading = (async () => {
    for await (const event of coalesce(source.events, windowMs, clock)) if (event !== LAST) read.push(event);
  })();
  for (const event of given) {
    source.push(event);
    await settled();
    clock.advance(passing());
  }
  source.push(LAST);
  await reading;
  expect(clock.pending()).toBe(0);
  return read;
};

describe('deltas', () => {
  it('go out at once where they are the first', async () => {
    const { next, clock } = begin(usageUpdated({ input: 1 }), text('a'));
    expect(await next()).toMatchObject({ type: 'usageUpdated' });
    expect(await next()).toEqual(text('a'));
    expect(clock.monotonicMs()).toBe(0);
  });

  it('are joined within the window, and go out when it is over', async () => {
    const { next, watch, clock, source } = begin(text('a'));
    await next();
    const { seen, read } = watch();
    source.push(text('b'));
    await settled();
    clock.advance(WINDOW_MS - 1);
    source.push(text('c'));
    await settled();
    expect(seen.value).toBeUndefined();
    clock.advance(1);
    expect((await read).value).toEqual(text('bc'));
    expect(clock.pending()).toBe(0);
    // The next window begins with the next delta.
    const second = watch();
    clock.advance(100);
    source.push(text('d'));
    await settled();
    expect(second.seen.value).toBeUndefined();
    clock.advance(WINDOW_MS);
    expect((await second.read).value).toEqual(text('d'));
  });

  it('are held no longer than the window by a source that leaves no time between two of them', async () => {
    let elapsed = 0;
    const clock = { ...createFakeClock(), monotonicMs: () => elapsed };
    let made = 0;
    async function* burst(): AsyncGenerator<CompletionEvent, undefined> {
      for (; made < 10_000; made += 1) {
        elapsed += 1;
        yield text('x');
      }
    }
    const events = coalesce(burst(), WINDOW_MS, clock);
    await events.next();
    const { value } = await events.next();
    expect(value?.type === 'textDelta' && value.text.length).toBe(WINDOW_MS + 1);
    expect(made).toBeLessThan(30);
  });

  const apart: readonly [what: string, events: readonly CompletionEvent[]][] = [
    ['of different kinds', [text('b'), reasoning('c'), text('d'), refusal('e'), piece(0, 'f')]],
    ['of different tool calls', [piece(0, 'b'), piece(1, 'c'), piece(0, 'd')]],
    ['after a signature', [reasoning('b', 'sig'), reasoning('c')]],
    ['around a redacted block', [reasoning('b'), reasoning('', 'secret', true), reasoning('c')]],
    ['across the failure of an attempt', [text('b'), attemptFailed, text('c')]],
    ['around anything else', [text('b'), usageUpdated({ output: 1 }), text('c')]],
  ];
  it.each(apart)('are not joined %s', async (_what, events) => {
    expect(await readAll([text('a'), ...events], () => 0)).toEqual([text('a'), ...events]);
  });

  const together: readonly [what: string, events: readonly CompletionEvent[], joined: CompletionEvent][] = [
    ['text', [text('b'), text('c')], text('bc')],
    ['refusals', [refusal('b'), refusal('c')], refusal('bc')],
    ['reasoning up to its signature', [reasoning('b'), reasoning('', 'sig')], reasoning('b', 'sig')],
    ['arguments of one call', [piece(3, '{'), piece(3, '}')], piece(3, '{}')],
  ];
  it.each(together)('are joined: %s', async (_what, events, joined) => {
    expect(await readAll([text('a'), ...events], () => 0)).toEqual([text('a'), joined]);
  });

  it('keep the log probabilities of their tokens, in order, where some have them', async () => {
    const token = (said: string) => ({ token: said, logprob: -0.5, top: [] });
    const withLogprobs = (said: string): CompletionEvent => ({
      type: 'textDelta',
      text: said,
      logprobs: [token(said)],
    });
    const said = await readAll(
      [text('a'), text('b'), withLogprobs('c'), text('d'), withLogprobs('e'), ending],
      () => 0,
    );
    expect(said).toEqual([
      text('a'),
      { type: 'textDelta', text: 'bcde', logprobs: [token('c'), token('e')] },
      ending,
    ]);
  });

  it('that are held go out before the end, without waiting for the window', async () => {
    const { next, source } = begin(text('a'));
    await next();
    source.push(text('b'), text('c'), ending, { type: 'ends' });
    expect([await next(), await next(), await next()]).toEqual([text('bc'), ending, undefined]);
  });
});

it('a window of 0 changes nothing', async () => {
  const said = [text('a'), text('b'), text('c'), piece(0, 'd'), piece(0, 'e'), ending];
  expect(await readAll(said, () => 0, 0)).toEqual(said);
});

describe('a source that breaks', () => {
  it('passes its error on once, after what it said before', async () => {
    const { events, next, source, clock } = begin(text('a'));
    await next();
    source.push(text('b'), { type: 'throws' });
    expect(await next()).toEqual(text('b'));
    await expect(events.next()).rejects.toThrow('the source broke');
    expect(await events.next()).toEqual(DONE);
    expect(clock.pending()).toBe(0);
  });
});

describe('returning', () => {
  it('while an event is waited for ends the source, and the wait', async () => {
    const { events, next, watch, source } = begin(text('a'));
    await next();
    const { read } = watch();
    await settled();
    expect(source.waiting()).toBe(true);
    expect(await events.return?.()).toEqual(DONE);
    expect(await read).toEqual(DONE);
    expect(source.returned()).toBe(1);
  });

  it('while text is held drops it and its timer', async () => {
    const { events, next, watch, source, clock } = begin(text('a'));
    await next();
    const { read } = watch();
    source.push(text('b'));
    await settled();
    await events.return?.();
    expect(await read).toEqual(DONE);
    expect(await events.next()).toEqual(DONE);
    expect(clock.pending()).toBe(0);
  });

  it('leaves no timer, though the source does not let go', async () => {
    const { source, clock } = begin();
    const stubborn = { ...source.events, return: async () => ({ done: true as const, value: undefined }) };
    const events = coalesce(stubborn, WINDOW_MS, clock);
    source.push(text('a'), text('b'));
    await events.next();
    void events.next();
    await settled();
    expect(clock.pending()).toBe(1);
    await events.return?.();
    expect(clock.pending()).toBe(0);
  });

  it('is final: what the source had under way then is neither held nor handed out', async () => {
    const { events, next, watch, source, clock } = begin(text('a'));
    await next();
    const { read } = watch();
    await settled();
    source.push(text('late'), usageUpdated({ output: 1 }));
    await events.return?.();
    await settled();
    expect(await read).toEqual(DONE);
    expect(await events.next()).toEqual(DONE);
    expect(clock.pending()).toBe(0);
  });

  it('before the first read begins nothing', async () => {
    const { events, source } = begin(text('a'));
    await events.return?.();
    await settled();
    expect(source.taken()).toBe(0);
    expect(await events.next()).toEqual(DONE);
  });
});

describe('a consumer', () => {
  it('that does not read leaves the source unread', async () => {
    const many = Array.from({ length: 1_000 }, () => text('x'));
    const { next, source, clock } = begin(...many);
    await settled();
    expect(source.taken()).toBe(0);
    await next();
    for (let turn = 0; turn < 10; turn += 1) {
      await settled();
      clock.advance(WINDOW_MS);
    }
    expect(source.taken()).toBe(1);
  });

  it('that reads slowly has at most a window buffered for it', async () => {
    const { next, watch, source, clock } = begin(text('a'));
    await next();
    const { read } = watch();
    source.push(text('b'));
    await settled();
    clock.advance(WINDOW_MS);
    await read;
    for (let turn = 0; turn < 100; turn += 1) {
      source.push(text('x'), usageUpdated({ output: turn }));
      await settled();
      clock.advance(WINDOW_MS);
    }
    // It reads ahead until a window closes or another kind of event does so, and no further.
    expect(source.taken()).toBeLessThanOrEqual(4);
  });

  it('may ask for several events at once', async () => {
    const { events, source } = begin(text('a'));
    const reads = Promise.all([events.next(), events.next(), events.next(), events.next()]);
    await settled();
    source.push(usageUpdated({ output: 1 }), ending, { type: 'ends' });
    expect((await reads).map(({ value }) => value?.type)).toEqual([
      'textDelta',
      'usageUpdated',
      'failed',
      undefined,
    ]);
  });
});

describe('whatever is said, however it comes', () => {
  /** Numbers from 0 below 1, the same for one seed. */
  const randomOf = (seed: number) => {
    let state = seed;
    return (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  };

  const randomEvent = (random: () => number): CompletionEvent => {
    const said = String.fromCodePoint(97 + Math.floor(random() * 26));
    const kinds: readonly (() => CompletionEvent)[] = [
      () => text(said),
      () => text(said),
      () => refusal(said),
      () => reasoning(said),
      () => reasoning(said, `sig-${said}`),
      () => reasoning('', `hidden-${said}`, true),
      () => piece(Math.floor(random() * 3), said),
      () => usageUpdated({ output: Math.floor(random() * 100) }),
      () => ({ type: 'source', url: `https://example.com/${said}` }),
    ];
    return (kinds[Math.floor(random() * kinds.length)] ?? (() => text(said)))();
  };

  /** The finest form: one event for each character, so that two streams that say the same are equal. */
  const fine = (events: readonly CompletionEvent[]): readonly unknown[] =>
    events.flatMap((event): readonly unknown[] => {
      switch (event.type) {
        case 'textDelta':
        case 'refusalDelta':
          return [...event.text].map((character) => [event.type, character]);
        case 'toolCallDelta':
          return [...event.argumentsDelta].map((character) => [event.type, event.index, character]);
        case 'reasoningDelta': {
          const characters = [...event.text].map((character) => [event.type, character]);
          return event.signature === undefined
            ? characters
            : [...characters, ['signature', event.signature, event.redacted]];
        }
        default:
          return [event];
      }
    });

  it.each(Array.from({ length: 40 }, (_, index) => index + 1))('comes out the same (%i)', async (seed) => {
    const random = randomOf(seed);
    const given = Array.from({ length: 60 }, () => randomEvent(random));
    const read = await readAll(given, () => Math.floor(random() * 15));
    expect(fine(read)).toEqual(fine(given));
    expect(read.length).toBeLessThanOrEqual(given.length);
  });
});
