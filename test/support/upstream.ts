import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/** Written as it is, or waited for before the next piece is written. */
export type Piece = string | Uint8Array | Promise<unknown>;

/** What the upstream does with one request. */
export type Script = {
  /** Waited for before anything is sent; `NEVER` hangs before headers. */
  readonly before?: Promise<unknown>;
  /** Default 200. */
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array | readonly Piece[];
  /** After the body: end the answer (default), close the connection (cut, or with a TCP reset), or say nothing more. */
  readonly ending?: 'end' | 'cut' | 'reset' | 'hang';
  /** Bytes to send in place of an HTTP answer; the connection is closed after them, or reset. */
  readonly raw?: string | Uint8Array;
};

export type UpstreamRequest = {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
  /** As it came. */
  readonly bytes: Uint8Array;
  /** Which connection it came on, counted from 0. */
  readonly connection: number;
};

export type Upstream = {
  /** `http://127.0.0.1:port`, or `https:`, without a slash at the end. */
  readonly url: string;
  /** All that came, in order. */
  readonly requests: readonly UpstreamRequest[];
  /** Answers the next requests, one script each. */
  enqueue(...scripts: readonly Script[]): void;
  /** Answers every request for which nothing is enqueued. */
  respond(handler: (request: UpstreamRequest) => Script): void;
  /** Nothing is enqueued or scripted, as at first; what came stays counted. */
  forget(): void;
  /** Resolves when request number `n` (from 0) has come whole. */
  received(n: number): Promise<UpstreamRequest>;
  /** Resolves when the client closes the connection of request `n` before it has the whole answer. */
  closedByClient(n: number): Promise<void>;
  /** Resolves when the answer to request `n` has been handed over whole. */
  answered(n: number): Promise<void>;
  /** Bytes of body that the client's side has taken from us so far, for request `n`. */
  bytesWritten(n: number): number;
  close(): Promise<void>;
};

/** Never resolves. */
export const NEVER: Promise<never> = new Promise(() => {});

export type Gate = { readonly opened: Promise<void>; open(): void };
/** A piece of a script that waits until the test opens it. */
export const gate = (): Gate => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
};

/** One server-sent event; `data` that is not text is sent as JSON. */
export const sseFrame = (data: unknown, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** An answer that streams server-sent events. */
export const eventStream = (body: readonly Piece[], rest: Omit<Script, 'body'> = {}): Script => ({
  ...rest,
  headers: { 'content-type': 'text/event-stream; charset=utf-8', ...rest.headers },
  body,
});

/** A whole JSON answer. */
export const jsonAnswer = (value: unknown, rest: Omit<Script, 'body'> = {}): Script => ({
  ...rest,
  headers: { 'content-type': 'application/json', ...rest.headers },
  body: JSON.stringify(value),
});

/** The form that a request brought, as a server's own parser reads it. */
export const formIn = ({ bytes, headers }: UpstreamRequest): Promise<FormData> =>
  new Response(new Uint8Array(bytes), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData();

type Milestones = {
  readonly received: PromiseWithResolvers<UpstreamRequest>;
  readonly closedByClient: PromiseWithResolvers<void>;
  readonly answered: PromiseWithResolvers<void>;
  bytesWritten: number;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const notScripted = (): Script => ({ status: 599, body: 'nothing is scripted' });

/** A real HTTP server, or with `tls` one over TLS, on a loopback port of its own that does as it is told. */
export const startUpstream = async (tls?: {
  readonly cert: string;
  readonly key: string;
}): Promise<Upstream> => {
  const requests: UpstreamRequest[] = [];
  const queue: Script[] = [];
  const milestones: Milestones[] = [];
  const connections = new Map<Socket, number>();
  let fallback: (request: UpstreamRequest) => Script = notScripted;
  let count = 0;

  const milestonesOf = (n: number): Milestones => {
    milestones[n] ??= {
      received: Promise.withResolvers(),
      closedByClient: Promise.withResolvers(),
      answered: Promise.withResolvers(),
      bytesWritten: 0,
    };
    return milestones[n];
  };

  const play = async (script: Script, response: ServerResponse, reached: Milestones): Promise<void> => {
    let isCutByUs = false;
    const closed = new Promise<void>((resolve) => {
      response.once('close', () => {
        if (response.writableFinished) reached.answered.resolve();
        else if (!isCutByUs) reached.closedByClient.resolve();
        resolve();
      });
    });
    await Promise.race([script.before, closed]);
    if (script.raw !== undefined) {
      isCutByUs = true;
      if (script.ending === 'reset') response.socket?.resetAndDestroy();
      else response.socket?.end(script.raw);
      return;
    }
    response.writeHead(script.status ?? 200, { ...script.headers });
    response.flushHeaders();
    const { body = [] } = script;
    for (const piece of typeof body === 'string' || body instanceof Uint8Array ? [body] : body) {
      if (response.destroyed) return;
      if (piece instanceof Promise) await Promise.race([piece, closed]);
      else {
        const isTaken = response.write(piece);
        if (!isTaken) await Promise.race([once(response, 'drain'), closed]);
        reached.bytesWritten += Buffer.byteLength(piece);
      }
    }
    switch (script.ending ?? 'end') {
      case 'end':
        response.end();
        break;
      case 'cut':
      case 'reset': {
        const { socket } = response;
        // The last piece shall leave first.
        socket?.write('', () => {
          isCutByUs = true;
          if (script.ending === 'reset') socket.resetAndDestroy();
          else socket.destroy();
        });
        break;
      }
      case 'hang':
        break;
    }
  };

  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    const n = count++;
    const reached = milestonesOf(n);
    const connection = connections.get(incoming.socket) ?? connections.size;
    connections.set(incoming.socket, connection);
    const chunks: Uint8Array[] = [];
    incoming.on('data', (chunk: Uint8Array) => {
      chunks.push(chunk);
    });
    incoming.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const request: UpstreamRequest = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: parsed(bytes.toString('utf8')),
        bytes,
        connection,
      };
      requests[n] = request;
      reached.received.resolve(request);
      void play(queue.shift() ?? fallback(request), response, reached);
    });
  };
  const server = tls === undefined ? createServer(onRequest) : createHttpsServer({ ...tls }, onRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    enqueue: (...scripts) => void queue.push(...scripts),
    respond(handler) {
      fallback = handler;
    },
    forget() {
      queue.length = 0;
      fallback = notScripted;
    },
    received: (n) => milestonesOf(n).received.promise,
    closedByClient: (n) => milestonesOf(n).closedByClient.promise,
    answered: (n) => milestonesOf(n).answered.promise,
    bytesWritten: (n) => milestonesOf(n).bytesWritten,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
