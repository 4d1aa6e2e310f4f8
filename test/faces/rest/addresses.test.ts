import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';
import { send } from '../../support/raw-request.ts';

let server: Modelgraph;
let published: Modelgraph;
beforeAll(async () => {
  [server, published] = await Promise.all([
    plainServer(),
    startModelgraph({ env: { MODELGRAPH_PUBLIC_URL: 'https://models.example/gateway/' } }),
  ]);
});
afterAll(() => published?.stop());

type Init = { readonly method?: string; readonly headers?: { readonly [name: string]: string } };

const ask = async (path: string, { method = 'POST', headers = {} }: Init = {}) => {
  const answer = await send(server.url, path, {
    method,
    headers: { authorization: `Bearer ${server.adminKey}`, ...headers },
  });
  const isJson = String(answer.headers['content-type']).startsWith('application/json');
  return { ...answer, body: isJson ? JSON.parse(answer.text) : undefined };
};

const NOT_FOUND = { type: 'invalid_request_error', code: 'unknown_url' };

describe('a client of OpenAI with another base URL', () => {
  it.each([
    '/chat/completions',
    '/responses',
    '/embeddings',
    '/completions',
    '/rerank',
    '/images/generations',
    '/audio/speech',
    '/openai/v1/chat/completions',
    '/api/v1/chat/completions',
    '/v1beta/openai/chat/completions',
    '/compatible-mode/v1/embeddings',
    '/v1/engines/gpt/completions',
  ])('is told the one to set: %s', async (path) => {
    const { status, body, headers } = await ask(path);
    expect(status).toBe(404);
    expect(body.error).toMatchObject(NOT_FOUND);
    expect(body.error.message).toContain(`base URL to ${server.url}/v1.`);
    expect(body.error.message).toContain(`POST ${server.url}/v1/`);
    expect(headers['x-request-id']).toBeDefined();
  });

  it('is told that it adds /v1 itself', async () => {
    const { body } = await ask('/v1/v1/chat/completions');
    expect(body.error).toMatchObject(NOT_FOUND);
    expect(body.error.message).toContain(`twice. Set the client's base URL to ${server.url}. `);
    expect(body.error.message).toContain(`POST ${server.url}/v1/chat/completions`);
  });

  it('is told what to set in place of an address of Azure', async () => {
    const { body } = await ask('/openai/deployments/My-GPT/chat/completions?api-version=2024-10-21', {
      headers: { 'api-key': 'x' },
    });
    expect(body.error).toMatchObject(NOT_FOUND);
    expect(body.error.message).toContain(`the base URL ${server.url}/v1 and the model "My-GPT"`);
  });

  it('reads it from its own errors', async () => {
    for (const base of ['', '/v1/v1', '/openai']) {
      const client = new OpenAI({ baseURL: `${server.url}${base}`, apiKey: server.adminKey, maxRetries: 0 });
      const listed = client.models.list();
      await expect(listed).rejects.toThrow(`Set the client's base URL to ${server.url}/v1. `);
      await expect(listed).rejects.toMatchObject({ status: 404, code: 'unknown_url' });
    }
  });
});

describe("Vercel's clients, which add no /v1", () => {
  const headers = { 'user-agent': 'ai/7.0.1 ai-sdk/anthropic/4.0.68 runtime/node.js/24' };

  it.each(['/v1/v1/messages', '/anthropic/v1/messages', '/messages', '/v1/v1/chat/completions'])(
    'are told to have it: %s',
    async (path) => {
      const { body } = await ask(path, { headers });
      expect(body.error.message).toContain(`Set the client's base URL to ${server.url}/v1. `);
    },
  );
});

it('a base URL that is a whole address says so', async () => {
  const { body } = await ask('/v1/chat/completions/chat/completions');
  expect(body.error.message).toContain("the client's base URL has more than /v1 in it");
  expect(body.error.message).toContain(`base URL to ${server.url}/v1. `);
});

