import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import { createSystemClock } from './adapters/clock.ts';
import { createMediaFetcher } from './adapters/media/fetcher.ts';
import type { Outbound } from './adapters/outbound.ts';
import {
  type ConfiguredProviders,
  configureProviders,
  hasProvider,
} from './adapters/providers/configure-providers.ts';
import { closeResources, type Resources } from './adapters/resources.ts';
import { CATALOGUE_SOURCES } from './adapters/sources/registry.ts';
import { createSourceReader } from './adapters/sources/source-reader.ts';
import { openTelemetry } from './adapters/telemetry/open-telemetry.ts';
import { auditedRoutes } from './audited-routes.ts';
import { createCatalogueReader } from './catalogue/catalogue-reader.ts';
import { createPriceHistory } from './catalogue/history/create-price-history.ts';
import { createLiveCatalogue, type LiveCatalogue } from './catalogue/live-catalogue.ts';
import { createSourceBoard } from './catalogue/sources/board.ts';
import { overridesReading, ratesReading } from './catalogue/sources/operator-readings.ts';
import { describeSources, shippedSources } from './catalogue/sources/shipped-sources.ts';
import type { Config } from './config.ts';
import { createAudit } from './control/audit.ts';
import { createFailedAuthentications } from './control/failed-authentications.ts';
import { createHistory } from './control/history.ts';
import { createKeyService } from './control/key-service.ts';
import { systemCaller } from './control/system-caller.ts';
import { originOf } from './domain/error-origin.ts';
import type { ProviderId } from './domain/ids.ts';
import { createExplorer } from './faces/explorer/explorer.ts';
import { createGraphOnDemand } from './faces/graphql/graph-on-demand.ts';
import { createHttpServer, type HttpServer } from './faces/http/http-server.ts';
import type { Listener } from './faces/http/listener.ts';
import { createSite } from './faces/http/site.ts';
import { publicAddress } from './faces/public-address.ts';
import { createAddressHints } from './faces/rest/address-hints.ts';
import { createHealth } from './faces/rest/health.ts';
import { createOpenApi } from './faces/rest/manual/openapi.ts';
import { createMediaFace } from './faces/rest/media.ts';
import { createMetrics } from './faces/rest/metrics.ts';
import { EXPOSED_HEADERS } from './faces/rest/response-headers.ts';
import { createRest } from './faces/rest/rest-face.ts';
import { ERROR_FORMATS, restRoutes } from './faces/rest/rest-routes.ts';
import { DEFAULT_TIMEOUTS } from './gateway/completion-command.ts';
import { createCalibration } from './gateway/estimate/calibration.ts';
import { createCompletionEstimator } from './gateway/estimate/estimate-completion.ts';
import { createGateway, type Drained } from './gateway/gateway.ts';
import { createLedger } from './gateway/ledger.ts';
import { createMediaShelf } from './gateway/media-shelf.ts';
import { probeOffering } from './gateway/probe-offering.ts';
import { recoverLedger } from './gateway/recover-ledger.ts';
import { startProber } from './gateway/routing/health/prober.ts';
import { createMirrorComparison } from './gateway/routing/mirror/compare-mirrors.ts';
import { createRouteService } from './gateway/routing/policy/saved-routes.ts';
import { createRouteReplay } from './gateway/routing/replay/create-route-replay.ts';
import { interruptedRow } from './gateway/stages/interrupted.ts';
import { baseOf, greetingOf } from './greeting.ts';
import { collectGarbage, loopUtilization, workWhenIdle } from './idle-work.ts';
import { type OpenedCatalogue, type OwnLists, openCatalogue } from './open-catalogue.ts';
import { overridesFile } from './overrides-file.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import { versionOf } from './version.ts';

const EXPLORER = new URL('../dist/explorer/', import.meta.url);

export type RunningServer = {
  /** What to print for a person; a key that the configuration sets is in it on a terminal alone. */
  readonly greeting: (onTerminal: boolean) => string;
  /** To call when it was printed: what it shows once is not shown again. */
  readonly greeted: () => Promise<void>;
  /** Resolves with a sentence when the server is of no use any more and has to be stopped. */
  readonly lost: Promise<string>;
  /** How many operations are under way. */
  readonly active: () => number;
  /** Refuses new work, lets completions under way finish within the configured time, writes the ledger, closes. */
  readonly stop: () => Promise<Drained>;
};

/** How long clients may take to answer that their socket is closed. */
const CLOSE_SOCKETS_MS = 2_000;

/** What is read before the store is open. */
type Prepared = {
  readonly overrides: ReturnType<typeof overridesFile>;
  readonly opened: OpenedCatalogue;
  readonly providers: ConfiguredProviders;
  readonly live: LiveCatalogue;
  readonly clock: Clock;
};

/** Serves with what was opened. Rejects with a message for a person if something that is configured is not there. */
type ServeWith = (resources: Resources, listener: Listener) => Promise<RunningServer>;

