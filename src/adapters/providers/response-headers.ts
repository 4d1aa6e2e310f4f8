import type { IncomingHttpHeaders } from 'node:http';
import type { Failure } from '../../domain/failure.ts';
import { failureAt } from './failure-at.ts';
import { codingsIn } from './unpack-body.ts';

/** Header names in lower case. */
export type AnswerHeaders = { readonly [name: string]: string };

const isSingleValued = (headers: IncomingHttpHeaders): headers is IncomingHttpHeaders & AnswerHeaders => {
  for (const name in headers) if (typeof headers[name] !== 'string') return false;
  return true;
};

/** Joins repeated headers with a comma. */
export const singleValued = (headers: IncomingHttpHeaders): AnswerHeaders => {
  if (isSingleValued(headers)) return headers;
  const single: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) single[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return single;
};

/** Why an answer will not be read, whatever is in it; undefined where it will. What an error's head says counts always. */
export const unreadableAnswer = (base: URL, status: number, headers: AnswerHeaders): Failure | undefined => {
  if (status >= 300 && status < 400) {
    const location = headers.location;
    const target =
      location !== undefined && URL.canParse(location, base.href)
        ? new URL(location, base).origin
        : undefined;
    const { host } = base;
    return failureAt(
      'SERVER_ERROR',
      host,
      (server) =>
        `${server} redirects${target === undefined ? '' : ` to ${server === host ? target : 'another address'}`}, which is not followed because the key would go along. Set the provider's base URL to where it is served.`,
      { status, retry: 'ELSEWHERE' },
    );
  }
  const isAnswer = status >= 200 && status < 300;
  if (isAnswer && codingsIn(headers['content-encoding']) === undefined)
    return failureAt(
      'SERVER_ERROR',
      base.host,
      (server) =>
        `${server} answers in a content encoding that is not known, although it was asked for none.`,
      { status, retry: 'ELSEWHERE' },
    );
  return undefined;
};
