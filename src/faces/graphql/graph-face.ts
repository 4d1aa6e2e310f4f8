import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TraceParent } from '../../domain/trace.ts';
import type { Visit } from '../visit.ts';
import type { GraphServices } from './context.ts';
import { createHttpFace } from './http-face.ts';
import { buildSubgraphSchema } from './schema.ts';
import { createWebSocketFace } from './websocket-face.ts';
import { createEngine, type GraphOptions } from './yoga.ts';

export type GraphFaceOptions = GraphOptions & {
  /** Largest request body or WebSocket message in bytes. */
  readonly maxRequestBytes: number;
};

/** The graph on all its transports, for an HTTP server to mount. */
export type GraphFace = {
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    trace?: TraceParent,
    visit?: Visit,
  ): boolean | Promise<boolean>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, visit?: Visit): boolean;
  /** Closes open WebSockets. */
  close(): Promise<void>;
};

/** @param schema made before, by whoever makes several: it takes long, and needs nothing. */
export const createGraphFace = (
  services: GraphServices,
  options: GraphFaceOptions,
  schema = buildSubgraphSchema(),
): GraphFace => {
  const engine = createEngine(schema, services, options);
  const http = createHttpFace(engine, services.keys, options);
  const webSocket = createWebSocketFace(engine, services.keys, options);
  return { handle: http.handle, upgrade: webSocket.upgrade, close: webSocket.close };
};
