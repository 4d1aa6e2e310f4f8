import { request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import type { ProxyServer } from '../domain/proxy.ts';
import { CONNECT_TIMEOUT_MS, NETWORK_PROBLEMS, networkErrorCode } from './network-problem.ts';
import {
  credentialsRefused,
  type ProxyError,
  proxyUnusable,
  targetForbidden,
  targetUnreached,
} from './proxy-error.ts';

/** What a tunnel leads to. */
export type TunnelTarget = {
  /** A name, which the proxy resolves, or an address without brackets. */
  readonly host: string;
  readonly port: number;
};

export type TunnelOptions = {
  /** For the proxy to be reached and to have connected. */
  readonly timeoutMs?: number;
};

const authority = ({ host, port }: TunnelTarget): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The name that TLS asks a server for: of an address none, and its certificate is to be for the address. */
export const tlsName = (host: string): string => (isIP(host) === 0 ? host : '');

/** The value of `proxy-authorization`. */
export const proxyAuthorization = ({ credentials }: ProxyServer): string | undefined =>
  credentials &&
  `Basic ${Buffer.from(`${credentials.user.reveal()}:${credentials.password.reveal()}`).toString('base64')}`;

/** What a connection to a proxy failed with. */
export const proxyConnectionError = (proxy: ProxyServer, error: unknown): ProxyError => {
  const code = networkErrorCode(error) ?? '';
  if (code === 'HPE_HEADER_OVERFLOW') return proxyUnusable(proxy, 'the headers of its answer are too large');
  if (code.startsWith('HPE_') || code === 'UND_ERR_HTTP_PARSER')
    return proxyUnusable(proxy, `it does not speak HTTP (${code}); if it is a SOCKS proxy, write socks5://`);
  if (/^(EPROTO|ERR_SSL_.*)$/.test(code))
    return proxyUnusable(proxy, `TLS failed (${code}); if it does not speak TLS itself, write http://`);
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return proxyUnusable(proxy, `it did not answer within ${CONNECT_TIMEOUT_MS} ms`);
  const problem = NETWORK_PROBLEMS.get(code) ?? 'the connection to it failed';
  return proxyUnusable(
    proxy,
    `${problem}${code === '' ? '' : ` (${code})`}; check ${proxy.setting} and that the proxy runs`,
  );
};

/** A proxy's own code for what went wrong, where it is one: its words are not quoted. */
const statedReason = (headers: {
  readonly [name: string]: string | readonly string[] | undefined;
}): string => {
  const said = [headers['proxy-status'], headers['x-squid-error']].flat().join(' ');
  const code = /\berror="?([a-z_]{3,60})|\b(ERR_[A-Z_]{3,60})/.exec(said);
  return code === null ? '' : `, ${code[1] ?? code[2]}`;
};

/** What an answer of a proxy other than success means. */
export const refusalByStatus = (
  proxy: ProxyServer,
  target: string,
  status: number,
  headers: { readonly [name: string]: string | readonly string[] | undefined },
): ProxyError => {
  // Some answer 401 where the credentials are wrong.
  if (status === 407 || status === 401)
    return credentialsRefused(proxy, target, [headers['proxy-authenticate']].flat().join(', '));
  const reason = `${status}${statedReason(headers)}`;
  // 429 passes by itself; other answers below 400 are no proxy's to CONNECT.
  const isRule = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return isRule ? targetForbidden(proxy, target, reason) : targetUnreached(proxy, target, reason);
};

const openByConnect = (proxy: ProxyServer, target: TunnelTarget, timeoutMs: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const authorization = proxyAuthorization(proxy);
    const name = authority(target);
    const options = {
      host: proxy.host,
      port: proxy.port,
      method: 'CONNECT',
      path: name,
      agent: false,
      headers: {
        host: name,
        'proxy-connection': 'keep-alive',
        'user-agent': 'modelgraph',
        ...(authorization !== undefined && { 'proxy-authorization': authorization }),
      },
    };
    const request =
      proxy.protocol === 'https'
        ? // Without it, the certificate would have to be for the server that the header names.
          requestOverHttps({ ...options, servername: tlsName(proxy.host) })
        : requestOverHttp(options);
    let failure: ProxyError | undefined;
    let isConnected = false;
    const timer = setTimeout(() => {
      failure = isConnected
        ? targetUnreached(proxy, name, `no answer within ${timeoutMs} ms`)
        : proxyUnusable(proxy, `it could not be reached within ${timeoutMs} ms`);
      request.destroy(failure);
    }, timeoutMs);
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      reject(failure ?? proxyConnectionError(proxy, error));
    };
    request.once('socket', (socket) => {
      socket.once(proxy.protocol === 'https' ? 'secureConnect' : 'connect', () => {
        isConnected = true;
      });
    });
    request.once('connect', (response, socket: Socket, head) => {
      clearTimeout(timer);
      const status = response.statusCode ?? 0;
      // Nothing of ours has been sent through it: what comes already is no answer.
      const isOpen = status >= 200 && status < 300 && head.byteLength === 0;
      socket.on('error', () => {});
      if (isOpen) return resolve(socket);
      socket.destroy();
      reject(refusalByStatus(proxy, name, status, response.headers));
    });
    // What is not a proxy answers CONNECT like any other request.
    request.once('response', (response) => {
      clearTimeout(timer);
      response.destroy();
      reject(refusalByStatus(proxy, name, response.statusCode ?? 0, response.headers));
    });
    request.on('error', fail);
    request.end();
  });

