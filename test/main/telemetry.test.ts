import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startModelgraph } from '../support/modelgraph.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { answer, fails } from '../support/scriptable-upstream.ts';
import { type RoutingServer, startRoutingServer } from './routing/routing-server.ts';

/** Says on standard error which of OpenTelemetry's packages the process loads. */
const TELL_LOADED = `--import=data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) {
  if (/@opentelemetry.(sdk|exporter|otlp)/.test(url)) process.stderr.write('LOADED ' + url + String.fromCharCode(10));
  return next(url, context);
} });`,
)}`;

const SECRET_QUESTION = 'zanzibar-question';
const SECRET_ANSWER = 'quetzal-answer';
const served = {
  models: ['one', 'gone', 'drain', 'fail', 'graph', 'socket'].map((id) => ({ id, model: `lab/${id}` })),
};

let receiver: OtlpReceiver;
let routing: RoutingServer<'first' | 'second'>;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  routing = await startRoutingServer({
    providers: { first: served, second: served },
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a%20b',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      NODE_OPTIONS: TELL_LOADED,
    },
  });
});
afterAll(async () => {
  await routing?.stop();
  await receiver?.stop();
});
afterEach(() => routing.forget());

let traces = 0;
const newTrace = () => {
  traces += 1;
  const traceId = traces.toString(16).padStart(32, 'a');
  const spanId = 'b7ad6b7169203331';
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
};

const rest = (path: string, body: object, headers: Record<string, string>, signal?: AbortSignal) =>
  fetch(`${routing.server.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${routing.server.adminKey}`,
      ...headers,
    },
    body: JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  });

const chat = (model: string, more: object = {}) => ({
  model: `lab/${model}`,
  messages: [{ role: 'user', content: SECRET_QUESTION }],
  ...more,
});

/** All spans of a trace, once so many have ended. */
const spansOf = (traceId: string, count: number): Promise<readonly ReceivedSpan[]> =>
  receiver.until(() => {
    const found = receiver.spans().filter((span) => span.traceId === traceId);
    return found.length >= count ? found : undefined;
  });
const ofKind = (spans: readonly ReceivedSpan[], kind: ReceivedSpan['kind']) =>
  spans.filter((span) => span.kind === kind);

describe('a request that is traced', () => {
  it.each([
    [
      'over REST',
      '/v1/chat/completions',
      (trace: { traceparent: string }) =>
        rest('/v1/chat/completions', chat('one', { stream: true }), trace).then((response) =>
          response.text(),
        ),
    ],
    [
      'over GraphQL',
      '/graphql',
      (trace: { traceparent: string }) =>
        rest(
          '/graphql',
          {
            query: `mutation { complete(input: { model: "lab/one", messages: [{ user: { text: "${SECRET_QUESTION}" } }] }) { __typename } }`,
          },
          trace,
        ).then((response) => response.text()),
    ],
  ])('%s is one trace, from its client to the provider', async (_, path, send) => {
    const { traceId, spanId, traceparent } = newTrace();
    routing.upstreams.first.next(answer({ tokens: [SECRET_ANSWER] }));
    expect(await send({ traceparent })).not.toContain('error');
    const spans = await spansOf(traceId, 3);
    expect(spans.map(({ kind }) => kind).toSorted()).toEqual(['CLIENT', 'INTERNAL', 'SERVER']);
    const [server] = ofKind(spans, 'SERVER');
    const [completion] = ofKind(spans, 'INTERNAL');
    const [attempt] = ofKind(spans, 'CLIENT');
    expect(server).toMatchObject({
      name: `POST ${path}`,
      parentSpanId: spanId,
      isError: false,
      attributes: { 'http.request.method': 'POST', 'http.route': path, 'http.response.status_code': 200 },
    });
    expect(completion).toMatchObject({
      name: 'chat lab/one',
      parentSpanId: server?.spanId,
      isError: false,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'first',
        'gen_ai.request.model': 'lab/one',
        'gen_ai.response.model': 'one',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 1,
        'modelgraph.completion.id': expect.stringMatching(/^cmp_/),
        'modelgraph.attempts': 1,
        'modelgraph.status': 'SUCCEEDED',
        'modelgraph.cost.kind': 'UNPRICED',
      },
    });
    const { hostname, port } = new URL(routing.upstreams.first.url);
    expect(attempt).toMatchObject({
      name: 'chat one',
      parentSpanId: completion?.spanId,
      attributes: {
        'server.address': hostname,
        'server.port': Number(port),
        'modelgraph.attempt.cause': 'FIRST',
        'modelgraph.offering.id': 'first/one',
        'gen_ai.usage.input_tokens': 10,
      },
    });
    expect(routing.upstreams.first.calls[0]?.request.headers.traceparent).toBe(
      `00-${traceId}-${attempt?.spanId}-01`,
    );
  });

  it('has a span for each attempt, and says no word of the provider about the prompt', async () => {
    const { traceId, traceparent } = newTrace();
    routing.upstreams.first.next(
      fails(400, { code: 'context_length_exceeded', message: `too long: ${SECRET_QUESTION}` }),
    );
    expect((await rest('/v1/chat/completions', chat('fail'), { traceparent })).status).toBe(200);
    const attempts = ofKind(await spansOf(traceId, 4), 'CLIENT');
    const told = attempts.toSorted(
      (one, other) =>
        Number(one.attributes['modelgraph.attempt.index']) -
        Number(other.attributes['modelgraph.attempt.index']),
    );
    expect(
      told.map(({ isError, attributes }) => [
        isError,
        attributes['error.type'],
        attributes['modelgraph.attempt.cause'],
      ]),
    ).toEqual([
      [true, 'CONTEXT_LENGTH_EXCEEDED', 'FIRST'],
      [false, undefined, 'FALLBACK'],
    ]);
    expect(told[0]?.attributes['http.response.status_code']).toBe(400);
    expect(told[0]?.message).toContain('too long for the model');
    const sentBy = [routing.upstreams.first, routing.upstreams.second].map(
      ({ calls }) => calls[0]?.request.headers.traceparent,
    );
    expect(sentBy).toEqual(told.map(({ spanId }) => `00-${traceId}-${spanId}-01`));
  });

  it('ends once, as cancelled, when its client has gone', async () => {
    const { traceId, traceparent } = newTrace();
    routing.upstreams.first.next(answer({ tokens: ['a'], ending: 'hang' }));
    const leaving = new AbortController();
    const response = await rest(
      '/v1/chat/completions',
      chat('gone', { stream: true }),
      { traceparent },
      leaving.signal,
    );
    await response.body?.getReader().read();
    leaving.abort();
    const spans = await spansOf(traceId, 3);
    expect(spans).toHaveLength(3);
    expect(ofKind(spans, 'SERVER')[0]?.attributes).toMatchObject({ 'modelgraph.client_has_gone': true });
    for (const kind of ['INTERNAL', 'CLIENT'] as const)
      expect(ofKind(spans, kind)[0]).toMatchObject({ attributes: { 'error.type': 'CANCELLED' } });
  });

  it('ends when the answer is read to its end, where its client wants that though it has gone', async () => {
    const { traceId, traceparent } = newTrace();
    routing.upstreams.first.next(answer({ tokens: ['a', 'b', 'c'], tokenMs: 100 }));
    const leaving = new AbortController();
    const headers = { traceparent, 'x-modelgraph-on-disconnect': 'DRAIN' };
    const response = await rest(
      '/v1/chat/completions',
      chat('drain', { stream: true }),
      headers,
      leaving.signal,
    );
    await response.body?.getReader().read();
    leaving.abort();
    const spans = await spansOf(traceId, 3);
    expect(spans).toHaveLength(3);
    expect(ofKind(spans, 'SERVER')[0]?.attributes).toMatchObject({ 'modelgraph.client_has_gone': true });
    for (const kind of ['INTERNAL', 'CLIENT'] as const)
      expect(ofKind(spans, kind)[0]?.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 10 });
  });

  it('is told of when it is refused', async () => {
    const { traceId, traceparent } = newTrace();
    expect((await rest('/v1/chat/completions', chat('nothing-of-that-name'), { traceparent })).status).toBe(
      404,
    );
    const [refused] = ofKind(await spansOf(traceId, 2), 'INTERNAL');
    expect(refused).toMatchObject({ isError: true, attributes: { 'error.type': 'UNKNOWN_MODEL' } });
  });

  it('may be an operation other than a completion', async () => {
    const { traceId, traceparent } = newTrace();
    const body = { model: 'sandbox/echo', input: SECRET_QUESTION };
    expect((await rest('/v1/embeddings', body, { traceparent })).status).toBe(200);
    const spans = await spansOf(traceId, 3);
    const [operation] = ofKind(spans, 'INTERNAL');
    expect(operation).toMatchObject({
      name: 'embeddings sandbox/echo',
      attributes: {
        'gen_ai.provider.name': 'sandbox',
        'modelgraph.operation.id': expect.stringMatching(/^op_/),
      },
    });
    expect(ofKind(spans, 'CLIENT')[0]).toMatchObject({
      name: 'embeddings echo',
      parentSpanId: operation?.spanId,
    });
  });

  it('goes on with what a WebSocket says once for all that is done over it', async () => {
    const { traceId, spanId, traceparent } = newTrace();
    const { createClient } = await import('graphql-ws');
    const { WebSocket } = await import('ws');
    const client = createClient({
      url: routing.server.socketUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${routing.server.adminKey}`, traceparent },
    });
    const query = `subscription { completion(input: { model: "lab/socket", messages: [{ user: { text: "${SECRET_QUESTION}" } }] }) { __typename } }`;
    for await (const { errors } of client.iterate({ query })) expect(errors).toBeUndefined();
    await client.dispose();
    const [completion] = ofKind(await spansOf(traceId, 2), 'INTERNAL');
    expect(completion).toMatchObject({ name: 'chat lab/socket', parentSpanId: spanId });
  });

  it('begins a trace of its own where its client has none, or a broken one', async () => {
    for (const headers of [{}, { traceparent: '00-0-0-01' }] as Record<string, string>[]) {
      const before = new Set(receiver.spans().map(({ spanId }) => spanId));
      await (await rest('/v1/chat/completions', chat('graph'), headers)).text();
      const root = await receiver.until(() =>
        receiver.spans().find((span) => span.kind === 'SERVER' && !before.has(span.spanId)),
      );
      expect(root.parentSpanId).toBeUndefined();
      expect(root.traceId).toMatch(/^[0-9a-f]{32}$/);
    }
  });
});

