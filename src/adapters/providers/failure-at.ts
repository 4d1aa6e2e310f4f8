import { type Failure, type FailureCode, failureOf } from '../../domain/failure.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * A failure whose message names a server, by name and port: to admins alone, as it may be one of their own network. Others
 * are told of `the provider`.
 */
export const failureAt = (
  code: FailureCode,
  host: string,
  say: (server: string) => string,
  details: Omit<Partial<Failure>, 'code' | 'message' | 'adminMessage'> = {},
): Failure => failureOf(code, capital(say('the provider')), { ...details, adminMessage: say(host) });

/** An answer that ended without its finish reason or status. */
export const unsaidEnd = (host: string): Failure =>
  failureAt('TRUNCATED', host, (server) => `${server} ended its answer without saying how.`);
