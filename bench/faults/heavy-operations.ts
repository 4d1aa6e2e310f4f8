/**
 * What the dearest operations of the graph cost, each at its largest, on a real server with the whole catalogue and a ledger:
 * `node bench/faults/heavy-operations.ts [--rows 10000] [--only words]`. The longest turn is the processor's time of the longest
 * turn of the event loop while it was answered: what everybody else waits for.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { KEY, type Process, SOURCES, startModelgraph } from '../gateways/processes.ts';
import { fillLedger } from './heavy-ledger.ts';
import { type HeavyOperation, heavyOperations, type Known } from './heavy-list.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000' }, only: { type: 'string', default: '' } },
});

type Answer = { readonly bytes: number; readonly said: string };
type Transport = (url: string, operation: HeavyOperation) => Promise<Answer>;

const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
const bodyOf = ({ query, variables = {} }: HeavyOperation): string => JSON.stringify({ query, variables });

const saidIn = (text: string): string => {
  const message = /"message":"((?:[^"\\]|\\.){0,60})/.exec(text.slice(0, 100_000))?.[1];
  return text.startsWith('{"errors"') || text.includes('"errors":[') ? (message ?? 'errors') : '';
};

const overHttp: Transport = async (url, operation) => {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: bodyOf(operation) });
  const text = await response.text();
  return { bytes: text.length, said: saidIn(text) };
};

const iterated = async (results: AsyncIterable<unknown>, events = 1): Promise<Answer> => {
  let bytes = 0;
  let said = '';
  let left = events;
  try {
    for await (const result of results) {
      const text = JSON.stringify(result);
      bytes += text.length;
      said ||= saidIn(text);
      left -= 1;
      if (left === 0) break;
    }
  } catch (error) {
    said = JSON.stringify(error).slice(0, 80);
  }
  return { bytes, said };
};

const overSse: Transport = async (url, operation) => {
  const client = createSseClient({ url: `${url}/graphql/stream`, headers, retryAttempts: 0 });
  const { query, variables = {} } = operation;
  const answer = await iterated(client.iterate({ query, variables: { ...variables } }), operation.events);
  client.dispose();
  return answer;
};

const overSocket: Transport = async (url, operation) => {
  const client = createWsClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: headers.authorization },
  });
  const { query, variables = {} } = operation;
  const answer = await iterated(client.iterate({ query, variables: { ...variables } }), operation.events);
  await client.dispose();
  return answer;
};

const TRANSPORTS = { HTTP: overHttp, SSE: overSse, WS: overSocket } as const;

type Row = {
  readonly name: string;
  readonly bytes: number;
  readonly cpuMs: number;
  readonly longestMs: number;
  readonly wallMs: number;
  readonly answerBytes: number;
  readonly rssMb: number;
  readonly said: string;
};

const knownOf = async (url: string, completions: readonly string[]): Promise<Known> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      query: `{ ${Array.from({ length: 10 }, (_, n) => `a${n}: offerings(first: 100, order: { field: ${n % 2 ? 'ID' : 'NAME'} }) { nodes { id model { slug } provider { id } } }`).join(' ')} }`,
    }),
  });
  const {
    data,
  }: {
    data: { [alias: string]: { nodes: { id: string; model: { slug: string }; provider: { id: string } }[] } };
  } = await response.json();
  const nodes = Object.values(data).flatMap(({ nodes }) => nodes);
  const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
  return {
    offerings: unique(nodes.map(({ id }) => id)),
    models: unique(nodes.map(({ model }) => model.slug)),
    providers: unique(nodes.map(({ provider }) => provider.id)),
    completions,
  };
};

const measure = async (
  server: Process,
  meter: string,
  operation: HeavyOperation,
  send: Transport,
): Promise<Omit<Row, 'name'>> => {
  await (await fetch(`${meter}begin`)).text();
  const before = server.cpuMs().main;
  const began = performance.now();
  const { bytes, said } = await send(server.url, operation);
  const wallMs = performance.now() - began;
  const { longestMs, rss }: { longestMs: number; rss: number } = await (await fetch(`${meter}end`)).json();
  return {
    bytes: bodyOf(operation).length,
    cpuMs: server.cpuMs().main - before,
    longestMs,
    wallMs,
    answerBytes: bytes,
    rssMb: rss / 1_048_576,
    said,
  };
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const cell = (value: number, width = 9): string => value.toFixed(value < 100 ? 1 : 0).padStart(width);

const dataDir = mkdtempSync(join(tmpdir(), 'heavy-operations-'));
try {
  const completions = await fillLedger(dataDir, Number(values.rows));
  const meterFile = new URL('./loop-meter.ts', import.meta.url).href;
  const server = await startModelgraph(
    'http://127.0.0.1:9',
    ['--import', meterFile],
    { MODELGRAPH_DATA_DIR: dataDir },
    SOURCES,
  );
  const meter = /loop meter (\S+)/.exec(server.printed())?.[1] ?? '';
  const known = await knownOf(server.url, completions);
  const rows: Row[] = [];
  say(`${'operation'.padEnd(44)}      cpu  longest     wall      rss    bytes   answer  (ms, MB)`);
  for (const operation of heavyOperations(known)) {
    if (!operation.name.includes(values.only)) continue;
    for (const [transport, send] of Object.entries(TRANSPORTS)) {
      if (operation.events !== undefined && transport === 'HTTP') continue;
      const row = {
        name: `${operation.name} (${transport})`,
        ...(await measure(server, meter, operation, send)),
      };
      rows.push(row);
      say(
        `${row.name.padEnd(44)}${cell(row.cpuMs)}${cell(row.longestMs)}${cell(row.wallMs)}${cell(row.rssMb)}${cell(row.bytes)}${cell(row.answerBytes)}  ${row.said}`,
      );
    }
  }
  say('\nThe ten dearest by byte of the request: ms of CPU a KB, longest turn in ms');
  for (const row of rows
    .toSorted((one, other) => other.cpuMs / other.bytes - one.cpuMs / one.bytes)
    .slice(0, 10))
    say(`${row.name.padEnd(44)}${cell((row.cpuMs / row.bytes) * 1_024)}${cell(row.longestMs)}`);
  say(`\nThe longest turn of all: ${cell(Math.max(...rows.map(({ longestMs }) => longestMs)))} ms`);
  await server.stop();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