describe('the measurements', () => {
  it('count tokens, durations and first tokens of calls to providers', async () => {
    const { traceparent } = newTrace();
    await (await rest('/v1/chat/completions', chat('one', { stream: true }), { traceparent })).text();
    const pointOf = (metric: string, more: object = {}) =>
      receiver.until(() =>
        receiver
          .points()
          .find(
            (point) =>
              point.metric === metric &&
              Object.entries(more).every(([name, value]) => point.attributes[name] === value),
          ),
      );
    const first = {
      'gen_ai.provider.name': 'first',
      'gen_ai.request.model': 'one',
      'gen_ai.operation.name': 'chat',
    };
    const input = await pointOf('gen_ai.client.token.usage', { ...first, 'gen_ai.token.type': 'input' });
    expect(input).toMatchObject({ unit: '{token}', sum: input.count * 10 });
    const duration = await pointOf('gen_ai.client.operation.duration', first);
    expect(duration.unit).toBe('s');
    expect(duration.count).toBeGreaterThanOrEqual(1);
    expect(duration.attributes['server.address']).toBe('127.0.0.1');
    const firstChunk = await pointOf('gen_ai.client.operation.time_to_first_chunk', first);
    expect(firstChunk.sum).toBeLessThanOrEqual(duration.sum);
    await pointOf('http.server.request.duration', { 'http.route': '/v1/chat/completions' });
  });
});

