import type { IncomingMessage } from 'node:http';

/** A host with or without a port, as clients write it; anything else is not repeated. */
const HOST = /^(?:[\w](?:[\w.-]{0,251}[\w])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Whether a Host header names a host, with or without a port, as addresses do. */
export const isHost = (host: string): boolean => HOST.test(host) && URL.canParse(`http://${host}`);

/**
 * The address under which a client reached this server, without a slash at its end: the configured one, else that of
 * the request's own Host header, if it is one.
 *
 * @param fallback where the server listens.
 */
export const publicAddress = (
  { headers }: Pick<IncomingMessage, 'headers'>,
  configured: string | undefined,
  fallback: string,
): string => {
  if (configured !== undefined) return configured;
  const { host, 'x-forwarded-proto': protocol } = headers;
  if (host === undefined || !isHost(host)) return fallback;
  return `${typeof protocol === 'string' && /^https\b/i.test(protocol) ? 'https' : 'http'}://${host}`;
};
