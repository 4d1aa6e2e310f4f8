import { TRANSPORTS, type Transport } from '../support/graph-clients.ts';
import type { Modelgraph } from '../support/modelgraph.ts';

export type MadeKey = { readonly id: string; readonly secret: string };

export const makeKey = async (server: Modelgraph, expiresAt?: Date): Promise<MadeKey> => {
  const { body } = await server.post(
    'mutation ($expiresAt: DateTime) { createKey(input: { name: "live", expiresAt: $expiresAt }) { ... on CreatedKey { secret key { id } } } }',
    { expiresAt },
  );
  const { secret, key } = body.data.createKey;
  return { id: key.id, secret };
};

export const revoke = (server: Modelgraph, id: string) =>
  server.post('mutation ($id: ID!) { revokeKey(id: $id) { __typename } }', { id });

/** For an answer that goes on for an hour. */
const SLOWLY = { 'sandbox.words': '100000', 'sandbox.tokensPerSecond': '20' };

const COMPLETION = `subscription ($metadata: JSONObject) { completion(input: { model: "sandbox/lorem",
  messages: [{ user: { text: "Go on." } }], metadata: $metadata }) { __typename } }`;

/** A stream under way: what it ended with, once it has. */
export type Live = { readonly name: string; readonly last: Promise<unknown> };

const subscribed = async (server: Modelgraph, transport: Transport, secret: string): Promise<Live> => {
  const client = transport.connect(server, secret);
  const results = client.iterate(COMPLETION, { metadata: SLOWLY });
  const first = await results.next();
  if (first.value?.data === undefined) throw new Error(`no stream over ${transport.name}`);
  const last = async (): Promise<unknown> => {
    let error: unknown;
    for await (const result of results) error = result.errors?.[0]?.extensions ?? error;
    await client.dispose();
    return error;
  };
  return { name: transport.name, last: last() };
};

const messages = [{ role: 'user', content: 'Go on.' }];
const modelgraph = { tags: SLOWLY };
const REST = [
  ['/v1/chat/completions', { messages, modelgraph }],
  ['/v1/responses', { input: 'Go on.', modelgraph }],
  ['/v1/messages', { max_tokens: 100_000, messages, modelgraph }],
] as const;

const streamed = async (
  server: Modelgraph,
  [path, body]: (typeof REST)[number],
  secret: string,
): Promise<Live> => {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sandbox/lorem', stream: true, ...body }),
  });
  if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
  return { name: path, last: response.text() };
};

/** One over each face, all of one key, each with something of its answer here. */
export const startStreams = (server: Modelgraph, secret: string): Promise<readonly Live[]> =>
  Promise.all([
    ...TRANSPORTS.map((transport) => subscribed(server, transport, secret)),
    ...REST.map((asked) => streamed(server, asked, secret)),
  ]);

/** What a stream may go on for after its key has ended. */
const WITHIN_MS = 5_000;

/** Those that do not end in time with the reason; the names of all that is wrong. */
export const endings = async (
  live: readonly Live[],
  reason: 'REVOKED_API_KEY' | 'EXPIRED_API_KEY',
): Promise<readonly string[]> => {
  const at = performance.now();
  const wrong = live.map(async ({ name, last }) => {
    const said = JSON.stringify(await last);
    const tookMs = performance.now() - at;
    if (tookMs > WITHIN_MS) return [`${name}: after ${tookMs} ms`];
    return said.toUpperCase().includes(reason) ? [] : [`${name}: ${said.slice(-300)}`];
  });
  return (await Promise.all(wrong)).flat();
};