/** A connection to the proxy itself, without TLS. */
const connectTo = (proxy: ProxyServer, timeoutMs: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: proxy.host, port: proxy.port });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(proxyUnusable(proxy, `it could not be reached within ${timeoutMs} ms`));
    }, timeoutMs);
    // Stays, as nobody else listens until the socket is handed over.
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(proxyConnectionError(proxy, error));
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });

/** What the library says in words; its errors hold the credentials, so nothing else of them is passed on. */
const socksError = (proxy: ProxyServer, target: string, error: unknown, timeoutMs: number): ProxyError => {
  const said = error instanceof Error ? error.message : '';
  if (/authentication/i.test(said)) return credentialsRefused(proxy, target);
  const reply = /rejected connection - (\w{1,40})/
    .exec(said)?.[1]
    ?.replace('undefined', 'a reply that is not known');
  if (reply === 'NotAllowed') return targetForbidden(proxy, target, reply);
  if (reply !== undefined) return targetUnreached(proxy, target, reply);
  if (/timed out/.test(said)) return targetUnreached(proxy, target, `no answer within ${timeoutMs} ms`);
  if (/version/i.test(said))
    return proxyUnusable(proxy, 'it does not speak SOCKS5; if it is an HTTP proxy, write http://');
  return proxyUnusable(proxy, 'it closed the connection; if it is an HTTP proxy, write http://');
};

const openBySocks = async (proxy: ProxyServer, target: TunnelTarget, timeoutMs: number): Promise<Socket> => {
  const [{ SocksClient }, connected] = await Promise.all([import('socks'), connectTo(proxy, timeoutMs)]);
  const { credentials } = proxy;
  try {
    const { socket } = await SocksClient.createConnection({
      proxy: {
        host: proxy.host,
        port: proxy.port,
        type: 5,
        ...(credentials !== undefined && {
          userId: credentials.user.reveal(),
          password: credentials.password.reveal(),
        }),
      },
      command: 'connect',
      destination: target,
      existing_socket: connected,
      timeout: timeoutMs,
    });
    return socket;
  } catch (error) {
    connected.destroy();
    throw socksError(proxy, authority(target), error, timeoutMs);
  }
};

/** A connection to a server through a proxy, on which nothing was sent yet. Rejects with ProxyError. */
export const openTunnel = async (
  proxy: ProxyServer,
  target: TunnelTarget,
  { timeoutMs = CONNECT_TIMEOUT_MS }: TunnelOptions = {},
): Promise<Socket> => {
  const socket = await (proxy.protocol === 'socks5' ? openBySocks : openByConnect)(proxy, target, timeoutMs);
  return socket.setNoDelay(true).setKeepAlive(true, 60_000);
};
