import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { KeyService } from '../../control/key-service.ts';
import { bearerSecret, unauthenticated } from './authentication.ts';
import { type PreparedOperation, prepareOperation } from './operation.ts';
import { type Engine, GRAPH_PATH } from './yoga.ts';

export type WebSocketFaceOptions = {
  /** Largest message in bytes. */
  readonly maxRequestBytes: number;
};

/** Operations that one connection may have under way. */
export const MAX_OPERATIONS_PER_SOCKET = 100;
const INIT_WAIT_MS = 10_000;

const secretOf = (payload: unknown, request: IncomingMessage): string | undefined => {
  const { authorization, Authorization } = (payload ?? {}) as {
    authorization?: unknown;
    Authorization?: unknown;
  };
  return (
    bearerSecret(authorization) ?? bearerSecret(Authorization) ?? bearerSecret(request.headers.authorization)
  );
};

/**
 * GraphQL over WebSocket (graphql-transport-ws), under the same rules as over HTTP: a key, the same limits, and
 * the key is looked at again for each operation, so that a revoked one begins nothing more.
 */
export const createWebSocketFace = (
  engine: Engine,
  keys: KeyService,
  { maxRequestBytes }: WebSocketFaceOptions,
) => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxRequestBytes });
  const secrets = new WeakMap<object, string>();

  const running = new WeakMap<ExecutionArgs, Extract<PreparedOperation, { kind: 'READY' }>>();
  const run = (args: ExecutionArgs) => {
    const operation = running.get(args);
    if (operation === undefined) throw new Error('an operation runs without having been subscribed');
    return operation.run();
  };

  const server = useServer(
    {
      connectionInitWaitTimeout: INIT_WAIT_MS,
      execute: run,
      subscribe: run,
      async onConnect({ connectionParams, extra }) {
        const secret = secretOf(connectionParams, extra.request);
        if (secret === undefined || (await keys.authenticate(secret)) === undefined) return false;
        secrets.set(extra.socket, secret);
        return true;
      },
      async onSubscribe({ extra, subscriptions }, _id, params) {
        const secret = secrets.get(extra.socket);
        const caller = secret === undefined ? undefined : await keys.authenticate(secret);
        if (caller === undefined) return [unauthenticated()];
        if (Object.keys(subscriptions).length > MAX_OPERATIONS_PER_SOCKET) {
          return [
            new GraphQLError(`One connection takes ${MAX_OPERATIONS_PER_SOCKET} operations at once.`, {
              extensions: { code: 'TOO_MANY_OPERATIONS' },
            }),
          ];
        }
        const gone = new AbortController();
        extra.socket.once('close', () => gone.abort());
        const operation = await prepareOperation(
          engine,
          { caller, gone: gone.signal },
          extra.request,
          params,
        );
        if (operation.kind === 'REFUSED') return operation.errors;
        running.set(operation.args, operation);
        return operation.args;
      },
    },
    sockets,
  );

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
      if ((request.url ?? '/').split('?', 1)[0] !== GRAPH_PATH) return false;
      sockets.handleUpgrade(request, socket, head, (webSocket) =>
        sockets.emit('connection', webSocket, request),
      );
      return true;
    },
    /** Closes every connection, telling clients that the server goes away. */
    close: async () => {
      await server.dispose();
    },
  };
};
