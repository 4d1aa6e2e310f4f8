import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Catalogue, calledOffering } from '../../catalogue/catalogue.ts';
import { authenticate, LOOK_UP_FAILED, type OnFailure } from '../../control/authentication.ts';
import { readCredential } from '../../control/credential.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { OfferingId } from '../../domain/ids.ts';
import type { OfferingStatsBoard } from '../../gateway/offering-stats.ts';
import { BREAKER_STATES } from '../../gateway/routing/health/breaker-machine.ts';
import type { RunningHealthBoard } from '../../gateway/routing/health/health-board.ts';
import type { Percentiles } from '../../gateway/statistics/histogram.ts';
import type { OfferingWindow } from '../../gateway/statistics/offering-window.ts';
import { STAT_WINDOWS, type StatWindow } from '../../gateway/statistics/tally.ts';

export type MetricsDependencies = {
  readonly stats: Pick<OfferingStatsBoard, 'called' | 'totals' | 'window'>;
  readonly health: Pick<RunningHealthBoard, 'statusOf'>;
  readonly catalogue: () => Pick<Catalogue, 'offering' | 'unlisted'>;
  readonly keys: KeyService;
  readonly onFailure: OnFailure;
};

const PATH = '/metrics';

/** As Prometheus writes durations. */
const WINDOW_LABELS: { readonly [Window in StatWindow]: string } = {
  ONE_MINUTE: '1m',
  FIVE_MINUTES: '5m',
  THIRTY_MINUTES: '30m',
  ONE_DAY: '24h',
};
const QUANTILES = [
  ['0.5', 'p50'],
  ['0.9', 'p90'],
  ['0.95', 'p95'],
  ['0.99', 'p99'],
] as const satisfies readonly (readonly [string, keyof Percentiles])[];

const OWN = "This server's own traffic, of all its nodes, over the sliding window.";
const OFFERING = ['offering', 'provider'] as const;
const WINDOW = [...OFFERING, 'window'] as const;

type OfferingLabels = { readonly offering: string; readonly provider: string };

/** Fills a registry with what is known at the moment at which it is read. */
const createRegistry = async ({ stats, health, catalogue }: MetricsDependencies) => {
  const { Counter, collectDefaultMetrics, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `modelgraph_offering_${name}`, help, labelNames, registers });

  const ttft = gauge('ttft_seconds', `Time to the first token. ${OWN}`, [...WINDOW, 'quantile']);
  const ttftSamples = gauge('ttft_samples', `Calls whose time to the first token is known. ${OWN}`, WINDOW);
  const latency = gauge('latency_seconds', `Whole duration of calls that succeeded. ${OWN}`, [
    ...WINDOW,
    'quantile',
  ]);
  const latencySamples = gauge('latency_samples', `Calls that succeeded. ${OWN}`, WINDOW);
  const tps = gauge(
    'output_tokens_per_second',
    `Output tokens a second after the first token, of single calls. ${OWN}`,
    [...WINDOW, 'quantile'],
  );
  const tpsSamples = gauge('output_tokens_per_second_samples', `Calls whose speed is known. ${OWN}`, WINDOW);
  const calls = gauge('calls', `Calls that ended, however they did. ${OWN}`, WINDOW);
  const errors = gauge(
    'error_ratio',
    `Share of calls that failed by the provider's fault, rate limits included, 0 to 1. ${OWN}`,
    WINDOW,
  );
  const uptime = gauge(
    'uptime_ratio',
    `Share of calls that the provider did not fail; rate limits are no downtime, 0 to 1. ${OWN}`,
    WINDOW,
  );
  const throughput = gauge('output_tokens_per_minute', `Output tokens a minute, all calls. ${OWN}`, WINDOW);
  const breaker = gauge(
    'breaker_state',
    'Whether calls are let through: 1 for the state that it is in (CLOSED, OPEN, HALF_OPEN), 0 for the others.',
    [...OFFERING, 'state'],
  );
  const attempts = new Counter({
    name: 'modelgraph_attempts_total',
    help: 'Calls to providers by how they ended (SUCCEEDED, CANCELLED or the code of the failure), since this node started. Of this node alone.',
    labelNames: [...OFFERING, 'outcome'],
    registers,
  });
  const all = [
    ...[ttft, ttftSamples, latency, latencySamples, tps, tpsSamples],
    ...[calls, errors, uptime, throughput, breaker, attempts],
  ];

  const setWindow = (of: OfferingLabels, found: OfferingWindow): void => {
    const labels = { ...of, window: WINDOW_LABELS[found.window] };
    calls.set(labels, found.calls);
    throughput.set(labels, found.outputTokensPerMinute);
    if (found.errorRate !== undefined) errors.set(labels, found.errorRate);
    if (found.uptime !== undefined) uptime.set(labels, found.uptime);
    for (const [measure, values, samples, unit] of [
      [found.ttft, ttft, ttftSamples, 1_000],
      [found.latency, latency, latencySamples, 1_000],
      [found.outputTps, tps, tpsSamples, 1],
    ] as const) {
      samples.set(labels, measure?.sampleSize ?? 0);
      if (measure !== undefined)
        for (const [quantile, name] of QUANTILES) values.set({ ...labels, quantile }, measure[name] / unit);
    }
  };
  const setOffering = (id: OfferingId): void => {
    const offering = calledOffering(catalogue(), id);
    if (offering === undefined) return;
    const labels = { offering: offering.id, provider: offering.providerId };
    for (const window of STAT_WINDOWS) setWindow(labels, stats.window(id, window));
    for (const [outcome, count] of stats.totals(id)) attempts.inc({ ...labels, outcome }, count);
    const current = health.statusOf(id).state;
    for (const state of BREAKER_STATES) breaker.set({ ...labels, state }, state === current ? 1 : 0);
  };
  return {
    contentType: registry.contentType,
    read(): Promise<string> {
      // What nobody calls any more is gone.
      for (const metric of all) metric.reset();
      for (const id of stats.called()) setOffering(id);
      return registry.metrics();
    },
  };
};

/**
 * `GET /metrics` for Prometheus: offerings that were called in the last day, by own traffic alone, and this process.
 * For the admin key.
 */
export const createMetrics = (dependencies: MetricsDependencies) => {
  const { keys, onFailure } = dependencies;
  let made: ReturnType<typeof createRegistry> | undefined;
  /** Made when it is first read: many servers have nobody who reads it. */
  const registryOf = () => {
    made ??= createRegistry(dependencies);
    return made;
  };
  const send = (response: ServerResponse, status: number, contentType: string, body: string): true => {
    response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(body);
    return true;
  };
  const refuse = (response: ServerResponse, status: number, message: string): true =>
    send(response, status, 'text/plain; charset=utf-8', `${message}\n`);

  return {
    async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
      const path = (request.url ?? '/').split('?', 1)[0];
      if (path !== PATH || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
      const who = await authenticate(keys, readCredential(request), onFailure);
      switch (who.kind) {
        case 'UNAVAILABLE':
          response.setHeader('retry-after', '1');
          return refuse(response, 503, LOOK_UP_FAILED);
        case 'UNAUTHENTICATED':
          response.setHeader('www-authenticate', 'Bearer');
          return refuse(response, 401, `${who.problem}: ${who.message}\nMetrics are for the admin key.`);
        case 'CALLER': {
          if (who.caller.key.role !== 'ADMIN') {
            return refuse(response, 403, 'Only the admin key may read metrics.');
          }
          const registry = await registryOf();
          return send(response, 200, registry.contentType, await registry.read());
        }
      }
    },
  };
};
