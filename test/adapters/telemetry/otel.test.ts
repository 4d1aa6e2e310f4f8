import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openTelemetry } from '../../../src/adapters/telemetry/open-telemetry.ts';
import { type ProxyServer, parseProxy } from '../../../src/domain/proxy.ts';
import { DEFAULT_POLICY, type RoutePolicy } from '../../../src/domain/route.ts';
import { traceParentIn } from '../../../src/domain/trace.ts';
import type { Telemetry } from '../../../src/ports/telemetry.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  failed,
  MODEL,
  readAll,
  readUntil,
  requestWith,
  textDelta,
  usageUpdated,
} from '../../gateway/harness.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { startProxy } from '../../support/proxy.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';

const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const UNSAMPLED = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };

let receiver: OtlpReceiver;
let log = recordedLog();
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  log = recordedLog();
});
afterEach(() => receiver.stop());

const open = async (
  variables: { readonly [name: string]: string } = {},
  clock = createFakeClock(),
  proxyOf?: (url: URL) => ProxyServer | undefined,
): Promise<Telemetry> => {
  const all: { readonly [name: string]: string } = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    ...variables,
  };
  const telemetry = await openTelemetry({
    variable: (name) => all[name],
    hostOf: (id) => `${id}.example:443`,
    version: '1.2.3',
    clock,
    log,
    ...(proxyOf !== undefined && { proxyOf }),
  });
  if (telemetry === undefined) throw new Error('it is off');
  return telemetry;
};

const attempts = (spans: readonly ReceivedSpan[]) => spans.filter(({ kind }) => kind === 'CLIENT');
const completions = (spans: readonly ReceivedSpan[]) => spans.filter(({ kind }) => kind === 'INTERNAL');

/** Who was tried, why, and how it ended. */
const outcomes = (spans: readonly ReceivedSpan[]): readonly string[] =>
  attempts(spans).map(({ attributes }) =>
    ['gen_ai.provider.name', 'modelgraph.attempt.cause', 'modelgraph.attempt.status', 'error.type']
      .flatMap((name) => attributes[name] ?? [])
      .join(' '),
  );

/** One completion by one provider that says `Good answer.`; what was exported of it. */
const oneCompletion = async (
  variables: { readonly [name: string]: string } = {},
  changes: Parameters<typeof commandWith>[0] = { trace: TRACE },
  proxyOf?: (url: URL) => ProxyServer | undefined,
) => {
  const telemetry = await open(variables, createFakeClock(), proxyOf);
  const provider = createScriptedProvider('one');
  provider.answer(
    textDelta('Good answer.'),
    usageUpdated({ input: 7, cacheRead: 3, output: 4, reasoning: 2 }),
    completed,
  );
  const { gateway } = createHarness([provider], { telemetry });
  await readAll(gateway.complete(callerWith(), commandWith(changes)));
  await telemetry.close();
  return { provider, spans: receiver.spans(), points: receiver.points() };
};

