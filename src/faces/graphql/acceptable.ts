import type { IncomingMessage } from 'node:http';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';

const ANSWERS =
  /\*\/\*|\bapplication\/(?:\*|json|graphql-response\+json)|\btext\/(?:\*|event-stream)|\bmultipart\/(?:\*|mixed)/i;

/**
 * What a client wants that no answer is gets JSON: what an operation did, and what it cost, is not thrown away (RFC 9110, 12.4.1).
 */
export const acceptSomething = ({ headers }: IncomingMessage): void => {
  if (headers.accept !== undefined && !ANSWERS.test(headers.accept)) headers.accept = 'application/json';
};

const A_STREAM = JSON.stringify({
  errors: [
    {
      message:
        'A subscription is answered as a stream. Send `accept: text/event-stream` or `accept: multipart/mixed; subscriptionSpec=1.0`, or subscribe over WebSocket.',
      extensions: { code: 'NOT_ACCEPTABLE' },
    },
  ],
});

/** Tells clients that take no stream what to send; the engine's own refusal is empty. */
export const streamsAreAccepted: Plugin = {
  onResultProcess({ result, resultProcessor, setResultProcessor }) {
    if (resultProcessor !== undefined || !isAsyncIterable(result)) return;
    setResultProcessor(async (each, { Response }) => {
      if (isAsyncIterable(each)) await each[Symbol.asyncIterator]().return?.();
      return new Response(A_STREAM, {
        status: 406,
        headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
      });
    }, 'application/json');
  },
};
