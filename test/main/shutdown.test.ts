import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { usedDataFolder } from '../support/data-folder.ts';
import { type GraphClient, type Result, TRANSPORTS } from '../support/graph-clients.ts';
import { type ModelgraphProcess, spawnModelgraph } from '../support/modelgraph.ts';
import {
  eventStream,
  gate,
  NEVER,
  type Piece,
  sseFrame,
  startUpstream,
  type Upstream,
} from '../support/upstream.ts';

const STREAM = /* GraphQL */ `
  subscription ($tag: JSONObject) {
    completion(input: { model: "relay/m", messages: [{ user: { text: "Hi" } }], metadata: $tag }) {
      __typename
      ... on TextDelta { text }
      ... on CompletionFinished { completion { text } }
      ... on CompletionFailed { error { __typename ... on UpstreamError { code message } } }
    }
  }
`;
const COMPLETE = /* GraphQL */ `
  mutation ($tag: JSONObject) {
    complete(input: { model: "relay/m", messages: [{ user: { text: "Hi" } }], metadata: $tag }) {
      __typename
      ... on Completion { text }
      ... on Error { message }
      ... on UpstreamError { code }
    }
  }
`;
const LEDGER = '{ completions(first: 100) { edges { node { status metadata } } } }';

const delta = (content: string) => sseFrame({ choices: [{ index: 0, delta: { content } }] });
const ENDING: readonly Piece[] = [
  delta('end'),
  sseFrame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  sseFrame({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }),
  sseFrame('[DONE]'),
];

/** One completion that a client follows. */
type Follower = {
  /** Resolves at its first text. */
  readonly begun: Promise<void>;
  /** Text so far, and the last event. */
  readonly over: Promise<{ readonly text: string; readonly last: Result['data'] }>;
};

const follow = (client: GraphClient, tag: string): Follower => {
  const begun = Promise.withResolvers<void>();
  const over = (async () => {
    let text = '';
    let last: Result['data'];
    for await (const { data, errors } of client.iterate(STREAM, { tag: { tag } })) {
      expect(errors).toBeUndefined();
      last = data.completion;
      if (last.__typename === 'TextDelta') {
        text += last.text;
        begun.resolve();
      }
    }
    return { text, last };
  })();
  over.catch(begun.reject);
  return { begun: begun.promise, over };
};

