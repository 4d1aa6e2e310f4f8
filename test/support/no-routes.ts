import { NO_ROUTES } from '../../src/gateway/routing/policy/route-book.ts';
import type { RouteService } from '../../src/gateway/routing/policy/saved-routes.ts';
import type { RouteReplay } from '../../src/gateway/routing/replay/create-route-replay.ts';

/** Where no route was ever saved, and none can be. */
export const noRoutes = (): RouteService => ({
  ...NO_ROUTES,
  save: () => Promise.reject(new Error('no routes are saved here')),
  remove: () => Promise.reject(new Error('no routes are saved here')),
  versions: () => Promise.resolve({ rows: [], hasMore: false }),
  close: () => Promise.resolve(),
});

export const noReplay: RouteReplay = {
  replay: () => Promise.reject(new Error('nothing is replayed here')),
};
