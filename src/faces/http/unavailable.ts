import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientError } from '../../wire/serve/client-error.ts';
import { messagesStatusOf, writeMessagesError } from '../../wire/serve/messages/errors.ts';
import { writeOpenAiError } from '../../wire/serve/openai-error.ts';
import { errorBody } from './error-body.ts';

export const RETRY_AFTER_S = '1';

export const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';

const REST = /^\/v1(\/|$)/;
const MESSAGES = /^\/v1\/messages(\/|$)/;

/** Refuses a request while there is nobody to take it, in the shape that its client reads, and closes the connection. */
export const sendUnavailable = (
  request: IncomingMessage,
  response: ServerResponse,
  message: string,
): void => {
  const error: ClientError = { kind: 'OVERLOADED', code: 'unavailable', message };
  const path = pathOf(request);
  const isOfMessages =
    MESSAGES.test(path) || (REST.test(path) && request.headers['anthropic-version'] !== undefined);
  const body = isOfMessages ? writeMessagesError(error) : writeOpenAiError(error);
  response.writeHead(isOfMessages ? messagesStatusOf(error) : 503, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': RETRY_AFTER_S,
    connection: 'close',
  });
  response.end(REST.test(path) ? JSON.stringify(body) : errorBody('UNAVAILABLE', message));
};
