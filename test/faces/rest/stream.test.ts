import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Caller, callerOf } from '../../../src/domain/caller.ts';
import type { CompletionEvent } from '../../../src/domain/completion-event.ts';
import { failureOf } from '../../../src/domain/failure.ts';
import { asKeyId, asModelSlug, asOfferingId, asOperationId, asProviderId } from '../../../src/domain/ids.ts';
import { serveCompletion } from '../../../src/faces/rest/completion-route.ts';
import { Exchange } from '../../../src/faces/rest/exchange.ts';
import { type CompletionCommand, DEFAULT_TIMEOUTS } from '../../../src/gateway/completion-command.ts';
import type { Run, RunSink } from '../../../src/gateway/runs/run.ts';
import { chatDialect } from '../../../src/wire/serve/chat/dialect.ts';
import { gate } from '../../support/upstream.ts';

const OFFERING = { offeringId: asOfferingId('sandbox/echo'), providerId: asProviderId('sandbox') };
const START: readonly CompletionEvent[] = [
  {
    type: 'started',
    id: asOperationId('cmp_1'),
    createdAt: new Date(0),
    route: { requested: 'x', modelSlug: asModelSlug('sandbox/echo'), candidates: [OFFERING.offeringId] },
  },
  { type: 'attemptStarted', index: 0, startedAt: new Date(0), cause: 'FIRST', ...OFFERING },
];
const FAILED: CompletionEvent = {
  type: 'failed',
  error: { kind: 'UPSTREAM', failure: { ...failureOf('OVERLOADED', 'Too much.'), ...OFFERING } },
};
const caller = callerOf({
  id: asKeyId('key_1'),
  name: 'test',
  role: 'MEMBER',
  prefix: 'mg_',
  createdAt: new Date(0),
});

/** A gateway whose completion is as told, and how it was left. */
const gatewayOf = (source: () => AsyncGenerator<CompletionEvent, undefined>) => {
  const { promise: left, resolve } = Promise.withResolvers<void>();
  return {
    left,
    run(_caller: Caller, _command: CompletionCommand, sink: RunSink): Run {
      let resumed: PromiseWithResolvers<void> | undefined;
      const pump = async (): Promise<void> => {
        for await (const event of source()) {
          sink.event(event);
          await resumed?.promise;
        }
      };
      void pump();
      return {
        pause() {
          resumed ??= Promise.withResolvers();
        },
        resume() {
          resumed?.resolve();
          resumed = undefined;
        },
        leave: () => resolve(),
      };
    },
  };
};

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Asks a server of that gateway for a stream, and gives what is answered before its body is read. */
const ask = async (gateway: ReturnType<typeof gatewayOf>, silenceMs = 60_000): Promise<IncomingMessage> => {
  server = createServer((request, response) => {
    const onFailure = (message: string): never => {
      throw new Error(message);
    };
    serveCompletion(
      { dialect: chatDialect },
      {
        body: { model: 'x', stream: true, messages: [{ role: 'user', content: 'x' }] },
        extent: { characters: 69, isFlat: true },
      },
      new Exchange(
        { request, response, trace: undefined },
        { caller, path: '/', format: chatDialect, arrivedMs: performance.now() },
        onFailure,
      ),
      {
        gateway,
        timeouts: DEFAULT_TIMEOUTS,
        maxRequestBytes: 1_000_000,
        nowMs: () => performance.now(),
        silenceMs,
        onFailure,
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [response] = await once(get({ port, host: '127.0.0.1', agent: false }), 'response');
  return response;
};

const textOf = async (response: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
};

describe('a stream', () => {
  it('that fails before its first piece is an error with a status of its own', async () => {
    const response = await ask(
      gatewayOf(async function* () {
        yield* START;
        yield FAILED;
        return undefined;
      }),
    );
    expect(response.statusCode).toBe(503);
    expect(response.headers['content-type']).toContain('application/json');
    expect(JSON.parse(await textOf(response)).error.code).toBe('overloaded');
  });

  it('shows signs of life while nothing comes, and tells of a failure in its own events then', async () => {
    const end = gate();
    const response = await ask(
      gatewayOf(async function* () {
        yield* START;
        await end.opened;
        yield FAILED;
        return undefined;
      }),
      5,
    );
    expect(response.statusCode).toBe(200);
    expect(response.headers['x-modelgraph-offering']).toBe('sandbox/echo');
    let text = '';
    for await (const chunk of response) {
      text += chunk;
      if (text.split(': keep-alive\n\n').length > 2) end.open();
    }
    const last = text.trim().split('\n\n').at(-1) ?? '';
    expect(JSON.parse(last.replace('data: ', '')).error).toMatchObject({ code: 'overloaded' });
    expect(text).not.toContain('[DONE]');
  });

  it('asks for no more than its reader takes', async () => {
    let asked = 0;
    const words = 'word '.repeat(2_000);
    const gateway = gatewayOf(async function* () {
      yield* START;
      for (;;) {
        asked += 1;
        yield { type: 'textDelta', text: words };
        // Sockets are written in turns of their own.
        await new Promise(setImmediate);
      }
    });
    const response = await ask(gateway);
    const [first] = await once(response, 'data');
    response.pause();
    expect(String(first)).toContain('word');
    let before = -1;
    await expect
      .poll(
        () => {
          const same = asked === before;
          before = asked;
          return same;
        },
        { interval: 100, timeout: 20_000 },
      )
      .toBe(true);
    expect(asked * words.length).toBeLessThan(12 * 1024 * 1024);
    response.destroy();
    await gateway.left;
  });

  it('is left when its client leaves, though nothing comes', async () => {
    const gateway = gatewayOf(async function* () {
      yield* START;
      yield { type: 'textDelta', text: 'one' };
      await new Promise(() => {});
      return undefined;
    });
    const response = await ask(gateway);
    await once(response, 'data');
    response.destroy();
    await gateway.left;
  });
});
