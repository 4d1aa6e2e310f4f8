import type { Dispatcher } from 'undici';
import { type Failure, failureOf } from '../../../domain/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../domain/json.ts';
import type { TraceParent } from '../../../domain/trace.ts';
import { unreadableFailure } from '../../../wire/upstream-failure.ts';
import { ANSWER_LIMIT } from '../answer-reader.ts';
import type { Halt } from '../halt.ts';
import { hostOf } from '../host.ts';
import type { ExchangeShared } from '../http-exchange.ts';
import { networkFailure } from '../network-failure.ts';
import { type AnswerHeaders, unreadableAnswer } from '../response-headers.ts';
import { unpackingFailure } from '../unpack-body.ts';
import { type AnswerHead, AwaitedExchange } from '../whole-answer.ts';
import type { BodyFilter } from './body-filter.ts';

/** What is done to one call on its way out and back, besides sending it. */
export type ExchangeRules = {
  /** Where the call really goes; packages with a fixed address have no say in it. */
  address?(url: string): string;
  /** Changes a JSON body before it is sent. Not possible where the package signs it. */
  amend?(body: JsonObject): JsonObject;
  /** What the package is to see of a whole answer, so that its schema does not fail an answer that is paid for. */
  admit?(answer: JsonObject): JsonValue;
  failureOf(status: number, headers: AnswerHeaders, body: string): Failure;
};

export type ExchangeOptions = ExchangeRules & {
  readonly dispatcher: Dispatcher;
  readonly shared: ExchangeShared;
  readonly trace: TraceParent | undefined;
  readonly halt: Halt;
  /** Told of the head of the answer and of each piece of it. */
  readonly alive?: (() => void) | undefined;
  /** STREAM: handed on as it comes, through the filter. JSON, BYTES: read whole first. */
  readonly mode:
    | { readonly kind: 'STREAM'; readonly filter: BodyFilter }
    | { readonly kind: 'JSON' | 'BYTES' };
};

/** One HTTP request that a package makes, on our dispatcher, and what came of it. */
export type Exchange = {
  /** To be given to the package. A second request of the same call is refused: it would be billed unseen. */
  readonly fetch: typeof globalThis.fetch;
  /** Why the package got no answer to read; undefined where it did. */
  failure(): Failure | undefined;
  /** Headers of the answer, failures included; empty before it. */
  headers(): AnswerHeaders;
  /** The whole answer as the provider sent it, where it is JSON. */
  answer(): JsonObject | undefined;
  /** The connection was lost before the body was over. */
  isBroken(): boolean;
};

class ExchangeError extends Error {}

/** Types of answers in words, which are never what was asked for in bytes. */
const TEXT_TYPE = /json|^text\//i;

const bodyOf = async (
  body: unknown,
  amend: ExchangeRules['amend'],
): Promise<{ readonly bytes: string | Uint8Array; readonly contentType?: string }> => {
  if (typeof body === 'string') {
    const json = amend === undefined ? undefined : parseJson(body);
    return { bytes: amend !== undefined && isJsonObject(json) ? JSON.stringify(amend(json)) : body };
  }
  if (body instanceof Uint8Array) return { bytes: body };
  if (body instanceof FormData) {
    const form = new Response(body);
    const contentType = form.headers.get('content-type');
    const bytes = new Uint8Array(await form.arrayBuffer());
    return contentType === null ? { bytes } : { bytes, contentType };
  }
  throw new ExchangeError('A body of this kind cannot be sent.');
};

const tooLarge = (): Failure =>
  failureOf('SERVER_ERROR', `The answer is larger than ${ANSWER_LIMIT} bytes.`, { retry: 'ELSEWHERE' });

