import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CompletionEvent } from '../../../src/domain/completion-event.ts';
import type { Gateway } from '../../../src/gateway/gateway.ts';
import {
  catalogueOf,
  completed,
  createHarness,
  failed,
  type Harness,
  settled,
  textDelta,
  usageUpdated,
} from '../../gateway/harness.ts';
import {
  createScriptedProvider,
  type ScriptedOptions,
  type ScriptedProvider,
} from '../../support/scripted-provider.ts';
import { type ServedRest, serveRest } from './rest-harness.ts';

const CHAT = '/v1/chat/completions';
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const MILLION = usageUpdated({ input: 1_000_000 });

type Served = Harness & {
  readonly rest: ServedRest;
  readonly first: ScriptedProvider;
  readonly second: ScriptedProvider;
  /** Resolves when the server has noticed that an answer is over, or that its client has left. */
  readonly closed: Promise<void>;
  ask(more?: object, init?: RequestInit, path?: string): Promise<Response>;
};

let running: ServedRest | undefined;
afterEach(() => running?.close());

const serve = async (
  options: {
    readonly providers?: ScriptedOptions;
    readonly silenceMs?: number;
    readonly run?: Gateway['run'];
  } = {},
): Promise<Served> => {
  const [first, second] = [
    createScriptedProvider('first', options.providers),
    createScriptedProvider('second', options.providers),
  ];
  const harness = createHarness([first, second]);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const rest = await serveRest({
    gateway: { ...harness.gateway, run: options.run ?? harness.gateway.run },
    clock: harness.clock,
    catalogue: catalogueOf(['first', 'second']),
    ...(options.silenceMs !== undefined && { silenceMs: options.silenceMs }),
    before: [
      {
        handle(_request, response) {
          response.once('close', resolve);
          return false;
        },
      },
    ],
  });
  running = rest;
  return {
    ...harness,
    rest,
    first,
    second,
    closed,
    ask: (more = {}, init, path = CHAT) =>
      rest.post(path, { model: 'lab/talker', messages: MESSAGES, ...more }, init),
  };
};

describe('an error that has a row', () => {
  it.each([
    ['of a whole answer', {}],
    ['of a stream, before its first event', { stream: true }],
  ])('%s says what was tried, by whom, and what it cost', async (_, more) => {
    const { ask, first, second, ledger, store } = await serve();
    first.answer(MILLION, failed('SERVER_ERROR'));
    second.answer(MILLION, failed('SERVER_ERROR'));
    const answer = await ask(more);
    expect(answer.status).toBe(502);
    expect(answer.headers.get('content-type')).toContain('application/json');
    await ledger.flush();
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-request-id': store.written[0]?.id,
      'x-modelgraph-provider': 'second',
      'x-modelgraph-offering': 'second/talker',
      'x-modelgraph-attempts': '2',
      'x-modelgraph-cost': '2 USD',
    });
  });

  it.each([{}, { stream: true }])('says how long to wait (%j)', async (more) => {
    const { ask, first } = await serve();
    first.answer(failed('RATE_LIMITED', { retryAfterMs: 7_000 }));
    const answer = await ask({
      ...more,
      model: 'first/talker',
      modelgraph: { timeouts: { totalMs: 5_000 } },
    });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
  });
});

describe('a defect of our own', () => {
  const DEFECT = new Error('a defect that nobody may read');
  /** An event that its writer cannot write. */
  const UNWRITABLE: CompletionEvent = {
    type: 'textDelta',
    get text(): string {
      throw DEFECT;
    },
  };
  const run = { pause() {}, resume() {}, leave() {} };
  const breaking =
    (said: string): Gateway['run'] =>
    (_caller, _command, sink) => {
      setImmediate(() => {
        if (said !== '') sink.event({ type: 'textDelta', text: said });
        sink.broke(DEFECT);
      });
      return run;
    };
  const unwritable =
    (said: string): Gateway['run'] =>
    (_caller, _command, sink) => {
      setImmediate(() => {
        if (said !== '') sink.event({ type: 'textDelta', text: said });
        sink.event(UNWRITABLE);
      });
      return run;
    };

  it.each([
    [CHAT, /\n\ndata: \{"error":\{[^\n]*\}\}\n\n(data: \[DONE\]\n\n)?$/, breaking],
    ['/v1/messages', /\n\nevent: error\ndata: \{[^\n]*\}\n\n$/, breaking],
    [CHAT, /\n\ndata: \{"error":\{[^\n]*\}\}\n\n(data: \[DONE\]\n\n)?$/, unwritable],
  ])('inside an open stream of %s ends it with an error', async (path, ending, failing) => {
    const { ask, rest } = await serve({ run: failing('Hel') });
    const answer = await ask({ stream: true, max_tokens: 9 }, {}, path);
    const text = await answer.text();
    expect([answer.status, text.includes('Hel')]).toEqual([200, true]);
    expect(text).toMatch(ending);
    expect(text).not.toContain('nobody may read');
    expect(rest.failures).toEqual([expect.stringContaining('a defect that nobody may read')]);
  });

  it.each([
    ['of the core, before', { stream: true }, breaking],
    ['of a writer, before', { stream: true }, unwritable],
    ['of the core, in place of', {}, breaking],
    ['of a writer, in place of', {}, unwritable],
  ])('%s anything of the answer is an error with a status of its own', async (_, more, failing) => {
    const { ask, rest } = await serve({ run: failing('') });
    const answer = await ask(more);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('nobody may read');
    expect(rest.failures).toHaveLength(1);
  });
});