it('a proxy that leaves its prefix in the path is named, not the base URL, which is right', async () => {
  const answer = await send(published.url, '/gateway/v1/chat/completions', { method: 'POST', headers: {} });
  const { error } = JSON.parse(answer.text);
  expect(error.message).toContain('should remove /gateway from the path');
  expect(error.message).not.toContain('base URL');
});

it.each(['/health', '/ready', '/favicon.ico', '/robots.txt', '/metrics'])(
  '%s says of other methods that it is only read',
  async (path) => {
    const { status, headers, text } = await ask(path, { method: 'PUT' });
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' });
    expect(text).toContain(`There is no PUT ${path}, only GET.`);
  },
);

it.each(['/key/generate', '/model/info', '/v1/model/info', '/spend/logs'])(
  "LiteLLM's administration is sent to the graph: %s",
  async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body.error).toMatchObject(NOT_FOUND);
    expect(body.error.message).toContain(`${server.url}/graphql`);
  },
);

it.each(['a:99999', '[:::]:1', '1.2.3.4.5:80', '[1:2:3]', 'evil.example<script>', '"', ''])(
  'a Host header that names no host is not repeated, and breaks nothing: %s',
  async (host) => {
    const wrong = await ask('/chat/completions', { headers: { host } });
    expect(wrong.body.error.message).toContain(`base URL to ${server.url}/v1. `);
    const openapi = await ask('/openapi.json', { method: 'GET', headers: { host } });
    expect(openapi.body.servers).toEqual([{ url: server.url }]);
    const graph = '/graphql?query=%7B__typename%7D';
    for (const path of [graph, graph.replace('graphql', 'graphql/stream')]) {
      const { status, text } = await ask(path, { method: 'GET', headers: { host } });
      expect({ status, text }).toEqual({
        status: 200,
        text: expect.stringContaining('"__typename":"Query"'),
      });
    }
  },
);

describe('a path that nobody knows', () => {
  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['TEXT/HTML', 'text/html'],
    ['text/html;q=0.9, */*;q=0.1', 'text/html'],
    ['text/html, application/json;q=0.5', 'text/html'],
    ['text/html;q=0', 'application/json'],
    ['application/json, text/html;q=0.1', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['x/text/html', 'application/json'],
    ['*/*', 'application/json'],
  ])('is answered as the client asks: %s', async (accept, type) => {
    for (const path of ['/nope', '/v1/nope']) {
      const { headers, status } = await ask(path, { method: 'GET', headers: { accept } });
      expect({ status, type: headers['content-type'] }).toEqual({
        status: 404,
        type: `${type}; charset=utf-8`,
      });
    }
  });
});

describe('a client of Anthropic with another base URL', () => {
  it.each(['/v1', '/anthropic', '/v1/messages'])(
    'reads the one to set from its own errors: %s',
    async (base) => {
      const client = new Anthropic({
        baseURL: `${server.url}${base}`,
        apiKey: server.adminKey,
        maxRetries: 0,
      });
      const asked = client.messages.create({
        model: 'sandbox/echo',
        max_tokens: 9,
        messages: [{ role: 'user', content: 'hi' }],
      });
      await expect(asked).rejects.toMatchObject({
        status: 404,
        error: { type: 'error', error: { type: 'not_found_error', details: { error_code: 'unknown_url' } } },
      });
      await expect(asked).rejects.toThrow(`base URL to ${server.url}. `);
    },
  );

  it('that adds no /v1 is told to have it', async () => {
    const { body } = await ask('/messages', { headers: { 'anthropic-version': '2023-06-01' } });
    expect(body.error.message).toContain(`base URL to ${server.url}/v1. `);
  });
});

