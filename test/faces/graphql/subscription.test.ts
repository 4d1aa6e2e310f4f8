import { beforeAll, describe, expect, it } from 'vitest';
import { type GraphClient, graphqlWs, type Result, TRANSPORTS } from '../../support/graph-clients.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { eventStream, gate, type Upstream } from '../../support/upstream.ts';
import { DIALECTS } from './dialects.ts';
import { dialectsServer } from './dialects-server.ts';

const WATCH = /* GraphQL */ `
  subscription Watch($input: CompletionInput!) {
    completion(input: $input) {
      __typename
      ... on CompletionStarted { completionId createdAt route { requested model { slug } candidates } }
      ... on AttemptStarted { index offeringId offering { id } }
      ... on AttemptFailed { willRetry attempt { error { code } } }
      ... on TextDelta { text }
      ... on ReasoningDelta { text signature }
      ... on ToolCallStarted { index toolCallId name }
      ... on ToolCallDelta { index argumentsDelta }
      ... on ToolCallEnded { index toolCallId name arguments }
      ... on UsageUpdated { usageSoFar { input output } }
      ... on CompletionFinished {
        finishReason
        usage { input cacheRead output }
        cost { __typename ... on PricedCost { total { amount } } }
        completion { id text timings { ttftMs } }
      }
      ... on CompletionFailed {
        failedCompletion { id status }
        error { __typename ... on Error { message } ... on UpstreamError { code } }
      }
    }
  }
`;

const WORDS = ['Blue', ' and', ' wide.'];
const ask = (text: string) => [{ user: { text } }];

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  ({ upstream, server } = await dialectsServer());
});

const eventOf = (result: Result) => {
  expect(result.errors).toBeUndefined();
  return result.data.completion;
};

const eventsOf = async (client: GraphClient, input: object) => {
  const events = [];
  for await (const result of client.iterate(WATCH, { input })) events.push(eventOf(result));
  return events;
};

const lastRow = async () => {
  const { body } = await server.post('{ completions(first: 1) { edges { node { id status } } } }');
  return body.data.completions.edges[0].node;
};

describe.each(TRANSPORTS)('completion over $name', (transport) => {
  it.each(DIALECTS)(
    'tells what happens, in order, for $name',
    async ({ model, textFrames, costOfThreeWords }) => {
      upstream.enqueue(eventStream(textFrames(WORDS)));
      const client = transport.connect(server);
      const events = await eventsOf(client, { model, messages: ask('Hi'), coalesceMs: 0 });
      const names = events.map((event) => event.__typename);
      expect(names.slice(0, 2)).toEqual(['CompletionStarted', 'AttemptStarted']);
      expect(names.filter((name) => name === 'TextDelta')).toHaveLength(3);
      expect(names.filter((name) => name.startsWith('CompletionF'))).toEqual(['CompletionFinished']);
      expect(events[0].route).toMatchObject({ requested: model, model: { slug: model } });
      expect(events.map((event) => event.text ?? '').join('')).toBe('Blue and wide.');
      expect(events.at(-1)).toMatchObject({
        finishReason: 'STOP',
        usage: { input: 12, cacheRead: 7, output: 3 },
        cost: { total: { amount: costOfThreeWords } },
        completion: { id: events[0].completionId, text: 'Blue and wide.' },
      });
      expect(await lastRow()).toEqual({ id: events[0].completionId, status: 'SUCCEEDED' });
      await client.dispose();
    },
  );

  it('carries mutations too', async () => {
    const [openai] = DIALECTS;
    if (openai === undefined) throw new Error('no dialect');
    upstream.enqueue(eventStream(openai.textFrames(WORDS)));
    const client = transport.connect(server);
    const results = [];
    for await (const result of client.iterate(
      'mutation ($input: CompletionInput!) { complete(input: $input) { ... on Completion { text } } }',
      { input: { model: openai.model, messages: ask('Hi') } },
    ))
      results.push(result);
    expect(results).toMatchObject([{ data: { complete: { text: 'Blue and wide.' } } }]);
    await client.dispose();
  });

  it('tells of tool calls', async () => {
    const [openai] = DIALECTS;
    if (openai === undefined) throw new Error('no dialect');
    upstream.enqueue(openai.toolStream());
    const client = transport.connect(server);
    const events = await eventsOf(client, {
      model: openai.model,
      messages: ask('Weather?'),
      tools: [{ name: 'get_weather', parameters: { type: 'object' } }],
    });
    const calls = events.filter((event) => event.__typename.startsWith('ToolCall'));
    expect(calls[0]).toEqual({
      __typename: 'ToolCallStarted',
      index: 0,
      toolCallId: 'call_abc123',
      name: 'get_weather',
    });
    expect(calls.map((event) => event.argumentsDelta ?? '').join('')).toBe('{"city":"Paris"}');
    expect(calls.at(-1)).toMatchObject({ __typename: 'ToolCallEnded', arguments: '{"city":"Paris"}' });
    await client.dispose();
  });

  it('joins tokens that come together, after the first one', async () => {
    const [openai] = DIALECTS;
    const words = Array.from({ length: 200 }, (_, index) => ` w${index}`);
    const frames = openai?.textFrames(words) ?? [];
    upstream.enqueue(eventStream([frames.join('')]));
    const client = transport.connect(server);
    const events = await eventsOf(client, { model: openai?.model, messages: ask('Hi'), coalesceMs: 50 });
    const deltas = events.filter((event) => event.__typename === 'TextDelta');
    expect(deltas.length).toBeLessThan(20);
    expect(deltas[0].text).toBe(' w0');
    expect(deltas.map((delta) => delta.text).join('')).toBe(words.join(''));
    await client.dispose();
  });

  it('ends in CompletionFailed when it is refused, fails, or is cut off', async () => {
    const client = transport.connect(server);
    const refused = await eventsOf(client, { model: 'no/such-model', messages: ask('Hi') });
    expect(refused).toMatchObject([
      { __typename: 'CompletionFailed', failedCompletion: null, error: { __typename: 'UnknownModelError' } },
    ]);

    const invalid = await eventsOf(client, { model: 'sandbox/echo', messages: ask('Hi'), coalesceMs: 5_000 });
    expect(invalid).toMatchObject([{ error: { __typename: 'InvalidInputError' } }]);

    for (const { model, textFrames } of DIALECTS) {
      upstream.enqueue(eventStream(textFrames(WORDS).slice(0, 3), { ending: 'cut' }));
      const cut = await eventsOf(client, { model, messages: ask('Hi') });
      expect(cut.at(-1)).toMatchObject({ __typename: 'CompletionFailed', error: { code: 'TRUNCATED' } });
      expect(cut.filter((event) => event.__typename.startsWith('CompletionF'))).toHaveLength(1);
    }
    await client.dispose();
  });

  it('closes the request to the provider at once when the client unsubscribes, also while nothing comes', async () => {
    const [, anthropic] = DIALECTS;
    const n = upstream.requests.length;
    upstream.enqueue(eventStream(anthropic?.textFrames(WORDS).slice(0, 4) ?? [], { ending: 'hang' }));
    const client = transport.connect(server);
    const events = client.iterate(WATCH, { input: { model: anthropic?.model, messages: ask('Hi') } });
    for (;;) {
      const { value } = await events.next();
      if (eventOf(value).__typename === 'TextDelta') break;
    }
    await events.return?.();
    await upstream.closedByClient(n);
    await expect.poll(async () => (await lastRow()).status).toBe('CANCELLED');
    await client.dispose();
  });

  it('takes no key but a valid one', async () => {
    for (const key of [null, 'mg_wrong']) {
      const client = transport.connect(server, key);
      await expect(eventsOf(client, { model: 'sandbox/echo', messages: ask('Hi') })).rejects.toBeDefined();
      await client.dispose();
    }
  });
});

