import type { RouteService } from './gateway/routing/policy/saved-routes.ts';
import type { Log } from './ports/log.ts';

/** Saved routes whose changes are lines of the log, each with a stable code. */
export const auditedRoutes = (routes: RouteService, log: Log): RouteService => ({
  ...routes,
  async save(caller, draft) {
    const saved = await routes.save(caller, draft);
    const by = caller.key.id;
    if (saved.kind === 'REFUSED') {
      if (saved.refusal.code === 'FORBIDDEN')
        log.warn('A key was used for what it may not.', { code: 'ACCESS_DENIED', act: 'ROUTE_SAVED', by });
    } else {
      const { name, version } = saved.value;
      log.info('A route was saved.', { code: 'ROUTE_SAVED', route: name, version, by });
    }
    return saved;
  },
  async remove(caller, name) {
    const removed = await routes.remove(caller, name);
    const by = caller.key.id;
    if (removed.kind === 'REFUSED') {
      if (removed.refusal.code === 'FORBIDDEN')
        log.warn('A key was used for what it may not.', { code: 'ACCESS_DENIED', act: 'ROUTE_DELETED', by });
    } else log.info('A route was deleted.', { code: 'ROUTE_DELETED', route: removed.value.name, by });
    return removed;
  },
});