describe('what is exported', () => {
  it('holds nothing that was asked or answered, and no key', async () => {
    const { traceId, traceparent } = newTrace();
    routing.upstreams.first.next(answer({ tokens: [SECRET_ANSWER] }));
    const response = await rest('/v1/chat/completions?key=very-secret', chat('one'), { traceparent });
    expect(await response.text()).toContain(SECRET_ANSWER);
    await spansOf(traceId, 3);
    const all = receiver.posts.map(({ bytes }) => bytes.toString('utf8')).join('\n');
    expect(all).toContain('chat lab/one');
    for (const secret of [SECRET_QUESTION, SECRET_ANSWER, 'very-secret', routing.server.adminKey, 'sk-test'])
      expect(all).not.toContain(secret);
  });

  it('says whose it is, with the headers that its collector wants', () => {
    const [post] = receiver.posts;
    expect(post?.headers['x-tenant']).toBe('a b');
    const text = post?.bytes.toString('utf8');
    for (const part of ['service.name', '"modelgraph"', 'deployment.environment.name'])
      expect(text).toContain(part);
  });

  it('is made by the SDK', () => expect(routing.server.output()).toContain('LOADED'));
});

describe('without an exporter', () => {
  it.each([
    ['nothing set', {}],
    ['all switched off', { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }],
  ])('%s: nothing of the SDK is loaded', async (_, env) => {
    const server = await startModelgraph({ env: { ...env, NODE_OPTIONS: TELL_LOADED } });
    try {
      const { body } = await server.post(
        'mutation { complete(input: { model: "sandbox/echo", messages: [{ user: { text: "Hi" } }] }) { ... on Completion { text } } }',
      );
      expect(body.data.complete.text).toBe('Hi');
      expect(server.output()).not.toContain('LOADED');
    } finally {
      await server.stop();
    }
  });
});
