import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { graphqlWs, TRANSPORTS } from '../../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { closedServer } from '../../support/plain-server.ts';

let server: Modelgraph;
let closed: Modelgraph;
beforeAll(async () => {
  [server, closed] = await Promise.all([
    startModelgraph({
      lists: 'SMALL',
      env: { MODELGRAPH_ALLOWED_ORIGINS: 'https://app.example', MODELGRAPH_MAX_REQUEST_BYTES: '200000' },
    }),
    closedServer(),
  ]);
});
afterAll(() => server?.stop());

/** The first result or error that a transport gives, as its client sees it. */
const firstOf = async (
  run: Modelgraph,
  transport: (typeof TRANSPORTS)[number],
  query: string,
): Promise<string> => {
  const client = transport.connect(run);
  try {
    return JSON.stringify(await client.iterate(query, {}).next());
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
  } finally {
    await client.dispose();
  }
};

const nested = (levels: number): string =>
  `{ ${'models { edges { node { offerings { edges { node { model { '.repeat(levels)} slug ${'} } } } } } }'.repeat(levels)} }`;

const TOO_MUCH = [
  ['deep', nested(3), /depth/i],
  ['full of aliases', `{ ${Array.from({ length: 40 }, (_, n) => `a${n}: __typename`).join(' ')} }`, /alias/i],
  ['long', `{ ${'__typename '.repeat(2_500)} }`, /token/i],
  [
    'heavy',
    '{ models(first: 100) { edges { node { offerings(first: 100) { edges { node { id prices { id amount { amount currency } per } } } } } } } }',
    /complexity|too much/i,
  ],
] as const;

describe.each(TOO_MUCH)('an operation that is too %s', (_what, query, message) => {
  it('is refused over HTTP', async () => {
    const { body } = await server.post(query);
    expect(body.data?.models ?? null).toBeNull();
    expect(body.errors[0].message).toMatch(message);
  });

  it.each(TRANSPORTS)('is refused over $name', async (transport) => {
    const result = await firstOf(server, transport, query);
    expect(result).toMatch(message);
    expect(result).not.toContain('"models":{');
  });
});

it.each(TRANSPORTS)(
  'a subscription that is too heavy is refused over $name before it begins',
  async (transport) => {
    const heavy =
      'offerings(first: 100) { nodes { model { offerings(first: 100) { nodes { id on region join } } } } }';
    const result = await firstOf(
      server,
      transport,
      `subscription { offeringStats { offering { provider { ${heavy} } } } }`,
    );
    expect(result).toContain('OPERATION_TOO_COMPLEX');
    expect(result).not.toContain('"data":{');
  },
);

describe('introspection', () => {
  it('is open to every key, and closed by the switch, over every transport', async () => {
    const query = getIntrospectionQuery();
    expect((await server.post(query)).body.data.__schema.queryType.name).toBe('Query');
    expect((await closed.post(query)).body.errors[0].message).toMatch(/introspection/i);
    for (const transport of TRANSPORTS) {
      expect(await firstOf(closed, transport, '{ __schema { queryType { name } } }')).toMatch(
        /introspection/i,
      );
    }
    expect((await closed.post('{ __typename }')).body.data).toEqual({ __typename: 'Query' });
  });
});

