import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadConfig } from '../../../src/config.ts';
import { createDocuments } from '../../../src/faces/graphql/documents.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const persisted = (digest: string, version = 1) => ({ persistedQuery: { version, sha256Hash: digest } });

const TRUSTED = 'query ($id: ID!) { provider(id: $id) { name } }';
const BY_APOLLO = '{ provider(id: "sandbox") { id } }';
const STREAM =
  'subscription { completion(input: { model: "sandbox/echo", messages: [{ user: { text: "Hi" } }] }) { __typename } }';

const folder = temporaryFolder();
let allow: Modelgraph;
let only: Modelgraph;
beforeAll(async () => {
  const relay = join(folder.path, 'persisted-documents.json');
  const apollo = join(folder.path, 'manifest.json');
  writeFileSync(relay, JSON.stringify({ [sha256(TRUSTED)]: TRUSTED, named: TRUSTED, stream: STREAM }));
  writeFileSync(
    apollo,
    JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      operations: [{ id: 'apollo', body: BY_APOLLO }],
    }),
  );
  [allow, only] = await Promise.all([
    startModelgraph({ lists: 'SMALL', config: `trustedDocuments: ${relay}\n` }),
    startModelgraph({
      lists: 'SMALL',
      config: `trustedDocuments:\n  files: [${relay}, ${apollo}]\n  mode: only\n`,
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([allow?.stop(), only?.stop()]);
  folder.remove();
});

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes
type Body = any;
type Way = { readonly name: string; ask(server: Modelgraph, parameters: object): Promise<Body> };

const post = (name: string, path: string): Way => ({
  name,
  async ask(server, parameters) {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { token: server.adminKey, 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    });
    return response.json();
  },
});

/** As a form that `curl -d` sends. */
const formOf = (parameters: object): URLSearchParams =>
  new URLSearchParams(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );

const firstOf = async (results: AsyncIterableIterator<unknown>): Promise<Body> => {
  try {
    return (await results.next()).value;
  } catch (errors) {
    return { errors };
  }
};

/** Each way in which an operation can come. Those by sockets and streams need a text, and have an id in the extensions. */
const WAYS: readonly Way[] = [
  post('POST', '/graphql'),
  post('POST to the engine', '/graphql?engine'),
  {
    name: 'GET',
    async ask(server, parameters) {
      const search = formOf(parameters);
      const response = await fetch(`${server.url}/graphql?${search}`, {
        headers: { token: server.adminKey, accept: 'application/json' },
      });
      return response.json();
    },
  },
  {
    name: 'a form',
    async ask(server, parameters) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { token: server.adminKey, accept: 'application/json' },
        body: formOf(parameters),
      });
      return response.json();
    },
  },
  {
    name: 'events at /graphql/stream',
    async ask(server, parameters) {
      const response = await fetch(`${server.url}/graphql/stream`, {
        method: 'POST',
        headers: { token: server.adminKey, 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify(parameters),
      });
      const text = await response.text();
      return JSON.parse(/^data: (\{.*\})$/m.exec(text)?.[1] ?? text);
    },
  },
  {
    name: 'a WebSocket',
    async ask(server, { documentId, ...parameters }: { readonly documentId?: string }) {
      const client = createWsClient({
        url: server.socketUrl,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { token: server.adminKey },
      });
      const extensions = documentId === undefined ? {} : { extensions: { documentId } };
      const result = await firstOf(client.iterate({ query: '', ...extensions, ...parameters }));
      await client.dispose();
      return result;
    },
  },
];

const SANDBOX = { data: { provider: { name: 'Sandbox' } } };
const code = (body: Body): string => body.errors[0].extensions.code;

