import DataLoader from 'dataloader';
import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { PriceHistory } from '../../catalogue/price-history.ts';
import type { RunningSourceBoard } from '../../catalogue/sources/board.ts';
import type { Audit } from '../../control/audit.ts';
import type { History } from '../../control/history.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { Caller } from '../../domain/caller.ts';
import type { ModelSlug, OfferingId, ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { Price } from '../../domain/price.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { CompletionTimeouts, RequestHeaders } from '../../gateway/completion-command.ts';
import type { CompletionEstimator } from '../../gateway/estimate/estimate-completion.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { MediaShelf } from '../../gateway/media-shelf.ts';
import type { CompareMirrors } from '../../gateway/routing/mirror/compare-mirrors.ts';
import type { RouteService } from '../../gateway/routing/policy/saved-routes.ts';
import type { RouteReplay } from '../../gateway/routing/replay/create-route-replay.ts';
import type { ReportedError } from './reported-errors.ts';
import type { Paced } from './work/pace.ts';

/** What resolvers may reach. */
export type GraphServices = {
  readonly catalogue: CatalogueReader;
  /** Where the catalogue comes from. */
  readonly sources: Pick<RunningSourceBoard, 'health' | 'refresh'>;
  readonly gateway: Gateway;
  readonly routes: RouteService;
  readonly replay: RouteReplay;
  readonly estimator: CompletionEstimator;
  readonly priceHistory: PriceHistory;
  readonly keys: KeyService;
  readonly history: History;
  readonly compareMirrors: CompareMirrors;
  readonly audit: Audit;
  /** Where results are kept for a while that are asked for as an address. */
  readonly shelf: MediaShelf;
  readonly now: () => Date;
  /** Limits of a completion that sets none itself. */
  readonly timeouts: CompletionTimeouts;
};

/** Which prices of the past. */
export type PricesAt = { readonly id: OfferingId; readonly at: Date };

/** One batch a tick for each kind of related read. Made for each operation, so that nothing is shared by callers. */
export type Loaders = {
  readonly offeringsOfModel: DataLoader<ModelSlug, readonly Offering[]>;
  readonly offeringsOfProvider: DataLoader<ProviderId, readonly Offering[]>;
  readonly pricesOfOffering: DataLoader<OfferingId, readonly Price[]>;
  /** Rows that were in force at a moment in the past. */
  readonly pricesAt: DataLoader<PricesAt, readonly Price[], string>;
  /** For what is worked on in slices, and asks for members piece by piece: one batch has all that a slice asks for. */
  batchBySlice(): void;
};

export type GraphContext = GraphServices &
  Paced & {
    readonly caller: Caller;
    readonly loaders: Loaders;
    /** Aborted when the client has gone before its answer was complete. */
    readonly gone: AbortSignal;
    /** Where the request hangs in a trace. */
    readonly trace: TraceParent | undefined;
    /** Of its HTTP request, a WebSocket's upgrade included; for conditions alone. */
    readonly headers: RequestHeaders | undefined;
    /** Errors among the results, to be told beside them. */
    readonly reported: ReportedError[];
  };

/** One read of the record for each moment. */
const pricesAt = async (
  history: PriceHistory,
  wanted: readonly PricesAt[],
): Promise<readonly (readonly Price[])[]> => {
  const found = new Map<PricesAt, readonly Price[]>();
  const byMoment = Map.groupBy(wanted, ({ at }) => at.getTime());
  await Promise.all(
    [...byMoment.values()].map(async (some) => {
      const [first] = some;
      if (first === undefined) return;
      const rows = await history.pricesAt(
        some.map(({ id }) => id),
        first.at,
      );
      some.forEach((each, index) => {
        found.set(each, rows[index] ?? []);
      });
    }),
  );
  return wanted.map((each) => found.get(each) ?? []);
};

/** What is to run once all that belongs together has been asked for. */
type Schedule = (run: () => void) => void;

/** Few operations read what is related; most need none of these. */
class LazyLoaders implements Loaders {
  readonly #services: GraphServices;
  #options: { readonly batchScheduleFn?: Schedule } = {};
  #offeringsOfModel: Loaders['offeringsOfModel'] | undefined;
  #offeringsOfProvider: Loaders['offeringsOfProvider'] | undefined;
  #pricesOfOffering: Loaders['pricesOfOffering'] | undefined;
  #pricesAt: Loaders['pricesAt'] | undefined;

  constructor(services: GraphServices) {
    this.#services = services;
  }

  batchBySlice(): void {
    this.#options = { batchScheduleFn: setImmediate };
  }

  get offeringsOfModel(): Loaders['offeringsOfModel'] {
    const { catalogue } = this.#services;
    this.#offeringsOfModel ??= new DataLoader((slugs) => catalogue.offeringsOfModels(slugs), this.#options);
    return this.#offeringsOfModel;
  }

  get offeringsOfProvider(): Loaders['offeringsOfProvider'] {
    const { catalogue } = this.#services;
    this.#offeringsOfProvider ??= new DataLoader((ids) => catalogue.offeringsOfProviders(ids), this.#options);
    return this.#offeringsOfProvider;
  }

  get pricesOfOffering(): Loaders['pricesOfOffering'] {
    const { catalogue } = this.#services;
    this.#pricesOfOffering ??= new DataLoader((ids) => catalogue.pricesOf(ids), this.#options);
    return this.#pricesOfOffering;
  }

  get pricesAt(): Loaders['pricesAt'] {
    const { priceHistory } = this.#services;
    this.#pricesAt ??= new DataLoader((wanted) => pricesAt(priceHistory, wanted), {
      ...this.#options,
      cacheKeyFn: ({ id, at }) => `${at.getTime()} ${id}`,
    });
    return this.#pricesAt;
  }
}

export const createContext = (
  services: GraphServices,
  caller: Caller,
  gone: AbortSignal,
  trace?: TraceParent,
  headers?: RequestHeaders,
): GraphContext => ({
  ...services,
  caller,
  gone,
  trace,
  headers,
  reported: [],
  loaders: new LazyLoaders(services),
  pace: undefined,
});