describe('a completion', () => {
  it('is told of with what it used and cost', async () => {
    const { spans, points } = await oneCompletion();
    expect(completions(spans)).toMatchObject([
      {
        attributes: {
          'gen_ai.response.finish_reasons': ['end_turn'],
          'gen_ai.usage.input_tokens': 10,
          'gen_ai.usage.output_tokens': 6,
          'gen_ai.usage.cache_read.input_tokens': 3,
          'gen_ai.usage.reasoning.output_tokens': 2,
          'modelgraph.cost.kind': 'UNPRICED',
          'modelgraph.strategy': 'PRIORITY',
          'modelgraph.key.id': 'key_1',
        },
      },
    ]);
    const tokens = points.filter(({ metric }) => metric === 'gen_ai.client.token.usage');
    expect(tokens.map(({ sum, attributes }) => [attributes['gen_ai.token.type'], sum])).toEqual([
      ['input', 10],
      ['output', 6],
    ]);
    expect(tokens[0]?.attributes).toMatchObject({ 'server.address': 'one.example', 'server.port': 443 });
  });

  it('states its cost exactly', async () => {
    const telemetry = await open();
    const provider = createScriptedProvider('one');
    provider.answer(textDelta('x'), usageUpdated({ input: 1, output: 1 }), completed);
    const { gateway } = createHarness([provider], { telemetry });
    await readAll(gateway.complete(callerWith(), commandWith()));
    await telemetry.close();
    expect(completions(receiver.spans())[0]?.attributes).toMatchObject({
      'modelgraph.cost.total': '0.000011',
      'modelgraph.cost.currency': 'USD',
    });
  });

  it('has an attempt for each provider that was tried, each ended once', async () => {
    const telemetry = await open();
    const [one, two] = [createScriptedProvider('one'), createScriptedProvider('two')];
    one.answer(failed('SERVER_ERROR', { retry: 'ELSEWHERE', providerMessage: 'you said: Hello' }));
    two.answer(textDelta('x'), completed);
    const { gateway } = createHarness([one, two], { telemetry });
    await readAll(gateway.complete(callerWith(), commandWith()));
    await telemetry.close();
    const spans = receiver.spans();
    expect(outcomes(spans)).toEqual(['one FIRST FAILED SERVER_ERROR', 'two FALLBACK SUCCEEDED']);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(3);
    expect(attempts(spans)[0]?.message).toBe('The provider failed.');
  });

  it('has an attempt for each provider of a race, the loser no failure', async () => {
    const telemetry = await open();
    const [one, two] = [createScriptedProvider('one'), createScriptedProvider('two')];
    const { gateway } = createHarness([one, two], { telemetry });
    const policy: RoutePolicy = {
      ...DEFAULT_POLICY,
      candidates: [{ target: { kind: 'MODEL', name: MODEL }, weight: 1 }],
      strategy: { kind: 'RACE', count: 2, order: { kind: 'PRIORITY' } },
    };
    const reading = readAll(
      gateway.complete(callerWith(), commandWith({ model: 'inline', routing: { policy } })),
    );
    await one.called(0);
    (await two.called(0)).send(textDelta('x'), completed);
    await reading;
    await telemetry.close();
    const spans = receiver.spans();
    expect(outcomes(spans).toSorted()).toEqual(['one FIRST CANCELLED', 'two RACE SUCCEEDED']);
    expect(spans.map(({ isError }) => isError)).toEqual([false, false, false]);
    const [sentToOne, sentToTwo] = [one, two].map(({ calls }) => calls[0]?.call.trace?.traceparent);
    expect(sentToOne).not.toBe(sentToTwo);
  });

  it('that is left ends as cancelled, with its attempt', async () => {
    const telemetry = await open();
    const provider = createScriptedProvider('one');
    const { gateway } = createHarness([provider], { telemetry });
    const events = gateway.complete(callerWith(), commandWith());
    const first = readUntil(events, 'textDelta');
    (await provider.called(0)).send(textDelta('x'));
    await first;
    await events.return?.();
    await telemetry.close();
    const spans = receiver.spans();
    expect(spans.map(({ kind, attributes }) => [kind, attributes['error.type']])).toEqual([
      ['CLIENT', 'CANCELLED'],
      ['INTERNAL', 'CANCELLED'],
    ]);
  });

  it('tells no provider of a trace, and begins one anew, where propagation is off', async () => {
    const { provider, spans } = await oneCompletion({ OTEL_PROPAGATORS: 'none' });
    expect(provider.calls[0]?.call.trace).toBeUndefined();
    expect(completions(spans)[0]?.parentSpanId).toBeUndefined();
  });

  it('is no span where its trace is not sampled, and goes on as such', async () => {
    const { provider, spans, points } = await oneCompletion({}, { trace: UNSAMPLED });
    expect(spans).toEqual([]);
    expect(provider.calls[0]?.call.trace?.traceparent).toMatch(
      /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/,
    );
    expect(points.length).toBeGreaterThan(0);
  });

  it('passes on what it was told where only measurements are exported', async () => {
    const { provider, spans } = await oneCompletion({ OTEL_TRACES_EXPORTER: 'none' });
    expect(spans).toEqual([]);
    expect(provider.calls[0]?.call.trace).toEqual(TRACE);
  });
});

describe('content', () => {
  const asked = {
    request: requestWith({
      messages: [
        { role: 'system', text: 'Be brief.' },
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AAAASECRETAAAA' } },
          ],
        },
      ],
      stop: ['the-end'],
    }),
  };
  const SAID = ['Be brief.', 'What is this?', 'Good answer.', 'the-end'];

  it('stays here', async () => {
    await oneCompletion({}, asked);
    const all = receiver.posts.map(({ bytes }) => bytes.toString()).join('');
    for (const text of [...SAID, 'SECRET']) expect(all).not.toContain(text);
  });

  it.each(['false', '1', 'SPAN_ONLY'])('stays here with %s', async (value) => {
    await oneCompletion({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: value }, asked);
    const all = receiver.posts.map(({ bytes }) => bytes.toString()).join('');
    for (const text of SAID) expect(all).not.toContain(text);
  });

  it('is exported where that is asked for, but no bytes', async () => {
    const { spans } = await oneCompletion(
      { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' },
      asked,
    );
    const read = (name: string): unknown => JSON.parse(String(completions(spans)[0]?.attributes[name]));
    expect(read('gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'Be brief.' }]);
    expect(read('gen_ai.input.messages')).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'What is this?' },
          { type: 'blob', modality: 'image', mime_type: 'image/png' },
        ],
      },
    ]);
    expect(read('gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Good answer.' }], finish_reason: 'end_turn' },
    ]);
    expect(receiver.posts.map(({ bytes }) => bytes.toString()).join('')).not.toContain('SECRET');
  });
});

