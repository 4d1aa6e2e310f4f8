import { createMemoryState } from '../../src/adapters/state/memory.ts';
import { createCatalogueReader } from '../../src/catalogue/catalogue-reader.ts';
import { createGraphFace } from '../../src/faces/graphql/graph-face.ts';
import { buildSubgraphSchema } from '../../src/faces/graphql/schema.ts';
import { DEFAULT_TIMEOUTS } from '../../src/gateway/completion-command.ts';
import { createMediaShelf } from '../../src/gateway/media-shelf.ts';
import { keys, type ServedRest, serveRest } from '../faces/rest/rest-harness.ts';
import { noReplay, noRoutes } from '../support/no-routes.ts';
import type { Scene } from './stage.ts';

const never = (): never => {
  throw new Error('not used here');
};
const history = { findMany: never, list: never };
const schema = buildSubgraphSchema();

export type ServedBoth = ServedRest & {
  /** Resolves once the client of an operation is known to have left. */
  readonly left: Promise<void>;
};

/** The graph and the REST base over one scene. */
export const serveBoth = async (scene: Scene): Promise<ServedBoth> => {
  const { clock, catalogue } = scene;
  const { promise: left, resolve } = Promise.withResolvers<void>();
  const gateway: Scene['gateway'] = {
    ...scene.gateway,
    perform(caller, command, signal) {
      signal.addEventListener('abort', () => resolve());
      return scene.gateway.perform(caller, command, signal);
    },
  };
  const graph = createGraphFace(
    {
      catalogue: createCatalogueReader(() => catalogue),
      sources: { health: () => [], refresh: never },
      gateway,
      routes: noRoutes(),
      replay: noReplay,
      estimator: { estimate: never },
      priceHistory: { pricesAt: never, historyOf: never, changes: never, watch: never },
      keys,
      compareMirrors: async () => ({ pairs: 0, isCut: false, offerings: [] }),
      history,
      audit: { done: () => {}, denied: () => {} },
      shelf: createMediaShelf(createMemoryState(), clock, () => 'http://shelf'),
      now: clock.now,
      timeouts: DEFAULT_TIMEOUTS,
    },
    { introspection: true, maxRequestBytes: 1_000_000, onFailure: never },
    schema,
  );
  const served = await serveRest({ gateway, clock, catalogue, before: [graph] });
  return {
    ...served,
    left,
    async close() {
      await graph.close();
      await served.close();
    },
  };
};
