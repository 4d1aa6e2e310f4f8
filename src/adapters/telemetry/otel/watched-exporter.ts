import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';

type Exporter<Data> = {
  export(data: Data, onResult: (result: ExportResult) => void): void;
};

/** A collector that is down fails every few seconds. */
const SAY_AGAIN_AFTER_MS = 60_000;

/** The SDK says nothing of exports that fail: tells the log, once a minute at most. */
export const watchExporter = <Data>(
  exporter: Exporter<Data>,
  what: 'traces' | 'metrics',
  clock: Clock,
  log: Log,
): void => {
  const send = exporter.export.bind(exporter);
  let saidAtMs = Number.NEGATIVE_INFINITY;
  exporter.export = (data, onResult) =>
    send(data, (result) => {
      const nowMs = clock.monotonicMs();
      if (result.code === ExportResultCode.FAILED && nowMs - saidAtMs >= SAY_AGAIN_AFTER_MS) {
        saidAtMs = nowMs;
        log.warn(`The ${what} could not be exported. Check OTEL_EXPORTER_OTLP_ENDPOINT and its server.`, {
          reason: (result.error?.message ?? 'unknown').slice(0, 200),
        });
      }
      onResult(result);
    });
};
