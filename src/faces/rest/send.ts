import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { JsonObject } from '../../domain/json.ts';
import { timeOrderedId } from '../../gateway/time-ordered-id.ts';
import type { ClientError } from '../../wire/serve/client-error.ts';

/** How a family of clients is told of errors. */
export type ErrorFormat = {
  writeError(error: ClientError): JsonObject;
  /** The HTTP status. */
  statusOf(error: ClientError): number;
};

export type Headers = { readonly [name: string]: string };

export const NO_HEADERS: Headers = {};

/** Anthropic's clients read the id of a request from `request-id`, all others from `x-request-id`. */
export const idHeaders = (id: string): { [name: string]: string } => ({
  'x-request-id': id,
  'request-id': id,
});

/** For a request that came to no completion or operation, whose id it would have. */
export const newRequestId = (): string => `req_${timeOrderedId()}`;

/** Answers with JSON. Of an answer to HEAD, node:http sends no body. */
export const sendJson = (
  response: ServerResponse,
  status: number,
  body: JsonObject | string,
  headers: Headers = NO_HEADERS,
): void => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  // What is given wins.
  const sent: OutgoingHttpHeaders = { ...headers };
  sent['content-type'] ??= 'application/json; charset=utf-8';
  sent['content-length'] = Buffer.byteLength(text);
  sent['cache-control'] ??= 'no-store';
  response.writeHead(status, sent);
  response.end(text);
};

/** The head of a stream. */
export const EVENT_STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Proxies that gather answers before they pass them on know this one.
  'x-accel-buffering': 'no',
} as const;

/** Answers with bytes, which a browser is told not to guess the type of. */
export const sendBytes = (
  response: ServerResponse,
  mediaType: string,
  bytes: Uint8Array,
  headers: Headers,
): void => {
  response.writeHead(200, {
    'content-type': mediaType,
    'content-length': bytes.byteLength,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(bytes);
};

export const retryHeaders = ({ retryAfterMs }: ClientError): Headers =>
  retryAfterMs === undefined
    ? NO_HEADERS
    : {
        'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))),
        'retry-after-ms': String(Math.max(0, Math.ceil(retryAfterMs))),
      };

export const sendError = (
  response: ServerResponse,
  format: ErrorFormat,
  error: ClientError,
  headers: Headers = NO_HEADERS,
): void => {
  sendJson(response, format.statusOf(error), format.writeError(error), {
    ...('x-request-id' in headers ? NO_HEADERS : idHeaders(newRequestId())),
    ...retryHeaders(error),
    ...headers,
  });
};
