/**
 * What requests leave alive once they are over, in bytes a request after young collections alone. What an old object still
 * points to, even a dead one, is kept until a full collection, and promoted by each young one. Run with --expose-gc; prints
 * a JSON object. Arguments: names of situations, all of them if none is given.
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as elapsed, setImmediate as turn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { createSystemClock } from '../../src/adapters/clock.ts';
import { createDispatcher } from '../../src/adapters/providers/dispatcher.ts';
import { createHttpProvider } from '../../src/adapters/providers/http-provider.ts';
import { pumped } from '../../src/adapters/providers/pumped.ts';
import { createMemoryState } from '../../src/adapters/state/memory.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { createLedger } from '../../src/gateway/ledger.ts';
import { NO_ROUTES } from '../../src/gateway/routing/policy/route-book.ts';
import type { Provider } from '../../src/ports/provider.ts';
import { createOpenAiCodec } from '../../src/wire/openai/codec.ts';
import { serveRest } from '../faces/rest/rest-harness.ts';
import { createScriptedMedia } from '../support/scripted-media.ts';
import { callerWith, catalogueOf, commandWith, completed, textDelta, usageUpdated } from './harness.ts';
import { embedding, VECTORS } from './operation-harness.ts';

const WARM_UP = 1_000;
const REQUESTS = 800;
/** Requests between two young collections, none of which is under way then. */
const BETWEEN = 200;
/** At once: what comes and goes leaves most behind where others go on meanwhile. */
const AT_ONCE = 16;

const collect = globalThis.gc;
if (collect === undefined) throw new Error('Run with --expose-gc.');

const clock = createSystemClock();
const nothing = (): void => {};
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };

const upstream = createServer((request, response) => {
  request.resume().on('end', () => {
    if (request.headers.accept === 'application/json') {
      const message = { role: 'assistant', content: 'Hello there' };
      const body = {
        id: 'c',
        model: 'talker',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage,
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
      return;
    }
    const chunk = (delta: object, finish_reason: string | null): string =>
      `data: ${JSON.stringify({ id: 'c', model: 'talker', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    response.setHeader('content-type', 'text/event-stream');
    response.write(chunk({ role: 'assistant', content: 'Hello' }, null));
    response.end(`${chunk({ content: ' there' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
  });
});
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');
const address = upstream.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

const dispatcher = createDispatcher();
const overHttp = createHttpProvider({
  settings: {
    id: asProviderId('http'),
    dialect: 'openai',
    baseUrl: `http://127.0.0.1:${port}/v1`,
    apiKey: new Secret('sk-1'),
  },
  codecFor: () => createOpenAiCodec({}),
  dispatcher,
  clock,
  log,
});
const scripted: Provider = {
  id: asProviderId('scripted'),
  completes: true,
  unsupported: () => [],
  operations: {
    EMBEDDING: {
      unsupported: () => [],
      perform: async () => ({ kind: 'DONE', result: VECTORS, warnings: [] }),
    },
  },
  listModels: async () => ({ kind: 'NOT_OFFERED' }),
  complete: pumped(asProviderId('scripted'), async function* () {
    yield textDelta('Hello');
    yield textDelta(' there');
    yield usageUpdated({ input: 10, output: 2 });
    yield completed;
  }),
};
const ledger = createLedger(
  { begin: () => ({ add: () => {}, write: async () => {}, texts: () => [] }) },
  clock,
  log,
  {
    flushAfterMs: 5,
  },
);
const providers = new Map([scripted, overHttp].map((provider) => [provider.id, provider]));
const catalogue = catalogueOf([...providers.keys()]);
const gateway = createGateway({
  catalogue: () => catalogue,
  providers: () => providers,
  media: createScriptedMedia(),
  clock,
  ledger,
  book: NO_ROUTES,
  state: createMemoryState(),
  log,
  onDefect: nothing,
});
const rest = await serveRest({ gateway, clock, catalogue });
const restPort = Number(new URL(rest.url).port);

/** A client that keeps next to nothing, so that what survives is the server's. */
const idle: Socket[] = [];
const askRest = async (stream: boolean): Promise<void> => {
  const socket = idle.pop() ?? connect(restPort, '127.0.0.1');
  const messages = [{ role: 'user', content: 'Hello' }];
  const body = JSON.stringify({ model: 'http/talker', stream, messages });
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: here\r\nauthorization: Bearer mg_test\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  let text = '';
  const isWhole = stream
    ? () => text.endsWith('\r\n0\r\n\r\n')
    : () => text.endsWith('}') && text.includes('\r\n\r\n{');
  await new Promise<void>((resolve) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.startsWith('HTTP/1.1 200') && !isWhole()) return;
      socket.off('data', read);
      resolve();
    };
    socket.on('data', read);
  });
  if (!text.startsWith('HTTP/1.1 200') || !text.includes('there')) throw new Error(text);
  idle.push(socket);
};

const situations: { readonly [name: string]: () => Promise<void> } = {
  async completion() {
    const command = commandWith({ model: 'scripted/talker' });
    for await (const event of gateway.complete(callerWith(), command))
      if (event.type === 'failed') throw new Error(JSON.stringify(event));
  },
  async operation() {
    const command = embedding({ model: 'scripted/talker' });
    const answer = await gateway.perform(callerWith(), command, new AbortController().signal);
    if (answer.kind !== 'DONE') throw new Error(JSON.stringify(answer));
  },
  restWhole: () => askRest(false),
  restStream: () => askRest(true),
};

/** Rows are written, and what is told in later turns is told. */
const settle = async (): Promise<void> => {
  await ledger.flush();
  await elapsed(10);
};

const askTimes = async (times: number, ask: () => Promise<void>): Promise<void> => {
  let left = times;
  const go = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await ask();
      await turn();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, go));
  await settle();
};

const survivorsOf = async (ask: () => Promise<void>): Promise<number> => {
  await askTimes(WARM_UP, ask);
  await collect({ type: 'major', execution: 'async' });
  await collect({ type: 'major', execution: 'async' });
  const before = getHeapStatistics().used_heap_size;
  for (let n = 0; n < REQUESTS; n += BETWEEN) {
    await askTimes(BETWEEN, ask);
    await collect({ type: 'minor', execution: 'async' });
  }
  await collect({ type: 'minor', execution: 'async' });
  return (getHeapStatistics().used_heap_size - before) / REQUESTS;
};

const found: { [name: string]: number } = {};
const asked = process.argv.slice(2);
for (const [name, ask] of Object.entries(situations))
  if (asked.length === 0 || asked.includes(name)) found[name] = Math.round(await survivorsOf(ask));
process.stdout.write(`${JSON.stringify(found)}\n`);

for (const socket of idle) socket.destroy();
await rest.close();
await gateway.drain(0);
await dispatcher.close();
upstream.close();
