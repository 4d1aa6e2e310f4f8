import { gzipSync } from 'node:zlib';
import { createClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

const ask = (path: string, init: RequestInit = {}) => {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${server.adminKey}`);
  return fetch(`${server.url}${path}`, { ...init, headers });
};

const QUERY = '{ provider(id: "sandbox") { name } }';
const DATA = { data: { provider: { name: 'Sandbox' } } };
const STREAM =
  'subscription { completion(input: { model: "sandbox/echo", messages: [{ user: { text: "Hi there" } }] }) { __typename } }';
const url = (query: string, path = '/graphql') => `${path}?query=${encodeURIComponent(query)}`;

describe('GET with a key in a header', () => {
  it.each(['*/*', 'application/json', 'application/graphql-response+json'])('answers %s', async (accept) => {
    const response = await ask(url(QUERY), { headers: { accept } });
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: DATA });
  });

  it.each(['/graphql', '/graphql/stream'])('streams a subscription at %s', async (path) => {
    const response = await ask(url(STREAM, path), { headers: { accept: 'text/event-stream' } });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const text = await response.text();
    expect(text).toContain('"CompletionFinished"');
    expect(text).toContain('event: complete');
  });

  it.each([
    ['/graphql', 'application/json'],
    ['/graphql', 'text/event-stream'],
    ['/graphql/stream', 'text/event-stream'],
  ])('runs no mutation at %s for %s', async (path, accept) => {
    const mutation = 'mutation { createKey(input: { name: "by a link" }) { __typename } }';
    const response = await ask(url(mutation, path), { headers: { accept } });
    const text = await response.text();
    expect(text).toMatch(/mutation/i);
    if (accept === 'application/json') expect(response.status).toBe(405);
    const { body } = await server.post('{ keys { name } }');
    expect(JSON.stringify(body)).not.toContain('by a link');
  });
});

describe('a body that declares nothing of itself', () => {
  const json = JSON.stringify({ query: QUERY });
  const types = ['application/x-www-form-urlencoded', 'text/plain;charset=UTF-8', undefined] as const;

  it('is read as JSON where `curl -d` sent JSON', async () => {
    for (const path of ['/graphql', '/graphql/stream']) {
      const response = await ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: json,
      });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(JSON.stringify(DATA));
    }
  });

  it.each(types)('is refused with the header to add where it is something else (%s)', async (type) => {
    const bodies = type === 'application/x-www-form-urlencoded' ? [QUERY, 'hello', ''] : [json, QUERY, ''];
    for (const body of bodies) {
      const response = await ask('/graphql', {
        method: 'POST',
        headers: type === undefined ? {} : { 'content-type': type },
        body: Buffer.from(body),
      });
      expect(response.status).toBe(415);
      const { errors } = await response.json();
      expect(errors[0].message).toContain('content-type: application/json');
      expect(errors[0].message).not.toMatch(/csrf/i);
    }
  });

  it('is a form where it is one', async () => {
    const response = await ask('/graphql', {
      method: 'POST',
      body: new URLSearchParams({ query: QUERY }),
    });
    expect(await response.json()).toEqual(DATA);
  });
});

const post = async (path: string, type: string, body: string | Buffer, headers: object = {}) => {
  const response = await ask(path, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: Buffer.from(body),
  });
  return { status: response.status, text: await response.text() };
};

describe('a body', () => {
  const json = JSON.stringify({ query: QUERY });

  it.each([
    ['application/json', `\uFEFF${json}`],
    ['Application/JSON', json],
    ['application/json ; charset=UTF-8', json],
    ['application/graphql+json', json],
    ['Application/GraphQL', QUERY],
    ['APPLICATION/X-WWW-FORM-URLENCODED', String(new URLSearchParams({ query: QUERY }))],
  ])('is read however its type is written: %s', async (type, body) => {
    expect(await post('/graphql', type, body)).toEqual({ status: 200, text: JSON.stringify(DATA) });
  });

  it.each(['/graphql', '/graphql/stream'])(
    'that is not JSON is refused at %s with where it breaks off',
    async (path) => {
      const cases: readonly (readonly [body: string | Buffer, message: RegExp])[] = [
        [`${json.slice(0, -1)},}`, /a comma stands before \}.*line 1/],
        ["{'query': 1}", /double quotes/],
        ['', /empty/],
        [json.slice(0, 20), /ends within a string/],
        [Buffer.from(`\uFEFF${json}`, 'utf16le'), /not UTF-8/],
      ];
      for (const [body, message] of cases) {
        const { status, text } = await post(path, 'application/json', body);
        expect({ status, text }).toEqual({ status: 400, text: expect.stringMatching(message) });
      }
    },
  );

  it.each(['/graphql', '/graphql/stream'])(
    'of a type or a coding that is not taken is refused with what is at %s',
    async (path) => {
      const xml = await post(path, 'application/xml', '<a/>');
      expect(xml).toEqual({ status: 415, text: expect.stringContaining('content-type: application/json') });
      const packed = await post(path, 'application/json', gzipSync(json), { 'content-encoding': 'gzip' });
      expect(packed).toEqual({ status: 415, text: expect.stringContaining('content-encoding') });
    },
  );
});

it.each(['variables', 'extensions'])(
  '%s in an address or a form that are not JSON are refused as the client’s',
  async (name) => {
    const parameters = String(new URLSearchParams({ query: QUERY, [name]: '{bad' }));
    for (const path of ['/graphql', '/graphql/stream']) {
      const response = await ask(`${path}?${parameters}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(`The parameter ${name} is not JSON: `);
    }
    const form = await post('/graphql', 'application/x-www-form-urlencoded', parameters);
    expect(form).toEqual({
      status: 400,
      text: expect.stringContaining(`The parameter ${name} is not JSON: `),
    });
  },
);

