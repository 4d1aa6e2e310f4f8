import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operationsOf } from '../../../src/adapters/providers/configure-providers.ts';
import type { KnownProvider } from '../../../src/adapters/providers/known-provider.ts';
import { KNOWN_PROVIDERS } from '../../../src/adapters/providers/registry.ts';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import type { OperationKind } from '../../../src/domain/operation.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import {
  type ChatTraffic,
  CLAUDE_ON_VERTEX,
  PECULIAR,
  REASONS,
  usualTraffic,
} from '../../fixtures/upstream/known/chat-traffic.ts';
import { operationTraffic } from '../../fixtures/upstream/known/operation-traffic.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { quickest } from '../../support/quickest.ts';
import { NEVER, startUpstream, type Upstream } from '../../support/upstream.ts';
import { basePathOf, type KnownConnections, startConnections } from './connect-known.ts';

const KEY = 'a-key-0123456789';
const RELEASE_MS = 100;
const WORDS = ['One', ' two', ' three'];
const WEATHER = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
} as const;

let connections: KnownConnections;
let upstream: Upstream;
beforeAll(async () => {
  connections = await startConnections(KEY);
});
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());
afterAll(() => connections.close());
const connect = (known: KnownProvider): Promise<Provider> => connections.connect(known, upstream);

const ask = (
  provider: Provider,
  model: string,
  stream: boolean,
  request: Partial<CompletionRequest> = {},
) => {
  const controller = new AbortController();
  const events = providerEvents(
    provider,
    {
      providerModelId: model,
      request: {
        messages: [{ role: 'user', parts: [{ type: 'text', text: 'Say something.' }] }],
        tools: [],
        ...request,
      },
      stream,
    },
    controller.signal,
  );
  return { events, abort: () => controller.abort() };
};
const read = async (events: AsyncIterable<ProviderEvent>): Promise<readonly ProviderEvent[]> => {
  const all: ProviderEvent[] = [];
  for await (const event of events) all.push(event);
  expect(JSON.stringify(all)).not.toContain(KEY);
  return all;
};
const textOf = (events: readonly ProviderEvent[]): string =>
  events.map((event) => (event.type === 'textDelta' ? event.text : '')).join('');
const failureOf = (events: readonly ProviderEvent[]) => {
  const last = events.at(-1);
  return last?.type === 'failed' ? last.failure : undefined;
};

type Case = readonly [name: string, known: KnownProvider, traffic: ChatTraffic];

/** Every provider with language models, in each of the dialects that it is spoken to in. */
const CHATS: readonly Case[] = KNOWN_PROVIDERS.filter(({ api }) => api.completes !== false).flatMap(
  (known): readonly Case[] => {
    const traffic =
      PECULIAR[known.id] ?? (known.api.kind === 'DIALECT' ? usualTraffic(known.api.dialect) : undefined);
    if (traffic === undefined) throw new Error(`There is no traffic of ${known.id} to test it with.`);
    const own: Case = [known.id, known, traffic];
    switch (known.id) {
      case 'openai':
        return [own, ['openai (responses)', known, usualTraffic('openai-responses')]];
      case 'vertex':
        return [own, ['vertex (Claude)', known, CLAUDE_ON_VERTEX]];
      default:
        return [own];
    }
  },
);

