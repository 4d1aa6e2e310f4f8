import { isInside } from '../domain/no-proxy.ts';
import { type ProxyServer, proxyName } from '../domain/proxy.ts';

/**
 * PROXY_REFUSED: the proxy does not let the request through, for its credentials or its rules.
 * PROXY_ERROR: the proxy cannot be reached or failed, or could not reach the server itself.
 */
export type ProxyErrorCode = 'PROXY_REFUSED' | 'PROXY_ERROR';

/** A request did not get past a proxy. The message is for an admin: it names the proxy, and never its credentials. */
export class ProxyError extends Error {
  readonly code: ProxyErrorCode;
  /** Without the addresses of the proxy and of what is behind it. */
  readonly messageToAll: string;
  constructor(code: ProxyErrorCode, message: string, messageToAll: string) {
    super(message);
    this.code = code;
    this.messageToAll = messageToAll;
  }
}

/** `advice` is for who runs the proxy. */
const problemOf = (
  code: ProxyErrorCode,
  proxy: ProxyServer,
  { did, advice }: { readonly did: string; readonly advice: string },
  target?: string,
): ProxyError => {
  const to = (server: string): string => (target === undefined ? did : `${did} ${server}`);
  return new ProxyError(
    code,
    `The proxy ${proxyName(proxy)} ${to(target ?? '')}${advice}`,
    `The proxy on the way to the provider ${to('it')}. An admin can see why.`,
  );
};

/** The error itself, or one that caused it, if a proxy is to blame. */
export const proxyErrorIn = (error: unknown, depth = 0): ProxyError | undefined => {
  if (error instanceof ProxyError) return error;
  return error instanceof Error && depth < 5 ? proxyErrorIn(error.cause, depth + 1) : undefined;
};

const form = ({ protocol }: ProxyServer): string => `${protocol}://user:password@host:port`;

/** The proxy asks for credentials, or for others. `schemes`: what it takes, as far as it says. */
export const credentialsRefused = (proxy: ProxyServer, target: string, schemes = ''): ProxyError => {
  const isBasic = schemes === '' || /\bbasic\b/i.test(schemes);
  const advice = !isBasic
    ? 'it takes no user and password (Basic), but NTLM, Negotiate or the like, which are not supported: put a local proxy that speaks them between, e.g. Px or Cntlm'
    : proxy.credentials === undefined
      ? `it wants a user and a password: write ${proxy.setting} as ${form(proxy)}`
      : `it does not take the user and the password in ${proxy.setting}: check them, and that their special characters are percent-encoded`;
  return problemOf('PROXY_REFUSED', proxy, { did: 'refused to connect to', advice: `: ${advice}.` }, target);
};

/** Servers of one's own network are called through a proxy by mistake. */
const insideHint = (target: string): string => {
  const url = URL.parse(target.includes('://') ? target : `http://${target}`);
  return url !== null && isInside(url)
    ? ' If it is a server of your own network, put it into NO_PROXY, or write `proxy: none` for its provider.'
    : '';
};

/** Of rules that are usual. */
const portHint = (target: string): string =>
  target.endsWith(':443') || target.includes('://') ? '' : ' Many proxies allow tunnels to port 443 alone.';

/** `reason`: the proxy's own code, in brackets. */
export const targetForbidden = (proxy: ProxyServer, target: string, reason: string): ProxyError =>
  problemOf(
    'PROXY_REFUSED',
    proxy,
    {
      did: 'refused to connect to',
      advice: ` (${reason}): its rules forbid it. Ask those who run it to allow the host and the port, or use another proxy.${portHint(target)}${insideHint(target)}`,
    },
    target,
  );

export const targetUnreached = (proxy: ProxyServer, target: string, reason: string): ProxyError =>
  problemOf(
    'PROXY_ERROR',
    proxy,
    {
      did: 'could not connect to',
      advice: ` (${reason}): the host may be down, or out of the proxy's reach.${insideHint(target)}`,
    },
    target,
  );

/** `problem` completes "cannot be used: ". */
export const proxyUnusable = (proxy: ProxyServer, problem: string): ProxyError =>
  problemOf('PROXY_ERROR', proxy, { did: 'cannot be used', advice: `: ${problem}.` });
