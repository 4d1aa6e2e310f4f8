import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { graphqlWs, TRANSPORTS } from '../../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { until } from '../../support/until.ts';

const COMPARISON = `{ ${Array.from({ length: 8 }, (_, n) => `a${n}: compareOfferings(input: { workload: { inputTokens: ${n + 1}, outputTokens: 10 }, filter: { availability: ANY } }) { __typename }`).join(' ')} }`;
const LIGHT = '{ __typename }';
const COMPLETION =
  'mutation { complete(input: { model: "sandbox/echo", messages: [{ user: { text: "a" } }] }) { __typename } }';

/** Several at once, so that they overdraw it by seconds. Ends with an answer to what was refused. */
const useUp = async (server: Modelgraph, key: string) => {
  for (;;) {
    const answers = await Promise.all([1, 2, 3, 4].map(() => server.post(COMPARISON, {}, key)));
    const [answer] = answers;
    if (answer !== undefined && answers.every(({ status }) => status !== 200)) return answer;
  }
};

const newKey = async (server: Modelgraph): Promise<string> => {
  const { body } = await server.post(
    'mutation { createKey(input: { name: "other" }) { ... on CreatedKey { secret } } }',
  );
  return body.data.createKey.secret;
};

describe('a key that has used up its time', () => {
  let server: Modelgraph;
  beforeAll(async () => {
    server = await startModelgraph({ env: { MODELGRAPH_GRAPH_CPU_PERCENT: '1' } });
  });
  afterAll(() => server?.stop());

  it('is told when to come again, while others and its completions go on', async () => {
    const key = await newKey(server);
    const { status, headers, body } = await useUp(server, key);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(body.data).toBeUndefined();
    const [{ extensions }] = body.errors;
    expect(extensions).toEqual({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
    expect((await server.post(LIGHT, {}, key)).body.data).toEqual({ __typename: 'Query' });
    expect((await server.post(COMPLETION, {}, key)).body.data.complete.__typename).toBe('Completion');
    expect((await server.post('{ models(first: 20) { nodes { slug } } }')).status).toBe(200);
  });

  it.each(TRANSPORTS)('is told so over $name', async (transport) => {
    const key = await newKey(server);
    await useUp(server, key);
    const client = transport.connect(server, key);
    // Where the stream is the answer to a request of its own, that has the status.
    const said = await client
      .iterate(COMPARISON, {})
      .next()
      .then(({ value }) => JSON.stringify(value), String);
    expect(said).toMatch(/RATE_LIMITED|429/);
    expect(said).not.toContain('"http"');
    await client.dispose();
  });
});

describe('subscriptions that look at many things', () => {
  it('are as many as one key may have at once', async () => {
    const server = await startModelgraph({ lists: 'SMALL', env: { MODELGRAPH_GRAPH_WATCHES: '2' } });
    onTestFinished(server.stop);
    const client = graphqlWs.connect(server);
    const WATCH = 'subscription { offeringStats(filter: { offerings: ["sandbox/echo"] }) { at } }';
    const first = client.iterate(WATCH, {});
    const second = client.iterate(WATCH, {});
    for (const watch of [first, second])
      expect((await watch.next()).value.data.offeringStats.at).toBeDefined();
    const told = async () => (await client.iterate(WATCH, {}).next()).value;
    const { errors } = await told();
    expect(errors).toMatchObject([{ message: expect.stringContaining('2 subscriptions') }]);
    expect(errors[0].extensions.code).toBe('RATE_LIMITED');
    // Others of the key go on, and so do other keys.
    expect((await server.post(LIGHT)).body.data).toEqual({ __typename: 'Query' });
    await first.return?.();
    await until(told, (result) => result.data !== undefined && result.data !== null);
    await client.dispose();
  });
});

describe('while a heavy operation is under way', () => {
  let server: Modelgraph;
  beforeAll(async () => {
    server = await startModelgraph();
  });
  afterAll(() => server?.stop());

  it.each([
    ['comparisons', COMPARISON, {}],
    [
      'references to entities with lists below',
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Provider { id offerings(first: 5) { nodes { id } } } } }`,
      { r: Array.from({ length: 1_000 }, () => ({ __typename: 'Provider', id: 'openai' })) },
    ],
    [
      'an estimate of text that is hard to divide',
      'query ($i: EstimateCompletionInput!) { estimateCompletion(input: $i) { __typename } }',
      { i: { completion: { model: 'sandbox/echo', messages: [{ user: { text: 'a'.repeat(1_000_000) } }] } } },
    ],
    ['introspection', '{ __schema { types { name fields { name args { name } type { name } } } } }', {}],
  ])('others are answered in between: %s', async (_what, query, variables) => {
    let isOver = false;
    const heavy = server.post(query, variables).finally(() => {
      isOver = true;
    });
    let answered = 0;
    while (!isOver) {
      await server.post(LIGHT);
      answered += 1;
    }
    expect((await heavy).body.errors).toBeUndefined();
    expect(answered).toBeGreaterThan(3);
  });

  it('variables of too many values are refused before they are read', async () => {
    const { body } = await server.post('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Array.from({ length: 30_000 }, (_, n) => `none/${n}`),
    });
    expect(body.errors[0].extensions.code).toBe('OPERATION_TOO_COMPLEX');
  });
});
