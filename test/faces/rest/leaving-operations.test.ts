import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { gate, jsonAnswer, startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  server = await startModelgraph({
    lists: 'SMALL',
    config: `providers:
  - { id: my-relay, dialect: openai, baseUrl: "${upstream.url}/v1", apiKey: sk-1, models: [{ id: vectors }] }
`,
  });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

const ANSWER = {
  object: 'list',
  model: 'vectors',
  data: [{ object: 'embedding', index: 0, embedding: [1, 0] }],
  usage: { prompt_tokens: 7, total_tokens: 7 },
};

const latestStatus = async (): Promise<unknown> => {
  const { body } = await server.post('{ operations(first: 1) { edges { node { status } } } }');
  return body.data.operations.edges[0]?.node.status;
};

describe('an operation whose client leaves', () => {
  it.each([
    ['drain', 'SUCCEEDED'],
    ['cancel', 'CANCELLED'],
  ])('ends as it asked for: %s', async (onDisconnect, status) => {
    const mayAnswer = gate();
    const before = upstream.requests.length;
    upstream.enqueue(jsonAnswer(ANSWER, { before: mayAnswer.opened }));
    const client = new AbortController();
    const asked = fetch(`${server.url}/v1/embeddings`, {
      method: 'POST',
      signal: client.signal,
      headers: {
        authorization: `Bearer ${server.adminKey}`,
        'content-type': 'application/json',
        'x-modelgraph-on-disconnect': onDisconnect,
      },
      body: JSON.stringify({ model: 'my-relay/vectors', input: 'x' }),
    }).catch(() => 'left');
    await upstream.received(before);
    client.abort();
    expect(await asked).toBe('left');
    if (onDisconnect === 'cancel') await upstream.closedByClient(before);
    // What is asked after the client has left is answered after that was noticed.
    await latestStatus();
    mayAnswer.open();
    if (onDisconnect === 'drain') await upstream.answered(before);
    await expect.poll(latestStatus).toBe(status);
  });
});
