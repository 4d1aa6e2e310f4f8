import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from '../refuse-upgrade.ts';
import { MAX_HEAD_BYTES } from './client-error.ts';
import { ERROR_HEADERS, errorBody } from './error-body.ts';
import { listenProblem } from './listen-problem.ts';
import { pathOf, RETRY_AFTER_S, sendUnavailable } from './unavailable.ts';

export type ListenOptions = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** For a client to send the head of a request, and all of it; an answer may take as long as it likes. */
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
};

/** A port that is taken. Requests are told to come back until somebody takes them over. */
export type Listener = {
  readonly host: string;
  readonly port: number;
  readonly server: Server;
  /** From now on the server's requests are answered by what its new listeners do. */
  takeOver(): void;
  /** Lets go of the port, and of its connections. */
  close(): Promise<void>;
};

const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_MS = 65_000;
/** How often it is looked whether such a time is over; of a short one, sooner. */
const MAX_LOOK_EVERY_MS = 5_000;

export const sendError = (response: ServerResponse, status: number, code: string, message: string): void => {
  response.writeHead(status, ERROR_HEADERS);
  response.end(errorBody(code, message));
};

/** The process lives, but takes no work yet. */
const answerStarting = (request: IncomingMessage, response: ServerResponse): void => {
  const path = pathOf(request);
  if (path === '/health' || path === '/ready') {
    response.writeHead(path === '/health' ? 200 : 503, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...(path === '/ready' && { 'retry-after': RETRY_AFTER_S }),
    });
    response.end(JSON.stringify({ status: 'starting' }));
    return;
  }
  sendUnavailable(request, response, 'The server is starting and takes no work yet. Send the request again.');
};

/** Takes the port; rejects with a sentence that says what to do if it cannot be had. */
export const listen = async ({
  host,
  port,
  headersTimeoutMs = HEADERS_TIMEOUT_MS,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
}: ListenOptions): Promise<Listener> => {
  const server = createServer({
    // The head is a part of the request.
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(MAX_LOOK_EVERY_MS, headersTimeoutMs / 4, requestTimeoutMs / 4),
    maxHeaderSize: MAX_HEAD_BYTES,
    // Clients that offer HTTP/2 are answered as if they did not; refusing would end the request.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('request', answerStarting);
  const refuse = (_: IncomingMessage, socket: Duplex): void => {
    socket.on('error', () => socket.destroy());
    refuseUpgrade(socket, `503 Service Unavailable\r\nretry-after: ${RETRY_AFTER_S}`);
  };
  server.on('upgrade', refuse);
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      void listenProblem(error, { host, port }).then((problem) => reject(new Error(problem)));
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve();
    });
  });
  const { address, port: taken } = server.address() as AddressInfo;
  return {
    host: address,
    port: taken,
    server,
    takeOver() {
      server.off('request', answerStarting);
      server.off('upgrade', refuse);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
