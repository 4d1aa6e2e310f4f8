/**
 * What the gateway adds to a provider that says all it has to say at once: work for each call and for each event, by the
 * attempt stage alone and by a whole completion, beside reading the provider without any of it. Ends by itself and prints what
 * it measured. `npm run bench:attempt`; for a profile: `node --cpu-prof bench/attempt.ts completion 1`
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMemoryState } from '../src/adapters/state/memory.ts';
import { openTelemetry } from '../src/adapters/telemetry/open-telemetry.ts';
import { buildCatalogue } from '../src/catalogue/build-catalogue.ts';
import { callerOf } from '../src/domain/caller.ts';
import type { CompletionRequest } from '../src/domain/completion-request.ts';
import { failureOf } from '../src/domain/failure.ts';
import { asKeyId, asModelSlug, asProviderId } from '../src/domain/ids.ts';
import { Decimal } from '../src/domain/money.ts';
import type { ProviderEvent } from '../src/domain/provider-event.ts';
import { DEFAULT_FALLBACK } from '../src/domain/route.ts';
import { usageOf } from '../src/domain/usage.ts';
import { type CompletionCommand, DEFAULT_TIMEOUTS } from '../src/gateway/completion-command.ts';
import { createGateway } from '../src/gateway/gateway.ts';
import type { Availability } from '../src/gateway/routing/health/availability.ts';
import { Room } from '../src/gateway/routing/health/room.ts';
import { NO_ROUTES } from '../src/gateway/routing/policy/route-book.ts';
import type { RoutePlan } from '../src/gateway/routing/route-plan.ts';
import { Attempts } from '../src/gateway/runs/attempts.ts';
import { Lifetime } from '../src/gateway/runs/lifetime.ts';
import { CANCELLED } from '../src/gateway/runs/pipeline.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Log } from '../src/ports/log.ts';
import type { Provider, ProviderCall, ProviderSink, UpstreamCall } from '../src/ports/provider.ts';
import type { Telemetry } from '../src/ports/telemetry.ts';

const DELTAS = [1, 50, 500] as const;
/** Of each case, taken in turns; the quickest tenth counts, as everything else that runs can only slow one down. */
const ROUNDS = 400;
/** Events in one round, about: in a short one nothing else gets its turn. */
const EVENTS_IN_A_ROUND = 1_000;
const MOST_CALLS_IN_A_ROUND = 40;

const COALESCE_MS = 20;

const clock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};
const nothing = (): void => {};
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const onDefect = (error: unknown): never => {
  throw error;
};

/** Says all it has to say in one turn, as far as it is read. */
class FastCall implements UpstreamCall {
  readonly #sink: ProviderSink;
  readonly #deltas: number;
  #said = 0;
  #isPaused = false;
  #isSaying = true;

  constructor(sink: ProviderSink, count: number) {
    this.#sink = sink;
    this.#deltas = count;
    queueMicrotask(() => {
      this.#isSaying = false;
      this.#say();
    });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#say();
  }

