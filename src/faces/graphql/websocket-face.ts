import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  type Authentication,
  authenticate,
  explainEnd,
  LOOK_UP_FAILED,
  type OnFailure,
  TOO_MANY_ATTEMPTS,
  type Unauthenticated,
} from '../../control/authentication.ts';
import { type Credential, readCredential, readPayloadCredential } from '../../control/credential.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { Caller } from '../../domain/caller.ts';
import { LinkedList } from '../../domain/linked-list.ts';
import { type TraceParent, traceParentIn } from '../../domain/trace.ts';
import { isQuickToParse, TOO_COMPLEX } from '../json-structure.ts';
import { LARGE_BYTES, nextTurn } from '../large-bodies.ts';
import { NO_ROOM, type Visit } from '../visit.ts';
import { unauthenticated } from './authentication.ts';
import { type PreparedOperation, prepareOperation } from './operation.ts';
import { isGraphSocket } from './paths.ts';
import { SocketSender } from './socket-sender.ts';
import { resultWithoutHttp } from './without-http.ts';
import { isPaced } from './work/pace.ts';
import { WrittenResults, writtenFor } from './work/written-result.ts';
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
/** Connections whose key is not known yet; the oldest makes room for the newest. */
const MAX_UNAUTHENTICATED = 500;
/** What of a message comes in small pieces is not counted. */
const SMALL_BYTES = 65_536;
/** A control frame's head and mask. */
const CONTROL_BYTES = 6;
const LAST_WORDS_MS = 500;
const INIT_WAIT_MS = 10_000;
const PING_MS = 12_000;
const TRY_AGAIN_LATER = 1013;

