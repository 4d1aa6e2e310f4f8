import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Catalogue, calledOffering } from '../../catalogue/catalogue.ts';
import type { Audit } from '../../control/audit.ts';
import {
  authenticate,
  LOOK_UP_FAILED,
  type OnFailure,
  TOO_MANY_ATTEMPTS,
} from '../../control/authentication.ts';
import { readCredential } from '../../control/credential.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { OfferingStatsBoard } from '../../gateway/offering-stats.ts';
import { BREAKER_STATES } from '../../gateway/routing/health/breaker-machine.ts';
import type { RunningHealthBoard } from '../../gateway/routing/health/health-board.ts';
import { STAT_WINDOWS, type StatWindow } from '../../gateway/statistics/tally.ts';
import type { Visit } from '../visit.ts';
import { reads, sendText } from './exchange.ts';
import { pinged } from './health.ts';

export type MetricsDependencies = {
  readonly stats: Pick<OfferingStatsBoard, 'called' | 'totals' | 'window'>;
  readonly health: Pick<RunningHealthBoard, 'statusOf'>;
  readonly catalogue: () => Pick<Catalogue, 'offering' | 'unlisted'>;
  readonly keys: Pick<KeyService, 'authenticate'>;
  readonly audit: Pick<Audit, 'denied'>;
  /** Requests without a key that is accepted, by what was wrong. */
  readonly failedAuthentications: () => ReadonlyMap<string, number>;
  /** What clients hold now, and what was refused or cut since the start. */
  readonly clients: () => ClientCounts;
  /** What this server needs besides providers; each rejects while it is away. */
  readonly parts: { readonly [part: string]: () => Promise<void> };
  /** Rows of the ledger that the store does not have yet. */
  readonly waitingRows: () => number;
  readonly onFailure: OnFailure;
};

export type ClientCounts = {
  readonly connections: {
    readonly size: number;
    readonly strangers: number;
    readonly cut: { readonly strangers: number; readonly refused: number; readonly readers: number };
  };
  readonly room: { readonly held: number; readonly limit: number; readonly refused: number };
};

type OfClients = readonly (readonly [name: string, help: string, read: (counts: ClientCounts) => number])[];

/** What is told of clients, each by what it is read from. */
const OF_CLIENTS: OfClients = [
  ['connections', 'Open connections of clients.', ({ connections }) => connections.size],
  [
    'stranger_connections',
    'Open connections that have brought no key that is known.',
    ({ connections }) => connections.strangers,
  ],
  ['request_bytes_in_flight', 'Bytes of requests that are held.', ({ room }) => room.held],
  ['request_bytes_in_flight_limit', 'How many may be held.', ({ room }) => room.limit],
];
const OF_CUT_CLIENTS: OfClients = [
  [
    'strangers_cut_total',
    'Idle connections without a key that made room for others.',
    ({ connections }) => connections.cut.strangers,
  ],
  [
    'connections_refused_total',
    'Connections that found no room.',
    ({ connections }) => connections.cut.refused,
  ],
  [
    'slow_readers_cut_total',
    'Connections that were cut because nothing of what waited was read.',
    ({ connections }) => connections.cut.readers,
  ],
  [
    'requests_without_room_total',
    'Requests that were refused because too many bytes were held.',
    ({ room }) => room.refused,
  ],
];

/** As Prometheus writes durations. */
const WINDOW_LABELS: { readonly [Window in StatWindow]: string } = {
  ONE_MINUTE: '1m',
  FIVE_MINUTES: '5m',
  THIRTY_MINUTES: '30m',
  ONE_DAY: '24h',
};
const PERCENTILES = ['p50', 'p90', 'p95', 'p99'] as const;

