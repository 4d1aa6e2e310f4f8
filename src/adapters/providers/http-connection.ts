import type { Dispatcher } from 'undici';
import type { Failure } from '../../domain/failure.ts';
import type { ProviderSettings } from '../../domain/provider-settings.ts';
import type { RateLimit } from '../../domain/rate-limit.ts';
import { Secret } from '../../domain/secret.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';
import { readRateLimits } from '../../wire/rate-limits.ts';
import { networkErrorCode } from '../network-problem.ts';
import { proxyErrorIn } from '../proxy-error.ts';
import { failureAt } from './failure-at.ts';
import { createFairTurns } from './fair-turns.ts';
import { hostOf } from './host.ts';
import type { ExchangeShared, HttpExchange } from './http-exchange.ts';
import { maskFailure } from './mask-failure.ts';
import { networkFailure, proxyFailure } from './network-failure.ts';
import { type AnswerHeaders, unreadableAnswer } from './response-headers.ts';
import { unpackingFailure } from './unpack-body.ts';

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
  readonly headers: AnswerHeaders;
  readonly trace?: TraceParent | undefined;
  readonly accept: string;
  readonly body?: string | Uint8Array;
};

/** Where a provider is and how to speak to it. All that is sent to it goes through here. */
export type HttpConnection = ExchangeShared & {
  /** Name and port, for messages. */
  readonly host: string;
  /** Sends what the exchange gets the answer of. Redirects are not followed. It may be lost before this returns. */
  send(exchange: HttpExchange, request: HttpRequest, codec: UpstreamCodec): void;
  /** The failure of a call that got no answer; `error` is what its exchange was lost with. */
  noAnswer(error: unknown): Failure;
  /** An answer of this status was lost with this error; the failure where that is not for its connection. */
  cutOff(error: unknown, status: number): Failure | undefined;
  /** Why an answer will not be read. */
  unreadable(status: number, headers: AnswerHeaders): Failure | undefined;
  rateLimits(headers: AnswerHeaders): readonly RateLimit[];
  /** The failure without any credential. */
  mask(failure: Failure): Failure;
};

/** Sets headers by their names in lower case. */
const addHeaders = (to: { [name: string]: string }, headers: { readonly [name: string]: string }): void => {
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) to[name.toLowerCase()] = value;
  }
};

const NO_HEADERS: AnswerHeaders = {};

/** What is sent with every request; calls of one kind bring nearly always the same of their own. */
class SentHeaders {
  readonly #accept: string;
  readonly #authorization: AnswerHeaders;
  #own: AnswerHeaders = NO_HEADERS;
  #sent: AnswerHeaders | undefined;

  constructor(accept: string, authorization: AnswerHeaders) {
    this.#accept = accept;
    this.#authorization = authorization;
  }

  with(own: AnswerHeaders, trace: TraceParent | undefined): AnswerHeaders {
    if (trace === undefined && this.#sent !== undefined && isSame(own, this.#own)) return this.#sent;
    const sent: { [name: string]: string } = {
      accept: this.#accept,
      // Compressed events would arrive late and in clumps. Some compress all the same.
      'accept-encoding': 'identity',
      'user-agent': 'modelgraph',
    };
    addHeaders(sent, own);
    if (trace !== undefined) addHeaders(sent, { ...trace });
    addHeaders(sent, this.#authorization);
    if (trace !== undefined) return sent;
    this.#own = own;
    this.#sent = sent;
    return sent;
  }
}

const isSame = (one: AnswerHeaders, other: AnswerHeaders): boolean => {
  if (one === other) return true;
  for (const name in one) if (other[name] !== one[name]) return false;
  for (const name in other) if (one[name] === undefined) return false;
  return true;
};

/** Credentials in the values of headers, without the name of their scheme. */
const secretsIn = (headers: AnswerHeaders): readonly Secret[] =>
  Object.values(headers).map((value) => new Secret(value.replace(/^[A-Za-z]+ /, '')));

/** An exchange is lost with it where there are no credentials for it. */
class Unauthorized extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Throws only here, if `settings.baseUrl` is no URL. */
export const createHttpConnection = (options: HttpConnectionOptions): HttpConnection => {
  const { settings, dispatcher, authorize, clock, log } = options;
  const base = new URL(settings.baseUrl);
  // A URL puts its origin together each time it is asked.
  const { origin } = base;
  const basePath = base.pathname.replace(/\/+$/, '');
  const host = hostOf(base);
  let granted: readonly Secret[] = [];
  const now = (): Date => clock.now();

  const byKey = new WeakMap<UpstreamCodec, Map<string, SentHeaders>>();
  const headersByKey = (codec: UpstreamCodec, accept: string): SentHeaders => {
    let ofCodec = byKey.get(codec);
    if (ofCodec === undefined) {
      ofCodec = new Map();
      byKey.set(codec, ofCodec);
    }
    let sent = ofCodec.get(accept);
    if (sent === undefined) {
      const { apiKey } = settings;
      sent = new SentHeaders(accept, apiKey ? codec.authorization(apiKey.reveal()) : NO_HEADERS);
      ofCodec.set(accept, sent);
    }
    return sent;
  };

  const unauthorized = (error: unknown): Failure => {
    log.debug('no credentials', { provider: settings.id, code: networkErrorCode(error) });
    const proxy = proxyErrorIn(error);
    if (proxy !== undefined) return proxyFailure(proxy);
    return failureAt(
      'AUTHENTICATION',
      host,
      (server) => `No credentials could be obtained for ${server}: check the provider's configuration.`,
    );
  };

  const dispatch = (exchange: HttpExchange, request: HttpRequest, sent: SentHeaders): void => {
    if (exchange.isClosed) return;
    const { method, path, headers, trace, body = null } = request;
    dispatcher.dispatch(
      { origin, method, path: basePath + path, headers: sent.with(headers, trace), body },
      exchange,
    );
  };

  const sendGranted = async (
    grant: Authorize,
    exchange: HttpExchange,
    request: HttpRequest,
  ): Promise<void> => {
    let authorization: AnswerHeaders;
    try {
      authorization = await grant();
      granted = secretsIn(authorization);
    } catch (error) {
      if (!exchange.isClosed) exchange.broken(new Unauthorized(unauthorized(error)));
      return;
    }
    dispatch(exchange, request, new SentHeaders(request.accept, authorization));
  };

  return {
    host,
    clock,
    turns: createFairTurns(clock),
    send(exchange, request, codec) {
      if (authorize === undefined) dispatch(exchange, request, headersByKey(codec, request.accept));
      else void sendGranted(authorize, exchange, request);
    },
    noAnswer(error) {
      if (error instanceof Unauthorized) return error.failure;
      log.debug('no answer from provider', { provider: settings.id, code: networkErrorCode(error) });
      return networkFailure(host, error);
    },
    cutOff(error, status) {
      log.debug('answer was cut off', { provider: settings.id, code: networkErrorCode(error) });
      return unpackingFailure(error, status);
    },
    unreadable: (status, headers) => unreadableAnswer(base, status, headers),
    rateLimits: (headers) => readRateLimits(headers, now),
    mask: (failure) => granted.reduce(maskFailure, maskFailure(failure, settings.apiKey)),
  };
};