export const createExchange = (options: ExchangeOptions): Exchange => {
  const { dispatcher, halt, mode } = options;
  let failure: Failure | undefined;
  let headers: AnswerHeaders = {};
  let answer: JsonObject | undefined;
  let isBroken = false;
  let isSent = false;

  const refuse = (reason: Failure): ExchangeError => {
    failure ??= halt.failure() ?? reason;
    return new ExchangeError(failure.message);
  };

  const readWhole = async (exchange: AwaitedExchange): Promise<Uint8Array> => {
    const { bytes, end, error } = await exchange.gather(ANSWER_LIMIT);
    switch (end) {
      case 'WHOLE':
        return bytes;
      case 'TOO_LARGE':
        throw refuse(tooLarge());
      case 'BROKEN': {
        const refused = unpackingFailure(error, 200);
        if (refused !== undefined) throw refuse(refused);
        isBroken = true;
        throw refuse(failureOf('TRUNCATED', 'The connection was lost before the answer was whole.'));
      }
    }
  };

  const streamOf = (exchange: AwaitedExchange, filter: BodyFilter): ReadableStream<Uint8Array> => {
    let length = 0;
    let isLeft = false;
    return new ReadableStream<Uint8Array>(
      {
        start(controller) {
          const pass = (passed: Uint8Array): void => {
            if (passed.byteLength === 0) return;
            exchange.hold();
            controller.enqueue(passed);
          };
          exchange.read({
            piece(piece) {
              length += piece.byteLength;
              if (length > ANSWER_LIMIT) halt.stop(tooLarge());
              else pass(filter.push(piece));
            },
            end(lost) {
              // Ends like a whole one: an error would overtake what was received before it.
              if (lost !== undefined) isBroken = true;
              if (isLeft) return;
              pass(filter.end());
              controller.close();
            },
          });
        },
        pull: () => exchange.release(),
        cancel() {
          isLeft = true;
          exchange.close();
        },
      },
      { highWaterMark: 0 },
    );
  };

  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (isSent) throw new ExchangeError('A call is one request.');
    isSent = true;
    const given = input instanceof Request ? input.url : String(input);
    const url = new URL(options.address?.(given) ?? given);
    const { bytes, contentType } = await bodyOf(init?.body, options.amend);
    const exchange = new AwaitedExchange(options.shared);
    exchange.alive = options.alive;
    let head: AnswerHead;
    try {
      halt.onStop(() => exchange.close());
      const sent = {
        ...Object.fromEntries(new Headers(init?.headers)),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        // Compressed events would arrive late and in clumps.
        'accept-encoding': 'identity',
        'user-agent': 'modelgraph',
        ...options.trace,
      };
      const path = url.pathname + url.search;
      if (!exchange.isClosed)
        dispatcher.dispatch(
          { origin: url.origin, method: 'POST', path, headers: sent, body: bytes },
          exchange,
        );
      head = await exchange.head;
    } catch (error) {
      throw refuse(networkFailure(hostOf(url), error));
    }
    const { status } = head;
    headers = head.headers;
    const unread = unreadableAnswer(url, status, headers);
    if (unread) {
      halt.stop(unread);
      throw refuse(unread);
    }
    if (status < 200 || status >= 300) {
      const { text, isWhole } = await exchange.errorText(options.shared.clock);
      if (halt.failure()?.code === 'CANCELLED')
        throw refuse(failureOf('CANCELLED', 'The call was cancelled.'));
      // Once there is a status, it says more than that the rest of the body did not come.
      failure = options.failureOf(status, headers, text);
      if (!isWhole) halt.stop(failure);
      throw new ExchangeError(failure.message);
    }
    const { 'content-encoding': _unpacked, 'content-length': _packed, ...described } = headers;
    const shown = { status: 200, headers: described };
    if (mode.kind === 'STREAM') return new Response(streamOf(exchange, mode.filter), shown);
    const whole = await readWhole(exchange);
    const isBinary = mode.kind === 'BYTES' && !TEXT_TYPE.test(headers['content-type'] ?? '');
    if (isBinary && whole.byteLength > 0) return new Response(new Uint8Array(whole), shown);
    const text = new TextDecoder().decode(whole);
    if (mode.kind === 'BYTES') throw refuse(unreadableFailure(text));
    const json = parseJson(text);
    if (!isJsonObject(json)) throw refuse(unreadableFailure(text));
    answer = json;
    return new Response(JSON.stringify(options.admit?.(json) ?? json), shown);
  };

  return {
    fetch,
    failure: () => failure,
    headers: () => headers,
    answer: () => answer,
    isBroken: () => isBroken,
  };
};