describe('a key', () => {
  it('is needed for everything, by a header and nothing else', async () => {
    for (const [key, reason] of [
      [null, 'MISSING_API_KEY'],
      ['mg_wrong', 'INVALID_API_KEY'],
      [`${server.adminKey}x`, 'INVALID_API_KEY'],
      ['', 'MALFORMED_API_KEY'],
    ] as const) {
      const { status, body, headers } = await server.post('{ __typename }', {}, key);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(body.errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED', reason });
    }
    const inUrl = await fetch(`${server.url}/graphql?query={__typename}&key=${server.adminKey}`, {
      headers: { accept: 'application/json' },
    });
    expect(inUrl.status).toBe(401);
  });
});

describe('requests from web pages', () => {
  it('are allowed by CORS only from configured origins', async () => {
    const preflight = (origin: string) =>
      fetch(`${server.url}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    const allowed = await preflight('https://app.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  const upgrade = (origin: string | undefined): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(
        server.socketUrl,
        'graphql-transport-ws',
        origin === undefined ? {} : { origin },
      );
      socket.once('open', () => {
        socket.close();
        resolve(101);
      });
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.once('error', reject);
    });

  it('open a WebSocket only from the server itself and from configured origins', async () => {
    expect(await upgrade(undefined)).toBe(101);
    expect(await upgrade(server.url)).toBe(101);
    expect(await upgrade('https://app.example')).toBe(101);
    expect(await upgrade('https://evil.example')).toBe(403);
    expect(await upgrade('null')).toBe(403);
  });
});

describe('a large message', () => {
  it('is refused over HTTP with 413 and over WebSocket by closing, and the server goes on', async () => {
    const big = `{ __typename } # ${'x'.repeat(250_000)}`;
    const { status, body } = await server.post(big);
    expect(status).toBe(413);
    expect(body.errors[0].extensions.code).toBe('REQUEST_TOO_LARGE');
    const client = graphqlWs.connect(server);
    await expect(client.iterate(big, {}).next()).rejects.toMatchObject({ code: 1009 });
    await client.dispose();
    expect((await server.post('{ __typename }')).status).toBe(200);
  });
});

describe('an answer to GET', () => {
  it.each([
    ['a query', '{ keys(first: 1) { nodes { id } } }', 'application/json'],
    ['a query that fails', '{ models(first: -1) { nodes { slug } } }', 'application/json'],
    ['a query as a stream', '{ keys(first: 1) { nodes { id } } }', 'text/event-stream'],
  ])('of %s is kept by no cache, which would give it to other keys', async (_what, query, accept) => {
    const response = await fetch(`${server.url}/graphql?${new URLSearchParams({ query })}`, {
      headers: { 'x-api-key': server.adminKey, accept },
    });
    await response.text();
    expect(response.headers.get('cache-control')).toMatch(/^no-(store|cache)$/);
  });
});

describe('what goes wrong inside', () => {
  it('malformed JSON is 400 with a message', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
      body: '{"query": ',
    });
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0].message).toMatch(/JSON/);
  });

  it.each(TRANSPORTS)('a syntax error is told over $name', async (transport) => {
    expect(await firstOf(server, transport, '{ models( }')).toMatch(/Syntax Error/);
  });
});

