import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { quickest } from '../../support/quickest.ts';
import { gate, jsonAnswer, NEVER, startUpstream, type Upstream } from '../../support/upstream.ts';
import {
  documentOf,
  KEY,
  OPERATION_CASES,
  type OperationCase,
  operationsConfig,
  PNG,
  SPOKEN,
} from './operation-cases.ts';

let upstream: Upstream;
let server: Modelgraph;
/** Where providers ask not to be called for a while. */
let limited: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  const config = operationsConfig(upstream.url);
  [server, limited] = await Promise.all([
    startModelgraph({ lists: 'SMALL', config }),
    startModelgraph({ lists: 'SMALL', config }),
  ]);
});
afterAll(async () => {
  await Promise.all([server?.stop(), limited?.stop()]);
  await upstream?.close();
});

const ask = async (operation: OperationCase, more: object = {}, key?: string, on = server) => {
  const input = { model: operation.model, ...operation.variables, ...more };
  const { status, body } = await on.post(documentOf(operation), { input }, key);
  expect(body.errors).toBeUndefined();
  expect(status).toBe(200);
  return body.data.result;
};

const openAiError = (status: number, message: string, type: string, code: string, headers = {}) =>
  jsonAnswer({ error: { message, type, param: null, code } }, { status, headers });

/** Asks, goes away once the provider is asked, and tells how many milliseconds later the provider's connection is closed. */
const leave = async (query: string, input: object): Promise<number> => {
  const at = upstream.requests.length;
  upstream.enqueue({ before: NEVER });
  const leaving = new AbortController();
  const request = fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
    body: JSON.stringify({ query, variables: { input } }),
    signal: leaving.signal,
  }).catch((error: unknown) => error);
  await upstream.received(at);
  const leftAt = performance.now();
  leaving.abort();
  await upstream.closedByClient(at);
  const tookMs = performance.now() - leftAt;
  expect(await request).toBeInstanceOf(Error);
  return tookMs;
};

