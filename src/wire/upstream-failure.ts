import {
  FAILURE_SUMMARIES,
  type Failure,
  type FailureCode,
  failureOf,
  type RetryAdvice,
} from '../domain/failure.ts';
import type { ProviderEvent } from '../domain/provider-event.ts';
import { LIMIT_MESSAGE } from './failure-words.ts';
import type { End } from './finish-words.ts';
import { waitMsIn } from './wait-time.ts';

export type Headers = { readonly [name: string]: string };

/** Most characters that are kept of a provider's message. */
const MESSAGE_LIMIT = 2_000;
/** Most characters that are quoted of something unreadable. */
const QUOTE_LIMIT = 200;

const shortened = (text: string, limit: number): string =>
  text.length > limit ? `${text.slice(0, limit)}…` : text;

export type FailureFacts = {
  readonly code: FailureCode;
  readonly providerCode?: string | undefined;
  readonly providerMessage?: string | undefined;
  readonly providerRequestId?: string | undefined;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly retry?: RetryAdvice | undefined;
};

/** How web pages are told of. */
const WEB_PAGE = '(a web page';
/** APIs say in their own words that a model is not there. */
const NO_API_THERE = 'There is no API at this address: check the base URL of the provider.';

/** Words what a provider reported. Its own message is cut to 2,000 characters. */
export const upstreamFailure = (facts: FailureFacts): Failure => {
  const said = facts.providerMessage?.trim() || undefined;
  const isElsewhere = facts.code === 'MODEL_NOT_FOUND' && said?.startsWith(WEB_PAGE) === true;
  // What one provider takes for too much may be little for another.
  const isOfLimit = facts.code === 'INVALID_REQUEST' && said !== undefined && LIMIT_MESSAGE.test(said);
  const retry = facts.retry ?? (isOfLimit ? 'ELSEWHERE' : undefined);
  const summary = isElsewhere ? NO_API_THERE : FAILURE_SUMMARIES[facts.code];
  const message = said ? `${summary} It says: ${shortened(said, 300)}` : summary;
  return failureOf(facts.code, message, {
    ...(facts.providerCode === undefined ? {} : { providerCode: shortened(facts.providerCode, QUOTE_LIMIT) }),
    ...(said === undefined ? {} : { providerMessage: shortened(said, MESSAGE_LIMIT) }),
    ...(facts.providerRequestId === undefined ? {} : { providerRequestId: facts.providerRequestId }),
    ...(facts.status === undefined ? {} : { status: facts.status }),
    ...(facts.retryAfterMs === undefined ? {} : { retryAfterMs: facts.retryAfterMs }),
    ...(retry === undefined ? {} : { retry }),
  });
};

export const failed = (facts: FailureFacts): ProviderEvent => ({
  type: 'failed',
  failure: upstreamFailure(facts),
});

/** An answer ended with a word that says that it broke off; `said` is what the provider says besides. */
export const brokenEnd = (raw: string, end: Extract<End, { kind: 'BROKEN' }>, said?: string): Failure =>
  said === undefined
    ? failureOf(end.code, `${end.problem} The provider's word for it is ${shortened(raw, QUOTE_LIMIT)}.`, {
        providerCode: shortened(raw, QUOTE_LIMIT),
      })
    : upstreamFailure({ code: end.code, providerCode: raw, providerMessage: said });

/** The stream stopped without the mark that says it is whole. */
export const TRUNCATED: ProviderEvent = failed({ code: 'TRUNCATED' });

const UNREADABLE = 'The provider sent something unreadable';

/** The provider sent what its dialect does not know; the start of it is quoted, if it is text. */
export const unreadableFailure = (sent: string): Failure => {
  if (sent.trim() === '') return failureOf('SERVER_ERROR', 'The provider sent an empty answer.');
  const said = plainMessage(sent);
  if (said === undefined) return failureOf('SERVER_ERROR', `${UNREADABLE}, which is not text.`);
  const quote = shortened(said, QUOTE_LIMIT);
  if (!quote.startsWith(WEB_PAGE))
    return failureOf('SERVER_ERROR', `${UNREADABLE}: ${quote}`, { providerMessage: quote });
  const message = `${UNREADABLE}: ${quote}. Check the base URL of the provider.`;
  return failureOf('SERVER_ERROR', message, { providerMessage: quote, retry: 'ELSEWHERE' });
};

/** The provider sent an answer of its dialect without what was asked for; the start of it is quoted. */
export const lackingFailure = (sent: string): Failure => {
  const quote = shortened(sent.trim(), QUOTE_LIMIT);
  return failureOf('SERVER_ERROR', `The provider's answer lacks what was asked for: ${quote}`, {
    providerMessage: quote,
  });
};

