import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import { freePort } from '../support/running-server.ts';

/** Answers each request by its path, and speaks no TLS. */
let inner: Server;
let server: Modelgraph;
let member: string;
/** What no member is told. */
let addresses: readonly string[];

const FAULTS = ['refused', 'unknown', 'no-tls', 'redirects', 'packed', 'bedrock', 'proxied'];

beforeAll(async () => {
  inner = createServer((request, response) => {
    request.resume();
    if (request.url?.startsWith('/redirects')) {
      response.writeHead(307, { location: 'http://10.11.12.13:9999/v1' });
      response.end();
    } else {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'rot13' });
      response.end('{}');
    }
  });
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
  const open = `127.0.0.1:${(inner.address() as AddressInfo).port}`;
  const closed = `127.0.0.1:${await freePort()}`;
  const provider = (id: string, baseUrl: string, rest = ''): string =>
    `  - { id: ${id}, dialect: openai, baseUrl: "${baseUrl}", apiKey: sk-inner-0123456789, models: [{ id: m }]${rest} }`;
  server = await startModelgraph({
    lists: 'SMALL',
    config: [
      'providers:',
      provider('refused', `http://${closed}/v1`),
      provider('unknown', 'http://nobody.internal.invalid:8080/v1'),
      provider('no-tls', `https://${open}/v1`),
      provider('redirects', `http://${open}/redirects`),
      provider('packed', `http://${open}/packed`),
      provider('proxied', 'https://llm.internal.invalid/v1', `, proxy: "http://${closed}"`),
      `  - { id: bedrock, baseUrl: "http://${closed}", apiKey: key-inner-0123456789, models: [{ id: m }] }`,
    ].join('\n'),
    env: { AWS_REGION: 'eu-west-1' },
  });
  addresses = ['127.0.0.1', '10.11.12.13', 'internal.invalid', open, closed];
  const { body } = await server.post(
    'mutation { createKey(input: { name: "member" }) { ... on CreatedKey { secret } } }',
  );
  member = body.data.createKey.secret;
});
afterAll(async () => {
  await server?.stop();
  inner.closeAllConnections();
  inner.close();
});

const isClean = (text: string): void => {
  for (const address of addresses) expect(text).not.toContain(address);
};

/** So that each call is made. */
const PATIENT = { breaker: { consecutiveFailures: 1_000, minSamples: 1_000_000 } };
const ROUTING = 'routing: { breaker: { consecutiveFailures: 1000, minSamples: 1000000 } }';

const COMPLETE = `mutation ($model: String!) { complete(input: { model: $model, messages: [{ user: { text: "Hi" } }], ${ROUTING} }) {
  __typename ... on Error { message } ... on UpstreamError { code providerMessage attempts { error { code message } } } } }`;
const SUBSCRIBE = `subscription ($model: String!) { completion(input: { model: $model, messages: [{ user: { text: "Hi" } }], ${ROUTING} }) {
  __typename ... on CompletionFailed { error { __typename ... on Error { message } } } } }`;
const LEDGER = '{ completions(first: 100) { nodes { status attempts { error { code message } } } } }';

const post = async (path: string, body: object, key: string): Promise<string> => {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.text();
};

describe.each(FAULTS)('a call whose server gives no answer: %s', (id) => {
  const model = `${id}/m`;
  const messages = [{ role: 'user', content: 'Hi' }];

  it('names its address to nobody but admins, by mutation', async () => {
    const { body } = await server.post(COMPLETE, { model }, member);
    const { complete } = body.data;
    expect(complete.__typename).toBe('UpstreamError');
    expect(complete.message).not.toBe('');
    isClean(JSON.stringify(body));
    const { body: told } = await server.post(COMPLETE, { model });
    expect(addresses.some((address) => told.data.complete.message.includes(address))).toBe(true);
  });

  it.each(TRANSPORTS)('nor by subscription over $name', async (transport) => {
    const client = transport.connect(server, member);
    const events: unknown[] = [];
    for await (const event of client.iterate(SUBSCRIBE, { model })) events.push(event);
    await client.dispose();
    expect(JSON.stringify(events)).toContain('UpstreamError');
    isClean(JSON.stringify(events));
  });

  it.each([
    ['/v1/chat/completions', { messages }],
    ['/v1/chat/completions', { messages, stream: true }],
    ['/v1/messages', { messages, max_tokens: 10 }],
    ['/v1/responses', { input: 'Hi' }],
    ['/v1/embeddings', { input: 'Hi' }],
    ['/v1/moderations', { input: 'Hi' }],
    ['/v1/images/generations', { prompt: 'Hi' }],
  ])('nor by %s', async (path, body) => {
    const text = await post(path, { model, ...body, modelgraph: { routing: PATIENT } }, member);
    expect(text).toContain('error');
    isClean(text);
  });
});

it('rows of the ledger that members read name none, and those of admins do', async () => {
  const { body } = await server.post(LEDGER, {}, member);
  expect(body.data.completions.nodes.length).toBeGreaterThan(FAULTS.length);
  isClean(JSON.stringify(body));
  const { body: all } = await server.post(LEDGER);
  expect(JSON.stringify(all)).toContain('127.0.0.1');
});

it.each([
  'query ($model: String!) { planCompletion(input: { model: $model, messages: [{ user: { text: "Hi" } }] }) { __typename ... on Error { message } ... on CompletionPlan { rejected { detail } } } }',
  '{ offerings(first: 100) { nodes { id breaker { state reason } } } }',
  '{ providers(first: 100) { nodes { id offReason } } }',
  '{ catalogueSources { id lastProblem { message } } }',
])('nor does what members ask of health: %s', async (query) => {
  for (const id of FAULTS) {
    const { body } = await server.post(query, { model: `${id}/m` }, member);
    expect(body.errors).toBeUndefined();
    isClean(JSON.stringify(body));
  }
});