describe('the export', () => {
  it('is protobuf unless JSON is asked for, and compressed where that is', async () => {
    await oneCompletion({ OTEL_EXPORTER_OTLP_PROTOCOL: '', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' });
    const post = receiver.posts.find(({ path }) => path === '/v1/traces');
    expect(post?.contentType).toBe('application/x-protobuf');
    expect(post?.headers['content-encoding']).toBe('gzip');
    expect(post?.bytes.includes(Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex'))).toBe(true);
    expect(post?.bytes.includes('chat lab/talker')).toBe(true);
  });

  it('goes through a proxy, whose refusals the log tells without its credentials', async () => {
    const proxy = await startProxy({ kind: 'socks5', credentials: { user: 'john', password: 'top-secret' } });
    onTestFinished(proxy.close);
    const authority = new URL(receiver.url).host;
    proxy.know(authority, Number(new URL(receiver.url).port));
    const through = (url: string) => () => {
      const server = parseProxy(url, 'ALL_PROXY');
      return typeof server === 'string' ? undefined : server;
    };
    const { spans, points } = await oneCompletion({}, { trace: TRACE }, through(proxy.urlWithCredentials));
    expect(proxy.tunnels).toContain(authority);
    expect(spans).not.toEqual([]);
    expect(points).not.toEqual([]);
    expect(log.lines).toEqual([]);
    const posts = receiver.posts.length;
    const wrong = proxy.urlWithCredentials.replace('john', 'jane');
    await oneCompletion(
      { OTEL_METRICS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem' },
      { trace: TRACE },
      through(wrong),
    );
    expect(receiver.posts).toHaveLength(posts);
    expect(log.lines.join('\n')).toContain('OTEL_EXPORTER_OTLP_CERTIFICATE: the file cannot be read.');
    expect(log.lines.join('\n')).toContain(
      `The proxy 127.0.0.1:${proxy.port} (ALL_PROXY) refused to connect`,
    );
    expect(log.lines.join('\n')).not.toMatch(/jane|top-secret/);
  });

  it('that fails is told to the log once, and to nobody else', async () => {
    receiver.answer(400);
    await oneCompletion({ OTEL_METRICS_EXPORTER: 'none' });
    expect(log.lines).toEqual([expect.stringContaining('warn The traces could not be exported.')]);
  });

  it('holds up the end for a few seconds at most', async () => {
    const clock = createFakeClock();
    const telemetry = await open({}, clock);
    const taken = receiver.hold();
    telemetry.request({ method: 'GET', path: '/v1/models', header: () => undefined }).end(200, false);
    const closing = telemetry.close();
    await taken;
    clock.advance(5_000);
    await closing;
    expect(clock.pending()).toBe(0);
  });
});

describe('trace context of a request', () => {
  it.each([
    [
      'of another version with more in it',
      '01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more',
      true,
    ],
    ['in capitals', '00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01', true],
    ['with more than there is', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more', false],
    ['of no version', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', false],
    ['without a trace', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, false],
    ['without a span', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`, false],
    ['of any other form', "x'; drop", false],
  ])('%s', (_, traceparent, isTaken) => {
    const found = traceParentIn((name) => (name === 'traceparent' ? traceparent : undefined));
    expect(found !== undefined).toBe(isTaken);
  });

  it('has its state with it, where that can be sent on', () => {
    const withState = (tracestate: string) =>
      traceParentIn((name) => ({ ...TRACE, tracestate })[name as 'traceparent' | 'tracestate']);
    expect(withState('vendor=a')).toEqual({ ...TRACE, tracestate: 'vendor=a' });
    expect(withState('a\nb')).toEqual(TRACE);
    expect(withState('a'.repeat(513))).toEqual(TRACE);
  });
});
