import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { nearestNames } from '../../../catalogue/nearest-names.ts';
import type { Caller } from '../../../domain/caller.ts';
import { asRouteName, type RouteName } from '../../../domain/ids.ts';
import type { Page, PageRequest } from '../../../domain/page.ts';
import type { CompletionRefusal } from '../../../domain/refusal.ts';
import type { Route, RoutePolicy } from '../../../domain/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { SharedState } from '../../../ports/shared-state.ts';
import type { RouteStore, StoredRoute } from '../../../ports/store.ts';
import { ok, refused, type Staged } from '../../stages/stage.ts';
import { documentOf, policyOfToday, readPolicy } from './document.ts';
import { catalogueProblem, routeProblem, routesWithin } from './problems.ts';
import type { RouteBook } from './route-book.ts';

/** What a route was at a time; absent document: deleted. */
export type RouteVersion = StoredRoute;

/** Routes as data: saved through the graph, or given by the config file. */
export type RouteService = RouteBook & {
  /** Adds a version; on every node it holds from then on for requests that begin. Only the admin key may. */
  save(caller: Caller, input: RouteDraft): Promise<Staged<Route>>;
  /** The route that was. Its versions are kept, and its name goes on counting. Only the admin key may. */
  remove(caller: Caller, name: string): Promise<Staged<Route>>;
  /** Newest first; `after` is a version, as a text. None for one of the config file. */
  versions(name: RouteName, page: PageRequest): Promise<Page<RouteVersion>>;
  close(): Promise<void>;
};

export type RouteDraft = { readonly name: string; readonly policy: RoutePolicy; readonly note?: string };

export type RouteServiceParts = {
  readonly store: RouteStore;
  readonly state: SharedState;
  /** Those of the config file. */
  readonly configured: readonly Route[];
  readonly catalogue: () => Catalogue;
  readonly clock: Clock;
  readonly log: Log;
};

const CHANGES = 'routes-changed';
/** How long a node may go on with what it knows where a message could be lost. */
const READ_AGAIN_MS = 30_000;
const MAX_ROUTES = 1_000;
const MAX_NOTE_LENGTH = 1_000;
/** Others may be faster, but hardly so often. */
const MAX_TRIES = 20;

export const ROUTE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const NAME_RULE =
  'takes 1 to 64 lower-case letters, digits, dots, dashes and underscores, a letter or digit first.';

const invalid = (path: string, problem: string): Staged<never> =>
  refused({ code: 'INVALID_INPUT', path, problem });

const onlyAdmins = (does: string): Staged<never> =>
  refused({ code: 'FORBIDDEN', problem: `Only the admin key ${does} routes.` });

const inConfigFile = (name: string): Staged<never> =>
  invalid(
    'name',
    `"${name}" stands in the config file, under \`routes\`: change it there, or take another name.`,
  );

/** Models come and go, so that a name that means nothing does not keep a server from starting. */
const warnOfNames = ({ configured, catalogue, log }: RouteServiceParts): void => {
  for (const { name, policy } of configured) {
    const found = catalogueProblem(policy, catalogue());
    // Scores come with live sources, which are read later.
    if (found === undefined || found.path.endsWith('.benchmark')) continue;
    log.warn('A route of the config file names what is not there; it does without.', {
      route: name,
      ...found,
    });
  }
};

