import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

const LIMIT = 65_536;

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph({
    lists: 'SMALL',
    env: { MODELGRAPH_MAX_REQUEST_BYTES: String(LIMIT), OPENAI_API_KEY: 'sk-1' },
  });
});
afterAll(() => server?.stop());

const get = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${server.url}${path}`, init);
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
};
const withKey = (): RequestInit => ({ headers: { authorization: `Bearer ${server.adminKey}` } });

describe('whether it lives', () => {
  it.each([
    ['/health', { status: 'ok' }],
    ['/health?verbose=1', { status: 'ok' }],
    ['/ready', { status: 'ready' }],
  ])('%s is told without a key', async (path, expected) => {
    const { status, body, headers } = await get(path);
    expect(status).toBe(200);
    expect(body).toEqual(expected);
    expect(headers.get('cache-control')).toBe('no-store');
    const head = await get(path, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
  });

  it('is only told, not set', async () => {
    const posted = await get('/health', { method: 'POST' });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
    expect((await get('/healthy')).status).toBe(404);
  });
});

describe('the REST base', () => {
  it.each([
    ['without a key', {}, 'missing_api_key'],
    ['with an empty one', { headers: { authorization: 'Bearer' } }, 'malformed_api_key'],
    ['with a wrong one', { headers: { authorization: 'Bearer mg_wrong' } }, 'invalid_api_key'],
    ['with another scheme', { headers: { authorization: 'Basic bWc6d3Jvbmc=' } }, 'malformed_api_key'],
    [
      'with a key of any length',
      { headers: { authorization: `Bearer ${'x'.repeat(10_000)}` } },
      'malformed_api_key',
    ],
  ])('tells nothing %s', async (_, init, code) => {
    for (const path of ['/v1/models', '/v1/chat/completions', '/v1/', '/v1']) {
      const { status, headers, body } = await get(path, init);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(body.error).toMatchObject({ type: 'authentication_error', code });
      expect(body.error.message.length).toBeLessThan(200);
    }
  });

  it.each(['revoked', 'expired'])('says that a key is %s, as the other faces do', async (why) => {
    const soon = new Date(Date.now() + 5_000).toISOString();
    const created = await server.post(
      'mutation ($at: DateTime) { createKey(input: { name: "x", expiresAt: $at }) { ... on CreatedKey { secret key { id } } } }',
      { at: why === 'expired' ? soon : null },
    );
    const { secret, key } = created.body.data.createKey;
    if (why === 'revoked')
      await server.post('mutation ($id: ID!) { revokeKey(id: $id) { __typename } }', { id: key.id });
    const headers = { authorization: `Bearer ${secret}` };
    await expect
      .poll(async () => (await get('/v1/models', { headers })).status, { timeout: 20_000 })
      .toBe(401);
    const { body } = await get('/v1/models', { headers });
    expect(body.error).toMatchObject({ type: 'authentication_error', code: `${why}_api_key` });
    expect(body.error.message).toMatch(new RegExp(`${why} at 20\\d\\d-`));
    const anthropic = await get('/v1/messages', { method: 'POST', headers: { 'x-api-key': secret } });
    expect(anthropic.body.error.details.error_code).toBe(`${why}_api_key`);
    const graph = await server.post('{ __typename }', {}, secret);
    expect(graph.body.errors[0].extensions).toMatchObject({ reason: `${why.toUpperCase()}_API_KEY` });
    const metrics = await get('/metrics', { headers });
    expect([metrics.status, metrics.text]).toEqual([
      401,
      expect.stringContaining(`${why.toUpperCase()}_API_KEY`),
    ]);
    for (const said of [body, anthropic.body, graph.body, metrics.text])
      expect(JSON.stringify(said)).not.toContain(secret.slice(8));
  });

  it('lists what can be called, as OpenAI does', async () => {
    const { status, body } = await get('/v1/models', withKey());
    expect(status).toBe(200);
    expect(body.object).toBe('list');
    const ids = body.data.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining(['openai/gpt-4o-mini', 'sandbox/echo', 'sandbox/lorem']));
    expect(ids.filter((id: string) => id.startsWith('anthropic/'))).toEqual([]);
    for (const each of body.data) {
      expect(each).toEqual({
        id: expect.any(String),
        object: 'model',
        created: expect.any(Number),
        owned_by: expect.any(String),
      });
      expect(Number.isInteger(each.created)).toBe(true);
    }
  });

  it('tells of one of them, as OpenAI does', async () => {
    const { body: list } = await get('/v1/models', withKey());
    const one = await get('/v1/models/openai/gpt-4o-mini', withKey());
    expect(one.status).toBe(200);
    expect(one.body).toEqual(list.data.find(({ id }: { id: string }) => id === 'openai/gpt-4o-mini'));
    expect((await get('/v1/models/openai%2Fgpt-4o-mini', withKey())).body).toEqual(one.body);
    for (const id of ['nope', 'anthropic/claude-sonnet-4-5', '%E0%A4%A']) {
      const none = await get(`/v1/models/${id}`, withKey());
      expect(none.status).toBe(404);
      expect(none.body.error).toMatchObject({ type: 'invalid_request_error', code: 'model_not_found' });
    }
  });

  it('answers HEAD as GET, without the body', async () => {
    expect(await get('/v1/models', { ...withKey(), method: 'HEAD' })).toMatchObject({
      status: 200,
      text: '',
    });
  });

  it('says where to go for what it does not have', async () => {
    const { status, body } = await get('/v1/nothing', { ...withKey(), method: 'POST', body: '{}' });
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', code: 'unknown_url' });
    expect(body.error.message).toContain('/openapi.json');
  });
});

describe('bad requests', () => {
  const post = (body: RequestInit['body'], headers: Record<string, string> = {}) =>
    get('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        authorization: `Bearer ${server.adminKey}`,
        ...headers,
      },
      body: body ?? null,
    });

  it.each([
    ['JSON that is none', '{"query": "{ __typename }"'],
    ['JSON that is no object', '[]'],
    ['JSON that is a text', '"hello"'],
    ['JSON without a query', '{}'],
    ['nothing', ''],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x01])],
    ['a query that is no text', '{"query": 1}'],
    ['a query that is none', '{"query": "{ models("}'],
    ['variables that are no object', '{"query": "{ __typename }", "variables": "a"}'],
  ])('%s is answered with 400 and why', async (_, content) => {
    const { status, body } = await post(content);
    expect(status).toBe(400);
    expect(body.errors[0].message.length).toBeGreaterThan(10);
    expect(body.errors[0].message).not.toBe('Unexpected error.');
    expect(JSON.stringify(body)).not.toMatch(/\bat \S+ \(|node_modules|\/src\//);
  });

  const JSON_HEAD = '{"query": "{ __typename }", "extensions": {"x": "';
  /** Sends more than is taken, until the server answers, and on to the end. */
  const sendTooMuch = (headers: Record<string, string | number>, bytes: number) =>
    new Promise<{ status: number | undefined; code: string }>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const outgoing = request(
        {
          hostname,
          port,
          method: 'POST',
          path: '/graphql',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${server.adminKey}`,
            ...headers,
          },
        },
        async (response) => {
          response.setEncoding('utf8');
          let text = '';
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          await once(response, 'end');
          resolve({ status: response.statusCode, code: JSON.parse(text).errors[0].extensions.code });
        },
      );
      outgoing.on('error', reject);
      outgoing.write(JSON_HEAD);
      outgoing.end('x'.repeat(bytes - JSON_HEAD.length));
    });

  it.each([
    ['a little', LIMIT + 1],
    ['much', 20_000_000],
  ])('larger by %s than is taken is answered with 413, however it is sent', async (_, bytes) => {
    const tooLarge = { status: 413, code: 'REQUEST_TOO_LARGE' };
    expect(await sendTooMuch({ 'content-length': bytes }, bytes)).toEqual(tooLarge);
    expect(await sendTooMuch({ 'transfer-encoding': 'chunked' }, bytes)).toEqual(tooLarge);
    const { status } = await post(JSON.stringify({ query: '{ __typename }' }));
    expect(status).toBe(200);
  });

  it('of a stranger is not read, however large it is', async () => {
    const { status } = await get('/graphql', { method: 'POST', body: 'x'.repeat(20_000_000) });
    expect(status).toBe(401);
  });

  it('as large as is taken is read', async () => {
    const padding = 'x'.repeat(LIMIT - JSON_HEAD.length - '"}}'.length);
    expect((await post(`${JSON_HEAD}${padding}"}}`)).body).toEqual({ data: { __typename: 'Query' } });
    expect((await post(`${JSON_HEAD}${padding}x"}}`)).status).toBe(413);
  });
});
