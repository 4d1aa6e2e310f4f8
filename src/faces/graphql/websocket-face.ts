import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  authenticate,
  LOOK_UP_FAILED,
  type OnFailure,
  type Unauthenticated,
} from '../../control/authentication.ts';
import { type Credential, readCredential, readPayloadCredential } from '../../control/credential.ts';
import type { KeyService } from '../../control/key-service.ts';
import { type TraceParent, traceParentIn } from '../../domain/trace.ts';
import { refuseUpgrade } from '../refuse-upgrade.ts';
import { unauthenticated } from './authentication.ts';
import { type PreparedOperation, prepareOperation } from './operation.ts';
import { isGraphSocket } from './paths.ts';
import type { Engine } from './yoga.ts';

export type WebSocketFaceOptions = {
  /** Largest message in bytes. */
  readonly maxRequestBytes: number;
  readonly onFailure: OnFailure;
};

/** Operations that one connection may have under way. */
const MAX_OPERATIONS_PER_SOCKET = 100;
/** What a client may send before its key is known, in bytes. */
const MAX_BYTES_BEFORE_KEY = 65_536;
/** Connections whose key is not known yet. */
const MAX_UNAUTHENTICATED = 500;
const TOO_MANY_UNAUTHENTICATED = 'Too many connections have not sent their key yet. Try again in a second.';
const INIT_WAIT_MS = 10_000;
const PING_MS = 12_000;
const TRY_AGAIN_LATER = 1013;

/** What is known of one connection. */
type Connection = {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  /** Aborted when the connection is lost. */
  readonly gone: AbortSignal;
  /** The connection's key is known: the limits for clients without a key no longer hold. */
  readonly accept: (credential: Credential) => void;
  credential?: Credential;
  /** Said by the client for the whole connection. */
  trace?: TraceParent | undefined;
};

/** What a client says in connection_init comes before what the upgrade's headers say, which a proxy may have added. */
const credentialOf = (payload: unknown, request: IncomingMessage): Credential => {
  const inPayload = readPayloadCredential(payload);
  return inPayload.kind === 'NONE' ? readCredential(request) : inPayload;
};

/** The longest reason that a close frame holds, in bytes (RFC 6455, 5.5). */
const MAX_REASON = 123;

/** As many sentences as a close frame holds. */
const closeReason = ({ problem, message }: Unauthenticated): string => {
  if (problem === 'MISSING_API_KEY')
    return `${problem}: send { "authorization": "Bearer mg_..." } in connection_init.`;
  const [first = '', ...rest] = `${problem}: ${message}`.split(/(?<=[.?]) /);
  return rest.reduce(
    (reason, sentence) =>
      reason.length + 1 + sentence.length > MAX_REASON ? reason : `${reason} ${sentence}`,
    first.slice(0, MAX_REASON),
  );
};

/** As W3C Trace Context's headers are named; those of the connection itself where the payload has none. */
const traceIn = (
  payload: { readonly [name: string]: unknown } | undefined,
  { headers }: IncomingMessage,
): TraceParent | undefined =>
  traceParentIn((name) => {
    const value = payload?.traceparent === undefined ? headers[name] : payload[name];
    return typeof value === 'string' ? value : undefined;
  });

const refusal = (code: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code } });

/**
 * GraphQL over WebSocket (graphql-transport-ws), under the same rules as over HTTP: a key, the same limits, and
 * the key is looked at again for each operation, so that a revoked one begins nothing more.
 */