describe.each(OPERATION_CASES)('$mutation', (operation) => {
  it('gives the content, usage and exact cost, and leaves a row in the ledger', async () => {
    const at = upstream.requests.length;
    upstream.enqueue(operation.answer());
    const answer = await ask(operation, { metadata: { team: 'blue' }, user: 'someone' });
    expect(answer).toMatchObject({ __typename: operation.type, ...operation.content });
    expect(upstream.requests[at]?.path).toBe(operation.path);
    const row = answer.operation;
    expect(row).toMatchObject({
      kind: operation.kind,
      status: 'SUCCEEDED',
      usage: operation.usage,
      cost: { __typename: 'PricedCost', total: { amount: operation.cost, currency: 'USD' } },
      attempts: [{ index: 0, status: 'SUCCEEDED', error: null }],
      warnings: [],
      error: null,
      metadata: { team: 'blue' },
      user: 'someone',
    });
    expect(row.id).toMatch(/^op_/);
    expect(row.timings.totalMs).toBeGreaterThan(0);

    const { body } = await server.post(
      `query ($id: ID!, $kind: OperationKind!) {
        operation(id: $id) { id kind status cost { ... on PricedCost { total { amount } } } }
        node(id: $id) { __typename id }
        operations(first: 1, filter: { kind: $kind, status: SUCCEEDED }) { edges { node { id } } }
      }`,
      { id: row.id, kind: operation.kind },
    );
    expect(body).toEqual({
      data: {
        operation: {
          id: row.id,
          kind: operation.kind,
          status: 'SUCCEEDED',
          cost: { total: { amount: operation.cost } },
        },
        node: { __typename: 'Operation', id: row.id },
        operations: { edges: [{ node: { id: row.id } }] },
      },
    });
  });

  it('surfaces a rate limit with its wait, and what was tried', async () => {
    upstream.respond(() =>
      openAiError(429, 'Slow down.', 'requests', 'rate_limit_exceeded', { 'retry-after': '7' }),
    );
    const answer = await ask(operation, {}, undefined, limited);
    expect(answer).toMatchObject({
      __typename: 'UpstreamError',
      code: 'RATE_LIMITED',
      retry: 'HERE',
      retryAfterMs: 7_000,
      httpStatus: 429,
      completionId: null,
      failedOperation: { kind: operation.kind, status: 'FAILED', error: { code: 'RATE_LIMITED' } },
    });
    expect(answer.failedOperation.attempts[0]).toMatchObject({
      status: 'FAILED',
      error: { code: 'RATE_LIMITED' },
    });

    const before = upstream.requests.length;
    expect(await ask(operation, {}, undefined, limited)).toMatchObject({
      __typename: 'NoCandidateError',
      message: expect.stringContaining('asked not to be called'),
    });
    expect(upstream.requests.length).toBe(before);
  });

  it('surfaces a refused key as AUTHENTICATION without showing it', async () => {
    upstream.respond(() =>
      openAiError(401, `Incorrect API key provided: ${KEY}.`, 'invalid_request_error', 'invalid_api_key'),
    );
    const answer = await ask(operation);
    expect(answer).toMatchObject({ __typename: 'UpstreamError', code: 'AUTHENTICATION', retry: 'ELSEWHERE' });
    expect(JSON.stringify(answer)).not.toContain(KEY);
  });

  it('refuses an input that makes no sense before anything is sent', async () => {
    const before = upstream.requests.length;
    const answer = await ask(operation, operation.invalid);
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', path: operation.invalidPath });
    const late = await ask(operation, { timeoutMs: 0 });
    expect(late).toMatchObject({ __typename: 'InvalidInputError', path: 'input.timeoutMs' });
    for (const name of ['firstTokenMs', 'stallMs', 'totalMs'])
      expect(await ask(operation, { timeouts: { [name]: 0 } })).toMatchObject({
        __typename: 'InvalidInputError',
        path: `input.timeouts.${name}`,
      });
    const tags = await ask(operation, { metadata: { count: 1 } });
    expect(tags).toMatchObject({ __typename: 'InvalidInputError', path: 'input.metadata.count' });
    expect(upstream.requests.length).toBe(before);
  });

  it('closes the request to the provider within 100 ms when the client goes away, and records it', async () => {
    const input = { model: operation.model, ...operation.variables, user: 'leaver' };
    expect(await quickest(100, () => leave(documentOf(operation), input))).toBeLessThan(100);

    const cancelled = async () => {
      const { body } = await server.post(
        `query ($kind: OperationKind!) {
          operations(first: 1, filter: { kind: $kind, status: CANCELLED }) { edges { node { user error { code } } } }
        }`,
        { kind: operation.kind },
      );
      return body.data.operations.edges;
    };
    await expect.poll(cancelled).toEqual([{ node: { user: 'leaver', error: { code: 'CANCELLED' } } }]);
  });

  it('is read to its end under DRAIN though the client goes away, and so recorded', async () => {
    const at = upstream.requests.length;
    const rest = gate();
    upstream.enqueue({ ...operation.answer(), before: rest.opened });
    const input = { model: operation.model, ...operation.variables, user: 'drained', onDisconnect: 'DRAIN' };
    const leaving = new AbortController();
    const request = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
      body: JSON.stringify({ query: documentOf(operation), variables: { input } }),
      signal: leaving.signal,
    }).catch((error: unknown) => error);
    await upstream.received(at);
    leaving.abort();
    expect(await request).toBeInstanceOf(Error);
    rest.open();
    await upstream.answered(at);
    const newest = async () => {
      const { body } = await server.post(
        `query ($kind: OperationKind!) {
          operations(first: 1, filter: { kind: $kind }) { nodes { user status cost { ... on PricedCost { total { amount } } } } }
        }`,
        { kind: operation.kind },
      );
      return body.data.operations.nodes;
    };
    await expect
      .poll(newest)
      .toEqual([{ user: 'drained', status: 'SUCCEEDED', cost: { total: { amount: operation.cost } } }]);
  });

  it.each([
    ['no head comes', { firstTokenMs: 200 }, () => ({ before: NEVER })],
    ['its answer stalls', { stallMs: 200 }, () => ({ ...operation.answer(), ending: 'hang' as const })],
  ])('gives an attempt up where %s within the limit of the request', async (_why, timeouts, script) => {
    upstream.enqueue(script());
    const answer = await ask(operation, { timeouts, routing: { fallback: { maxAttempts: 1 } } });
    expect(answer).toMatchObject({
      __typename: 'UpstreamError',
      code: 'TIMEOUT',
      failedOperation: { attempts: [{ status: 'FAILED', error: { code: 'TIMEOUT' } }] },
    });
  });

  it('ends when its time is over', async () => {
    upstream.enqueue({ before: NEVER });
    expect(await ask(operation, { timeoutMs: 150 })).toMatchObject({
      __typename: 'UpstreamError',
      code: 'TIMEOUT',
      failedOperation: { status: 'FAILED' },
    });
  });

  it('says which model is unknown', async () => {
    expect(await ask(operation, { model: 'no-such-model-at-all' })).toMatchObject({
      __typename: 'UnknownModelError',
    });
  });
});

