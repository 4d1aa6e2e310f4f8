import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { LinkedList } from '../../domain/linked-list.ts';
import type { TraceParent } from '../../domain/trace.ts';
import { LargeBodies } from '../large-bodies.ts';
import { isHost } from '../public-address.ts';
import { refuseUpgrade } from '../refuse-upgrade.ts';
import type { Visit } from '../visit.ts';
import { BodyRoom } from './body-room.ts';
import { trustedProxies } from './client-address.ts';
import { answerClientError } from './client-error.ts';
import { type ConnectionLimits, Connections } from './connections.ts';
import { type CrossOriginOptions, createCrossOrigin } from './cross-origin.ts';
import { type Listener, sendError } from './listener.ts';
import { type Reception, RequestVisit } from './request-visit.ts';
import { type TraceRequest, traceRequest } from './traced-request.ts';
import { pathOf, sendUnavailable } from './unavailable.ts';

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
    visit: Visit,
  ): boolean | Promise<boolean>;
  /** Takes over a connection, or says false if it is not its own. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, visit: Visit): boolean;
};

/** What clients may hold together. */
export type ClientLimits = ConnectionLimits & {
  /** Bytes of requests in flight, in all. */
  readonly maxBytesInFlight: number;
  /** Addresses and networks of proxies whose word on who calls is taken. */
  readonly trusted: readonly string[];
};

const NO_LIMITS: ClientLimits = {
  maxConnections: Number.POSITIVE_INFINITY,
  maxStrangersPerAddress: Number.POSITIVE_INFINITY,
  readerTimeoutMs: 60_000,
  maxBytesInFlight: Number.POSITIVE_INFINITY,
  trusted: [],
};

export type HttpServerOptions = CrossOriginOptions & {
  /** Absent: there are none. */
  readonly clients?: ClientLimits;
  /** Told of requests without a key that is accepted, and of where they came from. */
  readonly onRefusedKey?: Reception['onRefused'];
  /** Absent: requests are not traced. */
  readonly traceRequest?: TraceRequest;
  /** Answers what no face knows. */
  readonly sendNotFound: (request: IncomingMessage, response: ServerResponse) => void;
  /** Told of requests that failed in a way that nobody expected. */
  readonly onFailure: (message: string, details: { readonly path: string; readonly reason: string }) => void;
};

export type HttpServer = {
  /** What clients hold at the moment, and what was cut or refused since the start. */
  readonly reception: Reception;
  /** From now on only what must work while stopping is served; all else is refused with 503. */
  refuseNewWork(): void;
  /** Waits some seconds for answers under way, then closes every connection. */
  close(): Promise<void>;
};

/** Paths that are answered until the very end. */
const ALWAYS_SERVED: ReadonlySet<string> = new Set(['/health', '/ready']);
const CLOSE_AFTER_MS = 5_000;
/** The log is told of a failing listener once in this time. */
const QUIET_MS = 600_000;
const OUT_OF_DESCRIPTORS =
  'The process has no file descriptors left: new connections wait until others end. Raise its limit (ulimit -n), or lower MODELGRAPH_MAX_CONNECTIONS.';