  abort(): void {
    if (this.#said > this.#deltas + 2) return;
    this.#said = this.#deltas + 3;
    this.#sink.event({ type: 'failed', failure: failureOf('CANCELLED', 'The call was cancelled.') });
  }

  #say(): void {
    if (this.#isSaying) return;
    this.#isSaying = true;
    while (!this.#isPaused && this.#said <= this.#deltas + 2) this.#sink.event(this.#next());
    this.#isSaying = false;
  }

  #next(): ProviderEvent {
    const at = this.#said;
    this.#said += 1;
    if (at === 0) return { type: 'answering', providerModel: 'talker-1' };
    if (at <= this.#deltas) return { type: 'textDelta', text: 'word ' };
    if (at === this.#deltas + 1)
      return { type: 'usageUpdated', usage: usageOf({ input: 10, output: this.#deltas }) };
    return { type: 'completed', finishReason: 'STOP' };
  }
}

let deltas = 1;
const id = asProviderId('fast');
const provider: Provider = {
  id,
  completes: true,
  unsupported: () => [],
  operations: {},
  listModels: async () => ({ kind: 'NOT_OFFERED' }),
  complete: (_call, sink) => new FastCall(sink, deltas),
};

const slug = asModelSlug('lab/talker');
const catalogue = buildCatalogue({
  seed: { version: '0', readings: [] },
  readings: [],
  readAt: new Date('2026-11-02T10:00:00Z'),
  providers: [
    {
      info: {
        id,
        name: 'Fast',
        kind: 'HOST',
        completes: true,
        operations: [],
        status: { kind: 'ON' },
      },
      declared: [
        {
          providerModelId: 'talker',
          modelSlug: slug,
          prices: { input: new Decimal(1), output: new Decimal(10), currency: 'USD' },
        },
      ],
    },
  ],
});
const [offering] = catalogue.offeringsOf(slug);
if (offering === undefined) throw new Error('the catalogue has no offering');
const providers = new Map([[id, provider]]);

const requestOf = (): CompletionRequest => ({
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Say a word as often as you like.' }] }],
  tools: [],
});
const commandOf = (): CompletionCommand => ({
  model: slug,
  request: requestOf(),
  streamUpstream: true,
  unsupported: 'WARN',
  timeouts: {},
  defaultTimeouts: DEFAULT_TIMEOUTS,
  delivery: 'STREAM',
});
const caller = callerOf({
  id: asKeyId('key_1'),
  name: 'bench',
  role: 'MEMBER',
  prefix: 'mg_bench',
  createdAt: new Date('2026-11-01T00:00:00Z'),
});

/** Takes all traces and measurements and drops them. */
const collector = createServer((request, response) => {
  request.resume();
  request.once('end', () => response.end());
});
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
const { port } = collector.address() as AddressInfo;

const gatewayOf = (telemetry?: Telemetry) =>
  createGateway({
    catalogue: () => catalogue,
    providers: () => providers,
    media: {
      fetch: async () => {
        throw new Error('nothing is fetched');
      },
    },
    clock,
    ledger: {
      append: nothing,
      flush: async () => {},
      problem: () => undefined,
      backlog: () => undefined,
      waiting: () => 0,
      close: async () => {},
    },
    book: NO_ROUTES,
    state: createMemoryState(),
    log,
    ...(telemetry !== undefined && { telemetry }),
    onDefect,
  });
const gateway = gatewayOf();
const telemetry = await openTelemetry({
  variable: (name) => (name === 'OTEL_EXPORTER_OTLP_ENDPOINT' ? `http://127.0.0.1:${port}` : undefined),
  hostOf: () => 'fast.example:443',
  version: '0',
  clock,
  log,
});
const tracing = gatewayOf(telemetry);

const readAll = async (events: AsyncIterator<unknown, unknown>): Promise<void> => {
  while ((await events.next()).done !== true);
};

/** The provider alone, as whoever calls it has to read it. */
const readProvider = (): Promise<void> => {
  const call: ProviderCall = {
    providerModelId: 'talker',
    request: requestOf(),
    stream: true,
  };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  provider.complete(call, {
    event: ({ type }) => {
      if (type === 'completed' || type === 'failed') resolve();
    },
    alive: nothing,
    broke: reject,
  });
  return promise;
};

const WELL: Availability = {
  pulse: {
    inFlight: 0,
    failed: 0,
    ttftMs: Number.NaN,
    wholeMs: Number.NaN,
    outputTps: Number.NaN,
    errorRate: 0,
    p95TtftMs: Number.NaN,
    p95WholeMs: Number.NaN,
    isSuspect: false,
    measuredAtMs: Number.NEGATIVE_INFINITY,
    closedUntil: 0,
  },
  room: new Room(),
  askedToWaitMs: () => 0,
  mayInsist: () => false,
  insist: () => false,
  state: () => 'CLOSED',
  retryAfterMs: () => 0,
  reason: () => undefined,
  admit: () => true,
  decline: nothing,
  began: () => ({ firstToken: nothing, observed: nothing, failed: nothing, ended: nothing }),
};

const attempt = (): Promise<void> => {
  const command = commandOf();
  const plan: RoutePlan = {
    decision: { requested: slug, modelSlug: slug, candidates: [offering.id] },
    candidates: [
      {
        offering,
        provider,
        availability: WELL,
        isFallback: false,
        request: command.request as CompletionRequest,
        warnings: [],
      },
    ],
    dispatch: { kind: 'SERIAL' },
    fallback: DEFAULT_FALLBACK,
    inputTokens: () => 10,
  };
  return new Promise((resolve, reject) => {
    const lifetime = new Lifetime(clock, CANCELLED, nothing);
    const attempts = new Attempts(plan, {
      clock,
      lifetime,
      kind: 'STREAMED',
      limits: DEFAULT_TIMEOUTS,
      delivery: command.delivery,
      conversation: { messages: [] },
      random: Math.random,
      onDefect,
      owner: {
        send: ({ offering, request, provider }, _attempt, sink) =>
          provider.complete({ providerModelId: offering.providerModelId, request, stream: true }, sink),
        estimated: () => undefined,
        priced: (attempt) => attempt,
        onEvent: nothing,
        onAttempted: () => resolve(),
        onBroke: reject,
      },
    });
    attempts.begin();
  });
};

const complete = (): Promise<void> => readAll(gateway.complete(caller, commandOf()));
/** Deltas joined, as most clients of the graph have them. */
const coalesced = (): Promise<void> => readAll(gateway.complete(caller, commandOf(), COALESCE_MS));

/** With its spans and measurements, which are exported every few seconds. */
const traced = (): Promise<void> => readAll(tracing.complete(caller, commandOf()));

const WAYS = { provider: readProvider, attempt, completion: complete, coalesced, traced } as const;
type Way = keyof typeof WAYS;
const NAMES = Object.keys(WAYS) as readonly Way[];

/** Microseconds for one call: nothing is waited for, so that it is all work. */
const round = async (way: Way, count: number): Promise<number> => {
  deltas = count;
  const calls = Math.min(MOST_CALLS_IN_A_ROUND, Math.ceil(EVENTS_IN_A_ROUND / count));
  const before = performance.now();
  for (let n = 0; n < calls; n += 1) await WAYS[way]();
  return ((performance.now() - before) * 1_000) / calls;
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The tenth quickest round, of each way and number of deltas. */
const measure = async (): Promise<ReadonlyMap<string, number>> => {
  const measured = new Map<string, number[]>();
  for (let n = 0; n < ROUNDS; n += 1)
    for (const count of DELTAS)
      for (const way of NAMES) {
        const key = `${way} ${count}`;
        const rounds = measured.get(key) ?? [];
        measured.set(key, rounds);
        rounds.push(await round(way, count));
      }
  return new Map(
    [...measured].map(([key, rounds]) => {
      const sorted = rounds.toSorted((one, other) => one - other);
      return [key, sorted[Math.floor(sorted.length / 10)] ?? Number.NaN];
    }),
  );
};

const [only, times = '500'] = process.argv.slice(2);
const isWay = (name: string | undefined): name is Way => NAMES.some((way) => way === name);
if (isWay(only)) {
  // For a profile: one way and one number of deltas, again and again.
  const count = Number(times);
  for (let n = 0; n < 10 * ROUNDS; n += 1) await round(only, count);
} else {
  const found = await measure();
  const us = (way: Way, count: number): number => found.get(`${way} ${count}`) ?? Number.NaN;
  const [least, , most] = DELTAS;
  print('µs                   a call of 1 delta   of 50   of 500   each delta   beside the provider alone');
  for (const way of NAMES) {
    const each = (us(way, most) - us(way, least)) / (most - least);
    const alone = (us('provider', most) - us('provider', least)) / (most - least);
    print(
      `${way.padEnd(20)} ${DELTAS.map((count) => us(way, count).toFixed(1).padStart(9)).join('')}` +
        `${each.toFixed(3).padStart(16)}   +${(us(way, least) - us('provider', least)).toFixed(1)} a call, ` +
        `+${(each - alone).toFixed(3)} a delta, ${(us(way, most) / us('provider', most)).toFixed(2)} times at ${most}`,
    );
  }
}
await Promise.all([gateway.drain(0), tracing.drain(0)]);
await telemetry?.close();
collector.close();
collector.closeAllConnections();
