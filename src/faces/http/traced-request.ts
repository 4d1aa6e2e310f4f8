import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestStart, RequestTrace, TraceParent } from '../../domain/trace.ts';

/** Begins to trace a request. */
export type TraceRequest = (start: RequestStart) => RequestTrace;

/** Paths that are the same for all requests. */
const ROUTES: ReadonlySet<string> = new Set([
  '/graphql',
  '/graphql/stream',
  '/v1/audio/speech',
  '/v1/audio/transcriptions',
  '/v1/audio/translations',
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/images/edits',
  '/v1/images/generations',
  '/v1/messages',
  '/v1/messages/count_tokens',
  '/v1/models',
  '/v1/moderations',
  '/v1/rerank',
  '/v1/responses',
]);

const routeOf = (path: string): string | undefined => {
  if (ROUTES.has(path)) return path;
  return path.startsWith('/v1/models/') ? '/v1/models/{id}' : undefined;
};

/** Work is done under these; pages, health and metrics are read too often to be of interest, and media's paths are secret. */
const isOfInterest = (path: string): boolean =>
  path === '/graphql' || path === '/graphql/stream' || path.startsWith('/v1/');

/** Traces a request until its answer is sent or its client has gone; gives what hangs below it. */
export const traceRequest = (
  begin: TraceRequest,
  request: IncomingMessage,
  response: ServerResponse,
): TraceParent | undefined => {
  const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  if (!isOfInterest(path)) return undefined;
  const route = routeOf(path);
  const trace = begin({
    method: request.method ?? 'GET',
    path,
    ...(route !== undefined && { route }),
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(',') : value;
    },
  });
  response.once('close', () =>
    trace.end(response.headersSent ? response.statusCode : undefined, !response.writableFinished),
  );
  return trace.parent;
};
