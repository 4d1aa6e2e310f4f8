import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../../domain/json.ts';
import type { ClientError } from '../../wire/serve/client-error.ts';
import type { ErrorFormat } from './exchange.ts';

export type Headers = { readonly [name: string]: string };

export const NO_HEADERS: Headers = {};

/** Answers with JSON. Of an answer to HEAD, node:http sends no body. */
export const sendJson = (
  response: ServerResponse,
  status: number,
  body: JsonObject | string,
  headers: Headers = NO_HEADERS,
): void => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
};

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
    ...retryHeaders(error),
    ...headers,
  });
};
