import { beforeAll, describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../../support/graph-clients.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { eventStream, gate, type Upstream } from '../../support/upstream.ts';
import { DIALECTS } from './dialects.ts';
import { dialectsServer } from './dialects-server.ts';

const WATCH = /* GraphQL */ `
  subscription ($input: CompletionInput!) {
    completion(input: $input) { __typename }
  }
`;
const WORDS = ['Blue', ' and', ' wide.'];

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  ({ upstream, server } = await dialectsServer());
});

const lastRow = async () => {
  const { body } = await server.post(
    '{ completions(first: 1) { edges { node { status usage { input cacheRead output } } } } }',
  );
  return body.data.completions.edges[0]?.node;
};

describe.each(TRANSPORTS)('a client of $name that leaves in the middle', (transport) => {
  it.each(DIALECTS)(
    'has its answer from $name read to its end under DRAIN',
    async ({ model, textFrames }) => {
      const n = upstream.requests.length;
      const rest = gate();
      const frames = textFrames(WORDS);
      upstream.enqueue(eventStream([...frames.slice(0, -3), rest.opened, ...frames.slice(-3)]));
      const client = transport.connect(server);
      const input = { model, messages: [{ user: { text: 'Hi' } }], onDisconnect: 'DRAIN' };
      for await (const { data } of client.iterate(WATCH, { input }))
        if (data?.completion.__typename === 'TextDelta') break;
      await client.dispose();
      rest.open();
      await upstream.answered(n);
      await expect
        .poll(lastRow)
        .toEqual({ status: 'SUCCEEDED', usage: { input: 12, cacheRead: 7, output: WORDS.length } });
    },
  );

  it('closes the call under CANCEL, though its provider says nothing more', async () => {
    const [openai] = DIALECTS;
    const n = upstream.requests.length;
    upstream.enqueue(eventStream(openai?.textFrames(WORDS).slice(0, 3) ?? [], { ending: 'hang' }));
    const client = transport.connect(server);
    const input = { model: openai?.model, messages: [{ user: { text: 'Hi' } }], onDisconnect: 'CANCEL' };
    for await (const { data } of client.iterate(WATCH, { input }))
      if (data?.completion.__typename === 'TextDelta') break;
    // Signs of life and time limits would end it later.
    const late = new Promise((resolve) => setTimeout(resolve, 8_000, 'late'));
    expect(await Promise.race([upstream.closedByClient(n), late])).not.toBe('late');
    await client.dispose();
    await expect.poll(async () => (await lastRow())?.status).toBe('CANCELLED');
  });
});

it.each([
  ['/graphql/stream', 'text/event-stream'],
  ['/graphql', 'text/event-stream'],
  ['/graphql', 'multipart/mixed;subscriptionSpec=1.0'],
])('a client of %s (%s) that leaves before anything was said closes the call', async (path, accept) => {
  const [openai] = DIALECTS;
  const n = upstream.requests.length;
  upstream.enqueue(eventStream([], { ending: 'hang' }));
  const client = new AbortController();
  const input = { model: openai?.model, messages: [{ user: { text: 'Hi' } }] };
  const reading = fetch(`${server.url}${path}`, {
    method: 'POST',
    signal: client.signal,
    headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
    body: JSON.stringify({ query: WATCH, variables: { input } }),
  })
    .then((answer) => answer.text())
    .catch(() => 'left');
  await upstream.received(n);
  client.abort();
  // A sign of life that cannot be delivered would tell only after 12 s.
  const late = new Promise((resolve) => setTimeout(resolve, 8_000, 'late'));
  expect(await Promise.race([upstream.closedByClient(n), late])).not.toBe('late');
  expect(await reading).toBe('left');
  await expect.poll(async () => (await lastRow())?.status).toBe('CANCELLED');
});
