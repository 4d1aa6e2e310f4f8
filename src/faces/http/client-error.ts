import type { Duplex } from 'node:stream';
import { ERROR_HEADERS, errorBody } from './error-body.ts';

/** Of the address and the headers: routers ask for subscriptions by GET, with the prompt in the address. */
const MAX_HEAD_KIB = 64;
export const MAX_HEAD_BYTES = MAX_HEAD_KIB * 1024;

/** For a refused client to end its side. */
const CLOSE_AFTER_MS = 5_000;

type ClientError = { readonly status: string; readonly code: string; readonly message: string };

/** By Node's codes for requests that it could not read. */
const CLIENT_ERRORS: { readonly [code: string]: ClientError } = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'REQUEST_HEADERS_TOO_LARGE',
    message: `The address and the headers are larger than ${MAX_HEAD_KIB} KiB together. Send the operation by POST, in the body.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'REQUEST_TIMEOUT',
    message: 'The request did not arrive in time.',
  },
};
const UNREADABLE: ClientError = {
  status: '400 Bad Request',
  code: 'BAD_REQUEST',
  message: 'This is not a request in HTTP/1.1.',
};

/**
 * Answers what could not be read as a request, and closes the connection once the client has: closed while the client
 * still sends, it would lose the answer.
 */
export const answerClientError = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  // What a refused client goes on to send is an error each time.
  if (socket.writableEnded) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = CLIENT_ERRORS[error.code ?? ''] ?? UNREADABLE;
  const body = errorBody(code, message);
  const headers = Object.entries({
    ...ERROR_HEADERS,
    connection: 'close',
    'content-length': Buffer.byteLength(body),
  });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const giveUp = setTimeout(() => socket.destroy(), CLOSE_AFTER_MS).unref();
  socket.once('close', () => clearTimeout(giveUp));
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n${body}`);
};
