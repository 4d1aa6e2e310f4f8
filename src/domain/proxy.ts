import { Secret } from './secret.ts';

export type ProxyProtocol = 'http' | 'https' | 'socks5';

/** A server through which requests go to where they are meant for. */
export type ProxyServer = {
  /** How the proxy itself is spoken to. */
  readonly protocol: ProxyProtocol;
  /** A name or an address, without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  readonly credentials?: { readonly user: Secret; readonly password: Secret };
  /** The setting that names it: a variable of the environment or a path in the config file. */
  readonly setting: string;
};

/** What an operator sets for one provider, or for all. NONE: straight, whatever the environment says. */
export type ProxyChoice = ProxyServer | 'NONE';

const DEFAULT_PORTS: { readonly [scheme: string]: number } = { http: 80, https: 443, socks5: 1080 };

const PROTOCOLS: ReadonlyMap<string, ProxyProtocol> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  // The proxy resolves the names, whichever of these is written.
  ['socks5', 'socks5'],
  ['socks5h', 'socks5'],
  ['socks', 'socks5'],
]);

export const PROXY_FORM = 'takes http://host:port, https://host:port or socks5://host:port';
const ENCODE = 'percent-encode special characters in its user and password, e.g. %40 for @ and %23 for #';

/** Host and port, for messages: never with credentials. */
export const proxyAddress = ({ host, port }: Pick<ProxyServer, 'host' | 'port'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** How a proxy is named to a person, with the setting to change. */
export const proxyName = (proxy: ProxyServer): string => `${proxyAddress(proxy)} (${proxy.setting})`;

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** What SOCKS5 can carry of each. */
const MAX_CREDENTIAL_BYTES = 255;

/** What scripts write whose own variable was empty, and words that set no address. */
const NO_HOST = /^(null|undefined|nil|true|yes|on|auto|system|default)$/i;

/**
 * Reads a proxy's address as curl does: without a scheme it is http. A text in place of a proxy says what is wrong
 * with it, and never quotes it.
 */
export const parseProxy = (written: string, setting: string): ProxyServer | string => {
  const text = written.trim();
  if (NO_HOST.test(text)) return PROXY_FORM;
  const [, scheme = 'http', rest = text] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  const protocol = PROTOCOLS.get(scheme.toLowerCase());
  if (protocol === undefined) return `${PROXY_FORM}; ${scheme.toLowerCase()}:// is not supported`;
  // Other schemes than those of the web have rules of their own for hosts.
  const url = URL.parse(`http://${rest}`);
  if (url === null || url.hostname === '')
    return rest.includes('@') ? `${PROXY_FORM}; ${ENCODE}` : PROXY_FORM;
  if (`${url.search}${url.hash}` !== '' || url.pathname !== '/')
    return rest.includes('@') ? `${PROXY_FORM} without a path; ${ENCODE}` : `${PROXY_FORM} without a path`;
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === undefined || password === undefined) return `${PROXY_FORM}; ${ENCODE}`;
  if (user.includes(':')) return 'takes a user without a colon';
  if (user === '' && password !== '') return 'takes a user beside the password: user:password@host:port';
  if ([user, password].some((each) => Buffer.byteLength(each) > MAX_CREDENTIAL_BYTES))
    return `takes a user and a password of at most ${MAX_CREDENTIAL_BYTES} bytes each`;
  if (url.port === '0') return 'takes a port from 1 to 65535';
  // The URL leaves out port 80, which is the default of http alone.
  const isPort80 = /:0*80\/?$/.test(rest);
  const port = url.port !== '' ? Number(url.port) : isPort80 ? 80 : (DEFAULT_PORTS[protocol] ?? 80);
  return {
    protocol,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    setting,
    ...(user !== '' && { credentials: { user: new Secret(user), password: new Secret(password) } }),
  };
};