describe.each(WAYS)('by $name', ({ name, ask }) => {
  it('a query is registered by its hash, and asked for by the hash alone', async () => {
    const query = `{ provider(id: "sandbox") { name } } # ${name}`;
    const extensions = persisted(sha256(query));
    const missed = await ask(allow, { extensions });
    expect(code(missed)).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(missed.errors[0].message).toBe('PersistedQueryNotFound');
    expect(await ask(allow, { query, extensions })).toEqual(SANDBOX);
    for (const way of WAYS) expect(await way.ask(allow, { extensions })).toEqual(SANDBOX);
    const upper = persisted(sha256(query).toUpperCase());
    expect(await ask(allow, { extensions: upper })).toEqual(SANDBOX);
    expect(await ask(allow, { query, extensions: upper })).toEqual(SANDBOX);
  });

  it('a hash that is not that of the query is refused, and so is what is no hash', async () => {
    const query = `{ __typename } # ${name}`;
    const extensions = persisted(sha256(`${query} `));
    expect(code(await ask(allow, { query, extensions }))).toBe('PERSISTED_QUERY_MISMATCH');
    expect(code(await ask(allow, { extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(code(await ask(allow, { query, extensions: persisted(sha256(query), 2) }))).toBe('BAD_REQUEST');
    expect(code(await ask(allow, { query, extensions: { persistedQuery: 'x' } }))).toBe('BAD_REQUEST');
  });

  it('a trusted document is named by its id or its hash', async () => {
    const variables = { id: 'sandbox' };
    for (const server of [allow, only]) {
      expect(await ask(server, { documentId: 'named', variables })).toEqual(SANDBOX);
      expect(await ask(server, { documentId: `sha256:${sha256(TRUSTED)}`, variables })).toEqual(SANDBOX);
      expect(await ask(server, { extensions: persisted(sha256(TRUSTED)), variables })).toEqual(SANDBOX);
      expect(code(await ask(server, { documentId: 'unknown', variables }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    }
    expect(await ask(only, { documentId: 'apollo' })).toEqual({ data: { provider: { id: 'sandbox' } } });
  });

  it('other operations run beside trusted documents, unless only these are to run', async () => {
    const query = '{ provider(id: "sandbox") { name } }';
    expect(await ask(allow, { query })).toEqual(SANDBOX);
    expect(code(await ask(only, { query }))).toBe('PERSISTED_QUERY_ID_REQUIRED');
    const registering = { query, extensions: persisted(sha256(query)) };
    expect(code(await ask(only, registering))).toBe('PERSISTED_QUERY_ID_REQUIRED');
    expect(code(await ask(only, { extensions: persisted(sha256(query)) }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(code(await ask(allow, { query, documentId: 'named' }))).toBe('CANNOT_SEND_PQ_ID_AND_BODY');
    expect(code(await ask(only, { query: '{ __schema { queryType { name } } }' }))).toBe(
      'PERSISTED_QUERY_ID_REQUIRED',
    );
  });
});

it("Relay's `id` is a document's id as well", async () => {
  for (const way of WAYS.filter(({ name }) => name !== 'a WebSocket'))
    expect(await way.ask(only, { id: 'named', variables: { id: 'sandbox' } })).toEqual(SANDBOX);
});

it('an id is a text, and may stand in the extensions of any request', async () => {
  for (const way of WAYS) {
    const extensions = { documentId: 'named' };
    expect(await way.ask(only, { extensions, variables: { id: 'sandbox' } })).toEqual(SANDBOX);
    expect(code(await way.ask(only, { extensions: { documentId: { a: 1 } } }))).toBe('BAD_REQUEST');
  }
});

it('a stream asked for by GET keeps its other extensions, and a question mark within its parameters', async () => {
  const search = `documentId=named&extensions={"a":1}&variables={"id":"sandbox","what":"why?"}`;
  const asked = (query: string) =>
    fetch(`${only.url}/graphql/stream?${query}`, { headers: { token: only.adminKey } }).then((response) =>
      response.text(),
    );
  expect(await asked(search)).toContain('data: {"data":{"provider":{"name":"Sandbox"}}}');
  expect(await asked('documentId=named&extensions={')).toContain('The parameter extensions is not JSON');
});

it('a trusted subscription streams', async () => {
  const sse = createSseClient({
    url: `${only.url}/graphql/stream`,
    retryAttempts: 0,
    headers: { token: only.adminKey },
  });
  const events = [];
  for await (const event of sse.iterate({ query: '', extensions: { documentId: 'stream' } }))
    events.push(event);
  sse.dispose();
  expect(events.at(-1)).toEqual({ data: { completion: { __typename: 'CompletionFinished' } } });
});

describe('the configuration', () => {
  const load = (setting: string) => {
    writeFileSync(join(folder.path, 'modelgraph.yaml'), `trustedDocuments: ${setting}\n`);
    return loadConfig(folder.path, {}).trustedDocuments;
  };

  it('reads one file, several, and how they are enforced', () => {
    expect(load('persisted-documents.json')).toMatchObject({ mode: 'ALLOW' });
    const both = load('{ files: [persisted-documents.json, manifest.json], mode: only }');
    expect(both?.mode).toBe('ONLY');
    expect([...(both?.texts.keys() ?? [])]).toEqual([sha256(TRUSTED), 'named', 'stream', 'apollo']);
  });

  it.each([
    ['a file that is not there', 'nowhere.json', /nowhere\.json: cannot be read/],
    ['what is no path', '7', /trustedDocuments: takes the path/],
    ['an unknown mode', '{ files: manifest.json, mode: deny }', /trustedDocuments/],
    ['a file of another kind', 'list.json', /list\.json: takes JSON/],
    ['a file that is no JSON', 'modelgraph.yaml', /takes JSON/],
    ['an operation that is none', 'broken.json', /broken\.json: takes JSON/],
    ['a manifest of another form', 'empty.json', /empty\.json: takes JSON/],
    ['an id of two operations', '[persisted-documents.json, other.json]', /"named" is another operation/],
  ])('names %s', (_what, setting, message) => {
    writeFileSync(join(folder.path, 'list.json'), '["{ __typename }"]');
    writeFileSync(join(folder.path, 'other.json'), '{"named": "{ __typename }"}');
    writeFileSync(join(folder.path, 'broken.json'), '{"a": "{ provider"}');
    writeFileSync(join(folder.path, 'empty.json'), '{"format": "apollo-persisted-query-manifest"}');
    expect(() => load(setting)).toThrow(message);
  });
});

it('a document is named in vain where none are configured', () => {
  const found = createDocuments(undefined).find({ documentId: 'named' });
  expect(found.kind === 'REFUSED' && found.error.extensions.code).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
});

describe('what clients register', () => {
  it('is bounded, whoever registers', () => {
    const documents = createDocuments(undefined);
    const register = (query: string) => documents.find({ query, extensions: persisted(sha256(query)) });
    const isKept = (query: string): boolean =>
      documents.find({ extensions: persisted(sha256(query)) }).kind === 'TEXT';
    const first = `{ first } # ${'x'.repeat(60_000)}`;
    register(first);
    expect(isKept(first)).toBe(true);
    for (let n = 0; n < 200; n += 1) register(`{ n${n} } # ${'x'.repeat(60_000)}`);
    expect(isKept(first)).toBe(false);
    const large = `{ large } # ${'x'.repeat(70_000)}`;
    expect(register(large).kind).toBe('TEXT');
    expect(isKept(large)).toBe(false);
  });
});
