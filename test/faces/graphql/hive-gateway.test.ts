import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../support/graph-clients.ts';
import { type Router, startHiveGateway } from '../../support/hive-gateway.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';
import type { Subgraph } from '../../support/reviews-subgraph.ts';
import { startReviewsSubgraph } from '../../support/reviews-subgraph.ts';

const WATCH = /* GraphQL */ `
  subscription ($input: CompletionInput!) {
    completion(input: $input) {
      __typename
      ... on CompletionStarted { completionId }
      ... on TextDelta { text }
      ... on CompletionFinished { finishReason completion { id status feedback key { costCentre } } }
    }
  }
`;

const pointsAt: { completion?: string; key?: string } = {};
let server: Modelgraph;
let reviews: Subgraph;
let router: Router;
beforeAll(async () => {
  server = await plainServer();
  reviews = await startReviewsSubgraph(() => pointsAt);
  router = await startHiveGateway(server, reviews);
});
afterAll(async () => {
  await router?.stop();
  await reviews?.stop();
});

const watch = (by: Router, input: object): AsyncIterableIterator<Result> =>
  createClient({
    url: by.url,
    retryAttempts: 0,
    headers: { authorization: `Bearer ${server.adminKey}` },
  }).iterate({ query: WATCH, variables: { input } }) as AsyncIterableIterator<Result>;

const eventsOf = async (results: AsyncIterable<Result>) => {
  const events = [];
  for await (const { data, errors } of results) {
    expect(errors).toBeUndefined();
    events.push(data.completion);
  }
  return events;
};

const input = (text: string, metadata: object = {}) => ({
  model: 'sandbox/echo',
  messages: [{ user: { text } }],
  metadata,
});

const AT_ONCE = { 'sandbox.tokensPerSecond': '0' };
const textOf = (events: readonly { readonly text?: string }[]) =>
  events.flatMap(({ text }) => text ?? []).join('');

describe('behind Hive Gateway', () => {
  it('joins a query there and back', async () => {
    const { body } = await router.post(
      '{ topReview { stars model { slug name reviews { stars } } } providers(first: 1) { nodes { id } } }',
    );
    expect(body).toEqual({
      data: {
        topReview: {
          stars: 5,
          model: { slug: 'openai/gpt-4o-mini', name: 'GPT-4o mini', reviews: [{ stars: 5 }] },
        },
        providers: { nodes: [{ id: expect.any(String) }] },
      },
    });
  });

  it('joins a mutation with what another subgraph knows of the completion and of its key', async () => {
    const { body } = await router.post(
      `mutation ($input: CompletionInput!) { complete(input: $input) {
        ... on Completion { id text feedback key { id name costCentre } }
      } }`,
      { input: input('Hello, router.') },
    );
    expect(body.errors).toBeUndefined();
    const { id, ...rest } = body.data.complete;
    expect(rest).toEqual({
      text: 'Hello, router.',
      feedback: `thumbs up for ${id}`,
      key: { id: 'key_admin', name: 'admin', costCentre: 'centre of key_admin' },
    });
    Object.assign(pointsAt, { completion: id, key: 'key_admin' });
  });

  it('reads a completion and a key that another subgraph points at', async () => {
    const { body } = await router.post(
      '{ topReview { writtenBy { status usage { output } } paidBy { name role } } }',
    );
    expect(body).toEqual({
      data: {
        topReview: {
          writtenBy: { status: 'SUCCEEDED', usage: { output: 2 } },
          paidBy: { name: 'admin', role: 'ADMIN' },
        },
      },
    });
  });

  it.each([
    ['without a key', null, 'models(first: 1)', 'UNAUTHENTICATED'],
    ['with a bad argument', undefined, 'models(first: -1)', 'INVALID_INPUT'],
    [
      'with too heavy an operation',
      undefined,
      'models(first: 100) { nodes { offerings(first: 100) { nodes { prices { id amount { amount } } } } } } #',
      'OPERATION_TOO_COMPLEX',
    ],
  ])('leaves the answers of another subgraph %s', async (_when, key, field, code) => {
    const { body } = await router.post(`{ topReview { stars }\n${field} { nodes { slug } }\n}`, {}, key);
    expect(body.data).toEqual({ topReview: { stars: 5 }, models: null });
    expect(body.errors).toMatchObject([{ path: ['models'], extensions: { code } }]);
  });

  it('leaves what another subgraph knows beside a reference that we do not resolve', async () => {
    const { body } = await router.post('{ topReview { stars model { slug name } } }', {}, null);
    expect(body.data).toEqual({ topReview: { stars: 5, model: null } });
    expect(body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('streams a completion, joined at its end', async () => {
    const events = await eventsOf(watch(router, input('One by one.')));
    expect(textOf(events)).toBe('One by one.');
    expect(events.filter(({ text }) => text !== undefined).length).toBeGreaterThan(1);
    const { completion, ...finished } = events.at(-1);
    expect(finished).toEqual({ __typename: 'CompletionFinished', finishReason: 'STOP' });
    expect(completion).toEqual({
      id: events[0].completionId,
      status: 'SUCCEEDED',
      feedback: `thumbs up for ${completion.id}`,
      key: { costCentre: 'centre of key_admin' },
    });
  });

  it('passes tokens on as they come, and ends the call when the client leaves', async () => {
    const endless = { 'sandbox.words': '100000', 'sandbox.tokensPerSecond': '50' };
    const results = watch(router, { ...input('Go on.', endless), model: 'sandbox/lorem' });
    let id = '';
    let deltas = 0;
    while (deltas < 3) {
      const { value } = await results.next();
      const event = value.data.completion;
      if (event.__typename === 'CompletionStarted') id = event.completionId;
      if (event.__typename === 'TextDelta') deltas += 1;
    }
    await results.return?.();
    await expect
      .poll(async () => {
        const { body } = await server.post('query ($id: ID!) { completion(id: $id) { status } }', { id });
        return body.data.completion?.status;
      })
      .toBe('CANCELLED');
  });

  it('gives each of two clients that ask the same at once a completion of its own', async () => {
    const ask = input('The same.');
    const [first, second] = await Promise.all([eventsOf(watch(router, ask)), eventsOf(watch(router, ask))]);
    expect(textOf(first)).toBe('The same.');
    expect(textOf(second)).toBe('The same.');
    expect(first[0].completionId).not.toBe(second[0].completionId);
  });

  it('streams the answer to a long prompt, which the router puts into the address', async () => {
    const text = 'A long prompt. '.repeat(2_000).trim();
    expect(textOf(await eventsOf(watch(router, input(text, AT_ONCE))))).toBe(text);
  });

  it('says what to do where the address would be too long, and does it where the router asks by POST', async () => {
    const text = 'A longer prompt. '.repeat(10_000).trim();
    const refused = await watch(router, input(text, AT_ONCE)).next();
    expect(refused.value.errors).toMatchObject([
      { message: expect.stringContaining('by POST'), extensions: { code: 'REQUEST_HEADERS_TOO_LARGE' } },
    ]);
    const posting = await startHiveGateway(server, reviews, {
      transportEntries: { modelgraph: { options: { method: 'POST' } } },
    });
    const events = await eventsOf(watch(posting, input(text, AT_ONCE)));
    await posting.stop();
    expect(textOf(events)).toBe(text);
  });
});
