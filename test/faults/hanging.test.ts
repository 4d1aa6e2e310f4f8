import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asked } from '../golden/operation-works.ts';
import type { ParityServer } from '../main/parity/server.ts';
import { graphqlWs } from '../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';
import { type FaultyServer, startFaultyServer } from './faulty-server.ts';
import { CELLS, type Cell, isShort, OPERATION_NAMES, RELAYS, SAID, wellAnswer } from './hanging-cells.ts';
import { type Outcome, tableOf } from './outcomes.ts';

/** All cells, and what was observed goes into this file. */
const REPORT = process.env.MODELGRAPH_FAULTS_REPORT;
const cells = REPORT === undefined ? CELLS.filter(isShort) : CELLS;

/** What is promised where the first token is waited for a second, and the whole may take 40. */
const PROMISE_MS = 8_000;
/** On a machine that does more than this; what is observed is told as it is. */
const PATIENCE_MS = 20_000;
const AT_ONCE = 16;

let faulty: FaultyServer;
let well: Upstream;
let server: Modelgraph;
let graph: ParityServer['graph'];
beforeAll(async () => {
  faulty = await startFaultyServer();
  well = await startUpstream();
  well.respond(wellAnswer);
  const apiKey = 'sk-test-0123456789';
  const relay = (id: string, dialect: string, baseUrl: string): object => ({
    id,
    dialect,
    baseUrl: dialect.startsWith('openai') ? `${baseUrl}/v1` : baseUrl,
    apiKey,
    models: [{ id: 'm' }],
  });
  server = await startModelgraph({
    lists: 'SMALL',
    config: JSON.stringify({
      providers: [
        ...['mistral', 'cohere', 'bedrock'].map((id) => ({ id, baseUrl: `${faulty.url}/v1`, apiKey })),
        { id: 'anthropic', baseUrl: faulty.url, apiKey },
        { id: 'google', baseUrl: `${well.url}/gemini`, apiKey },
        ...Object.entries(RELAYS).flatMap(([name, dialect]) => [
          relay(`hangs-${name}`, dialect, faulty.url),
          relay(`well-${name}`, dialect, `${well.url}/${name}`),
        ]),
        ...[...new Set(OPERATION_NAMES)].map((name) =>
          relay(`well-${name}`, 'openai', `${well.url}/${name}`),
        ),
      ],
      routes: Object.fromEntries(
        cells.map(({ route, hangs, answers }) => [
          route,
          {
            candidates: [{ offering: hangs }, { offering: answers }],
            fallback: { timeouts: { firstTokenMs: 1_000, totalMs: 40_000 } },
          },
        ]),
      ),
    }),
  });
  graph = graphqlWs.connect(server);
});
afterAll(async () => {
  await graph?.dispose();
  await server?.stop();
  await well?.close();
  await faulty?.close();
});

/** What came of it, in words; undefined: the answer of the provider that is well. */
const problemIn = async ({ asks, route }: Cell): Promise<string | undefined> => {
  const model = `route:${route}`;
  if (asks.kind === 'CHAT') {
    const { face, isStreamed } = asks;
    const parity: ParityServer = { server, graph, next() {}, sent: () => [] };
    const history = face.history([{ role: 'user', text: 'Look at the sea.' }]);
    const reply = await face.ask(parity, { model, history, isStreamed });
    if (reply.kind === 'ERROR') return `an error: ${reply.word}`;
    const { text } = face.hear(reply.answer);
    return text === SAID.text ? undefined : `another answer: ${text}`;
  }
  const asked: Asked = {
    url: server.url,
    key: server.adminKey,
    post: (path, body, init = {}) =>
      fetch(`${server.url}${path}`, {
        ...init,
        method: 'POST',
        headers: {
          ...Object.fromEntries(new Headers(init.headers)),
          authorization: `Bearer ${server.adminKey}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      }),
  };
  const response = await asks.work.send(asked, { model }, AbortSignal.timeout(60_000));
  const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
  if (response.status !== 200) return `status ${response.status}: ${text.slice(0, 300)}`;
  const isError = asks.work.way === 'graph' && /"errors"|"__typename":"\w*(?:Error|Refusal)"/.test(text);
  return isError ? text.slice(0, 300) : undefined;
};

const faceOf = ({ asks }: Cell): string =>
  asks.kind === 'CHAT' ? `${asks.face.name} ${asks.isStreamed}` : asks.work.name;

describe('a route whose first provider hangs', () => {
  const outcomes = new Map<Cell, Outcome>();

  const observe = async (cell: Cell): Promise<void> => {
    const since = performance.now();
    const problem = await problemIn(cell).catch((error: unknown) => String(error));
    outcomes.set(cell, { cell, ms: Math.round(performance.now() - since), problem });
  };

  beforeAll(async () => {
    // What is first asked for is built then, which says nothing of providers.
    const firsts = new Map(cells.map((cell) => [faceOf(cell), cell]));
    await Promise.all([...firsts.values()].map((cell) => problemIn(cell).catch(() => {})));
    const left = [...cells];
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await observe(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (REPORT !== undefined) writeFileSync(REPORT, tableOf([...outcomes.values()], PROMISE_MS));
    // A busy machine can make those late that are well.
    else
      for (const { cell, problem } of [...outcomes.values()]) if (problem !== undefined) await observe(cell);
  }, 900_000);

  it.each(cells.map((cell) => [cell.name, cell] as const))('%s is answered by the next', (_name, cell) => {
    const { ms = Number.NaN, problem } = outcomes.get(cell) ?? {};
    expect(problem).toBeUndefined();
    expect(ms).toBeLessThan(PATIENCE_MS);
  });
});
