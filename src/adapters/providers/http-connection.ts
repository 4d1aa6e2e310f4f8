import type { Dispatcher } from 'undici';
import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderSettings } from '../../domain/provider-settings.ts';
import type { RateLimit } from '../../domain/rate-limit.ts';
import { Secret } from '../../domain/secret.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';
import { readRateLimits } from '../../wire/rate-limits.ts';
import { networkErrorCode } from '../network-problem.ts';
import { proxyErrorIn } from '../proxy-error.ts';
import { type AnswerBody, sendRequest } from './answer-body.ts';
import { readErrorBody } from './error-body.ts';
import { createFairTurns } from './fair-turns.ts';
import type { Halt } from './halt.ts';
import { hostOf } from './host.ts';
import { maskFailure } from './mask-failure.ts';
import { networkFailure, proxyFailure } from './network-failure.ts';
import { type AnswerHeaders, singleValued, unreadableAnswer } from './response-headers.ts';
import { unpackBody } from './unpack-body.ts';

/** Gives the headers that authorise a request, for providers whose credentials are more than a key. */
export type Authorize = () => Promise<{ readonly [name: string]: string }>;

export type HttpConnectionOptions = {
  readonly settings: ProviderSettings;
  /** Shared by all providers; see `createDispatcher`. */
  readonly dispatcher: Dispatcher;
  /** In place of the settings' key. It may reject; what it gives is masked like a key. */
  readonly authorize?: Authorize;
  readonly clock: Clock;
  readonly log: Log;
};

export type HttpRequest = {
  readonly method: 'GET' | 'POST';
  /** Under the base URL; begins with a slash; may hold a query. */
  readonly path: string;
  /** Win over the usual ones. */
  readonly headers: { readonly [name: string]: string };
  readonly accept: string;
  readonly body?: string | Uint8Array;
};

/** What came back: a body that is worth reading, or why there is none. */
export type HttpAnswer =
  | {
      readonly kind: 'ANSWERED';
      readonly status: number;
      readonly headers: AnswerHeaders;
      readonly body: AnswerBody;
      readonly rateLimits: readonly RateLimit[];
    }
  | { readonly kind: 'FAILED'; readonly failure: Failure };

/** Where a provider is and how to speak to it. All that is sent to it goes through here. */
export type HttpConnection = {
  /** Name and port, for messages. */
  readonly host: string;
  /** Sends, and resolves with the head of the answer. Redirects are not followed. Never rejects. */
  send(request: HttpRequest, codec: UpstreamCodec, halt: Halt): Promise<HttpAnswer>;
  /** Reads an answer of a status other than 2xx to what went wrong. Settles or stops the halt. Never rejects. */
  failureOf(
    answer: Extract<HttpAnswer, { kind: 'ANSWERED' }>,
    codec: UpstreamCodec,
    halt: Halt,
  ): Promise<Failure>;
  /** The failure without any credential. */
  mask(failure: Failure): Failure;
};

/** Sets headers by their names in lower case. */
const addHeaders = (to: { [name: string]: string }, headers: AnswerHeaders): void => {
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) to[name.toLowerCase()] = value;
  }
};

const NO_HEADERS: AnswerHeaders = {};

/** Rejects when the signal is aborted, so that a slow source of credentials holds nobody up. */
const orAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
};

/** Credentials in the values of headers, without the name of their scheme. */
const secretsIn = (headers: AnswerHeaders): readonly Secret[] =>
  Object.values(headers).map((value) => new Secret(value.replace(/^[A-Za-z]+ /, '')));

/** Throws only here, if `settings.baseUrl` is no URL. */
export const createHttpConnection = (options: HttpConnectionOptions): HttpConnection => {
  const { settings, dispatcher, authorize, clock, log } = options;
  const base = new URL(settings.baseUrl);
  // A URL puts its origin together each time it is asked.
  const { origin } = base;
  const turns = createFairTurns(clock);
  const basePath = base.pathname.replace(/\/+$/, '');
  const host = hostOf(base);
  let granted: readonly Secret[] = [];

  const keyHeaders = (codec: UpstreamCodec): AnswerHeaders =>
    settings.apiKey ? codec.authorization(settings.apiKey.reveal()) : NO_HEADERS;

  const unauthorized = (error: unknown): Failure => {
    log.debug('no credentials', { provider: settings.id, code: networkErrorCode(error) });
    const proxy = proxyErrorIn(error);
    if (proxy !== undefined) return proxyFailure(proxy);
    return failureOf(
      'AUTHENTICATION',
      `No credentials could be obtained for ${host}: check the provider's configuration.`,
    );
  };

  const answerTo = async (
    { method, path, headers, accept, body }: HttpRequest,
    authorization: AnswerHeaders,
    halt: Halt,
  ): Promise<HttpAnswer> => {
    const sent: { [name: string]: string } = {
      accept,
      // Compressed events would arrive late and in clumps. Some compress all the same.
      'accept-encoding': 'identity',
      'user-agent': 'modelgraph',
    };
    addHeaders(sent, headers);
    addHeaders(sent, authorization);
    try {
      const response = await sendRequest(
        dispatcher,
        { origin, method, path: basePath + path, headers: sent, body: body ?? null },
        halt,
        turns,
      );
      const { status, body: received } = response;
      const answered = singleValued(response.headers);
      const failure = unreadableAnswer(base, status, answered);
      if (failure === undefined) {
        const rateLimits = readRateLimits(answered, () => clock.now());
        const readable = unpackBody(received, answered['content-encoding']);
        return { kind: 'ANSWERED', status, headers: answered, body: readable, rateLimits };
      }
      halt.stop(failure);
      return { kind: 'FAILED', failure };
    } catch (error) {
      log.debug('no answer from provider', { provider: settings.id, code: networkErrorCode(error) });
      return { kind: 'FAILED', failure: halt.failure() ?? networkFailure(host, error) };
    }
  };

  const sendGranted = async (grant: Authorize, request: HttpRequest, halt: Halt): Promise<HttpAnswer> => {
    let authorization: AnswerHeaders;
    try {
      authorization = await orAborted(grant(), halt.signal);
      granted = secretsIn(authorization);
    } catch (error) {
      return { kind: 'FAILED', failure: halt.failure() ?? unauthorized(error) };
    }
    return answerTo(request, authorization, halt);
  };

  return {
    host,
    send: (request, codec, halt) =>
      authorize === undefined
        ? answerTo(request, keyHeaders(codec), halt)
        : sendGranted(authorize, request, halt),
    async failureOf({ status, headers, body }, codec, halt) {
      const { text, isWhole } = await readErrorBody(body);
      const stopped = halt.failure();
      if (stopped?.code === 'CANCELLED') return stopped;
      // Once there is a status, it says more than that the rest of the body did not come.
      const failure = codec.decodeError(status, headers, text);
      if (isWhole) halt.settle();
      else halt.stop(failure);
      return failure;
    },
    mask: (failure) => granted.reduce(maskFailure, maskFailure(failure, settings.apiKey)),
  };
};