/** What is known of one connection. */
type Connection = {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  readonly visit: Visit | undefined;
  /** Aborted when the connection is lost. */
  readonly gone: AbortSignal;
  /** The connection's key is known: the limits for clients without a key no longer hold. */
  readonly accept: (credential: Credential, caller: Caller) => void;
  credential?: Credential;
  keyId?: string;
  /** Its message that is taken just now is a large one. */
  takesLarge?: boolean;
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
  keys: Pick<KeyService, 'authenticate' | 'watch'>,
  { maxRequestBytes, onFailure }: WebSocketFaceOptions,
) => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxRequestBytes, handleProtocols });
  const strangers = new LinkedList<WebSocket>();
  const written = new WrittenResults();

  const running = new WeakMap<ExecutionArgs, Extract<PreparedOperation, { kind: 'READY' }>>();
  const run = async (args: ExecutionArgs) => {
    const operation = running.get(args);
    if (operation === undefined) throw new Error('an operation runs without having been subscribed');
    const result: ExecutionResult | AsyncIterable<ExecutionResult> = await operation.run();
    if (isAsyncIterable(result)) return result;
    const told = resultWithoutHttp(result);
    if (!isPaced(args.contextValue)) return told;
    const message = await writtenFor(args.contextValue, told);
    return message === undefined ? told : written.standInFor(message);
  };

  const server = makeServer<{ readonly [name: string]: unknown }, Connection>({
    connectionInitWaitTimeout: INIT_WAIT_MS,
    execute: run,
    subscribe: run,
    async onConnect({ connectionParams, extra }) {
      const credential = credentialOf(connectionParams, extra.request);
      const who = await authenticate(keys, credential, onFailure, extra.visit);
      if (who.kind === 'CALLER') {
        extra.accept(credential, who.caller);
        extra.trace = traceIn(connectionParams, extra.request);
        return true;
      }
      // Clients of the protocol try again after Forbidden; a wrong key does not get better.
      if (who.kind === 'UNAVAILABLE') extra.socket.close(TRY_AGAIN_LATER, LOOK_UP_FAILED);
      else if (who.kind === 'TOO_MANY_ATTEMPTS') extra.socket.close(TRY_AGAIN_LATER, TOO_MANY_ATTEMPTS);
      else extra.socket.close(CloseCode.Unauthorized, closeReason(who));
      return false;
    },
    async onSubscribe({ extra, subscriptions }, _id, params) {
      // It has been parsed in this turn.
      if (extra.takesLarge === true) await nextTurn();
      const who = await authenticate(keys, extra.credential ?? { kind: 'NONE' }, onFailure, extra.visit);
      if (who.kind === 'UNAUTHENTICATED') return [unauthenticated(who)];
      if (who.kind === 'UNAVAILABLE') return [refusal('UNAVAILABLE', LOOK_UP_FAILED)];
      if (who.kind === 'TOO_MANY_ATTEMPTS') return [refusal('TOO_MANY_ATTEMPTS', TOO_MANY_ATTEMPTS)];
      if (Object.keys(subscriptions).length > MAX_OPERATIONS_PER_SOCKET) {
        return [
          refusal(
            'TOO_MANY_OPERATIONS',
            `One connection takes ${MAX_OPERATIONS_PER_SOCKET} operations at once.`,
          ),
        ];
      }
      const { gone, trace, request } = extra;
      const context = { caller: who.caller, gone, trace, headers: request.headers };
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

  /** Holds what comes of a message until it is whole, and ends a stranger that sends too much. */
  const countBytes = (
    { socket, request, visit }: Pick<Connection, 'socket' | 'request' | 'visit'>,
    isStranger: () => boolean,
  ): void => {
    let coming = 0;
    let held = 0;
    // Before the message is handed on that ends with it.
    request.socket.prependListener('data', (chunk: Buffer) => {
      if (isStranger() && request.socket.bytesRead > MAX_BYTES_BEFORE_KEY) return socket.terminate();
      coming += chunk.length;
      if (coming <= SMALL_BYTES) return;
      if (visit?.hold(coming - held) !== false) {
        held = coming;
        if (visit === undefined || coming < LARGE_BYTES) return;
        request.socket.pause();
        visit.inOwnTurn(() => void request.socket.resume());
        return;
      }
      socket.close(TRY_AGAIN_LATER, NO_ROOM);
      socket.terminate();
    });
    const taken = (): void => {
      if (held > 0) visit?.release(held);
      coming = 0;
      held = 0;
    };
    socket.on('message', taken);
    const control = ({ length }: Buffer): void => {
      coming = Math.max(held, coming - length - CONTROL_BYTES);
    };
    socket.on('ping', control);
    socket.on('pong', control);
  };

  const open = (
    socket: WebSocket,
    request: IncomingMessage,
    visit: Visit | undefined,
    isKnown: boolean,
  ): void => {
    const gone = new AbortController();
    setMaxListeners(0, gone.signal);
    if (!isKnown && strangers.size >= MAX_UNAUTHENTICATED) strangers.removeFirst()?.terminate();
    let stranger = isKnown ? undefined : strangers.add(socket);
    const known = (): void => {
      if (stranger !== undefined) strangers.remove(stranger);
      stranger = undefined;
    };
    countBytes({ socket, request, visit }, () => stranger !== undefined);

    let unwatch = (): void => {};
    const connection: Connection = {
      request,
      socket,
      visit,
      gone: gone.signal,
      accept: (credential, caller) => {
        connection.credential = credential;
        connection.keyId = caller.key.id;
        known();
        unwatch = keys.watch(caller, (why) => {
          // Its operations are told first, each by an error of its own.
          setTimeout(
            () => socket.close(CloseCode.Unauthorized, closeReason(explainEnd(why))),
            LAST_WORDS_MS,
          ).unref();
        });
      },
    };
    const sender = new SocketSender(socket);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        // Taken in any case: its pieces are kept for nobody else.
        send: (text) => sender.send(written.take(text) ?? text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) => {
          const take = (text: string): void =>
            void receive(text).catch((error: unknown) => {
              onFailure('A WebSocket message could not be handled.', {
                reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
              });
              socket.close(CloseCode.InternalServerError, 'The server failed. Its log says why.');
            });
          /** Messages of a socket are taken in their order: what comes after a large one waits for it. */
          let before = Promise.resolve();
          let waiting = 0;
          const takeLater = (data: Buffer): void => {
            waiting += 1;
            const { keyId } = connection;
            const isLarge = data.length >= LARGE_BYTES;
            const taken = async (): Promise<void> => {
              if (visit !== undefined && keyId !== undefined && isLarge)
                await new Promise<void>((resolve) => visit.inTurn(keyId, resolve));
              // Others have been looked at when they came.
              if (isLarge && !isQuickToParse(data)) return socket.close(CloseCode.BadRequest, TOO_COMPLEX);
              const text = String(data);
              if (isLarge) await nextTurn();
              if (socket.readyState !== socket.OPEN) return;
              connection.takesLarge = isLarge;
              take(text);
              connection.takesLarge = false;
            };
            before = before.then(taken).finally(() => {
              visit?.release(data.length);
              waiting -= 1;
            });
          };
          socket.on('message', (data) => {
            if (!Buffer.isBuffer(data)) return;
            const isLarge = data.length >= LARGE_BYTES;
            if (!isLarge && !isQuickToParse(data)) socket.close(CloseCode.BadRequest, TOO_COMPLEX);
            else if (waiting === 0 && !isLarge) take(String(data));
            else if (visit?.hold(data.length) === false) socket.close(TRY_AGAIN_LATER, NO_ROOM);
            else takeLater(data);
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
      unwatch();
      stopPinging();
      gone.abort();
      closed(code, String(reason)).catch(() => {});
    });
  };

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, visit?: Visit): boolean {
      if (!isGraphSocket(request)) return false;
      const take = (isKnown: boolean): void =>
        sockets.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, request, visit, isKnown));
      const credential = readCredential(request);
      if (credential.kind !== 'SECRET') {
        take(false);
        return true;
      }
      // A wrong key is told, and counted, when the protocol begins, where clients read it.
      const guest = visit && { address: visit.address, welcome: () => visit.welcome(), refused: () => {} };
      const who = authenticate(keys, credential, onFailure, guest);
      const took = ({ kind }: Authentication): void => take(kind === 'CALLER');
      if (who instanceof Promise) void who.then(took);
      else took(who);
      return true;
    },
    /** Closes every connection, telling clients that the server goes away. */
    close: async () => {
      for (const socket of sockets.clients) socket.close(1001, 'Going away');
    },
  };
};