/** What is told of an offering over each window by its percentiles; `perUnit`: how many of ours make one of Prometheus's. */
const DISTRIBUTIONS = [
  {
    of: 'ttft',
    name: 'ttft_seconds',
    help: 'Time to the first token.',
    samples: 'ttft_samples',
    counted: 'Calls whose time to the first token is known.',
    perUnit: 1_000,
  },
  {
    of: 'latency',
    name: 'latency_seconds',
    help: 'Whole duration of calls that succeeded.',
    samples: 'latency_samples',
    counted: 'Calls that succeeded.',
    perUnit: 1_000,
  },
  {
    of: 'outputTps',
    name: 'output_tokens_per_second',
    help: 'Output tokens a second after the first token, of single calls.',
    samples: 'output_tokens_per_second_samples',
    counted: 'Calls whose speed is known.',
    perUnit: 1,
  },
] as const;

/** And by one figure. */
const FIGURES = [
  ['calls', 'calls', 'Calls that ended, however they did.'],
  [
    'errorRate',
    'error_ratio',
    "Share of calls that failed by the provider's fault, rate limits included, 0 to 1.",
  ],
  [
    'uptime',
    'uptime_ratio',
    'Share of calls that the provider did not fail; rate limits are no downtime, 0 to 1.',
  ],
  ['outputTokensPerMinute', 'output_tokens_per_minute', 'Output tokens a minute, all calls.'],
] as const;

const OWN = "This server's own traffic but counts of tokens, of all its nodes, over the sliding window.";
const OFFERING = ['offering', 'provider'] as const;
const WINDOW = [...OFFERING, 'window'] as const;

/** What takes longer is away. */
const ANSWER_MS = 1_000;

/** Filled with what is known at the moment at which it is read. */
const createRegistry = async (dependencies: MetricsDependencies) => {
  const { stats, health, catalogue, parts, waitingRows, failedAuthentications, clients } = dependencies;
  const { Counter, collectDefaultMetrics, Gauge, Registry } = await import('prom-client');
  const ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `modelgraph_offering_${name}`, help, labelNames, registers });

  const distributions = DISTRIBUTIONS.map((row) => ({
    ...row,
    values: gauge(row.name, `${row.help} ${OWN}`, [...WINDOW, 'quantile']),
    sizes: gauge(row.samples, `${row.counted} ${OWN}`, WINDOW),
  }));
  const figures = FIGURES.map(([of, name, help]) => ({ of, values: gauge(name, `${help} ${OWN}`, WINDOW) }));
  const breaker = gauge(
    'breaker_state',
    'Whether calls are let through: 1 for the state that it is in (CLOSED, OPEN, HALF_OPEN), 0 for the others.',
    [...OFFERING, 'state'],
  );
  const up = new Gauge({
    name: 'modelgraph_up',
    help: 'Whether this node can use a part that it needs (store, shared_state, ledger): 1, or 0 while it is away.',
    labelNames: ['part'],
    registers,
  });
  const waiting = new Gauge({
    name: 'modelgraph_ledger_rows_waiting',
    help: 'Rows of the ledger that the store does not have yet. Of this node alone.',
    registers,
  });
  const attempts = new Counter({
    name: 'modelgraph_attempts_total',
    help: 'Calls to providers by how they ended (SUCCEEDED, CANCELLED or the code of the failure), since this node started; counts of tokens left out. Of this node alone.',
    labelNames: [...OFFERING, 'outcome'],
    registers,
  });

  const failed = new Counter({
    name: 'modelgraph_failed_authentications_total',
    help: 'Requests without a key that is accepted, by what was wrong, since this node started. Of this node alone.',
    labelNames: ['problem'],
    registers,
  });
  const OF_NODE = ' Of this node alone.';
  const current = OF_CLIENTS.map(([name, help, read]) => ({
    gauge: new Gauge({ name: `modelgraph_${name}`, help: `${help}${OF_NODE}`, registers }),
    read,
  }));
  const cut = OF_CUT_CLIENTS.map(([name, help, read]) => ({
    counter: new Counter({ name: `modelgraph_${name}`, help: `${help}${OF_NODE}`, registers }),
    read,
  }));

  const fill = async (): Promise<void> => {
    const states = await Promise.all(
      Object.entries(parts).map(async ([part, ping]) => ({
        part,
        isUp: (await pinged(ping, ANSWER_MS)) === 'UP',
      })),
    );
    // What nobody calls any more is gone.
    registry.resetMetrics();
    for (const { part, isUp } of states) up.set({ part }, isUp ? 1 : 0);
    waiting.set(waitingRows());
    for (const [problem, count] of failedAuthentications()) failed.inc({ problem }, count);
    const counts = clients();
    for (const { gauge: each, read } of current) each.set(read(counts));
    for (const { counter, read } of cut) counter.inc(read(counts));
    for (const called of stats.called()) {
      const offering = calledOffering(catalogue(), called);
      if (offering === undefined) continue;
      const labels = { offering: offering.id, provider: offering.providerId };
      for (const window of STAT_WINDOWS) {
        const found = stats.window(called, window);
        const ofWindow = { ...labels, window: WINDOW_LABELS[window] };
        for (const { of, values } of figures) {
          const figure = found[of];
          if (figure !== undefined) values.set(ofWindow, figure);
        }
        for (const { of, values, sizes, perUnit } of distributions) {
          const percentiles = found[of];
          sizes.set(ofWindow, percentiles?.sampleSize ?? 0);
          if (percentiles === undefined) continue;
          for (const name of PERCENTILES) {
            const quantile = `${Number(name.slice(1)) / 100}`;
            values.set({ ...ofWindow, quantile }, percentiles[name] / perUnit);
          }
        }
      }
      for (const [outcome, count] of stats.totals(called)) attempts.inc({ ...labels, outcome }, count);
      const current = health.statusOf(called).state;
      for (const state of BREAKER_STATES) breaker.set({ ...labels, state }, state === current ? 1 : 0);
    }
  };
  return {
    contentType: registry.contentType,
    async read(): Promise<string> {
      await fill();
      return `${await ofProcess.metrics()}\n${await registry.metrics()}`;
    },
  };
};