describe('variables that do not fit', () => {
  const refusal = { extensions: { code: 'BAD_USER_INPUT' } };

  it('have a code, also where they fit at first sight and one field refuses them', async () => {
    const missing = await server.post('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {});
    expect(missing.body.errors).toMatchObject([refusal]);
    const query = 'query ($id: ID = "x") { node(id: $id) { id } provider: node(id: "sandbox") { id } }';
    const { body } = await server.post(query, { id: null });
    expect(body).toMatchObject({
      errors: [{ path: ['node'], ...refusal }],
      data: { provider: { id: 'sandbox' } },
    });
  });

  it.each(TRANSPORTS)('have a code over $name', async (transport) => {
    const query = 'subscription ($everyMs: Int!) { offeringStats(everyMs: $everyMs) { __typename } }';
    // The client of one of them shows the status alone.
    expect(await firstOf(server, transport, query)).toMatch(/BAD_USER_INPUT|: Server responded with 400/);
  });
});

describe('what is asked for by id', () => {
  it('is limited in number', async () => {
    const ids = Array.from({ length: 6_000 }, (_, n) => `cmp_${n}`);
    const nodes = await server.post('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(nodes.body.errors[0].extensions?.code).toBe('OPERATION_TOO_COMPLEX');
  });
});

describe('what a router asks for by reference', () => {
  const references = (count: number, type = 'Provider') =>
    Array.from({ length: count }, (_, n) => ({ __typename: type, id: `none-${n}` }));
  const HEAVY = 'offerings(first: 100) { nodes { id model { offerings(first: 100) { nodes { id } } } } }';
  const refusal = { extensions: { code: 'OPERATION_TOO_COMPLEX' } };

  it('is refused before anything runs if there is too much of it for what is selected', async () => {
    const asked = [
      `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Provider { ${HEAVY} } } }`,
      `query ($all: [_Any!]!) { a: _entities(representations: $all) { ...P } b: _entities(representations: $all) { ...P } } fragment P on Provider { offerings(first: 10) { nodes { id } } }`,
      `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Node { ... on Provider { ${HEAVY} } } } }`,
    ];
    for (const query of asked) {
      const { body } = await server.post(query, { all: references(1_000) });
      expect(body.errors, query).toMatchObject([refusal]);
      expect(body.data ?? null).toBeNull();
    }
    const slim = 'query ($all: [_Any!]!) { _entities(representations: $all) { __typename } }';
    expect(
      (
        await server.post(slim, {
          all: Array.from({ length: 6_000 }, () => ({ __typename: 'Key', id: 'x' })),
        })
      ).body.errors,
    ).toMatchObject([refusal]);
  });

  it('is refused with the rest of its operation, and if one of its other fields is wrong', async () => {
    const query = `query ($all: [_Any!]!, $id: ID = "x") { node(id: $id) { id } _entities(representations: $all) { ... on Provider { ${HEAVY} } } }`;
    const { body } = await server.post(query, { all: references(1_000), id: null });
    expect(body.errors).toMatchObject([refusal]);
  });

  it('is answered by the thousand if it is slim', async () => {
    const query =
      'query ($all: [_Any!]!) { _entities(representations: $all) { ... on Provider { name kind } ... on Offering { id } } }';
    const { body } = await server.post(query, { all: references(2_000) });
    expect(body.errors).toBeUndefined();
    expect(body.data._entities).toHaveLength(2_000);
  });

  it('is refused where so much of it is wrong that its errors would keep the server busy', async () => {
    const query = 'query ($all: [_Any!]!) { _entities(representations: $all) { __typename } }';
    const { body: few } = await server.post(query, { all: Array.from({ length: 900 }, () => 5) });
    expect(few.errors).toHaveLength(900);
    for (const wrong of [5, { __typename: 'Query' }, { __typename: 'Model' }]) {
      const { body } = await server.post(query, { all: Array.from({ length: 1_100 }, () => wrong) });
      expect(body.errors).toMatchObject([refusal]);
    }
  });

  it('counts for each reference what is selected for its type alone', async () => {
    const query = `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Key { name } ... on Provider { ${HEAVY} } } }`;
    const { body } = await server.post(query, { all: [...references(1_000, 'Key'), ...references(1)] });
    expect(body.errors).toBeUndefined();
    expect(body.data._entities).toHaveLength(1_001);
  });

  it('weighs nothing that is selected for names that are no entities', async () => {
    const query = `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Provider { ${HEAVY} } } }`;
    const all = Array.from({ length: 900 }, (_, n) => ({ __typename: `T${n}`, id: 'x' }));
    const { body } = await server.post(query, { all });
    expect(body.errors).toHaveLength(900);
    expect(body.errors[0].extensions.code).toBe('INVALID_INPUT');
  });
});

describe('a WebSocket whose key is not known', () => {
  const opened = (): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws');
      socket.once('open', () => resolve(socket));
      socket.once('error', reject);
    });

  it('may send no more than a key takes', async () => {
    const socket = await opened();
    socket.on('error', () => {});
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(150_000));
    expect(await closed).toBe(1006);
  });

  it.each([
    [{ authorization: 'Bearer mg_wrong' }, 'INVALID_API_KEY: '],
    [{ Authorization: 'Bearer sk-ant-0123' }, 'INVALID_API_KEY: This looks like a key of Anthropic'],
    [{ authorization: 'Bearer ' }, 'MALFORMED_API_KEY: '],
    [{}, 'MISSING_API_KEY: '],
  ])('is told why with a code that no client tries again after: %j', async (payload, reason) => {
    const socket = await opened();
    const closed = new Promise<[number, string]>((resolve) =>
      socket.once('close', (code, reason) => resolve([code, String(reason)])),
    );
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    expect(await closed).toEqual([4401, expect.stringContaining(reason)]);
  });
});

describe('what goes through the whole catalogue', () => {
  it('is limited in number', async () => {
    const fields = (count: number): string =>
      Array.from(
        { length: count },
        (_, n) => `a${n}: models(first: 1, order: { field: BLENDED_PRICE }) { totalCount }`,
      ).join(' ');
    expect((await server.post(`{ ${fields(5)} }`)).body.errors).toBeUndefined();
    const refused = await server.post(`{ ${fields(30)} }`);
    expect(refused.body.errors[0].extensions?.code).toBe('OPERATION_TOO_COMPLEX');
  });
});