describe('clients of other APIs', () => {
  it.each([
    ['/v1beta/models/gemini-2.5-pro:generateContent', 'and the model "gemini-2.5-pro"'],
    ['/v1/models/gemini-2.5-pro:streamGenerateContent?alt=sse', '/v1/chat/completions'],
    ['/v1beta/models/text-embedding-004:embedContent', '/v1/embeddings'],
    ['/v1beta/models', '/v1'],
  ])("Gemini's read its errors: %s", async (path, part) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ code: 404, status: 'NOT_FOUND' });
    expect(body.error.message).toContain(part);
    expect(body.error.message).toContain(`base URL ${server.url}/v1`);
  });

  it('those of Ollama, Bedrock and Cohere read theirs', async () => {
    expect((await ask('/api/chat')).body.error).toContain(`${server.url}/v1`);
    expect((await ask('/api/tags', { method: 'GET' })).body.error).toContain(`${server.url}/v1`);
    expect((await ask('/model/amazon.nova/converse')).body.message).toContain(`${server.url}/v1`);
    expect((await ask('/v2/chat')).body.message).toContain(`${server.url}/v1`);
    const vertex = '/v1/projects/p/locations/l/publishers/anthropic/models/claude:rawPredict';
    expect((await ask(vertex)).body).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });

  it.each(['/', '/graphiql', '/api/graphql', '/v1/graphql', '/graphq'])(
    'of the graph are told where it is: %s',
    async (path) => {
      const { status, body } = await ask(path);
      expect(status).toBe(404);
      expect(body.errors[0].message).toContain(`${server.url}/graphql`);
      expect(body.errors[0].extensions.code).toBe('NOT_FOUND');
    },
  );
});

it.each([
  ['/docs', '/openapi.json'],
  ['/api/docs', '/openapi.json'],
  ['/v1/openapi.json', '/openapi.json'],
  ['/swagger.json', '/openapi.json'],
  ['/healthz', '/health'],
  ['/livez', '/health'],
  ['/readyz', '/ready'],
  ['/health/liveliness', '/health'],
  ['/health/readiness', '/ready'],
  ['/ping', '/health'],
])('%s, where people look first, says where it is', async (path, there) => {
  const { status, text } = await ask(path, { method: 'GET' });
  expect(status).toBe(404);
  expect(text).toContain(`${server.url}${there}`);
});

describe('addresses that are nearly right', () => {
  it.each([
    '//v1/chat/completions',
    '/v1//chat/completions',
    '/v1/chat/completions/',
    '/v1/chat/completions?x=//',
  ])('work with stray slashes: %s', async (path) => {
    const body = JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'hi' }] });
    const answer = await send(server.url, path, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['/v1/chat/completion', 'POST', '/v1/chat/completions'],
    ['/v1/chat-completions', 'POST', '/v1/chat/completions'],
    ['/v1/embedding', 'POST', '/v1/embeddings'],
    ['/v1/model', 'GET', '/v1/models'],
    ['/v1/Chat/Completions', 'POST', '/v1/chat/completions'],
    ['/V1/embeddings', 'POST', '/v1/embeddings'],
    ['/chat/completion', 'POST', '/v1/chat/completions'],
    ['/v1/chat', 'POST', '/v1/chat/completions'],
  ])('%s says which is meant', async (path, method, meant) => {
    const { status, body } = await ask(path, { method });
    expect(status).toBe(404);
    expect(body.error).toMatchObject(NOT_FOUND);
    expect(body.error.message).toContain(`${method} ${server.url}${meant}`);
  });

  it.each([
    ['/v1/responses/resp_1', 'GET', /not stored/],
    ['/v1/files', 'GET', /openapi\.json/],
    ['/v1/assistants', 'POST', /openapi\.json/],
    ['/v1/batches', 'POST', /by itself/],
    ['/v1/something/else/altogether', 'POST', /openapi\.json/],
    ['/v1', 'POST', /base URL/],
  ])('%s says that it is not served', async (path, method, message) => {
    const { status, body } = await ask(path, { method });
    expect(status).toBe(404);
    expect(body.error).toMatchObject(NOT_FOUND);
    expect(body.error.message).toMatch(message);
  });

  it('say which methods there are', async () => {
    const { status, body, headers } = await ask('/v1/chat/completions', { method: 'GET' });
    expect(status).toBe(405);
    expect(headers.allow).toBe('POST');
    expect(body.error.code).toBe('method_not_allowed');
    expect((await ask('/v1/models', { method: 'DELETE' })).headers.allow).toBe('GET, HEAD');
    for (const path of ['/openapi.json', '/metrics']) {
      const answer = await ask(path);
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
      expect(answer.body.errors[0].extensions.code).toBe('METHOD_NOT_ALLOWED');
    }
  });

  it('below /v1 tell nothing to who has no key', async () => {
    const { status } = await ask('/v1/v1/models', { headers: { authorization: '' } });
    expect(status).toBe(401);
  });
});

