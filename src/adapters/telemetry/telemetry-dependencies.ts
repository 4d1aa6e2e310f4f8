import type { ProviderId } from '../../domain/ids.ts';
import type { ProxyServer } from '../../domain/proxy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Variables } from './otel-settings.ts';

export type TelemetryDependencies = {
  /** Reads OpenTelemetry's standard variables. */
  readonly variable: Variables;
  /** Name and port of a provider's server. */
  readonly hostOf: (provider: ProviderId) => string | undefined;
  /** The proxy that a collector's address is called through; undefined: straight. */
  readonly proxyOf?: (url: URL) => ProxyServer | undefined;
  /** Of this server. */
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
};
