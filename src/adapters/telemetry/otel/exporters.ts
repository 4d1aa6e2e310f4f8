import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { OtelSettings, OtlpSettings } from '../otel-settings.ts';

/** Certificates are read by the packages themselves, from the files that the standard variables name. */
const configOf = ({ url, headers, timeoutMs, isCompressed }: OtlpSettings) => ({
  url,
  headers: { ...headers },
  timeoutMillis: timeoutMs,
  compression: isCompressed ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
});

/** Only the protocol that is used is loaded. */
export const otlpSpanExporter = async (settings: OtlpSettings): Promise<SpanExporter> => {
  const { OTLPTraceExporter } =
    settings.protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter(configOf(settings));
};

export const otlpMetricExporter = async (
  settings: OtlpSettings,
  temporality: OtelSettings['temporality'],
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
  return new OTLPMetricExporter({ ...configOf(settings), temporalityPreference });
};
