/**
 * Eight connections of one key send the dearest operations without pause: what another key's chats take meanwhile, beside what
 * they take when nobody else is there. `node bench/faults/heavy-attack.ts [--seconds 10]`
 */
import { parseArgs } from 'node:util';
import { KEY, SOURCES, startModelgraph, startProgram } from '../gateways/processes.ts';
import { type HeavyOperation, heavyOperations } from './heavy-list.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const CONNECTIONS = 8;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const upstream = await startProgram('upstream.ts');
const server = await startModelgraph(upstream.url, [], {}, SOURCES);

const post = async (
  key: string,
  query: string,
  variables: object = {},
): Promise<{ status: number; text: string }> => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, text: await response.text() };
};

const keyNamed = async (name: string): Promise<string> => {
  const { text } = await post(
    KEY,
    `mutation { createKey(input: { name: "${name}" }) { ... on CreatedKey { secret } } }`,
  );
  return /"secret":"([^"]+)"/.exec(text)?.[1] ?? '';
};

/** Milliseconds of each chat, in order of length. */
const chats = async (key: string, ms: number): Promise<readonly number[]> => {
  const taken: number[] = [];
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const began = performance.now();
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    await response.text();
    if (response.status !== 200) throw new Error(`a chat was answered with ${response.status}`);
    taken.push(performance.now() - began);
  }
  return taken.toSorted((one, other) => one - other);
};

const attack = async (
  key: string,
  operations: readonly HeavyOperation[],
  first: number,
  isOver: () => boolean,
) => {
  const counts = new Map<number, number>();
  for (let index = first; !isOver(); index += 1) {
    const operation = operations[index % operations.length];
    if (operation === undefined) continue;
    const { status } = await post(key, operation.query, operation.variables);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
};

try {
  const [chatter, attacker] = [await keyNamed('chatter'), await keyNamed('attacker')];
  const { text } = await post(
    attacker,
    '{ offerings(first: 100) { nodes { id model { slug } provider { id } } } }',
  );
  const found = (pattern: RegExp): readonly string[] => [
    ...new Set([...text.matchAll(pattern)].map(([, id = '']) => id)),
  ];
  const operations = heavyOperations({
    offerings: found(/\{"id":"([^"]+)","model"/g),
    models: found(/"slug":"([^"]+)"/g),
    providers: found(/"provider":\{"id":"([^"]+)"/g),
    completions: [],
  }).filter(({ events }) => events === undefined);
  const ms = Number(values.seconds) * 1_000;
  await chats(chatter, 2_000);
  const quiet = await chats(chatter, ms);
  let isOver = false;
  const attacks = Array.from({ length: CONNECTIONS }, (_, n) =>
    attack(attacker, operations, n * 4, () => isOver),
  );
  const attacked = await chats(chatter, ms);
  isOver = true;
  const counts = await Promise.all(attacks);
  const again = await chats(chatter, ms);
  for (const [name, taken] of Object.entries({ quiet, attacked, again }))
    say(
      `${name.padEnd(10)} ${taken.length} chats, p50 ${at(taken, 0.5).toFixed(1)} ms, p99 ${at(taken, 0.99).toFixed(1)} ms, most ${(taken.at(-1) ?? Number.NaN).toFixed(1)} ms`,
    );
  say(`p99 under attack: ${(at(attacked, 0.99) / at(quiet, 0.99)).toFixed(1)} times the quiet one`);
  say(`answers to the attacker: ${JSON.stringify(counts.map((each) => Object.fromEntries(each)))}`);
} finally {
  await server.stop();
  await upstream.stop();
}