export const createRouteService = async (parts: RouteServiceParts): Promise<RouteService> => {
  const { store, state, catalogue, clock, log } = parts;
  warnOfNames(parts);
  const configured = new Map(parts.configured.map((route): [string, Route] => [route.name, route]));
  /** The newest version of each, deleted ones too, as they are stored. */
  const stored = new Map<string, StoredRoute>();
  /** By name, in the order of names. */
  let routes: ReadonlyMap<string, Route> = new Map();
  let sorted: readonly Route[] = [];
  let revision = 0;
  /** What was last said to be unreadable or hidden, so that it is said once. */
  const told = new Map<string, string>();

  const warnOnce = (row: StoredRoute, message: string, fields: { readonly [name: string]: string }): void => {
    const said = `${row.version} ${message}`;
    if (told.get(row.name) === said) return;
    told.set(row.name, said);
    log.warn(message, { route: row.name, version: row.version, ...fields });
  };

  /** Undefined where it was deleted, the config file has one of that name, or it does not read. */
  const routeOf = (row: StoredRoute): Route | undefined => {
    const { document, ...saved } = row;
    const { name, version } = saved;
    if (document === undefined) return undefined;
    if (configured.has(name)) {
      warnOnce(row, 'A saved route is hidden by the one of that name in the config file.', {});
      return undefined;
    }
    const known = routes.get(name);
    if (known?.version === version) return known;
    const read = readPolicy(policyOfToday(document));
    if (read.kind === 'INVALID') {
      const { path, problem } = read;
      warnOnce(row, 'A saved route cannot be read and is left out. Save it anew.', { path, problem });
      return undefined;
    }
    return { ...saved, policy: read.policy, origin: 'GRAPH' };
  };

  /** Keeps what is newer here: rows that were read before another write may come after it. */
  const merge = (rows: readonly StoredRoute[]): void => {
    const isNews = ({ name, version }: StoredRoute): boolean => version > (stored.get(name)?.version ?? 0);
    const news = rows.filter(isNews);
    if (news.length === 0 && revision > 0) return;
    const found = new Map<string, Route>(configured);
    for (const row of news) stored.set(row.name, row);
    for (const row of stored.values()) {
      const route = routeOf(row);
      if (route !== undefined) found.set(route.name, route);
    }
    sorted = [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    routes = new Map(sorted.map((route): [string, Route] => [route.name, route]));
    revision += 1;
  };

  const read = async (): Promise<void> => merge(await store.newest());

  let closed = false;
  let reading: Promise<void> | undefined;
  let again = false;
  /** Reads after what is being read, so that nothing that was told meanwhile is missed. */
  const readSoon = (): Promise<void> => {
    if (reading !== undefined) {
      again = true;
      return reading;
    }
    const run = async (): Promise<void> => {
      try {
        do {
          again = false;
          await read();
        } while (again && !closed);
      } catch (error) {
        log.error('Saved routes could not be read; those known before go on.', {
          reason: error instanceof Error ? error.message : String(error),
        });
      } finally {
        reading = undefined;
      }
    };
    reading = run();
    return reading;
  };

  const unsubscribe = await state.subscribe(CHANGES, () => void readSoon());
  await read();
  let cancel = (): void => {};
  const readAgainLater = (): void => {
    if (closed) return;
    cancel = clock.after(READ_AGAIN_MS, () => void readSoon().finally(readAgainLater));
  };
  readAgainLater();

  const tellOthers = async (name: RouteName): Promise<void> => {
    try {
      await state.publish(CHANGES, name);
    } catch (error) {
      log.error('Other nodes could not be notified of a changed route; they read it within 30 s.', {
        route: name,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  };

  const book: RouteBook = {
    find: (name) => routes.get(name) ?? routes.get(name.toLowerCase()),
    all: () => sorted,
    revision: () => revision,
  };

  /** Adds the next version of a route, unless by then `refuse` finds against it. */
  const append = async (
    name: RouteName,
    version: Omit<StoredRoute, 'name' | 'version' | 'savedAt'>,
    refuse: () => CompletionRefusal | undefined,
  ): Promise<Staged<StoredRoute>> => {
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const refusal = refuse();
      if (refusal !== undefined) return refused(refusal);
      const row: StoredRoute = {
        ...version,
        name,
        version: (stored.get(name)?.version ?? 0) + 1,
        savedAt: clock.now(),
      };
      if (await store.insert(row)) {
        // Here without waiting for the message to come back.
        merge([row]);
        await tellOthers(name);
        return ok(row);
      }
      await read();
    }
    return invalid('name', `"${name}" is being saved by others at the same time: look at it, and try again.`);
  };

  const saveRefusal = (name: RouteName, policy: RoutePolicy): CompletionRefusal | undefined => {
    if (!routes.has(name) && routes.size - configured.size >= MAX_ROUTES)
      return {
        code: 'INVALID_INPUT',
        path: 'name',
        problem: `There are ${MAX_ROUTES} saved routes already, which is the most: delete one first.`,
      };
    const problem = routeProblem(name, policy, { catalogue: catalogue(), routes: book });
    return problem === undefined
      ? undefined
      : { code: 'INVALID_INPUT', path: `policy.${problem.path}`, problem: problem.problem };
  };

  const removeRefusal = (name: RouteName): CompletionRefusal | undefined => {
    const users = sorted.filter(
      (route) => route.name !== name && routesWithin(route.policy).some((within) => within.name === name),
    );
    if (!routes.has(name))
      return {
        code: 'UNKNOWN_ROUTE',
        name,
        suggestions: nearestNames(
          name,
          sorted.map((route) => route.name),
        ),
      };
    if (users.length === 0) return undefined;
    const named = users.slice(0, 5).map((route) => `"${route.name}"`);
    const more = users.length > named.length ? ` and ${users.length - named.length} more` : '';
    return {
      code: 'INVALID_INPUT',
      path: 'name',
      problem: `"${name}" is used by ${named.join(', ')}${more}: take it out of there first.`,
    };
  };

  return {
    ...book,

    async save(caller, { name: given, policy, note }) {
      if (caller.key.role !== 'ADMIN') return onlyAdmins('saves');
      if (!ROUTE_NAME.test(given)) return invalid('name', NAME_RULE);
      if (note !== undefined && note.length > MAX_NOTE_LENGTH)
        return invalid('note', `takes up to ${MAX_NOTE_LENGTH} characters.`);
      const name = asRouteName(given);
      if (configured.has(name)) return inConfigFile(name);
      const draft = {
        document: documentOf(policy),
        savedBy: caller.key.id,
        ...(note !== undefined && { note }),
      };
      const saved = await append(name, draft, () => saveRefusal(name, policy));
      if (saved.kind === 'REFUSED') return saved;
      const { document: _document, ...row } = saved.value;
      return ok({ ...row, policy, origin: 'GRAPH' });
    },

    async remove(caller, given) {
      if (caller.key.role !== 'ADMIN') return onlyAdmins('deletes');
      const name = asRouteName(given.toLowerCase());
      if (configured.has(name)) return inConfigFile(name);
      let route = routes.get(name);
      const removed = await append(name, { savedBy: caller.key.id }, () => {
        route = routes.get(name);
        return removeRefusal(name);
      });
      if (removed.kind === 'REFUSED') return removed;
      if (route === undefined) throw new Error('a route was deleted that is not there');
      return ok(route);
    },

    versions: async (name, page) =>
      configured.has(name) ? { rows: [], hasMore: false } : store.versions(name, page),

    async close() {
      closed = true;
      cancel();
      await unsubscribe();
      await reading;
    },
  };
};
