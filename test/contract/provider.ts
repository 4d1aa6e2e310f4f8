import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CompletionRequest } from '../../src/domain/completion-request.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import type { Provider, ProviderCall, UpstreamCall } from '../../src/ports/provider.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { providerEvents } from '../support/provider-events.ts';

/** What the provider's other side is to do with the next call. */
export type Situation =
  /** Answers with these words, 19 input tokens in all, one output token a word. */
  | { readonly kind: 'text'; readonly words: readonly string[]; readonly stream: boolean }
  /** Calls `get_weather({"city":"Paris"})`. */
  | { readonly kind: 'tool'; readonly stream: boolean }
  | { readonly kind: 'rateLimited'; readonly retryAfterMs: number }
  /** A stream that breaks off after these words. */
  | { readonly kind: 'truncated'; readonly words: readonly string[] }
  /** A stream that says nothing more after these words, which may be none. */
  | { readonly kind: 'hang'; readonly words: readonly string[] };

export type ProviderHarness = {
  readonly provider: Provider;
  /** Time by hand. */
  readonly clock: FakeClock;
  readonly providerModelId: string;
  /** Texts that no event may hold. */
  readonly secrets: readonly string[];
  /** Prepares the other side and gives the request that brings the situation about. */
  prepare(situation: Situation): Partial<CompletionRequest>;
  /** Resolves when the call is under way at the other side. */
  underWay(): Promise<unknown>;
  /** Resolves when the other side has noticed that the call was given up. */
  released(): Promise<unknown>;
  close(): Promise<void>;
};

const WORDS = ['One', ' two', ' three'];

const WEATHER = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
} as const;