/** As `unreadableFailure`, as an event. */
export const unreadable = (sent: string): ProviderEvent => ({
  type: 'failed',
  failure: unreadableFailure(sent),
});

const WAIT_HEADERS = ['retry-after-ms', 'x-ms-retry-after-ms'] as const;
/** Of one limit for all that is asked; where limits are told apart by kind, the health of each offering keeps them. */
const RESET_HEADERS = ['x-ratelimit-reset', 'ratelimit-reset', 'x-rate-limit-reset'] as const;

/**
 * How long an answer that is an error asks to wait, 31 days at most: seconds, milliseconds, a date, a Unix time, or a
 * duration such as "1m30s". Dates count from the answer's own date. Of a limit on the rate the time of its reset counts,
 * where nothing else is said.
 */
export const retryAfterMsOf = (headers: Headers, status?: number): number | undefined => {
  for (const name of WAIT_HEADERS) {
    const milliseconds = Number.parseFloat(headers[name] ?? '');
    if (milliseconds >= 0) return waitMsIn(`${Math.ceil(milliseconds)}ms`, new Date());
  }
  const sent = Date.parse(headers.date ?? '');
  const now = Number.isNaN(sent) ? new Date() : new Date(sent);
  const wait = waitMsIn(headers['retry-after'] ?? '', now);
  if (wait !== undefined || status !== 429) return wait;
  for (const name of RESET_HEADERS) {
    const reset = waitMsIn(headers[name] ?? '', now);
    if (reset !== undefined) return reset;
  }
  return undefined;
};

/** What `x-should-retry` makes of the usual advice; undefined where it changes nothing. */
export const retryHint = (code: FailureCode, headers: Headers): RetryAdvice | undefined => {
  switch (headers['x-should-retry']?.trim().toLowerCase()) {
    case 'true':
      return 'HERE';
    case 'false':
      return failureOf(code, '').retry === 'HERE' ? 'ELSEWHERE' : undefined;
    default:
      return undefined;
  }
};

/** The provider's id for the request, under the names that providers give it. */
export const requestIdOf = (headers: Headers): string | undefined =>
  headers['x-request-id'] ??
  headers['request-id'] ??
  headers['apim-request-id'] ??
  headers['x-goog-request-id'] ??
  headers['x-generation-id'];

/** Bytes that are no text, e.g. of a body that was packed unsaid. */
const isGarbage = (text: string): boolean => {
  const start = text.slice(0, QUOTE_LIMIT);
  let strange = 0;
  for (const character of start) if (character === '\uFFFD' || character < '\t') strange += 1;
  return strange * 10 > start.length;
};

const WEB_PAGE_START = /^(<!doctype|<html|<\?xml)/i;

/** What a body that is not the dialect's own says: its text, unless it is a web page. */
export const plainMessage = (body: string): string | undefined => {
  const text = body.trim();
  if (text === '' || isGarbage(text)) return undefined;
  if (!WEB_PAGE_START.test(text)) return text;
  const title = /<title[^>]*>([^<]{1,200})<\/title>/i.exec(text)?.[1]?.trim();
  return title ? `${WEB_PAGE} titled "${title}")` : `${WEB_PAGE})`;
};

const MAX_PAGE = 20_000;

/** The words of a web page; undefined for a body that is none. */
export const textOfPage = (body: string): string | undefined => {
  const page = body.slice(0, MAX_PAGE).trimStart();
  if (!WEB_PAGE_START.test(page)) return undefined;
  return page
    .replaceAll(/<(script|style)\b[^<>]*>[^<]*/gi, ' ')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
};

/** The code that a status alone suggests. */
export const codeOfStatus = (status: number): FailureCode => {
  switch (status) {
    case 401:
      return 'AUTHENTICATION';
    case 402:
      return 'QUOTA_EXHAUSTED';
    case 403:
      return 'PERMISSION';
    case 404:
      return 'MODEL_NOT_FOUND';
    case 413:
      return 'CONTEXT_LENGTH_EXCEEDED';
    case 429:
      return 'RATE_LIMITED';
    // Not to be had for legal reasons.
    case 451:
      return 'CONTENT_FILTERED';
    // Groq: no capacity in the flexible tier.
    case 498:
    case 503:
    case 529:
      return 'OVERLOADED';
    case 408:
      return 'SERVER_ERROR';
    default:
      return status >= 400 && status < 500 ? 'INVALID_REQUEST' : 'SERVER_ERROR';
  }
};