describe.each(OPERATION_CASES.filter(({ unsupported }) => unsupported !== undefined))(
  '$mutation',
  (operation) => {
    it('tells of a parameter that cannot be honoured: as an error, or as a warning', async () => {
      // By path: what another operation's test gave up may reach the upstream only now.
      const asked = () => upstream.requests.filter(({ path }) => path === operation.path).length;
      const before = asked();
      const refused = await ask(operation, operation.unsupported);
      expect(refused.__typename).toBe('UnsupportedParameterError');
      expect(refused.parameters).toMatchObject([{ name: operation.unsupportedName }]);
      expect(asked()).toBe(before);
      upstream.enqueue(operation.answer());
      const warned = await ask(operation, { ...operation.unsupported, unsupported: 'WARN' });
      expect(warned.__typename).toBe(operation.type);
      expect(warned.operation.warnings).toMatchObject([
        { code: 'UNSUPPORTED_PARAMETER', parameter: operation.unsupportedName },
      ]);
    });
  },
);

describe('operations', () => {
  const [embed, images, speech] = OPERATION_CASES;
  if (embed === undefined || images === undefined || speech === undefined) throw new Error('no cases');

  it('are seen by the key that asked for them and by the admin alone', async () => {
    const keyOf = async (name: string): Promise<string> => {
      const made = await server.post(
        'mutation ($name: String!) { createKey(input: { name: $name }) { ... on CreatedKey { secret } } }',
        { name },
      );
      return made.body.data.createKey.secret;
    };
    const [own, other] = [await keyOf('one'), await keyOf('another')];
    upstream.enqueue(embed.answer());
    const { id } = (await ask(embed, {}, own)).operation;
    const seen = async (key: string | undefined) =>
      (
        await server.post(
          'query ($id: ID!) { operation(id: $id) { id } operations(first: 100) { edges { node { id } } } }',
          { id },
          key,
        )
      ).body.data;
    expect((await seen(own)).operation).toEqual({ id });
    expect((await seen(own)).operations.edges).toEqual([{ node: { id } }]);
    expect((await seen(undefined)).operation).toEqual({ id });
    expect(await seen(other)).toEqual({ operation: null, operations: { edges: [] } });
  });

  it('page through the ledger', async () => {
    upstream.enqueue(embed.answer(), embed.answer());
    await ask(embed);
    await ask(embed);
    const page = async (after: string | null) =>
      (
        await server.post(
          'query ($after: String) { operations(first: 1, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }',
          { after },
        )
      ).body.data.operations;
    const first = await page(null);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await page(first.pageInfo.endCursor);
    expect(second.edges[0].node.id < first.edges[0].node.id).toBe(true);
  });

  it('refuse a model whose provider cannot do it', async () => {
    const moderate = OPERATION_CASES.find(({ mutation }) => mutation === 'moderate');
    if (moderate === undefined) throw new Error('no case');
    expect(await ask(moderate, { model: 'together/mixedbread-ai/Mxbai-Rerank-Large-V2' })).toMatchObject({
      __typename: 'UnsupportedOperationError',
      model: 'together/mixedbread-ai/Mxbai-Rerank-Large-V2',
    });
  });

  it('hand images and audio over as an address that needs no key', async () => {
    upstream.enqueue(images.answer(), speech.answer());
    const picture = (await ask(images, { delivery: 'URL' })).images[0].image;
    expect(picture).toMatchObject({ base64: null, bytes: PNG.length, mediaType: 'image/png' });
    expect(picture.url.startsWith(`${server.url}/media/`)).toBe(true);
    expect(new Date(picture.expiresAt).getTime()).toBeGreaterThan(Date.now());
    const fetched = await fetch(picture.url);
    expect(fetched.status).toBe(200);
    expect(fetched.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await fetched.arrayBuffer()).equals(PNG)).toBe(true);

    const { url } = (await ask(speech, { delivery: 'URL' })).audio;
    const part = await fetch(url, { headers: { range: 'bytes=0-2' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 0-2/${SPOKEN.length}`);
    expect(await part.text()).toBe('ID3');
  });

  it('send images to be edited, and their mask', async () => {
    const at = upstream.requests.length;
    upstream.enqueue(images.answer());
    const data = { mediaType: 'image/png', base64: PNG.toString('base64') };
    const answer = await ask(images, {
      model: 'openai/gpt-image-1',
      images: [{ url: `data:image/png;base64,${data.base64}` }],
      mask: { data },
    });
    expect(answer.__typename).toBe('ImageGeneration');
    const request = upstream.requests[at];
    expect(request?.path).toBe('/v1/images/edits');
    expect(request?.headers['content-type']).toContain('multipart/form-data');
    expect(String(request?.body)).toContain('name="mask"');
  });

  it("show what is left of a provider's limits", async () => {
    const limitsOf = async (id: string) =>
      (
        await server.post(
          `query ($id: ID!) { offering(id: $id) { rateLimits {
            limits { kind limit remaining resetsAt } observedAt blockedUntil } } }`,
          { id },
        )
      ).body.data.offering.rateLimits;
    expect(await limitsOf('openai/omni-moderation-latest')).toBeNull();
    upstream.enqueue({
      ...embed.answer(),
      headers: {
        'content-type': 'application/json',
        'x-ratelimit-limit-requests': '3000',
        'x-ratelimit-remaining-requests': '2999',
        'x-ratelimit-reset-requests': '20ms',
      },
    });
    await ask(embed);
    expect((await limitsOf(embed.model)).limits).toMatchObject([
      { kind: 'REQUESTS', limit: 3000, remaining: 2999 },
    ]);
    upstream.enqueue(openAiError(429, 'Slow.', 'requests', 'rate_limit_exceeded', { 'retry-after': '60' }));
    await ask(embed);
    const { blockedUntil } = await limitsOf(embed.model);
    expect(new Date(blockedUntil).getTime()).toBeGreaterThan(Date.now());
  });

  it("are listed by provider: what it does and what it doesn't", async () => {
    const { body } = await server.post(
      '{ openai: provider(id: "openai") { completes operations } sandbox: provider(id: "sandbox") { operations } }',
    );
    expect(body.data.openai.completes).toBe(true);
    expect(body.data.openai.operations).toEqual(
      expect.arrayContaining(['EMBEDDING', 'IMAGE_GENERATION', 'SPEECH', 'TRANSCRIPTION', 'MODERATION']),
    );
    expect(body.data.openai.operations).not.toContain('RERANK');
    expect(body.data.sandbox.operations).toHaveLength(7);
  });
});

describe('countTokens', () => {
  const COUNT = /* GraphQL */ `
    mutation ($input: CountTokensInput!) {
      countTokens(input: $input) {
        __typename
        ... on TokenCount { inputTokens method operation { kind cost { __typename } warnings { message } } }
        ... on Error { message }
        ... on InvalidInputError { path }
        ... on UpstreamError { code failedOperation { kind status } }
      }
    }
  `;

  const anthropic = {
    model: 'anthropic/claude-sonnet-4-5',
    messages: [{ user: { text: 'one two three' } }],
  };

  it('asks a provider that counts, which costs nothing', async () => {
    const at = upstream.requests.length;
    upstream.enqueue(jsonAnswer({ input_tokens: 14 }));
    const { body } = await server.post(COUNT, { input: anthropic });
    expect(body.data.countTokens).toMatchObject({
      __typename: 'TokenCount',
      inputTokens: 14,
      method: 'PROVIDER',
      operation: { kind: 'TOKEN_COUNT', cost: { __typename: 'FreeCost' } },
    });
    expect(upstream.requests[at]?.path).toBe('/v1/messages/count_tokens');
  });

  it('leaves a provider when the client goes, and tells of one that fails', async () => {
    // Its lab has the model under several ids, of which another is asked where one fails.
    const single = { ...anthropic, model: `offering:${anthropic.model}` };
    expect(await quickest(100, () => leave(COUNT, single))).toBeLessThan(100);

    upstream.enqueue(
      jsonAnswer(
        { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' } },
        { status: 429, headers: { 'retry-after': '3' } },
      ),
    );
    const { body } = await server.post(COUNT, { input: single });
    expect(body.data.countTokens).toMatchObject({
      __typename: 'UpstreamError',
      code: 'RATE_LIMITED',
      failedOperation: { kind: 'TOKEN_COUNT', status: 'FAILED' },
    });
  });

  it('estimates where no provider counts, and says so', async () => {
    const before = upstream.requests.length;
    const { body } = await server.post(COUNT, {
      input: { ...anthropic, model: 'together/mixedbread-ai/Mxbai-Rerank-Large-V2' },
    });
    expect(body.data.countTokens).toMatchObject({ __typename: 'TokenCount', method: 'ESTIMATE' });
    expect(body.data.countTokens.inputTokens).toBeGreaterThan(2);
    expect(upstream.requests.length).toBe(before);
  });

  it('counts without asking the model, and says who counted', async () => {
    const { body } = await server.post(COUNT, {
      input: { model: 'sandbox/echo', messages: [{ user: { text: 'one two three' } }] },
    });
    expect(body.data.countTokens).toMatchObject({
      __typename: 'TokenCount',
      inputTokens: 3,
      method: 'PROVIDER',
      operation: { kind: 'TOKEN_COUNT', cost: { __typename: 'FreeCost' } },
    });
  });

  it('refuses a prompt without messages', async () => {
    const { body } = await server.post(COUNT, { input: { model: 'sandbox/echo', messages: [] } });
    expect(body.data.countTokens).toMatchObject({ __typename: 'InvalidInputError', path: 'input.messages' });
  });
});
