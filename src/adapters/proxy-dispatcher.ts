import { Agent, buildConnector, Dispatcher } from 'undici';
import { type ProxyServer, proxyAddress } from '../domain/proxy.ts';
import { CONNECT_TIMEOUT_MS, networkErrorCode } from './network-problem.ts';
import {
  openTunnel,
  proxyAuthorization,
  proxyConnectionError,
  refusalByStatus,
  type TunnelTarget,
  tlsName,
} from './proxy-tunnel.ts';

/** Where a connection that undici asks for is to lead. */
export const targetOf = ({ hostname, port, protocol }: buildConnector.Options): TunnelTarget => ({
  host: hostname.replace(/^\[(.*)\]$/, '$1'),
  port: Number(port) || (protocol === 'https:' ? 443 : 80),
});

/** TLS with the server itself, inside of a tunnel. */
const secure = buildConnector({ allowH2: false, timeout: CONNECT_TIMEOUT_MS });

/** A connection through a proxy to what `at` names; TLS is for the host that was asked for, whatever `at` says. */
export const connectThrough = (
  proxy: ProxyServer,
  options: buildConnector.Options,
  callback: buildConnector.Callback,
  at: TunnelTarget = targetOf(options),
): void => {
  openTunnel(proxy, at).then(
    (socket) => {
      if (options.protocol === 'https:') secure({ ...options, httpSocket: socket }, callback);
      else callback(null, socket);
    },
    (error: Error) => callback(error, null),
  );
};

type Headers = Dispatcher.DispatchOptions['headers'];

const plainHeaders = (headers: Headers): { [name: string]: string | number | string[] | undefined } => {
  if (headers === undefined || headers === null) return {};
  if (Array.isArray(headers))
    return Object.fromEntries(
      headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [])),
    );
  return Symbol.iterator in headers ? Object.fromEntries(headers) : { ...headers };
};

const hasHost = (headers: { readonly [name: string]: unknown }): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'host');

/** Proxies that put their name into what they answer themselves, and leave that of the server in what they pass on. */
const NAMED = /^(squid|tinyproxy|privoxy|mitmproxy)\b/i;

/** Whether an answer is the proxy's own, in place of the server's: 407 always is, of others it has to say so. */
const isProxysOwn = (status: number, headers: { readonly [name: string]: unknown }): boolean =>
  status === 407 ||
  (status >= 400 &&
    (headers['x-squid-error'] !== undefined ||
      NAMED.test(String(headers.server ?? '')) ||
      /\berror=/.test(String(headers['proxy-status'] ?? ''))));

/** Codes of connections that were closed, or on which something else is spoken. */
const LOST: ReadonlySet<string> = new Set([
  'UND_ERR_SOCKET',
  'UND_ERR_HTTP_PARSER',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Passes all on to another handler, and fails where the proxy answers in place of the server. */
class ForwardHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #proxy: ProxyServer;
  readonly #target: string;
  #isAnswered = false;

  constructor(handler: Dispatcher.DispatchHandler, proxy: ProxyServer, target: string) {
    this.#handler = handler;
    this.#proxy = proxy;
    this.#target = target;
  }

  onRequestStart(...event: Parameters<NonNullable<Dispatcher.DispatchHandler['onRequestStart']>>): void {
    this.#handler.onRequestStart?.(...event);
  }

  onResponseStart(...event: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>): void {
    const [controller, status, headers] = event;
    this.#isAnswered = true;
    if (isProxysOwn(status, headers))
      controller.abort(refusalByStatus(this.#proxy, this.#target, status, headers));
    else this.#handler.onResponseStart?.(...event);
  }

  onResponseData(...event: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseData']>>): void {
    this.#handler.onResponseData?.(...event);
  }

  onResponseEnd(...event: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseEnd']>>): void {
    this.#handler.onResponseEnd?.(...event);
  }

  onResponseError(...event: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseError']>>): void {
    const [controller, error] = event;
    // The connection is one with the proxy.
    const isProxys = !this.#isAnswered && LOST.has(networkErrorCode(error) ?? '');
    this.#handler.onResponseError?.(controller, isProxys ? proxyConnectionError(this.#proxy, error) : error);
  }
}

/**
 * All through one proxy: in tunnels, but for http:// addresses at proxies over HTTP, which forward the requests: many
 * allow tunnels to the ports of TLS alone. Own code in place of undici's ProxyAgent, whose errors do not tell the proxy's
 * refusals from other failures and which sets the proxy no time limit, and of its experimental SOCKS5 client.
 */
export class ThroughProxy extends Dispatcher {
  readonly #proxy: ProxyServer;
  readonly #tunnels: Agent;
  readonly #forwards: Agent | undefined;
  readonly #origin: string;

  constructor(proxy: ProxyServer, options: Agent.Options) {
    super();
    this.#proxy = proxy;
    this.#origin = `${proxy.protocol}://${proxyAddress(proxy)}`;
    this.#tunnels = new Agent({
      ...options,
      connect: (target, callback) => connectThrough(proxy, target, callback),
    });
    if (proxy.protocol === 'socks5') return;
    const connect = buildConnector({ allowH2: false, timeout: CONNECT_TIMEOUT_MS });
    const servername = tlsName(proxy.host);
    this.#forwards = new Agent({
      ...options,
      connect: (target, callback) =>
        connect({ ...target, servername }, (error, socket) => {
          if (error === null) callback(null, socket);
          else callback(proxyConnectionError(proxy, error), null);
        }),
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const origin = String(options.origin);
    if (this.#forwards === undefined || origin.startsWith('https:'))
      return this.#tunnels.dispatch(options, handler);
    const headers = plainHeaders(options.headers);
    const authorization = proxyAuthorization(this.#proxy);
    const { host } = new URL(origin);
    const forwarded = {
      ...options,
      origin: this.#origin,
      path: origin.replace(/\/$/, '') + options.path,
      headers: {
        ...headers,
        ...(!hasHost(headers) && { host }),
        ...(authorization !== undefined && { 'proxy-authorization': authorization }),
      },
      // Otherwise that of the header, which names the server behind the proxy: each change of it is a new connection.
      servername: this.#proxy.host,
    };
    return this.#forwards.dispatch(forwarded, new ForwardHandler(handler, this.#proxy, `http://${host}`));
  }

  override async close(): Promise<void> {
    await Promise.all([this.#tunnels.close(), this.#forwards?.close()]);
  }

  override async destroy(): Promise<void> {
    await Promise.all([this.#tunnels.destroy(), this.#forwards?.destroy()]);
  }
}

/** Each address through the proxy that is for it, or straight. */
export class ByRules extends Dispatcher {
  readonly #choose: (url: URL) => Dispatcher;
  /** By origin: there are as many as providers and sources. */
  readonly #chosen = new Map<string, Dispatcher>();

  constructor(choose: (url: URL) => Dispatcher) {
    super();
    this.#choose = choose;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const origin = String(options.origin);
    let dispatcher = this.#chosen.get(origin);
    if (dispatcher === undefined) {
      dispatcher = this.#choose(new URL(origin));
      this.#chosen.set(origin, dispatcher);
    }
    return dispatcher.dispatch(options, handler);
  }
}