/** What every Provider must do; runs on any implementation. */
export const describeProvider = (name: string, start: () => Promise<ProviderHarness>): void => {
  describe(`the provider contract: ${name}`, () => {
    let harness: ProviderHarness;
    beforeEach(async () => {
      harness = await start();
    });
    afterEach(() => harness.close());

    const callFor = (situation: Situation): ProviderCall => ({
      providerModelId: harness.providerModelId,
      request: {
        messages: [{ role: 'user', parts: [{ type: 'text', text: 'Say something.' }] }],
        tools: situation.kind === 'tool' ? [WEATHER] : [],
        ...harness.prepare(situation),
      },
      stream: 'stream' in situation ? situation.stream : true,
    });
    const begin = (situation: Situation, signal = new AbortController().signal) =>
      providerEvents(harness.provider, callFor(situation), signal)[Symbol.asyncIterator]();

    /** Reads to the end, checking what holds for every stream of events. */
    const readRest = async (events: AsyncIterator<ProviderEvent>): Promise<readonly ProviderEvent[]> => {
      const read: ProviderEvent[] = [];
      for (let step = await events.next(); step.done !== true; step = await events.next())
        read.push(step.value);
      expect((await events.next()).done).toBe(true);
      const ends = read.filter((event) => event.type === 'completed' || event.type === 'failed');
      expect(ends).toEqual([read.at(-1)]);
      expect(read.filter((event) => event.type === 'answering').length).toBeLessThanOrEqual(1);
      for (const secret of harness.secrets) expect(JSON.stringify(read)).not.toContain(secret);
      return read;
    };
    const readUntilText = async (events: AsyncIterator<ProviderEvent>, text: string): Promise<void> => {
      for (let said = ''; said !== text; ) {
        const step = await events.next();
        if (step.done) throw new Error(`ended before "${text}" was said`);
        if (step.value.type === 'failed') throw new Error(step.value.failure.message);
        if (step.value.type === 'textDelta') said += step.value.text;
      }
    };
    const textOf = (events: readonly ProviderEvent[]): string =>
      events.map((event) => (event.type === 'textDelta' ? event.text : '')).join('');
    const failureIn = (events: readonly ProviderEvent[]) => {
      const last = events.at(-1);
      return last?.type === 'failed' ? last.failure : undefined;
    };

    describe.each([
      { mode: 'streamed', stream: true },
      { mode: 'whole', stream: false },
    ])('$mode', ({ stream }) => {
      test('text, usage and finish reason', async () => {
        const events = await readRest(begin({ kind: 'text', words: WORDS, stream }));
        expect(textOf(events)).toBe('One two three');
        expect(events.filter((event) => event.type === 'textDelta')).toHaveLength(stream ? 3 : 1);
        expect(events.at(-1)).toMatchObject({ type: 'completed', finishReason: 'STOP' });
        const usage = events.findLast((event) => event.type === 'usageUpdated')?.usage;
        expect(usage).toMatchObject({ output: 3, reasoning: 0 });
        expect((usage?.input ?? 0) + (usage?.cacheRead ?? 0)).toBe(19);
        const model = events.find((event) => event.type === 'answering');
        expect(model?.providerModel).toBeTruthy();
      });

      test('a tool call: begun, in pieces, and whole', async () => {
        const events = await readRest(begin({ kind: 'tool', stream }));
        expect(events.at(-1)).toMatchObject({ type: 'completed', finishReason: 'TOOL_CALLS' });
        const started = events.find((event) => event.type === 'toolCallStarted');
        expect(started).toMatchObject({ index: 0, name: 'get_weather' });
        const ended = events.find((event) => event.type === 'toolCallEnded');
        expect(ended).toMatchObject({ index: 0, id: started?.id, name: 'get_weather' });
        expect(JSON.parse(ended?.arguments ?? '')).toEqual({ city: 'Paris' });
        const pieces = events.map((event) => (event.type === 'toolCallDelta' ? event.argumentsDelta : ''));
        expect(pieces.join('')).toBe(ended?.arguments);
      });
    });

    test('being rate limited is a failure with the wait that was asked for', async () => {
      const events = await readRest(begin({ kind: 'rateLimited', retryAfterMs: 7_000 }));
      expect(failureIn(events)).toMatchObject({ code: 'RATE_LIMITED', retry: 'HERE', retryAfterMs: 7_000 });
      expect(textOf(events)).toBe('');
    });

    test('a stream that breaks off is TRUNCATED after what had come', async () => {
      const events = await readRest(begin({ kind: 'truncated', words: WORDS }));
      expect(textOf(events)).toBe('One two three');
      expect(failureIn(events)?.code).toBe('TRUNCATED');
    });

    test('an aborted signal ends it before it begins', async () => {
      const events = begin({ kind: 'text', words: WORDS, stream: true }, AbortSignal.abort());
      expect(await readRest(events)).toMatchObject([{ type: 'failed', failure: { code: 'CANCELLED' } }]);
    });

    test('aborting while nothing has come yet lets go at once', async () => {
      const controller = new AbortController();
      const rest = readRest(begin({ kind: 'hang', words: [] }, controller.signal));
      await harness.underWay();
      controller.abort();
      expect(failureIn(await rest)).toMatchObject({ code: 'CANCELLED', retry: 'FINAL' });
      await harness.released();
    });

    test('aborting in the middle lets go at once', async () => {
      const controller = new AbortController();
      const events = begin({ kind: 'hang', words: WORDS }, controller.signal);
      await readUntilText(events, 'One two three');
      controller.abort();
      await harness.released();
      expect(await readRest(events)).toMatchObject([{ type: 'failed', failure: { code: 'CANCELLED' } }]);
    });

    test('aborting discards what had come and was not read yet, but for what is billed', async () => {
      const controller = new AbortController();
      const events = begin({ kind: 'hang', words: WORDS }, controller.signal);
      await readUntilText(events, 'One');
      controller.abort();
      const rest = (await readRest(events)).filter(
        ({ type }) => type !== 'usageUpdated' && type !== 'billed',
      );
      expect(rest).toMatchObject([{ type: 'failed', failure: { code: 'CANCELLED' } }]);
    });

    test('leaving the iteration lets go at once', async () => {
      const call = callFor({ kind: 'hang', words: WORDS });
      for await (const event of providerEvents(harness.provider, call, new AbortController().signal))
        if (event.type === 'textDelta') break;
      await harness.released();
    });

    test('returning while a next is pending lets go at once', async () => {
      const events = begin({ kind: 'hang', words: WORDS });
      await readUntilText(events, 'One two three');
      const pending = events.next();
      await events.return?.();
      expect(await pending).toMatchObject({ value: { type: 'failed', failure: { code: 'CANCELLED' } } });
      await harness.released();
      expect((await events.next()).done).toBe(true);
    });

    describe('pushed', () => {
      /** Sends the call; `onEvent` may pause, resume and abort it in the turn of an event. */
      const push = (situation: Situation, onEvent: (event: ProviderEvent, call: UpstreamCall) => void) => {
        const events: ProviderEvent[] = [];
        const over = Promise.withResolvers<readonly ProviderEvent[]>();
        let hasReturned = false;
        const upstream = harness.provider.complete(callFor(situation), {
          event(event) {
            if (!hasReturned) over.reject(new Error('The sink was called before there was a call.'));
            events.push(event);
            onEvent(event, upstream);
            if (event.type === 'completed' || event.type === 'failed') over.resolve(events);
          },
          alive() {},
          broke: over.reject,
        });
        hasReturned = true;
        return { events, upstream, over: over.promise };
      };
      const isText = ({ type }: ProviderEvent): boolean => type === 'textDelta';
      const nothing = (): void => {};
      /** Whatever is on its way has come. */
      const turns = async (): Promise<void> => {
        for (let n = 0; n < 20; n += 1) await nextTurn();
      };
      const TEXT: Situation = { kind: 'text', words: WORDS, stream: true };

      test('an answer that is never paused is the one that is read', async () => {
        const read = await readRest(begin(TEXT));
        expect(textOf(await push(TEXT, nothing).over)).toBe(textOf(read));
      });

      test('one that is paused in the turn of an event says nothing until it is resumed, and loses nothing', async () => {
        const { events, upstream, over } = push(TEXT, (_event, call) => call.pause());
        for (let said = 1; events.at(-1)?.type !== 'completed'; said += 1) {
          await expect.poll(() => events.length, { timeout: 20_000 }).toBe(said);
          await turns();
          expect(events).toHaveLength(said);
          upstream.resume();
        }
        expect(textOf(await over)).toBe('One two three');
      });

      test('one that is paused and resumed in one turn goes on', async () => {
        const { over } = push(TEXT, (_event, call) => {
          call.pause();
          call.resume();
        });
        expect(textOf(await over)).toBe('One two three');
      });

      test('one that is aborted in the turn of an event is CANCELLED, and says nothing more', async () => {
        const { over, events } = push({ kind: 'hang', words: WORDS }, (event, call) => {
          if (isText(event)) call.abort();
        });
        expect(failureIn(await over)).toMatchObject({ code: 'CANCELLED' });
        expect(textOf(events)).toBe('One');
        await harness.released();
        await turns();
        expect(failureIn(events)).toMatchObject({ code: 'CANCELLED' });
      });

      test('one that is aborted while it is paused drops what waits, and lets go', async () => {
        const paused = Promise.withResolvers<void>();
        const { upstream, over } = push({ kind: 'hang', words: WORDS }, (event, call) => {
          if (!isText(event)) return;
          call.pause();
          paused.resolve();
        });
        await paused.promise;
        upstream.abort();
        const events = await over;
        expect(failureIn(events)).toMatchObject({ code: 'CANCELLED' });
        expect(textOf(events)).toBe('One');
        await harness.released();
      });

      test('to abort, pause or resume one that is over does nothing', async () => {
        const { upstream, over, events } = push(TEXT, nothing);
        await over;
        const told = events.length;
        upstream.pause();
        upstream.resume();
        upstream.abort();
        await turns();
        expect(events).toHaveLength(told);
      });
    });

    test('leaves neither a timer nor a listener behind', async () => {
      const { signal } = new AbortController();
      await readRest(begin({ kind: 'text', words: WORDS, stream: true }, signal));
      await readRest(begin({ kind: 'rateLimited', retryAfterMs: 1_000 }, signal));
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      await expect.poll(() => harness.clock.pending(), { timeout: 20_000 }).toBe(0);
    });
  });
};
