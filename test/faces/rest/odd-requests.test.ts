import { request as send } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { type ScriptableUpstream, startScriptableUpstream } from '../../support/scriptable-upstream.ts';

const ODD = '特价/gpt 4o';

let upstream: ScriptableUpstream;
let server: Modelgraph;
beforeAll(async () => {
  upstream = await startScriptableUpstream();
  server = await startModelgraph({
    lists: 'SMALL',
    config: JSON.stringify({
      providers: [
        {
          id: 'relay',
          dialect: 'openai',
          baseUrl: `${upstream.url}/v1`,
          apiKey: 'sk-relay-0123456789',
          models: [{ id: ODD, model: 'lab/odd' }],
        },
      ],
    }),
  });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

const CHAT = { model: 'sandbox/echo', messages: [{ role: 'user', content: 'two words' }] };

const ask = (body: object, headers: Record<string, string> = {}, path = '/v1/chat/completions') =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** What a server says to bytes that no HTTP library would send. */
const say = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let heard = '';
    socket.setEncoding('utf8').on('data', (piece) => {
      heard += piece;
    });
    socket.on('end', () => resolve(heard)).on('error', reject);
  });

const rawRequest = (target: string, headers: readonly string[], body: string): string =>
  [
    `POST ${target} HTTP/1.1`,
    `host: ${new URL(server.url).host}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers,
    '',
    body,
  ].join('\r\n');

describe('names in other scripts', () => {
  it.each([
    ['/v1/chat/completions', {}],
    ['/v1/chat/completions', { stream: true }],
    ['/v1/messages', { max_tokens: 9 }],
    ['/v1/messages', { max_tokens: 9, stream: true }],
  ])('of offerings are percent-encoded in the head of an answer: %s %j', async (path, extra) => {
    const response = await ask({ ...CHAT, ...extra, model: `relay/${ODD}` }, {}, path);
    const text = await response.text();
    expect(response.status).toBe(200);
    const said = response.headers.get('x-modelgraph-offering') ?? '';
    expect(said).toBe('relay/%E7%89%B9%E4%BB%B7/gpt 4o');
    expect(decodeURIComponent(said)).toBe(`relay/${ODD}`);
    expect(text).toContain('answer');
  });

  it('reach the ledger from headers as they were sent', async () => {
    const body = JSON.stringify(CHAT);
    const headers = [`authorization: Bearer ${server.adminKey}`, 'x-modelgraph-tags: team=Zürich, stage=试'];
    const answer = await say(rawRequest('/v1/chat/completions', headers, body));
    const id = /x-request-id: (\S+)/.exec(answer)?.[1];
    const { body: read } = await server.post('query ($id: ID!) { completion(id: $id) { metadata } }', { id });
    expect(read.data.completion.metadata).toEqual({ team: 'Zürich', stage: '试' });
  });
});

describe('requests that few clients make', () => {
  it('may name the whole address, as proxies do', async () => {
    const headers = [`authorization: Bearer ${server.adminKey}`];
    const answer = await say(
      rawRequest(`${server.url}/v1/chat/completions?x=1`, headers, JSON.stringify(CHAT)),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(await say(rawRequest(server.url, headers, '{}'))).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('have so many fields that reading them would keep all others waiting', async () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`f${n}`, n]));
    const response = await ask({ ...CHAT, ...many });
    expect(response.status).toBe(400);
    const { error } = await response.json();
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'too_many_fields' });
  });

  it.each([false, true])(
    'ask so often for an answer to so long a text that nothing could hold it: streamed %s',
    async (stream) => {
      const messages = [{ role: 'user', content: 'word '.repeat(10_000) }];
      const response = await ask({ ...CHAT, messages, n: 128, stream });
      expect(response.status).toBe(400);
      const { error } = await response.json();
      expect(error).toMatchObject({ param: 'n', code: 'too_many_choices' });
      expect((await ask({ ...CHAT, n: 3 })).status).toBe(200);
    },
  );

  it('are told so where they bring far too much, however long they go on with it', async () => {
    const size = 40_000_000;
    const { hostname, port } = new URL(server.url);
    const heard = await new Promise<string>((resolve, reject) => {
      const request = send(
        {
          hostname,
          port,
          method: 'POST',
          path: '/v1/chat/completions',
          headers: { authorization: `Bearer ${server.adminKey}`, 'content-length': size },
        },
        async (response) => {
          let text = '';
          for await (const piece of response) text += piece;
          request.end(Buffer.alloc(size - 1_000_000), () => resolve(text));
        },
      );
      request.on('error', reject);
      request.write(Buffer.alloc(1_000_000));
    });
    expect(JSON.parse(heard)).toMatchObject({ error: { code: 'request_too_large' } });
  });

  it.each([
    ['fields', { modelgraph: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`f${n}`, n])) }],
    ['a name', { modelgraph: { routing: { ['x'.repeat(1_000_000)]: 1 } } }],
    ['a tag', { modelgraph: { tags: { ['x'.repeat(1_000_000)]: 'y' } } }],
  ])('are not told all that they said: %s', async (_what, extra) => {
    const response = await ask({ ...CHAT, ...extra });
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(5_000);
  });

  it('are told which part of their head was not taken', async () => {
    const response = await ask(CHAT, { 'content-encoding': 'gzip' });
    expect(response.status).toBe(415);
    const { error } = await response.json();
    expect(error.message).toContain('content-encoding');
    expect(error.message).not.toContain('content-type');
  });

  it.each([
    ["another service's token beside our key", 'Bearer sk-ant-oat01-0123456789', true],
    ['a wrong key of ours before a right one', 'Bearer mg_wrong', false],
  ])('bring %s', async (_what, authorization, isLetIn) => {
    const response = await ask(CHAT, { authorization, 'x-api-key': server.adminKey });
    expect(response.status).toBe(isLetIn ? 200 : 401);
  });
});
