import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Router, startHiveGateway } from '../../support/hive-gateway.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { type Subgraph, startReviewsSubgraph } from '../../support/reviews-subgraph.ts';
import { eventStream, gate, type Upstream } from '../../support/upstream.ts';
import { DIALECTS } from './dialects.ts';
import { dialectsServer } from './dialects-server.ts';

const [openai] = DIALECTS;
const FRAMES = openai?.textFrames(['Blue', ' and', ' wide.']) ?? [];

let upstream: Upstream;
let server: Modelgraph;
let reviews: Subgraph;
beforeAll(async () => {
  ({ upstream, server } = await dialectsServer());
  reviews = await startReviewsSubgraph(() => ({}));
});
afterAll(() => reviews?.stop());

/** Asks by a mutation and leaves once the provider has the request. */
const leave = async (router: Router, request: number): Promise<void> => {
  const client = new AbortController();
  const answer = fetch(router.url, {
    method: 'POST',
    signal: client.signal,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
    body: JSON.stringify({
      query: 'mutation ($input: CompletionInput!) { complete(input: $input) { __typename } }',
      variables: { input: { model: openai?.model, messages: [{ user: { text: 'Hi' } }] } },
    }),
  });
  await upstream.received(request);
  client.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
};

const lastStatus = async () => {
  const { body } = await server.post('{ completions(first: 1) { nodes { status } } }');
  return body.data.completions.nodes[0]?.status;
};

describe('a mutation whose client leaves Hive Gateway', () => {
  it('goes on to its end with the default settings', async () => {
    const router = await startHiveGateway(server, reviews);
    const n = upstream.requests.length;
    const rest = gate();
    upstream.enqueue(eventStream([...FRAMES.slice(0, -3), rest.opened, ...FRAMES.slice(-3)]));
    await leave(router, n);
    rest.open();
    await upstream.answered(n);
    await expect.poll(lastStatus).toBe('SUCCEEDED');
    await router.stop();
  });

  it('ends the call to the provider with executionCancellation', async () => {
    const router = await startHiveGateway(server, reviews, { executionCancellation: true });
    const n = upstream.requests.length;
    upstream.enqueue(eventStream(FRAMES.slice(0, -3), { ending: 'hang' }));
    await leave(router, n);
    await upstream.closedByClient(n);
    await expect.poll(lastStatus).toBe('CANCELLED');
    await router.stop();
  });
});
