import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(() => server?.stop());

const input = (model: string) => `input: { model: "${model}", messages: [{ user: { text: "Hi" } }] }`;

/** What is told of a model that nobody knows. */
const unknown = (path: string, name = 'gpt-9') => ({
  path: [path],
  type: 'UnknownModelError',
  code: 'UNKNOWN_MODEL',
  message: expect.stringContaining(name),
  summary: expect.stringMatching(new RegExp(`^${path}: UnknownModelError: .*${name}`)),
});

describe('an error among the results is told in extensions', () => {
  it.each([
    ['nothing of it is selected', `mutation { complete(${input('gpt-9')}) { __typename } }`],
    ['a field of success is', `mutation { complete(${input('gpt-9')}) { ... on Completion { text } } }`],
    ['its message is', `mutation { complete(${input('gpt-9')}) { ... on Error { message } } }`],
  ])('where %s', async (_where, query) => {
    const { status, body } = await server.post(query);
    expect(status).toBe(200);
    expect(body.errors).toBeUndefined();
    expect(body.extensions).toEqual({ errors: [unknown('complete')] });
  });

  it('by alias, each with its own, also by the engine and by GET', async () => {
    const query = `query ($a: String!) {
      first: planCompletion(input: { model: $a, messages: [{ user: { text: "Hi" } }] }) { __typename }
      right: planCompletion(${input('sandbox/echo')}) { __typename }
      second: planCompletion(${input('gpt-10')}) { __typename }
    }`;
    const told = { errors: [unknown('first'), unknown('second', 'gpt-10')] };
    const headers = { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' };
    const variables = { a: 'gpt-9' };
    for (const path of ['/graphql', '/graphql?by=the-engine']) {
      const response = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables }),
      });
      const body = await response.json();
      expect(body.errors).toBeUndefined();
      expect(body.extensions).toEqual(told);
    }
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    const got = await fetch(`${server.url}/graphql?${search}`, { headers: { ...headers, accept: '*/*' } });
    expect((await got.json()).extensions).toEqual(told);
  });

  it.each(TRANSPORTS)('over $name, with the event that it belongs to', async (transport) => {
    const client = transport.connect(server);
    const events = [];
    for await (const event of client.iterate(
      `subscription { answer: completion(${input('gpt-9')}) { __typename } }`,
      {},
    ))
      events.push(event);
    await client.dispose();
    expect(events).toEqual([
      {
        data: { answer: { __typename: 'CompletionFailed' } },
        extensions: { errors: [unknown('answer')] },
      },
    ]);
  });

  it.each(TRANSPORTS)(
    'over $name, of a failure of a provider that comes after other events',
    async (transport) => {
      const client = transport.connect(server);
      const told = [];
      const query = `subscription ($metadata: JSONObject!) { completion(input: {
      model: "sandbox/lorem", messages: [{ user: { text: "Hi" } }], metadata: $metadata
    }) { __typename } }`;
      for await (const { extensions } of client.iterate(query, {
        metadata: { 'sandbox.fail': 'RATE_LIMITED' },
      }))
        told.push(extensions);
      await client.dispose();
      expect(told.length).toBeGreaterThan(1);
      expect(told.slice(0, -1).every((each) => each === undefined)).toBe(true);
      expect(told.at(-1)).toEqual({
        errors: [
          expect.objectContaining({ type: 'UpstreamError', code: 'RATE_LIMITED', path: ['completion'] }),
        ],
      });
    },
  );
});

it('a success says nothing beside its data', async () => {
  const { body } = await server.post(`mutation { complete(${input('sandbox/echo')}) { __typename } }`);
  expect(body).toEqual({ data: { complete: { __typename: 'Completion' } } });
});

it('long names of a stranger do not come back whole', async () => {
  const { body } = await server.post(`mutation { complete(${input('x'.repeat(50_000))}) { __typename } }`);
  expect(JSON.stringify(body).length).toBeLessThan(5_000);
});
