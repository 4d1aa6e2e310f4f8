import { Agent, type IncomingHttpHeaders, request as send } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { bodyOf, ENDPOINTS } from './endpoints.ts';

const PAGE = 'https://app.example';
const JSON_TYPE = { 'content-type': 'application/json' };

let server: Modelgraph;
let agent: Agent;
beforeAll(async () => {
  server = await startModelgraph({ env: { MODELGRAPH_ALLOWED_ORIGINS: PAGE } });
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterAll(async () => {
  agent?.destroy();
  await server?.stop();
});

type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Whether it came over the connection of the one before. */
  readonly isReused: boolean;
};

const call = (
  method: string,
  path: string,
  { headers = {}, body }: { readonly headers?: object; readonly body?: string } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = send(`${server.url}${path}`, {
      method,
      agent,
      headers: { authorization: `Bearer ${server.adminKey}`, ...headers },
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        isReused: request.reusedSocket,
      });
    });
    request.end(body);
  });

const JSON_ENDPOINTS = ENDPOINTS.filter(({ takes }) => takes === 'JSON');

describe.each(ENDPOINTS)('$path', ({ path, family }) => {
  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])(
    'is not there for %s, and says for what it is',
    async (method) => {
      const answer = await call(method, path);
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
      if (method === 'HEAD') return expect(answer.text).toBe('');
      const shape = family === 'ANTHROPIC' ? { type: 'error' } : { error: { param: null } };
      expect(JSON.parse(answer.text)).toMatchObject(shape);
    },
  );

  it('may be called by pages of origins that are allowed', async () => {
    const asked = {
      origin: PAGE,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-modelgraph-tags,x-stainless-os',
    };
    const { authorization: _none, ...preflight } = { authorization: '', ...asked };
    const answer = await call('OPTIONS', path, { headers: preflight });
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe(PAGE);
    expect(answer.headers['access-control-allow-methods']).toContain('POST');
    for (const name of asked['access-control-request-headers'].split(','))
      expect(answer.headers['access-control-allow-headers']?.toLowerCase()).toContain(name);
    const stranger = await call('OPTIONS', path, { headers: { ...asked, origin: 'https://other.example' } });
    expect(stranger.headers['access-control-allow-origin']).not.toBe('https://other.example');
  });
});

describe.each(JSON_ENDPOINTS)('$path, on one connection', (endpoint) => {
  const { path, valid } = endpoint;
  const right = { headers: JSON_TYPE, body: String(bodyOf(endpoint, valid).body) };

  it.each([
    ['bad JSON', 400, { headers: JSON_TYPE, body: '{' }],
    ['a missing field', 400, { headers: JSON_TYPE, body: '{}' }],
    ['an unknown model', 404, { headers: JSON_TYPE, body: JSON.stringify({ ...valid, model: 'no/such' }) }],
    ['no key', 401, { headers: { ...JSON_TYPE, authorization: 'Bearer mg_x' }, body: right.body }],
  ])('goes on after %s', async (_what, status, wrong) => {
    expect((await call('POST', path, right)).status).toBe(200);
    expect(await call('POST', path, wrong)).toMatchObject({ status, isReused: true });
    expect(await call('POST', path, right)).toMatchObject({ status: 200, isReused: true });
  });

  it('exposes its headers to pages', async () => {
    const { headers } = await call('POST', path, { ...right, headers: { ...JSON_TYPE, origin: PAGE } });
    expect(headers['access-control-allow-origin']).toBe(PAGE);
    const exposed = headers['access-control-expose-headers']?.toLowerCase().split(/, ?/) ?? [];
    const told = Object.keys(headers).filter((name) => /^x-(request-id|modelgraph-)/.test(name));
    expect(told).toContain('x-modelgraph-offering');
    expect(told.filter((name) => !exposed.includes(name))).toEqual([]);
  });
});

describe('what is there for GET', () => {
  it.each(['/v1/models', '/v1/models/sandbox/echo', '/openapi.json', '/health', '/ready', '/metrics'])(
    '%s, and for HEAD without a body',
    async (path) => {
      const got = await call('GET', path);
      expect(got.status).toBe(200);
      expect(got.text).toMatch(/\S/);
      expect(await call('HEAD', path)).toMatchObject({ status: 200, text: '' });
    },
  );

  it('not for POST', async () => {
    const answer = await call('POST', '/v1/models', { headers: JSON_TYPE, body: '{}' });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it.each(['/v1', '/v1/', '/v1/nothing', '/v1/chat', '/v1/messages/batches'])('not %s', async (path) => {
    const answer = await call('GET', path);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { message: expect.stringContaining(path.replace(/\/$/, '')) },
    });
    const anthropic = await call('GET', path, { headers: { 'anthropic-version': '2023-06-01' } });
    expect(JSON.parse(anthropic.text)).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });

  it('models in the shape of either family', async () => {
    expect(JSON.parse((await call('GET', '/v1/models')).text)).toMatchObject({
      object: 'list',
      data: [{ id: expect.any(String), object: 'model' }, { object: 'model' }],
    });
    const anthropic = await call('GET', '/v1/models', { headers: { 'anthropic-version': '2023-06-01' } });
    expect(JSON.parse(anthropic.text)).toMatchObject({
      data: [{ type: 'model', id: expect.any(String), display_name: expect.any(String) }, { type: 'model' }],
      has_more: false,
    });
  });

  it('a description of all of it, for programs', async () => {
    const document = JSON.parse((await call('GET', '/openapi.json')).text);
    expect(document.openapi).toMatch(/^3\.1\./);
    for (const { path, takes } of ENDPOINTS) {
      const type = takes === 'JSON' ? 'application/json' : 'multipart/form-data';
      expect(document.paths[path]?.post?.requestBody?.content).toHaveProperty([type]);
    }
    expect(document.paths).toHaveProperty(['/v1/models', 'get']);
    expect(document.components.securitySchemes).toBeDefined();
  });

  it('no figures without a key', async () => {
    const { status } = await call('GET', '/metrics', { headers: { authorization: 'Bearer mg_x' } });
    expect(status).toBe(401);
  });
});
