/**
 * Eight connections of one key send the dearest requests without pause: what another key's chats take meanwhile, beside what they
 * take without them. Both alternate every few seconds, so that whatever else the machine does falls on both:
 * `node bench/faults/heavy-attack.ts [--seconds 60] [--only words] [--large]`.
 * With `--large`, chats of a megabyte by REST take the place of operations of the graph.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KEY, SOURCES, startModelgraph, startProgram } from '../gateways/processes.ts';
import type { Attack } from './attacker.ts';
import { type HeavyOperation, heavyOperations } from './heavy-list.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    large: { type: 'boolean', default: false },
  },
});
const CONNECTIONS = 8;
/** How long there is an attack, and how long there is none. */
const ROUND_MS = 5_000;
/** What the attack has begun ends in this time, and counts for neither. */
const CALM_MS = 1_000;
/** Shown one by one: with what else happened then. */
const SLOW_MS = 1_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const upstream = await startProgram('upstream.ts');
/** Of its own, so that chats do not wait for it to read what is large. */
const other = await startProgram('upstream.ts');
// It is part of the attack.
setPriority(other.pid, 19);
const folder = mkdtempSync(join(tmpdir(), 'heavy-attack-'));
const config = join(folder, 'modelgraph.yaml');
writeFileSync(
  config,
  JSON.stringify({
    providers: [
      { id: 'openai', baseUrl: `${upstream.url}/v1`, apiKey: 'sk-bench-0123456789' },
      {
        id: 'relay',
        dialect: 'openai',
        baseUrl: `${other.url}/v1`,
        apiKey: 'sk-bench-0123456789',
        models: [{ id: 'm' }],
      },
    ],
  }),
);
const server = await startModelgraph(upstream.url, [], { MODELGRAPH_CONFIG: config }, SOURCES);

type Answer = { readonly status: number; readonly text: string };

const send = async (key: string, path: string, body: object): Promise<Answer> => {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
};
const post = (key: string, query: string, variables: object = {}): Promise<Answer> =>
  send(key, '/graphql', { query, variables });
const chat = (key: string, content: string): Promise<Answer> =>
  send(key, '/v1/chat/completions', {
    model: 'openai/gpt-4o-mini',
    messages: [{ role: 'user', content }],
  });

const keyNamed = async (name: string): Promise<string> => {
  const { text } = await post(
    KEY,
    `mutation { createKey(input: { name: "${name}" }) { ... on CreatedKey { secret } } }`,
  );
  return /"secret":"([^"]+)"/.exec(text)?.[1] ?? '';
};

/** Milliseconds of each chat. */
const chats = async (key: string, ms: number): Promise<readonly number[]> => {
  const taken: number[] = [];
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const began = performance.now();
    const before = server.cpuMs().main;
    const { status } = await chat(key, 'Hello');
    if (status !== 200) throw new Error(`a chat was answered with ${status}`);
    const took = performance.now() - began;
    taken.push(took);
    if (took > SLOW_MS)
      say(
        `a chat of ${took.toFixed(0)} ms; the server's thread computed for ${(server.cpuMs().main - before).toFixed(0)} ms of it`,
      );
  }
  return taken;
};

/** Sends an order; what it answers once it is carried out. */
const told = async (attacker: ChildProcess, order: 'begin' | 'end'): Promise<object> => {
  attacker.send(order);
  const [counts] = await once(attacker, 'message');
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
  const operations: readonly HeavyOperation[] = heavyOperations({
    offerings: found(/\{"id":"([^"]+)","model"/g),
    models: found(/"slug":"([^"]+)"/g),
    providers: found(/"provider":\{"id":"([^"]+)"/g),
    completions: [],
  }).filter(({ events, name }) => events === undefined && name.includes(values.only));
  const large = {
    model: 'relay/m',
    messages: [{ role: 'user', content: 'words and words. '.repeat(60_000) }],
  };
  const attack: Attack = {
    url: server.url,
    key: attacker,
    connections: CONNECTIONS,
    requests: values.large
      ? [{ path: '/v1/chat/completions', body: JSON.stringify(large) }]
      : operations.map(({ query, variables = {} }) => ({
          path: '/graphql',
          body: JSON.stringify({ query, variables }),
        })),
  };
  const attacking = spawn(process.execPath, [join(import.meta.dirname, 'attacker.ts')], {
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
  });
  attacking.stdin?.end(JSON.stringify(attack));
  // What is made when it is first asked for, the graph itself above all, is no attack.
  await chats(chatter, 2_000);
  const quiet: number[] = [];
  const busy: number[] = [];
  let counts: object = {};
  const until = performance.now() + Number(values.seconds) * 1_000;
  while (performance.now() < until) {
    quiet.push(...(await chats(chatter, ROUND_MS)));
    await told(attacking, 'begin');
    busy.push(...(await chats(chatter, ROUND_MS)));
    counts = await told(attacking, 'end');
    await chats(chatter, CALM_MS);
  }
  const sorted = { quiet: quiet.toSorted((a, b) => a - b), attacked: busy.toSorted((a, b) => a - b) };
  for (const [name, taken] of Object.entries(sorted))
    say(
      `${name.padEnd(10)} ${taken.length} chats, p50 ${at(taken, 0.5).toFixed(1)} ms, p99 ${at(taken, 0.99).toFixed(1)} ms, most ${(taken.at(-1) ?? Number.NaN).toFixed(1)} ms`,
    );
  say(
    `p99 under attack: ${(at(sorted.attacked, 0.99) / at(sorted.quiet, 0.99)).toFixed(1)} times the quiet one`,
  );
  say(`answers to the attacker: ${JSON.stringify(counts)}`);
  attacking.kill();
} finally {
  await server.stop();
  await Promise.all([upstream.stop(), other.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