describe('several choices, each a call of its own', () => {
  it.each([{}, { stream: true }])('of which one fails leave the others at once (%j)', async (more) => {
    const { ask, first, clock } = await serve();
    const asked = ask({ ...more, model: 'first/talker', n: 2 });
    const [one, other] = [await first.called(0), await first.called(1)];
    one.send(failed('INVALID_REQUEST'));
    expect((await asked).status).toBe(400);
    await other.over;
    expect(other.signal.aborted).toBe(true);
    expect(clock.monotonicMs()).toBe(0);
  });

  it('is left by a client that leaves, all of them', async () => {
    const { ask, first, closed, ledger, store } = await serve();
    const client = new AbortController();
    const asked = ask({ model: 'first/talker', n: 2 }, { signal: client.signal }).catch(() => 'left');
    const calls = [await first.called(0), await first.called(1)];
    client.abort();
    await Promise.all([asked, closed, ...calls.map(({ over }) => over)]);
    await settled();
    await ledger.flush();
    expect(store.written.map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
  });
});

describe('a stream', () => {
  it('sends its head though nothing comes, after as long as it may be silent', async () => {
    const { ask, first } = await serve({ silenceMs: 30 });
    const answer = await ask({ stream: true });
    expect(answer.status).toBe(200);
    const call = await first.called(0);
    expect(call.taken()).toBe(0);
    call.send(textDelta('Hello'), completed);
    expect(await answer.text()).toContain('Hello');
  });

  describe('leaves no timer', () => {
    /** Only this test has a timer of so many milliseconds. */
    const silenceMs = 9_876_543;
    const made: unknown[] = [];
    const watch = (): void => {
      made.length = 0;
      for (const name of ['setTimeout', 'setInterval'] as const) {
        const original = globalThis[name];
        vi.spyOn(globalThis, name).mockImplementation(((callback: () => void, ms?: number) => {
          const timer = original(callback, ms);
          if (ms === silenceMs) made.push(timer);
          return timer;
        }) as typeof original);
      }
    };
    const left = (): number =>
      made.filter((timer) => !(timer as { readonly _destroyed: boolean })._destroyed).length;
    afterEach(() => vi.restoreAllMocks());

    it.each([
      ['is read to its end', [textDelta('Hello'), completed]],
      ['fails before its first event', [failed('INVALID_REQUEST')]],
      ['fails after it', [textDelta('Hello'), failed('SERVER_ERROR')]],
    ])('once it %s', async (_, events) => {
      watch();
      const { ask, first, closed } = await serve({ silenceMs });
      first.answer(...events);
      await (await ask({ stream: true, model: 'first/talker' })).text();
      await closed;
      expect(made.length).toBeGreaterThan(0);
      expect(left()).toBe(0);
    });

    it.each([[[]], [[textDelta('Hello')]]])('once its client has left after %j', async (events) => {
      watch();
      const { ask, first, closed } = await serve({ silenceMs });
      const client = new AbortController();
      const asked = ask({ stream: true }, { signal: client.signal }).catch(() => undefined);
      const call = await first.called(0);
      call.send(...events);
      if (events.length > 0) await asked;
      client.abort();
      await Promise.all([closed, call.over, asked]);
      await settled();
      expect(made.length).toBeGreaterThan(0);
      expect(left()).toBe(0);
    });
  });
});

describe('a client that leaves', () => {
  const leaveAfterText = async (stream: boolean, onDisconnect: string) => {
    const served = await serve();
    const client = new AbortController();
    const asked = served
      .ask({ stream }, { signal: client.signal, headers: { 'x-modelgraph-on-disconnect': onDisconnect } })
      .catch(() => undefined);
    const call = await served.first.called(0);
    call.send(textDelta('Hel'));
    // The head of a stream comes with it; of a whole answer nothing does.
    if (stream) await asked;
    else await settled();
    client.abort();
    await Promise.all([served.closed, asked]);
    return { ...served, call };
  };

  it.each([true, false])('ends the call (streamed: %s)', async (stream) => {
    const { call, ledger, store } = await leaveAfterText(stream, 'cancel');
    await call.over;
    await settled();
    expect(call.signal.aborted).toBe(true);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it.each([true, false])('under drain does not (streamed: %s)', async (stream) => {
    const { call, ledger, store } = await leaveAfterText(stream, 'drain');
    await settled();
    expect(call.signal.aborted).toBe(false);
    call.send(textDelta('lo'), usageUpdated({ input: 9, output: 2 }), completed);
    await call.over;
    await settled();
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'SUCCEEDED', usage: { input: 9, output: 2 } }]);
  });
});

it("a client's own request goes as it came to who speaks its dialect, and to nobody else", async () => {
  const own = { seed: 7, store: false, metadata: { a: 'b' } };
  const { ask, first } = await serve({ providers: { dialect: 'openai' } });
  first.answer(textDelta('Hello'), completed);
  await ask(own);
  expect(first.calls[0]?.call.client?.body).toMatchObject({ ...own, messages: MESSAGES });
  first.answer(textDelta('Hello'), completed);
  await ask({ max_tokens: 9 }, {}, '/v1/messages');
  expect(first.calls[1]?.call.client).toBeUndefined();
});