describe.each(CHATS)('%s', (_name, known, traffic) => {
  describe.each([true, false])('streamed: %s', (stream) => {
    test('text, usage and finish, at its path with its key', async () => {
      upstream.enqueue(stream ? traffic.stream(traffic.textFrames(WORDS)) : traffic.text(WORDS));
      const events = await read(ask(await connect(known), traffic.model, stream).events);
      expect(textOf(events)).toBe('One two three');
      expect(events.at(-1)).toMatchObject({ type: 'completed', finishReason: 'STOP' });
      const usage = events.findLast((event) => event.type === 'usageUpdated')?.usage;
      expect(usage).toMatchObject({ output: 3 });
      expect((usage?.input ?? 0) + (usage?.cacheRead ?? 0)).toBe(19);
      expect(events.some((event) => event.type === 'reasoningDelta')).toBe(REASONS.has(known.id));
      if (known.id === 'perplexity') {
        expect(events).toContainEqual(
          expect.objectContaining({ type: 'source', url: 'https://one.example/a' }),
        );
      }
      const [request, ...others] = upstream.requests;
      expect(others).toEqual([]);
      expect(request).toMatchObject({
        method: 'POST',
        path: `${basePathOf(known)}${traffic.path(stream)}`,
      });
      expect(request?.headers[traffic.key.header]).toBe(traffic.key.value(KEY));
    });

    test('a tool call, or that there is none', async () => {
      const provider = await connect(known);
      const request = {
        messages: [{ role: 'user', parts: [{ type: 'text', text: 'Weather?' }] }],
        tools: [WEATHER],
      } as const;
      const problems = provider.unsupported(traffic.model, request).map(({ name }) => name);
      if (traffic.tools === undefined) return expect(problems).toContain('tools');
      expect(problems).toEqual([]);
      upstream.enqueue(stream ? traffic.tools.streamed() : traffic.tools.whole());
      const events = await read(ask(provider, traffic.model, stream, { tools: [WEATHER] }).events);
      expect(events.at(-1)).toMatchObject({ type: 'completed', finishReason: 'TOOL_CALLS' });
      const call = events.find((event) => event.type === 'toolCallEnded');
      expect(call?.name).toBe('get_weather');
      expect(JSON.parse(call?.arguments ?? '')).toEqual({ city: 'Paris' });
      expect(JSON.stringify(upstream.requests[0]?.body)).toContain('get_weather');
    });

    test('a rate limit and the wait that it asks for', async () => {
      upstream.enqueue(traffic.rateLimited(7));
      const events = await read(ask(await connect(known), traffic.model, stream).events);
      expect(failureOf(events)).toMatchObject({ code: 'RATE_LIMITED', retry: 'HERE', retryAfterMs: 7_000 });
    });

    test('a key that it does not take', async () => {
      upstream.enqueue(traffic.unauthorised());
      const events = await read(ask(await connect(known), traffic.model, stream).events);
      expect(failureOf(events)).toMatchObject({ code: 'AUTHENTICATION', retry: 'ELSEWHERE' });
    });
  });

  test.each(['end', 'cut', 'reset'] as const)(
    'a stream that breaks off (%s) is no success',
    async (ending) => {
      const frames = traffic.textFrames(WORDS);
      const last = frames.findIndex((frame) => Buffer.from(frame).includes(' three'));
      upstream.enqueue(traffic.stream(frames.slice(0, last + 1), { ending }));
      const events = await read(ask(await connect(known), traffic.model, true).events);
      expect(events.some((event) => event.type === 'completed')).toBe(false);
      expect(failureOf(events)?.code).toBe('TRUNCATED');
    },
  );

  test('aborting closes the connection within 100 ms', async () => {
    const frames = traffic.textFrames(WORDS);
    const first = frames.findIndex((frame) => Buffer.from(frame).includes('One'));
    const provider = await connect(known);
    const released = await quickest(RELEASE_MS, async (n) => {
      upstream.enqueue(traffic.stream(frames.slice(0, first + 1), { ending: 'hang' }));
      const { events, abort } = ask(provider, traffic.model, true);
      let ms = Number.NaN;
      let last: ProviderEvent | undefined;
      for await (const event of events) {
        last = event;
        if (event.type !== 'textDelta') continue;
        const abortedAt = performance.now();
        abort();
        await upstream.closedByClient(n);
        ms = performance.now() - abortedAt;
      }
      expect(last).toMatchObject({ type: 'failed', failure: { code: 'CANCELLED' } });
      return ms;
    });
    expect(released).toBeLessThan(RELEASE_MS);
  });
});

/** With bytes as base64, whatever holds them. */
const readable = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(readable);
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, readable(each)]))
    : value;
};

/** Every cell of the table of providers and operations. */
const CELLS = KNOWN_PROVIDERS.flatMap((known) =>
  operationsOf(known).map((kind) => [known.id, kind, known] as const),
);

describe.each(CELLS)('%s does %s', (_id, kind, known) => {
  const trafficOf = <Kind extends OperationKind>(operation: Kind) => {
    const traffic = operationTraffic(known, operation);
    if (traffic === undefined) throw new Error(`There is no traffic of ${known.id} for ${operation}.`);
    return traffic;
  };
  const perform = async <Kind extends OperationKind>(operation: Kind, signal: AbortSignal) => {
    const { operations } = await connect(known);
    const adapter = operations[operation];
    if (adapter === undefined) throw new Error(`${known.id} is connected without ${operation}.`);
    const { model, request } = trafficOf(operation);
    return adapter.perform({ providerModelId: model, request }, signal);
  };

  test('at its path, with its key', async () => {
    const { path, answer, result } = trafficOf(kind);
    upstream.enqueue(answer);
    const outcome = await perform(kind, new AbortController().signal);
    expect(readable(outcome)).toMatchObject({ kind: 'DONE', result });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
    const [request, ...others] = upstream.requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', path: `${basePathOf(known)}${path}` });
    expect(Object.values(request?.headers ?? {}).join(' ')).toContain(KEY);
  });

  test('aborting closes the connection within 100 ms', async () => {
    const released = await quickest(RELEASE_MS, async (n) => {
      upstream.enqueue({ before: NEVER });
      const controller = new AbortController();
      const outcome = perform(kind, controller.signal);
      // Where it ends before it is under way, its outcome says why.
      expect(await Promise.race([upstream.received(n), outcome])).toMatchObject({ method: 'POST' });
      const abortedAt = performance.now();
      controller.abort();
      await upstream.closedByClient(n);
      const ms = performance.now() - abortedAt;
      expect(await outcome).toMatchObject({ kind: 'FAILED', failure: { code: 'CANCELLED' } });
      return ms;
    });
    expect(released).toBeLessThan(RELEASE_MS);
  });

  test('an answer that is cut off is no success', async () => {
    const { answer } = trafficOf(kind);
    const { body } = answer;
    if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw new Error('an answer in one piece');
    const bytes = Buffer.from(body);
    upstream.enqueue({
      headers: { ...answer.headers, 'content-length': String(bytes.byteLength) },
      body: bytes.subarray(0, bytes.byteLength - 1),
      ending: 'cut',
    });
    const outcome = await perform(kind, new AbortController().signal);
    expect(outcome).toMatchObject({ kind: 'FAILED', failure: { code: 'TRUNCATED' } });
  });
});
