import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { lexicographicSortSchema } from 'graphql';
import { printClientSchema } from './print-schemas.ts';
import { buildClientSchema } from './schema.ts';

type SchemaFile = { readonly text: string; readonly etag: string };

/** Printed when it is first asked for, which few servers are. */
let printed: SchemaFile | undefined;
const schemaFile = (): SchemaFile => {
  if (printed !== undefined) return printed;
  const text = printClientSchema(lexicographicSortSchema(buildClientSchema()));
  printed = { text, etag: `"${hash('sha256', text, 'base64url')}"` };
  return printed;
};

/** Whether a client has what it would be sent; weakness does not matter to a whole file (RFC 9110, 13.1.2). */
const isKnown = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, ''))) === true;

/** `GET /graphql/schema.graphql`: the graph as clients see it, byte for byte the committed `schema/schema.graphql`. */
export const sendSchema = (request: IncomingMessage, response: ServerResponse): void => {
  const { text, etag } = schemaFile();
  const headers = { etag, 'cache-control': 'private, no-cache' };
  if (isKnown(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    'content-type': 'application/graphql; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  // Of an answer to HEAD, node:http sends no body.
  response.end(text);
};