/**
 * `GET /metrics` for Prometheus: offerings that were called in the last day, by own traffic alone, and this process.
 * For the admin key.
 */
export const createMetrics = (dependencies: MetricsDependencies) => {
  const { keys, audit, onFailure } = dependencies;
  /** Made when it is first read: many servers have nobody who reads it. */
  let registry: ReturnType<typeof createRegistry> | undefined;
  const refuse = (response: ServerResponse, status: number, message: string, headers = {}): void =>
    sendText(response, status, `${message}\n`, { 'content-type': 'text/plain; charset=utf-8', ...headers });

  return {
    async handle(
      request: IncomingMessage,
      response: ServerResponse,
      _trace?: TraceParent,
      visit?: Visit,
    ): Promise<boolean> {
      if (!reads(request, '/metrics')) return false;
      const who = await authenticate(keys, readCredential(request), onFailure, visit);
      if (who.kind === 'UNAVAILABLE') refuse(response, 503, LOOK_UP_FAILED, { 'retry-after': '1' });
      else if (who.kind === 'TOO_MANY_ATTEMPTS')
        refuse(response, 429, TOO_MANY_ATTEMPTS, { 'retry-after': '1' });
      else if (who.kind === 'UNAUTHENTICATED')
        refuse(response, 401, `${who.problem}: ${who.message}\nMetrics are for the admin key.`, {
          'www-authenticate': 'Bearer',
        });
      else if (who.caller.key.role !== 'ADMIN') {
        audit.denied('METRICS_READ', who.caller);
        refuse(response, 403, 'Only the admin key may read metrics.');
      } else {
        registry ??= createRegistry(dependencies);
        const { contentType, read } = await registry;
        sendText(response, 200, await read(), { 'content-type': contentType });
      }
      return true;
    },
  };
};