/** Proxies and some clients name the whole address (RFC 9112, 3.2.2). */
const WHOLE_ADDRESS = /^https?:\/\/[^/?#]*/i;

/** Doubled slashes, and those at the end, as they come of joining a base URL and a path. */
const STRAY_SLASHES = /\/(?=\/)|\/$/g;

/** The address without stray slashes; undefined if it has none. */
const withoutStraySlashes = ({ url = '/' }: IncomingMessage): string | undefined => {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  if (path === '/' || !(path.endsWith('/') || path.includes('//'))) return undefined;
  return `${path.replaceAll(STRAY_SLASHES, '') || '/'}${query < 0 ? '' : url.slice(query)}`;
};

const OTHER_ORIGIN =
  'Pages of this origin may not connect. To allow them, add the origin to MODELGRAPH_ALLOWED_ORIGINS.';
const NO_SOCKET = 'There is no WebSocket at this path. The graph takes them at /graphql.';

/**
 * Serves the requests of a port that is taken, from now on: asks each of the faces in turn, and answers what none of them
 * knows.
 */
export const createHttpServer = (
  faces: readonly HttpFace[],
  { server, takeOver }: Listener,
  options: HttpServerOptions,
): HttpServer => {
  const crossOrigin = createCrossOrigin(options);
  const limits = options.clients ?? NO_LIMITS;
  const trusted = trustedProxies(limits.trusted);
  if (trusted === undefined) throw new Error('a trusted proxy is neither an address nor a network');
  const connections = new Connections(limits, trusted);
  const reception: Reception = {
    connections,
    room: new BodyRoom(limits.maxBytesInFlight),
    largeBodies: new LargeBodies(),
    trusted,
    onRefused: options.onRefusedKey ?? (() => {}),
  };
  let refusing = false;
  /** Answers under way. */
  let underWay = 0;
  const upgraded = new LinkedList<Duplex>();
  let onAllAnswered: (() => void) | undefined;

  /** Asks the faces from one on. */
  const ask = (
    request: IncomingMessage,
    response: ServerResponse,
    trace: TraceParent | undefined,
    visit: Visit,
    from = 0,
  ): Promise<void> | undefined => {
    for (let at = from; at < faces.length; at += 1) {
      const answered = faces[at]?.handle(request, response, trace, visit) ?? false;
      if (answered === true) return undefined;
      if (answered !== false)
        return answered.then((isDone) => (isDone ? undefined : ask(request, response, trace, visit, at + 1)));
    }
    const url = withoutStraySlashes(request);
    if (url !== undefined) {
      request.url = url;
      return ask(request, response, trace, visit);
    }
    options.sendNotFound(request, response);
    return undefined;
  };

  const answer = (
    request: IncomingMessage,
    response: ServerResponse,
    visit: Visit,
  ): Promise<void> | undefined => {
    if (!refusing || ALWAYS_SERVED.has(pathOf(request)))
      return ask(
        request,
        response,
        options.traceRequest && traceRequest(options.traceRequest, request, response),
        visit,
      );
    sendUnavailable(
      request,
      response,
      'The server is stopping and takes no new work. Send the request again.',
    );
    return undefined;
  };

  const broke = (error: unknown, request: IncomingMessage, response: ServerResponse): void => {
    options.onFailure('A request could not be answered.', {
      path: pathOf(request),
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    if (response.headersSent) response.destroy();
    else sendError(response, 500, 'INTERNAL', 'The server failed. Its log says why.');
  };

  /** The last that was looked at, as most clients name the same. */
  let knownHost: string | undefined;
  /** Of a Host header that names no host nothing is made, least of all an address. */
  const dropBadHost = ({ headers }: IncomingMessage): void => {
    const { host } = headers;
    if (host === undefined || host === knownHost) return;
    if (isHost(host)) knownHost = host;
    else delete headers.host;
  };

  const onClose = (visit: RequestVisit): void => {
    visit.end();
    visit.settle();
    underWay -= 1;
    if (underWay === 0) onAllAnswered?.();
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    dropBadHost(request);
    const { url = '/' } = request;
    if (!url.startsWith('/')) request.url = url.replace(WHOLE_ADDRESS, '') || '/';
    underWay += 1;
    const visit = new RequestVisit(reception, request);
    response.on('close', () => onClose(visit));
    const go = (): void => {
      try {
        answer(request, response, visit)?.catch((error: unknown) => broke(error, request, response));
      } catch (error) {
        broke(error, request, response);
      }
    };
    crossOrigin.handle(request, response, go);
  };
  takeOver();
  server.on('connection', (socket) => connections.opened(socket));
  server.on('request', onRequest);
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const link = upgraded.add(socket);
    socket.once('close', () => upgraded.remove(link));
    if (refusing) return refuseUpgrade(socket, '503 Service Unavailable\r\nretry-after: 1');
    if (!crossOrigin.admits(request)) return refuseUpgrade(socket, '403 Forbidden', OTHER_ORIGIN);
    const url = withoutStraySlashes(request);
    if (url !== undefined) request.url = url;
    const visit = new RequestVisit(reception, request);
    visit.settle();
    socket.once('close', () => visit.end());
    if (!faces.some((face) => face.upgrade?.(request, socket, head, visit) === true))
      refuseUpgrade(socket, '404 Not Found', NO_SOCKET);
  });
  server.on('clientError', answerClientError);
  let toldMs = Number.NEGATIVE_INFINITY;
  // Without descriptors, each client that waits is an error anew.
  server.on('error', (error) => {
    const now = performance.now();
    if (!server.listening || now - toldMs < QUIET_MS) return;
    toldMs = now;
    const isFull = 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
    options.onFailure(isFull ? OUT_OF_DESCRIPTORS : 'The listener failed.', {
      path: '',
      reason: error.message,
    });
  });

  return {
    reception,
    refuseNewWork() {
      refusing = true;
    },
    async close() {
      // Node counts an answer as over when its end is handed over, not when it is sent: wait for that first.
      const answered = new Promise<void>((resolve) => {
        onAllAnswered = resolve;
        if (underWay === 0) resolve();
      });
      const late = AbortSignal.timeout(CLOSE_AFTER_MS);
      await Promise.race([answered, new Promise((resolve) => late.addEventListener('abort', resolve))]);
      connections.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of [...upgraded]) socket.destroy();
      });
    },
  };
};