export const createWebSocketFace = (
  engine: Engine,
  keys: Pick<KeyService, 'authenticate'>,
  { maxRequestBytes, onFailure }: WebSocketFaceOptions,
) => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxRequestBytes, handleProtocols });
  let unauthenticatedCount = 0;

  const running = new WeakMap<ExecutionArgs, Extract<PreparedOperation, { kind: 'READY' }>>();
  const run = (args: ExecutionArgs) => {
    const operation = running.get(args);
    if (operation === undefined) throw new Error('an operation runs without having been subscribed');
    return operation.run();
  };

  const server = makeServer<{ readonly [name: string]: unknown }, Connection>({
    connectionInitWaitTimeout: INIT_WAIT_MS,
    execute: run,
    subscribe: run,
    async onConnect({ connectionParams, extra }) {
      const credential = credentialOf(connectionParams, extra.request);
      const who = await authenticate(keys, credential, onFailure);
      if (who.kind === 'CALLER') {
        extra.accept(credential);
        extra.trace = traceIn(connectionParams, extra.request);
        return true;
      }
      // Clients of the protocol try again after Forbidden; a wrong key does not get better.
      if (who.kind === 'UNAVAILABLE') extra.socket.close(TRY_AGAIN_LATER, LOOK_UP_FAILED);
      else extra.socket.close(CloseCode.Unauthorized, closeReason(who));
      return false;
    },
    async onSubscribe({ extra, subscriptions }, _id, params) {
      const who = await authenticate(keys, extra.credential ?? { kind: 'NONE' }, onFailure);
      if (who.kind === 'UNAUTHENTICATED') return [unauthenticated(who)];
      if (who.kind === 'UNAVAILABLE') return [refusal('UNAVAILABLE', LOOK_UP_FAILED)];
      if (Object.keys(subscriptions).length > MAX_OPERATIONS_PER_SOCKET) {
        return [
          refusal(
            'TOO_MANY_OPERATIONS',
            `One connection takes ${MAX_OPERATIONS_PER_SOCKET} operations at once.`,
          ),
        ];
      }
      const context = { caller: who.caller, gone: extra.gone, trace: extra.trace };
      const operation = await prepareOperation(engine, context, undefined, params);
      if (operation.kind === 'REFUSED') return operation.errors;
      running.set(operation.args, operation);
      return operation.args;
    },
  });

  /** Ends connections that have died without a word; the function returned stops looking. */
  const keepAlive = (socket: WebSocket): (() => void) => {
    let answered = true;
    socket.on('pong', () => {
      answered = true;
    });
    const timer = setInterval(() => {
      if (!answered) return socket.terminate();
      answered = false;
      socket.ping();
    }, PING_MS);
    timer.unref();
    return () => clearInterval(timer);
  };

  const open = (socket: WebSocket, request: IncomingMessage): void => {
    const gone = new AbortController();
    setMaxListeners(0, gone.signal);
    let isUnauthenticated = true;
    unauthenticatedCount += 1;
    const limit = (): void => {
      if (request.socket.bytesRead > MAX_BYTES_BEFORE_KEY) socket.terminate();
    };
    const known = (): void => {
      if (!isUnauthenticated) return;
      isUnauthenticated = false;
      unauthenticatedCount -= 1;
      request.socket.off('data', limit);
    };
    request.socket.on('data', limit);

    const connection: Connection = {
      request,
      socket,
      gone: gone.signal,
      accept: (credential) => {
        connection.credential = credential;
        known();
      },
    };
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) resolve();
            else socket.send(data, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) => {
          socket.on('message', (data) => {
            receive(String(data)).catch((error: unknown) => {
              onFailure('A WebSocket message could not be handled.', {
                reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
              });
              socket.close(CloseCode.InternalServerError, 'The server failed. Its log says why.');
            });
          });
        },
      },
      connection,
    );
    const stopPinging = keepAlive(socket);
    // What is wrong with what a client sends, too large for example, is told to it by the close code.
    socket.on('error', () => {});
    socket.once('close', (code, reason) => {
      known();
      stopPinging();
      gone.abort();
      closed(code, String(reason)).catch(() => {});
    });
  };

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
      if (!isGraphSocket(request)) return false;
      if (unauthenticatedCount >= MAX_UNAUTHENTICATED) {
        refuseUpgrade(socket, '503 Service Unavailable\r\nretry-after: 1', TOO_MANY_UNAUTHENTICATED);
        return true;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, request));
      return true;
    },
    /** Closes every connection, telling clients that the server goes away. */
    close: async () => {
      for (const socket of sockets.clients) socket.close(1001, 'Going away');
    },
  };
};
