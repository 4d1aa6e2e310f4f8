import { createSystemClock } from './adapters/clock.ts';
import { createOutbound } from './adapters/outbound.ts';
import { configureProviders, idOf } from './adapters/providers/configure-providers.ts';
import { createProviderProbe } from './adapters/providers/probe.ts';
import { knownProvider } from './adapters/providers/registry.ts';
import { openLog } from './adapters/telemetry/log.ts';
import { cheapestModels } from './catalogue/cheapest-models.ts';
import { type Config, configWith } from './config.ts';
import { proxyName } from './domain/proxy.ts';
import type { DoctorCommand } from './faces/cli/commands/doctor.ts';
import { checkProvider, type ProviderCheck } from './faces/cli/doctor.ts';
import { doctorJson, doctorTable, isHealthy } from './faces/cli/doctor-report.ts';
import { nearestWord } from './faces/cli/options.ts';
import { printable } from './faces/cli/printable.ts';
import { terminalFor } from './faces/cli/terminal.ts';
import { openCatalogue } from './open-catalogue.ts';

const HTTP_ALONE =
  'check the network: HTTP_PROXY is for http:// addresses alone; if the provider is to be called through a proxy, set HTTPS_PROXY';

/** Whether a proxy is set, but not for https, which the address is. */
const isMeantForHttp = ({ proxy }: Config, address: URL | undefined): boolean =>
  address?.protocol === 'https:' && proxy.http !== undefined && proxy.https === undefined;

/** Checks providers as they are configured, without the store. Gives the exit code. */
export const doctor = async ({
  providers: names,
  json,
  call,
  model,
  settings,
}: DoctorCommand): Promise<0 | 1 | 2> => {
  const config = configWith(settings);
  const log = openLog('error', config.logFormat);
  const clock = createSystemClock();
  const outbound = createOutbound(config.proxy);
  try {
    const configured = await configureProviders(config.providers, config, { ...outbound, log, clock });
    const { listed, named, connected, addresses, proxies } = configured;
    const wanted = names.map((id) => idOf({ id }));
    const unknownAt = wanted.findIndex((id) => listed.every(({ info }) => info.id !== id));
    if (unknownAt >= 0) {
      const nearest = nearestWord(
        wanted[unknownAt] ?? '',
        listed.map(({ info }) => info.id),
      );
      const hint = nearest === undefined ? 'README.md lists the known ones.' : `Did you mean ${nearest}?`;
      process.stderr.write(printable(`There is no provider '${names[unknownAt]}'. ${hint}\n`));
      return 2;
    }
    const examined = listed.filter(({ info }) =>
      wanted.length > 0
        ? wanted.includes(info.id)
        : info.kind !== 'SANDBOX' && (info.status.kind === 'ON' || named.has(info.id)),
    );
    // Of what is off no models are asked for.
    const opened = examined.some(({ info }) => connected.has(info.id))
      ? await openCatalogue({ providers: listed, readings: [], readAt: clock.now() })
      : undefined;
    const checks = examined.map(({ info }): ProviderCheck => {
      const provider = connected.get(info.id);
      const entry = config.providers.find((each) => idOf(each) === info.id);
      const known = knownProvider(info.id);
      const address = addresses.get(info.id);
      const proxy = address && outbound.proxyOf(address, proxies.get(info.id));
      return {
        info,
        keyVariables: known?.keyVariables ?? [],
        models: opened === undefined ? [] : cheapestModels(opened.catalogue, info.id),
        configured: entry?.models.map(({ providerModelId }) => providerModelId) ?? [],
        ...(proxy !== undefined && { proxy: proxyName(proxy) }),
        ...(proxy === undefined && isMeantForHttp(config, address) && { networkAdvice: HTTP_ALONE }),
        ...(provider !== undefined && { probe: createProviderProbe(provider, clock) }),
      };
    });
    const options = { call, ...(model !== undefined && { model }) };
    const findings = await Promise.all(checks.map((check) => checkProvider(check, options)));
    process.stdout.write(
      json ? doctorJson(findings, wanted) : doctorTable(findings, terminalFor(process.stdout)),
    );
    return isHealthy(findings, wanted) ? 0 : 1;
  } finally {
    await outbound.destroy();
  }
};
