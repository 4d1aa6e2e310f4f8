import { isOnThisMachine, type NoProxy } from './no-proxy.ts';
import { type ProxyServer, proxyName } from './proxy.ts';

/** Which proxy all goes through that has none of its own. */
export type ProxyRules = {
  /** For https:// addresses. */
  readonly https?: ProxyServer;
  /** For http:// addresses. */
  readonly http?: ProxyServer;
  readonly except: NoProxy;
};

/** Undefined: straight. What is on this machine always is. */
export const proxyFor = (rules: ProxyRules, url: URL): ProxyServer | undefined => {
  const proxy = url.protocol === 'https:' ? rules.https : rules.http;
  if (proxy === undefined || isOnThisMachine(url) || rules.except.matches(url)) return undefined;
  return proxy;
};

/** The proxies that are set for all, for a person; undefined: none. */
export const describeProxies = ({ https, http }: ProxyRules): string | undefined => {
  if (https !== undefined && https === http) return proxyName(https);
  const named = [
    ...(https === undefined ? [] : [`${proxyName(https)} for https://`]),
    ...(http === undefined ? [] : [`${proxyName(http)} for http://`]),
  ];
  return named.length === 0 ? undefined : named.join(', ');
};
