import { readFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { tunnelAgent } from '../../proxy-agent.ts';
import type { OtelSettings, OtlpSettings } from '../otel-settings.ts';
import type { TelemetryDependencies } from '../telemetry-dependencies.ts';

/** How a collector is reached. */
export type ExporterRoute = Pick<TelemetryDependencies, 'proxyOf' | 'variable' | 'log'>;

type Signal = 'TRACES' | 'METRICS';

/** The content of the file that a standard variable names, for one signal or for all. */
const fileNamedBy = ({ variable, log }: ExporterRoute, signal: Signal, name: string): Buffer | undefined => {
  const path = [`OTEL_EXPORTER_OTLP_${signal}_${name}`, `OTEL_EXPORTER_OTLP_${name}`]
    .map((each) => variable(each))
    .find((each) => each !== undefined && each !== '');
  try {
    return path === undefined ? undefined : readFileSync(path);
  } catch {
    log.warn(`OTEL_EXPORTER_OTLP_${name}: the file cannot be read.`, { path });
    return undefined;
  }
};

/** Empty where no proxy is on the way: the packages then connect as they do by themselves. */
const agentOf = (
  url: string,
  route: ExporterRoute,
  signal: Signal,
): { readonly httpAgentOptions?: (protocol: string) => Agent } => {
  const address = URL.parse(url);
  const proxy = address === null ? undefined : route.proxyOf?.(address);
  if (proxy === undefined) return {};
  const ca = fileNamedBy(route, signal, 'CERTIFICATE');
  const cert = fileNamedBy(route, signal, 'CLIENT_CERTIFICATE');
  const key = fileNamedBy(route, signal, 'CLIENT_KEY');
  const tls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  return { httpAgentOptions: (protocol) => tunnelAgent(proxy, protocol, tls) };
};

/** Certificates are read by the packages themselves, from the files that the standard variables name. */
const configOf = (
  { url, headers, timeoutMs, isCompressed }: OtlpSettings,
  route: ExporterRoute,
  signal: Signal,
) => ({
  url,
  ...agentOf(url, route, signal),
  headers: { ...headers },
  timeoutMillis: timeoutMs,
  compression: isCompressed ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
});

/** Only the protocol that is used is loaded. */
export const otlpSpanExporter = async (
  settings: OtlpSettings,
  route: ExporterRoute,
): Promise<SpanExporter> => {
  const { OTLPTraceExporter } =
    settings.protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter(configOf(settings, route, 'TRACES'));
};

export const otlpMetricExporter = async (
  settings: OtlpSettings,
  temporality: OtelSettings['temporality'],
  route: ExporterRoute,
): Promise<PushMetricExporter> => {
  const json = await import('@opentelemetry/exporter-metrics-otlp-http');
  const { AggregationTemporalityPreference: Preference } = json;
  const { OTLPMetricExporter } =
    settings.protocol === 'http/json' ? json : await import('@opentelemetry/exporter-metrics-otlp-proto');
  const temporalityPreference = {
    cumulative: Preference.CUMULATIVE,
    delta: Preference.DELTA,
    lowmemory: Preference.LOWMEMORY,
  }[temporality];
  return new OTLPMetricExporter({ ...configOf(settings, route, 'METRICS'), temporalityPreference });
};
