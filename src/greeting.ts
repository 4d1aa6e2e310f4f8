import type { ConfiguredProviders } from './adapters/providers/configure-providers.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { Config } from './config.ts';
import { describeProxies } from './domain/proxy-rules.ts';
import type { Secret } from './domain/secret.ts';
import { type AdminKey, banner } from './faces/cli/banner.ts';
import type { Listener } from './faces/http/listener.ts';
import { isLoopback } from './faces/http/loopback.ts';
import { versionOf } from './version.ts';

/** A host that a browser on this machine can open: one that stands for all addresses is none. */
const urlHost = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
};

/** `address:port` where other machines can reach a server that no TLS proxy stands in front of. */
const exposedAddress = ({ host, port }: Listener, publicUrl: string | undefined): string | undefined => {
  if (isLoopback(host) || publicUrl?.startsWith('https:')) return undefined;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
};

/** Where this machine reaches the server. */
export const baseOf = ({ host, port }: Listener): string => `http://${urlHost(host)}:${port}`;

const adminKeyOf = ({ adminKey }: Config, generated: Secret | undefined): AdminKey => {
  if (generated !== undefined) return { kind: 'GENERATED', secret: generated };
  return adminKey === undefined ? { kind: 'KEPT' } : { kind: 'SET', secret: adminKey };
};

export type Greeted = {
  readonly config: Config;
  readonly listener: Listener;
  readonly catalogue: Catalogue;
  readonly providers: Pick<ConfiguredProviders, 'listed' | 'named'>;
  /** Where prices come from, in words. */
  readonly prices: string;
  readonly generatedAdminKey: Secret | undefined;
  /** Where a key that the configuration sets may be shown. */
  readonly onTerminal: boolean;
};

/** What is printed for a person once the server is up. */
export const greetingOf = ({
  config,
  listener,
  catalogue,
  providers,
  prices,
  generatedAdminKey,
  onTerminal,
}: Greeted): string => {
  const { offerings } = catalogue;
  return banner({
    version: versionOf(),
    startedInMs: performance.now(),
    base: baseOf(listener),
    providers: catalogue.providers.filter(({ id }) => providers.listed.some(({ info }) => info.id === id)),
    named: providers.named,
    offerings: {
      on: offerings.filter((offering) => catalogue.isOn(offering)).length,
      known: offerings.length,
      priced: offerings.filter(({ id }) => catalogue.pricesOf(id).length > 0).length,
    },
    prices,
    store:
      config.databaseUrl === undefined ? `embedded, in ${config.dataDir}` : 'Postgres, as DATABASE_URL says',
    configFile: config.file,
    proxies: describeProxies(config.proxy),
    adminKey: adminKeyOf(config, generatedAdminKey),
    publicUrl: config.publicUrl,
    exposedAt: exposedAddress(listener, config.publicUrl),
    onTerminal,
  });
};
