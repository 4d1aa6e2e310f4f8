import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import cors from 'cors';
import type { TraceParent } from '../../domain/trace.ts';
import { type Listener, pathOf, refuseUpgrade, sendError } from './listener.ts';
import { type TraceRequest, traceRequest } from './traced-request.ts';

/** A face's part of the HTTP surface. */
export type HttpFace = {
  /**
   * Answers a request, or says false, with nothing written, if it is not its own. What is done for it hangs below
   * `trace`, where requests are traced.
   */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    trace: TraceParent | undefined,
  ): boolean | Promise<boolean>;
  /** Takes over a connection, or says false if it is not its own. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
};

export type HttpServerOptions = {
  /** Web pages of these origins may call from a browser; `*` stands for all. The server's own page always may. */
  readonly allowedOrigins: readonly string[];
  /** Headers of answers that such pages may read. */
  readonly exposedHeaders: readonly string[];
  /** Absent: requests are not traced. */
  readonly traceRequest?: TraceRequest;
  /** Told of requests that failed in a way that nobody expected. */
  readonly onFailure: (message: string, details: { readonly path: string; readonly reason: string }) => void;
};

export type HttpServer = {
  /** From now on only what must work while stopping is served; all else is refused with 503. */
  refuseNewWork(): void;
  /** Waits some seconds for answers under way, then closes every connection. */
  close(): Promise<void>;
};

/** Paths that are answered until the very end. */
const ALWAYS_SERVED: ReadonlySet<string> = new Set(['/health', '/ready']);
const CLOSE_AFTER_MS = 5_000;

/** Proxies and some clients name the whole address (RFC 9112, 3.2.2). */
const WHOLE_ADDRESS = /^https?:\/\/[^/?#]*/i;

/**
 * Whether a browser page may talk to this server: one of its own pages, or one of an allowed origin. Requests
 * without an Origin do not come from a page.
 */
const isOriginAllowed = (request: IncomingMessage, allowed: readonly string[]): boolean => {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
};

/** Node's codes for requests that it could not read. */
const CLIENT_ERRORS: { readonly [code: string]: string } = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/**
 * Serves the requests of a port that is taken, from now on: asks each of the faces in turn, and answers what none of them
 * knows.
 */
export const createHttpServer = (
  faces: readonly HttpFace[],
  { server, takeOver }: Listener,
  options: HttpServerOptions,
): HttpServer => {
  const { allowedOrigins } = options;
  const crossOrigin = cors({
    origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins],
    methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
    exposedHeaders: [...options.exposedHeaders],
    maxAge: 600,
  });
  let refusing = false;
  const underWay = new Set<ServerResponse>();
  const upgraded = new Set<Duplex>();
  let onAllAnswered: (() => void) | undefined;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (refusing && !ALWAYS_SERVED.has(pathOf(request))) {
      response.setHeader('connection', 'close');
      response.setHeader('retry-after', '1');
      sendError(
        response,
        503,
        'UNAVAILABLE',
        'The server is stopping and takes no new work. Send the request again.',
      );
      return;
    }
    const trace = options.traceRequest && traceRequest(options.traceRequest, request, response);
    for (const face of faces) {
      const answered = face.handle(request, response, trace);
      if (answered !== false && (await answered)) return;
    }
    sendError(
      response,
      404,
      'NOT_FOUND',
      `There is nothing at ${pathOf(request)}. The graph is at /graphql.`,
    );
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '/' } = request;
    if (!url.startsWith('/')) request.url = url.replace(WHOLE_ADDRESS, '') || '/';
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      if (underWay.size === 0) onAllAnswered?.();
    });
    const go = (): void => {
      answer(request, response).catch((error: unknown) => {
        options.onFailure('A request could not be answered.', {
          path: pathOf(request),
          reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
        if (response.headersSent) response.destroy();
        else sendError(response, 500, 'INTERNAL', 'The server failed. Its log says why.');
      });
    };
    // Requests without an origin do not come from a page; nobody reads for them what pages may.
    if (request.headers.origin === undefined && request.method !== 'OPTIONS') go();
    else crossOrigin(request, response, go);
  };
  takeOver();
  server.on('request', onRequest);
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    if (refusing) return refuseUpgrade(socket, '503 Service Unavailable\r\nretry-after: 1');
    if (!isOriginAllowed(request, allowedOrigins)) return refuseUpgrade(socket, '403 Forbidden');
    if (!faces.some((face) => face.upgrade?.(request, socket, head) === true))
      refuseUpgrade(socket, '404 Not Found');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    else socket.destroy();
  });
  server.on('error', (error) => {
    if (server.listening) options.onFailure('The listener failed.', { path: '', reason: error.message });
  });

  return {
    refuseNewWork() {
      refusing = true;
    },
    async close() {
      // Node counts an answer as over when its end is handed over, not when it is sent: wait for that first.
      const answered = new Promise<void>((resolve) => {
        onAllAnswered = resolve;
        if (underWay.size === 0) resolve();
      });
      const late = AbortSignal.timeout(CLOSE_AFTER_MS);
      await Promise.race([answered, new Promise((resolve) => late.addEventListener('abort', resolve))]);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      });
    },
  };
};
