import type { Audit } from './control/audit.ts';
import type { RouteService } from './gateway/routing/policy/saved-routes.ts';

/** Saved routes whose changes are told. */
export const auditedRoutes = (routes: RouteService, audit: Audit): RouteService => ({
  ...routes,
  async save(caller, draft) {
    const saved = await routes.save(caller, draft);
    if (saved.kind === 'OK') {
      const { name, version } = saved.value;
      audit.done('ROUTE_SAVED', caller, { route: name, version });
    } else if (saved.refusal.code === 'FORBIDDEN') audit.denied('ROUTE_SAVED', caller);
    return saved;
  },
  async remove(caller, name) {
    const removed = await routes.remove(caller, name);
    if (removed.kind === 'OK') audit.done('ROUTE_DELETED', caller, { route: removed.value.name });
    else if (removed.refusal.code === 'FORBIDDEN') audit.denied('ROUTE_DELETED', caller);
    return removed;
  },
});