/**
 * Reads and makes what needs no store, the catalogue above all: of the shipped lists, unless others are given. Rejects with a
 * message for a person.
 */
export const prepareServer = async (
  config: Config,
  outbound: Outbound,
  log: Log,
  lists?: OwnLists,
): Promise<ServeWith> => {
  const clock = createSystemClock();
  const overrides = overridesFile(config.catalogue.overrides);
  const [providers, ownPrices] = await Promise.all([
    configureProviders(config.providers, config, { ...outbound, log, clock }),
    overrides?.read(),
  ]);
  const readAt = clock.now();
  // The operator's own prices hold from the first request on; what was kept of live sources follows.
  const readings = [
    ...(ownPrices === undefined ? [] : [overridesReading(ownPrices, readAt)]),
    ...ratesReading(config.catalogue, readAt),
  ];
  const opened = await openCatalogue(
    { providers: providers.listed, readings, readAt },
    { ...(lists !== undefined && { lists }) },
  );
  const live = createLiveCatalogue(opened.catalogue);
  const prepared: Prepared = { overrides, opened, providers, live, clock };
  return (resources, listener) => serveWith(prepared, resources, listener, config, log);
};

/** Wires everything. */
const serveWith = async (
  { overrides, opened, providers, live, clock }: Prepared,
  resources: Resources,
  listener: Listener,
  config: Config,
  log: Log,
): Promise<RunningServer> => {
  const { store, state, outbound } = resources;
  const reader = createCatalogueReader(live.current);
  const shipped = shippedSources(opened.shipped);
  const sources = createSourceBoard({
    sources: CATALOGUE_SOURCES,
    shipped,
    settings: config.catalogue,
    ...(overrides !== undefined && { overrides }),
    secretOf: config.secret,
    reader: createSourceReader({ dispatcher: outbound.dispatcher }),
    store: store.sources,
    clock,
    log,
    catalogue: live.current,
    async onReadings(readings) {
      const previous = live.current();
      const readAt = clock.now();
      const input = { providers: providers.listed, readings, previous, readAt };
      live.replace(await opened.rebuild(input), clock.now());
    },
  });
  const priceHistory = createPriceHistory({ live, store: store.priceHistory, clock, log });
  const audit = createAudit(log);
  const keys = await createKeyService(store.keys, state, clock, log, {
    trustedWhileAwayMs: config.keysTrustedMs,
  });
  const failedAuthentications = createFailedAuthentications(clock, log);
  const generatedAdminKey = await keys.ensureAdminKey(config.adminKey);
  const ledger = createLedger(store.ledger, clock, log, { maxWaiting: config.maxWaitingRows });
  const routes = await createRouteService({
    store: store.routes,
    state,
    configured: config.routes,
    catalogue: reader.current,
    clock,
    log,
  });
  const calibration = createCalibration(clock);
  const telemetry = await openTelemetry({
    variable: config.variable,
    hostOf: (id) => providers.connected.get(id)?.host,
    proxyOf: outbound.proxyOf,
    version: versionOf(),
    clock,
    log,
  });
  const onDefect = (error: unknown, provider: ProviderId): void =>
    log.error('a provider threw', { provider, error: originOf(error) });
  const gateway = createGateway({
    maxRetryAfterMs: config.maxRetryAfterMs,
    calibration,
    catalogue: reader.current,
    providers: () => providers.connected,
    media: createMediaFetcher({
      proxyOf: (url, from) => outbound.proxyOf(url, from && providers.proxies.get(from)),
      log,
    }),
    clock,
    ledger,
    spool: store.ledger.spool,
    book: routes,
    defaultPolicy: config.routing,
    state,
    measurements: store.measurements,
    canaries: store.canaries,
    async routeSpend(filter) {
      await ledger.flush();
      return store.ledger.routeSpend(filter);
    },
    log,
    busyMs: () => performance.eventLoopUtilization().active,
    ...(telemetry !== undefined && { telemetry }),
    onDefect,
  });

  const endRecovery =
    store.ledger.spool &&
    recoverLedger(store.ledger.spool, (operation) => interruptedRow(operation, reader.current()), clock, log);

  const prober =
    config.probes &&
    startProber({
      settings: config.probes,
      catalogue: reader.current,
      health: gateway.health,
      stats: gateway.stats,
      clock,
      state,
      log,
      probe: probeOffering(gateway, systemCaller('probes', clock.now())),
    });

  const base = baseOf(listener);
  /** Where clients reach this server. */
  const address = config.publicUrl ?? base;
  const shelf = createMediaShelf(state, clock, () => address);

  const history = createHistory(store.ledger, ledger.flush);
  let stopping = false;
  // What there is never room for is too large.
  const maxRequestBytes = Math.min(config.maxRequestBytes, config.clients.maxBytesInFlight);
  const graph = createGraphOnDemand(
    {
      catalogue: reader,
      priceHistory,
      sources,
      gateway,
      estimator: createCompletionEstimator({
        catalogue: reader.current,
        router: gateway.router,
        calibration,
        stats: gateway.stats,
        clock,
        onDefect,
        outputTokens: async (filter, limit) => {
          await ledger.flush();
          return store.ledger.outputTokens(filter, limit);
        },
      }),
      keys,
      routes: auditedRoutes(routes, audit),
      replay: createRouteReplay({
        catalogue: reader.current,
        providers: () => providers.connected,
        book: routes,
        stats: gateway.stats,
        clock,
        rows: history.list,
      }),
      history,
      compareMirrors: createMirrorComparison({
        ledger: store.ledger,
        flush: ledger.flush,
        catalogue: reader.current,
      }),
      audit,
      shelf,
      now: clock.now,
      timeouts: { ...DEFAULT_TIMEOUTS, ...config.timeouts },
    },
    { ...config, maxRequestBytes, onFailure: log.error },
  );
  const health = createHealth({
    // Without the shared state all goes on; metrics say that it is away.
    checks: [{ name: 'The store', ping: store.ping }],
    problem: () => store.problem() ?? ledger.problem(),
    hasProvider: () => hasProvider(providers),
    stopping: () => stopping,
  });
  const rest = restRoutes({
    gateway,
    catalogue: reader,
    routes,
    shelf,
    onFailure: log.error,
    maxRequestBytes,
    keys,
    timeouts: { ...DEFAULT_TIMEOUTS, ...config.timeouts },
    nowMs: clock.monotonicMs,
  });
  const addressOf = (request: IncomingMessage): string => publicAddress(request, config.publicUrl, address);
  const hints = createAddressHints(rest, ERROR_FORMATS, addressOf);
  const site = createSite({ addressOf, version: versionOf(), hintFor: hints.hintFor });
  const server: HttpServer = createHttpServer(
    [
      // The busiest first.
      createRest({
        routes: rest,
        formats: ERROR_FORMATS,
        keys,
        hints,
        onFailure: log.error,
        nowMs: clock.monotonicMs,
      }),
      health,
      createExplorer(EXPLORER),
      graph,
      createOpenApi(rest, ERROR_FORMATS, versionOf(), addressOf),
      createMetrics({
        stats: gateway.stats,
        health: gateway.health,
        parts: {
          store: store.ping,
          shared_state: state.ping,
          ledger: async () => {
            const problem = ledger.problem();
            if (problem !== undefined) throw new Error(problem);
          },
        },
        waitingRows: ledger.waiting,
        catalogue: reader.current,
        keys,
        audit,
        failedAuthentications: failedAuthentications.counts,
        clients: () => server.reception,
        onFailure: log.error,
      }),
      createMediaFace(shelf, log.error),
      site,
    ],
    listener,
    {
      ...config,
      ...(config.publicUrl !== undefined && { ownOrigin: new URL(config.publicUrl).origin }),
      exposedHeaders: EXPOSED_HEADERS,
      onRefusedKey: failedAuthentications.add,
      sendNotFound: site.sendNotFound,
      onRefusedOrigin: (origin) =>
        log.warn(
          'A web page of another origin was refused. To let its pages call, add the origin to MODELGRAPH_ALLOWED_ORIGINS.',
          { origin },
        ),
      ...(telemetry !== undefined && { traceRequest: telemetry.request }),
      onFailure: log.error,
    },
  );
  // The server is of use without them.
  const catalogueReady = sources.start().then(sources.settled);
  // What was read before the last stop is served again first, so that the record does not take it for gone.
  void catalogueReady.then(priceHistory.start, priceHistory.start);
  const endIdleWork = workWhenIdle(
    { clock, utilization: loopUtilization(), isBusy: () => gateway.active > 0 },
    [
      () =>
        graph
          .prepare()
          .catch((error: unknown) => log.error('The graph cannot be built.', { reason: String(error) })),
      opened.keep,
      collectGarbage,
    ],
  );

  const catalogue = live.current();
  return {
    greeting: (onTerminal) =>
      greetingOf({
        config,
        listener,
        catalogue,
        providers,
        prices: describeSources(sources.states(), shipped),
        generatedAdminKey,
        onTerminal,
      }),
    lost: store.lost,
    active: () => gateway.active,
    async greeted() {
      if (generatedAdminKey !== undefined) await keys.adminKeyShown(generatedAdminKey);
    },
    async stop() {
      stopping = true;
      endIdleWork();
      server.refuseNewWork();
      const quiet = sources.stop();
      await prober?.close();
      await endRecovery?.();
      const drained = await gateway.drain(config.drainMs);
      await quiet;
      await Promise.race([
        graph.close(),
        new Promise<void>((resolve) => clock.after(CLOSE_SOCKETS_MS, resolve)),
      ]);
      await server.close();
      failedAuthentications.close();
      await telemetry?.close();
      await priceHistory.close();
      await routes.close();
      await keys.close();
      await closeResources(resources);
      return drained;
    },
  };
};
