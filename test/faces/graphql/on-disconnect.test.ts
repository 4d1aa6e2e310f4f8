import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { quickest } from '../../support/quickest.ts';
import { eventStream, gate, startUpstream, type Upstream } from '../../support/upstream.ts';
import { configFor, DIALECTS } from './dialects.ts';

const WATCH = /* GraphQL */ `
  subscription ($input: CompletionInput!) {
    completion(input: $input) { __typename }
  }
`;
const WORDS = ['Blue', ' and', ' wide.'];

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  server = await startModelgraph({ config: configFor(upstream.url) });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
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

  it('closes the call within 100 ms under CANCEL', async () => {
    const [openai] = DIALECTS;
    const took = await quickest(100, async () => {
      const n = upstream.requests.length;
      upstream.enqueue(eventStream(openai?.textFrames(WORDS).slice(0, 3) ?? [], { ending: 'hang' }));
      const client = transport.connect(server);
      const input = { model: openai?.model, messages: [{ user: { text: 'Hi' } }], onDisconnect: 'CANCEL' };
      let leftAt = Number.NaN;
      for await (const { data } of client.iterate(WATCH, { input }))
        if (data?.completion.__typename === 'TextDelta') {
          leftAt = performance.now();
          break;
        }
      await upstream.closedByClient(n);
      const ms = performance.now() - leftAt;
      await client.dispose();
      return ms;
    });
    expect(took).toBeLessThan(100);
    await expect.poll(async () => (await lastRow())?.status).toBe('CANCELLED');
  });
});