describe('a server that is told to stop', () => {
  let upstream: Upstream;
  let data: Awaited<ReturnType<typeof usedDataFolder>>;
  let server: ModelgraphProcess;
  let clients: readonly GraphClient[] = [];
  beforeAll(async () => {
    [upstream, data] = await Promise.all([startUpstream(), usedDataFolder()]);
  });
  afterAll(async () => {
    for (const client of clients) await client.dispose();
    await server?.stop();
    await upstream?.close();
    data?.remove();
  });

  const start = async (drainMs: number): Promise<void> => {
    for (const client of clients) await client.dispose();
    server = await spawnModelgraph({
      dataDir: data.path,
      env: { MODELGRAPH_DRAIN_MS: String(drainMs), MODELGRAPH_ADMIN_KEY: 'mg_of-the-shutdown-test' },
      config: `providers: [{ id: relay, dialect: openai, baseUrl: "${upstream.url}/v1", models: [{ id: m }] }]`,
    });
    clients = TRANSPORTS.map((transport) => transport.connect(server));
  };

  /** One completion on every transport, and one by mutation, all begun. */
  const begin = async (name: string) => {
    const before = upstream.requests.length;
    const mutation = server.post(COMPLETE, { tag: { tag: name } });
    const followers = clients.map((client) => follow(client, name));
    await Promise.all(followers.map(({ begun }) => begun));
    await upstream.received(before + followers.length);
    return { mutation, followers };
  };

  const post = async (path: string, body: object) => {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.json(),
    };
  };

  const ended = (how: string): RegExp =>
    new RegExp(`Stopped after \\d+ s: ${TRANSPORTS.length + 1} operations under way ${how}`);

  const recorded = async (name: string): Promise<readonly string[]> => {
    const { body } = await server.post(LEDGER);
    return body.data.completions.edges
      .map(({ node }: { node: { status: string; metadata: { tag: string } | null } }) => node)
      .filter(({ metadata }: { metadata: { tag: string } | null }) => metadata?.tag === name)
      .map(({ status }: { status: string }) => status);
  };

  const upgradeStatus = (): Promise<number | undefined> =>
    new Promise((resolve) => {
      const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws');
      socket.on('error', () => {});
      socket.once('unexpected-response', (request, response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      socket.once('open', () => resolve(101));
    });

  it('tells clients of what does not end in time, and records it', async () => {
    await start(200);
    upstream.respond(() => eventStream([delta('begin '), NEVER]));
    const { mutation, followers } = await begin('endless');
    const before = upstream.requests.length;
    const waiting = ['/v1/chat/completions', '/v1/messages', '/v1/embeddings'].map((path) =>
      post(path, {
        model: 'relay/m',
        max_tokens: 9,
        messages: [{ role: 'user', content: 'Hi' }],
        input: 'Hi',
      }),
    );
    await upstream.received(before + waiting.length - 1);
    server.signal('SIGTERM');
    for (const { over } of followers) {
      const { text, last } = await over;
      expect(text).toBe('begin ');
      expect(last).toMatchObject({
        __typename: 'CompletionFailed',
        error: { __typename: 'UpstreamError', code: 'STOPPED' },
      });
    }
    expect((await mutation).body.data.complete).toMatchObject({
      __typename: 'UpstreamError',
      code: 'STOPPED',
    });
    const [chat, messages, embeddings] = await Promise.all(waiting);
    const asked = { 'retry-after': '1' };
    for (const answer of [chat, embeddings])
      expect(answer).toMatchObject({ status: 503, headers: asked, body: { error: { code: 'unavailable' } } });
    expect(messages).toMatchObject({
      status: 529,
      headers: asked,
      body: { type: 'error', error: { type: 'overloaded_error' } },
    });
    await server.printed(/Stopped after \d+ s: \d+ operations under way were cut off/);
    expect(await server.exited).toBe(0);
  });

  it('finishes what is under way, refuses what is new, and says so to those who watch it', async () => {
    await start(60_000);
    expect(await recorded('endless')).toEqual(Array(TRANSPORTS.length + 1).fill('CANCELLED'));

    const held = gate();
    upstream.respond(() => eventStream([delta('begin '), held.opened, ...ENDING]));
    const { mutation, followers } = await begin('finished');
    server.signal('SIGTERM');
    await server.printed(/Stopping: new work is refused, \d+ operations under way may finish within 60 s\. /);
    // As service managers send it besides, and terminals that close: it cuts nothing off.
    server.signal('SIGHUP');

    const refused = await server.post('{ __typename }');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.body.errors[0].extensions.code).toBe('UNAVAILABLE');
    expect(await upgradeStatus()).toBe(503);
    const get = async (path: string) => {
      const response = await fetch(`${server.url}${path}`);
      return { status: response.status, body: await response.json() };
    };
    expect(await get('/health')).toEqual({ status: 200, body: { status: 'stopping' } });
    expect(await get('/ready')).toEqual({ status: 503, body: { status: 'stopping' } });
    expect(await get('/v1/models')).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
    expect(await post('/v1/messages', {})).toMatchObject({
      status: 529,
      headers: { 'retry-after': '1' },
      body: { type: 'error', error: { type: 'overloaded_error' } },
    });

    // A socket that is open already is not closed under what runs on it; it begins nothing new.
    const [socket] = clients;
    const late = await (socket && follow(socket, 'late').over);
    expect(late?.last).toMatchObject({
      __typename: 'CompletionFailed',
      error: { __typename: 'UnavailableError' },
    });

    held.open();
    for (const { over } of followers) {
      const { text, last } = await over;
      expect(text).toBe('begin end');
      expect(last).toMatchObject({ __typename: 'CompletionFinished', completion: { text: 'begin end' } });
    }
    expect((await mutation).body.data.complete).toEqual({ __typename: 'Completion', text: 'begin end' });
    await server.printed(ended('were completed'));
    expect(await server.exited).toBe(0);
  });

  it('has recorded what it finished, and stops even where a client does not let go', async () => {
    await start(60_000);
    expect(await recorded('finished')).toEqual(Array(TRANSPORTS.length + 1).fill('SUCCEEDED'));
    expect(await recorded('late')).toEqual([]);

    const { port } = new URL(server.url);
    // Opens a WebSocket, and from then on answers nothing.
    const stuck = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    stuck.on('error', () => {});
    stuck.write(
      [
        'GET /graphql HTTP/1.1',
        'host: 127.0.0.1',
        'connection: Upgrade',
        'upgrade: websocket',
        'sec-websocket-version: 13',
        'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
        'sec-websocket-protocol: graphql-transport-ws',
        '\r\n',
      ].join('\r\n'),
    );
    const [answer] = await once(stuck, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /);
    stuck.pause();
    server.signal('SIGQUIT');
    expect(await server.exited).toBe(0);
    stuck.destroy();
  });

  it('stops at once when it is told again, by whichever signal', async () => {
    await start(60_000);
    upstream.respond(() => eventStream([delta('begin '), NEVER]));
    const { mutation, followers } = await begin('abandoned');
    const ends = Promise.allSettled([mutation, ...followers.map(({ over }) => over)]);
    server.signal('SIGTERM');
    await server.printed(/Stopping: /);
    server.signal('SIGINT');
    expect(await server.exited).toBe(1);
    expect((await ends).every(({ status }) => status === 'rejected')).toBe(true);
  });
});
