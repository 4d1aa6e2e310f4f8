import { isOnThisMachine, type NoProxy } from './no-proxy.ts';
import type { ProxyServer } from './proxy.ts';

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
