/** How long a TCP and TLS handshake with another server, or with a proxy, may take. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** What the codes of Node.js and undici mean, for a person. */
export const NETWORK_PROBLEMS: ReadonlyMap<string, string> = new Map([
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
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its TLS certificate is of an unknown issuer'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its TLS certificate is for another host'],
  ['EPROTO', 'TLS failed: the port may not speak https'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS failed: the port does not speak https'],
  ['UND_ERR_HTTP_PARSER', 'what answers does not speak HTTP'],
  ['UND_ERR_HEADERS_OVERFLOW', 'its response headers are too large'],
]);

/** The error's own code, or that of the error that caused it; several addresses tried count as the first. */
export const networkErrorCode = (error: unknown, depth = 0): string | undefined => {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // undici's, which has no code.
  if ('name' in error && error.name === 'HTTPParserError') return 'UND_ERR_HTTP_PARSER';
  if ('errors' in error && Array.isArray(error.errors)) {
    const code = networkErrorCode(error.errors[0], depth + 1);
    if (code !== undefined) return code;
  }
  return 'cause' in error ? networkErrorCode(error.cause, depth + 1) : undefined;
};
