import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';

const LARGE = 'words and words. '.repeat(60_000);
const COMPLETION =
  'mutation ($i: CompletionInput!) { complete(input: $i) { ... on Completion { usage { input } } ... on Error { message } } }';
const asking = (text: string) => ({
  i: { model: 'sandbox/echo', messages: [{ user: { text } }], streamUpstream: false },
});

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(() => server?.stop());

const chat = async (text: string): Promise<string> => {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: text }] }),
  });
  const { choices } = await response.json();
  return choices[0].message.content;
};

describe('requests of a megabyte', () => {
  it('are answered, each as it was asked, while small ones are answered between them', async () => {
    let left = 8;
    const large = Array.from({ length: 8 }, async (_, n) => {
      const said = await chat(`${n} ${LARGE}`);
      left -= 1;
      return said;
    });
    let between = 0;
    while (left > 0) {
      expect(await chat('Hello')).toContain('Hello');
      if (left > 0) between += 1;
    }
    expect((await Promise.all(large)).map((said) => said.slice(0, 30))).toEqual(
      Array.from({ length: 8 }, (_, n) => expect.stringContaining(`${n} words`)),
    );
    expect(between).toBeGreaterThan(0);
  });

  it.each(TRANSPORTS)('are answered over $name, and what comes after them', async (transport) => {
    const client = transport.connect(server);
    const large = client.iterate(COMPLETION, asking(LARGE)).next();
    const small = client.iterate(COMPLETION, asking('Hello')).next();
    expect(JSON.stringify((await large).value)).toMatch(/"input":\d{5,}/);
    expect(JSON.stringify((await small).value)).toMatch(/"input":\d{1,3}\D/);
    await client.dispose();
  });
});
