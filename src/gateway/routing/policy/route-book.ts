import type { Route } from '../../../domain/route.ts';

/** The routes that there are now: in memory, so that a look-up costs nothing. */
export type RouteBook = {
  /** Without regard to case. */
  find(name: string): Route | undefined;
  /** By name. */
  all(): readonly Route[];
  /** Grows whenever a route is saved or deleted, here or on another node. */
  revision(): number;
};

export const NO_ROUTES: RouteBook = { find: () => undefined, all: () => [], revision: () => 0 };