describe('a lost socket', () => {
  it('closes the request to the provider at once', async () => {
    const [openai] = DIALECTS;
    const n = upstream.requests.length;
    const end = gate();
    upstream.enqueue(eventStream([...(openai?.textFrames(WORDS).slice(0, 2) ?? []), end.opened]));
    const client = graphqlWs.connect(server);
    const events = client.iterate(WATCH, { input: { model: openai?.model, messages: ask('Hi') } });
    for (;;) {
      const { value } = await events.next();
      if (eventOf(value).__typename === 'TextDelta') break;
    }
    client.terminate?.();
    await upstream.closedByClient(n);
    end.open();
    await expect.poll(async () => (await lastRow()).status).toBe('CANCELLED');
    await expect(events.next()).rejects.toBeDefined();
  });

  it('ends a mutation that is under way on it, too', async () => {
    const [openai] = DIALECTS;
    const n = upstream.requests.length;
    upstream.enqueue(eventStream(openai?.textFrames(WORDS).slice(0, 2) ?? [], { ending: 'hang' }));
    const client = graphqlWs.connect(server);
    const mutation = 'mutation ($input: CompletionInput!) { complete(input: $input) { __typename } }';
    const answer = client
      .iterate(mutation, { input: { model: openai?.model, messages: ask('Hi') } })
      .next()
      .catch(() => 'lost');
    await upstream.received(n);
    client.terminate?.();
    await upstream.closedByClient(n);
    expect(await answer).toBe('lost');
    await expect.poll(async () => (await lastRow()).status).toBe('CANCELLED');
  });
});

it('one socket takes a hundred operations at once; one that ends makes room', async () => {
  const [openai] = DIALECTS;
  const n = upstream.requests.length;
  upstream.enqueue(...Array.from({ length: 100 }, () => eventStream([], { ending: 'hang' })));
  const client = graphqlWs.connect(server);
  const input = { model: openai?.model, messages: ask('Hi') };
  const hundred = Array.from({ length: 100 }, () => client.iterate(WATCH, { input }));
  for (const each of hundred) await each.next();
  for (const each of hundred) each.next().catch(() => {});
  await upstream.received(n + 99);
  const more = async () => {
    for await (const result of client.iterate('{ __typename }', {})) return result;
    return undefined;
  };
  await expect(more()).rejects.toMatchObject([{ extensions: { code: 'TOO_MANY_OPERATIONS' } }]);
  await hundred[0]?.return?.();
  await upstream.closedByClient(n);
  expect(await more()).toEqual({ data: { __typename: 'Query' } });
  client.terminate?.();
});