describe('what a request says of itself', () => {
  it('is not repeated but for a host that is one', async () => {
    for (const host of ['evil.example/<script>', 'a b', '"', `${'x'.repeat(300)}.example`]) {
      const { text } = await ask('/chat/completions', { headers: { host } });
      expect(text).toContain(`base URL to ${server.url}/v1`);
    }
    const { text } = await ask('/chat/completions', {
      headers: { host: 'models.internal:8080', 'x-forwarded-proto': 'https' },
    });
    expect(text).toContain('base URL to https://models.internal:8080/v1.');
  });

  it('gives way to the configured address', async () => {
    const { text } = await send(published.url, '/chat/completions', {
      method: 'POST',
      headers: { host: 'evil.example' },
    });
    expect(text).toContain('base URL to https://models.example/gateway/v1.');
  });

  it.each([
    `/${'x'.repeat(8_000)}`,
    `/v1/${'y/'.repeat(3_000)}z`,
    '/%3Cscript%3Ealert(1)%3C/script%3E',
    '/a"onload=x',
    '/chat/completions/../../..',
    `/openai/deployments/${'n'.repeat(200)}/chat/completions`,
  ])('is bounded and harmless', async (path) => {
    for (const accept of ['text/html', 'application/json']) {
      const { status, text } = await ask(path, { method: 'GET', headers: { accept } });
      expect(status).toBe(404);
      expect(text.length).toBeLessThan(3_000);
      expect(text).not.toMatch(/xxxx|y\/y\/y|nnnn|script|onload/);
    }
  });
});

describe('a browser', () => {
  const visit = (path: string, method = 'GET') =>
    send(server.url, path, { method, headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });

  it.each(['/nothing', '/chat/completions', '/v1', '/v1/nothing', '/graphiql'])(
    'gets a page that says what is meant: %s',
    async (path) => {
      const { status, text, headers } = await visit(path);
      expect(status).toBe(404);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
      expect(text).toContain(`<a href="${server.url}/graphql">`);
      expect(text).not.toMatch(/<script|src=/);
    },
  );

  it('gets an icon, and search engines nothing', async () => {
    for (const path of ['/favicon.ico', '/favicon.svg'])
      expect(await visit(path)).toMatchObject({
        status: 200,
        headers: { 'content-type': 'image/svg+xml' },
        text: expect.stringContaining('<svg'),
      });
    expect((await visit('/robots.txt')).text).toContain('Disallow: /');
    expect(await visit('/favicon.ico', 'HEAD')).toMatchObject({ status: 200, text: '' });
  });

  it('is led to the graph from the root, and others are told what there is', async () => {
    expect(await visit('/')).toMatchObject({ status: 302, headers: { location: '/graphql' } });
    const { status, text } = await send(server.url, '/', { method: 'GET', headers: {} });
    expect(status).toBe(200);
    for (const each of ['/graphql', '/v1', '/openapi.json']) expect(text).toContain(`${server.url}${each}`);
  });

  it('whose page is of another origin leaves a line in the log', async () => {
    const preflight = await send(server.url, '/graphql', {
      method: 'OPTIONS',
      headers: { origin: 'https://page.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(403);
    await server.printed(/^(?=.*MODELGRAPH_ALLOWED_ORIGINS)(?=.*https:\/\/page\.example)/m);
  });
});
