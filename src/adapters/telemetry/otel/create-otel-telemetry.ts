import type { Tracer } from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  ConsoleMetricExporter,
  type IMetricReader,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Telemetry } from '../../../ports/telemetry.ts';
import type { OtelSettings, SamplerSettings } from '../otel-settings.ts';
import type { TelemetryDependencies } from '../telemetry-dependencies.ts';
import type { Tools } from './attempt-spans.ts';
import { startCompletionSpan } from './completion-span.ts';
import { otlpMetricExporter, otlpSpanExporter } from './exporters.ts';
import { createMeters } from './meters.ts';
import { startOperationSpan } from './operation-span.ts';
import { startRequestSpan } from './request-span.ts';
import { createSpanClock } from './span-clock.ts';
import { createSpans } from './spans.ts';
import { watchExporter } from './watched-exporter.ts';

type Shutdown = { shutdown(): Promise<void> };

/** How long the last export may hold up the end. */
const CLOSE_WITHIN_MS = 5_000;
const SCOPE = 'modelgraph';

const samplerOf = ({ root, isParentBased }: SamplerSettings): Sampler => {
  const sampler =
    root === 'ALL'
      ? new AlwaysOnSampler()
      : root === 'NONE'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(root.ratio);
  return isParentBased ? new ParentBasedSampler({ root: sampler }) : sampler;
};

const spanProcessors = async (
  { traces, batch }: OtelSettings,
  dependencies: TelemetryDependencies,
): Promise<SpanProcessor[]> => {
  const processors: SpanProcessor[] = [];
  if (traces?.otlp !== undefined) {
    const exporter: SpanExporter = await otlpSpanExporter(traces.otlp, dependencies);
    watchExporter(exporter, 'traces', dependencies.clock, dependencies.log);
    processors.push(
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: batch.delayMs,
        exportTimeoutMillis: batch.timeoutMs,
        maxQueueSize: batch.maxQueue,
        maxExportBatchSize: batch.maxBatch,
      }),
    );
  }
  if (traces?.console === true)
    processors.push(new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }));
  return processors;
};

const metricReaders = async (
  { metrics, metricReader, temporality }: OtelSettings,
  dependencies: TelemetryDependencies,
): Promise<IMetricReader[]> => {
  const readerOf = (exporter: PushMetricExporter): IMetricReader =>
    new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: metricReader.intervalMs,
      exportTimeoutMillis: metricReader.timeoutMs,
    });
  const readers: IMetricReader[] = [];
  if (metrics?.otlp !== undefined) {
    const exporter = await otlpMetricExporter(metrics.otlp, temporality, dependencies);
    watchExporter(exporter, 'metrics', dependencies.clock, dependencies.log);
    readers.push(readerOf(exporter));
  }
  if (metrics?.console === true) readers.push(readerOf(new ConsoleMetricExporter()));
  return readers;
};

/**
 * Traces and metrics by OpenTelemetry's SDK and its GenAI conventions. Nothing is registered globally: what hangs where
 * is told by each call, so that other users of the API in the process are left alone.
 */
export const createOtelTelemetry = async (
  settings: OtelSettings,
  dependencies: TelemetryDependencies,
): Promise<Telemetry> => {
  const { version, hostOf, clock } = dependencies;
  const { propagates, capturesContent } = settings;
  const resource = defaultResource().merge(
    resourceFromAttributes({
      'service.version': version,
      'service.instance.id': crypto.randomUUID(),
      ...settings.resource,
    }),
  );
  const open: Shutdown[] = [];

  let tracer: Tracer | undefined;
  if (settings.traces !== undefined) {
    const provider = new TracerProvider({
      resource,
      sampler: samplerOf(settings.sampler),
      spanProcessors: await spanProcessors(settings, dependencies),
    });
    open.push(provider);
    tracer = provider.getTracer(SCOPE, version);
  }
  let meters: Tools['meters'];
  if (settings.metrics !== undefined) {
    const provider = new MeterProvider({ resource, readers: await metricReaders(settings, dependencies) });
    open.push(provider);
    meters = createMeters(provider.getMeter(SCOPE, version));
  }

  const now = createSpanClock(clock);
  const spans = createSpans(tracer, now, propagates);
  const tools: Tools = { spans, meters, hostOf, propagates, capturesContent };
  return {
    request: (start) => startRequestSpan({ spans, meters, now }, start),
    completion: (start) => startCompletionSpan(tools, start),
    operation: (start) => startOperationSpan(tools, start),
    async close() {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const cancelTimer = clock.after(CLOSE_WITHIN_MS, resolve);
      await Promise.race([Promise.allSettled(open.map((each) => each.shutdown())), late]);
      cancelTimer();
    },
  };
};
