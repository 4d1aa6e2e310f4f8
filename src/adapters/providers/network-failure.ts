import { type Failure, failureOf } from '../../domain/failure.ts';
import { CONNECT_TIMEOUT_MS } from './dispatcher.ts';

const PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset'],
  ['EPIPE', 'the connection was closed while sending'],
  ['UND_ERR_SOCKET', 'the connection was closed before an answer came'],
  ['ENOTFOUND', 'the host name is not known'],
  ['EAI_AGAIN', 'the host name could not be looked up'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['CERT_HAS_EXPIRED', 'its TLS certificate has expired'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its TLS certificate is self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its TLS certificate chain is self-signed'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its TLS certificate cannot be verified'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its TLS certificate is for another host'],
  ['EPROTO', 'TLS failed: the port may not speak https'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS failed: the port does not speak https'],
  ['UND_ERR_HEADERS_OVERFLOW', 'its response headers are too large'],
]);

/** The error's own code, or that of the error that caused it; several addresses tried count as the first. */
export const networkErrorCode = (error: unknown, depth = 0): string | undefined => {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('errors' in error && Array.isArray(error.errors)) {
    const code = networkErrorCode(error.errors[0], depth + 1);
    if (code !== undefined) return code;
  }
  return 'cause' in error ? networkErrorCode(error.cause, depth + 1) : undefined;
};

/**
 * The failure of a call that got no answer. Its message is made of the code alone: the error's own text may
 * quote headers or paths. `host` is name and port.
 */
export const networkFailure = (host: string, error: unknown): Failure => {
  const code = networkErrorCode(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return failureOf('TIMEOUT', `Connecting to ${host} took longer than ${CONNECT_TIMEOUT_MS} ms.`);
  if (code === 'UND_ERR_INVALID_ARG')
    return failureOf(
      'AUTHENTICATION',
      `The request to ${host} could not be sent: the API key holds characters that no header can carry. Check for line breaks and quotes around it.`,
    );
  const problem = (code === undefined ? undefined : PROBLEMS.get(code)) ?? 'the connection failed';
  return failureOf('SERVER_ERROR', `No answer from ${host}: ${problem}${code ? ` (${code})` : ''}.`, {
    retry: 'HERE',
  });
};