describe('what a client accepts', () => {
  it('that takes no stream is told what to send for a subscription', async () => {
    for (const accept of ['application/json', 'application/graphql-response+json', 'text/csv']) {
      const body = JSON.stringify({ query: STREAM });
      const { status, text } = await post('/graphql', 'application/json', body, { accept });
      expect({ status, text }).toEqual({
        status: 406,
        text: expect.stringContaining('accept: text/event-stream'),
      });
    }
  });

  it('and is no answer is answered in JSON, so that what a mutation did is not lost', async () => {
    const response = await post('/graphql', 'application/json', JSON.stringify({ query: QUERY }), {
      accept: 'application/xml',
    });
    expect(response).toEqual({ status: 200, text: JSON.stringify(DATA) });
  });

  it('matters as much as its method: others than GET and POST are refused in words', async () => {
    for (const path of ['/graphql', '/graphql/stream']) {
      const response = await ask(path, { method: 'PATCH' });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, POST');
      expect(await response.text()).toContain(`${path} takes GET and POST.`);
    }
  });
});

it.each(['/', '//', '?x=/'])(
  'a WebSocket opens at /graphql%s as requests are answered there',
  async (end) => {
    const client = createWsClient({
      url: `${server.socketUrl}${end}`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { token: server.adminKey },
    });
    expect((await client.iterate({ query: QUERY }).next()).value).toEqual(DATA);
    await client.dispose();
    expect(await (await ask(url(QUERY, `/graphql${end === '?x=/' ? '' : end}`))).json()).toEqual(DATA);
  },
);

describe("graphql-sse's single connection mode", () => {
  it('is refused with what to set instead', async () => {
    const client = createClient({
      url: `${server.url}/graphql/stream`,
      singleConnection: true,
      retryAttempts: 0,
      headers: { authorization: `Bearer ${server.adminKey}` },
    });
    await expect(client.iterate({ query: STREAM }).next()).rejects.toThrow(/singleConnection: false/);
    client.dispose();
    for (const path of ['/graphql', '/graphql/stream']) {
      const response = await ask(path, { method: 'PUT' });
      expect(response.status).toBe(405);
      expect((await response.json()).errors[0].message).toContain('singleConnection: false');
    }
  });
});
