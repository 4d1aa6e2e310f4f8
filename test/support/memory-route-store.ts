import type { RouteStore, StoredRoute } from '../../src/ports/store.ts';

/** Keeps versions as every store does; see test/contract/routes-store.ts. */
export const memoryRouteStore = (): RouteStore & { readonly rows: StoredRoute[] } => {
  const rows: StoredRoute[] = [];
  const of = (name: string): readonly StoredRoute[] =>
    rows.filter((row) => row.name === name).toSorted((one, other) => other.version - one.version);
  return {
    rows,
    newest: async () =>
      [...new Set(rows.map(({ name }) => name))].toSorted().flatMap((name) => of(name).slice(0, 1)),
    versions: async (name, { limit, after }) => {
      const found = of(name).filter(({ version }) => after === undefined || version < Number(after));
      return { rows: found.slice(0, limit), hasMore: found.length > limit };
    },
    insert: async (route) => {
      if (rows.some(({ name, version }) => name === route.name && version === route.version)) return false;
      rows.push(route);
      return true;
    },
  };
};
