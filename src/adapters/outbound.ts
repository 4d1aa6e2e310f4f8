import type { Dispatcher } from 'undici';
import type { ProxyChoice, ProxyServer } from '../domain/proxy.ts';
import { type ProxyRules, proxyFor } from '../domain/proxy-rules.ts';
import { AGENT_OPTIONS, createDispatcher } from './providers/dispatcher.ts';
import { ByRules, ThroughProxy } from './proxy-dispatcher.ts';

/** The ways out of this process: which proxy, if any, each request goes through. */
export type Outbound = {
  /** For all that has no choice of its own. */
  readonly dispatcher: Dispatcher;
  /** For what may have a choice of its own; undefined: it has none. */
  dispatcherFor(choice: ProxyChoice | undefined): Dispatcher;
  /** The proxy that an address is called through; undefined: straight. */
  proxyOf(url: URL, choice?: ProxyChoice): ProxyServer | undefined;
  /** Ends all requests. */
  destroy(): Promise<void>;
};

/** One dispatcher for each proxy, and one that goes straight; where no proxy is set, that one is all there is. */
export const createOutbound = (rules: ProxyRules): Outbound => {
  const direct = createDispatcher();
  const proxied = new Map<ProxyServer, Dispatcher>();
  const through = (proxy: ProxyServer | undefined): Dispatcher => {
    if (proxy === undefined) return direct;
    const known = proxied.get(proxy);
    if (known !== undefined) return known;
    const made = new ThroughProxy(proxy, AGENT_OPTIONS);
    proxied.set(proxy, made);
    return made;
  };
  const isProxied = rules.http !== undefined || rules.https !== undefined;
  const dispatcher = isProxied ? new ByRules((url) => through(proxyFor(rules, url))) : direct;
  return {
    dispatcher,
    dispatcherFor(choice) {
      if (choice === undefined) return dispatcher;
      return through(choice === 'NONE' ? undefined : choice);
    },
    proxyOf(url, choice) {
      if (choice === undefined) return proxyFor(rules, url);
      return choice === 'NONE' ? undefined : choice;
    },
    async destroy() {
      await Promise.all([direct, ...proxied.values()].map((each) => each.destroy()));
    },
  };
};
