import { createMemoryState } from '../../../src/adapters/state/memory.ts';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { createCatalogueReader } from '../../../src/catalogue/catalogue-reader.ts';
import type { KeyService } from '../../../src/control/key-service.ts';
import { createHttpServer, type HttpFace } from '../../../src/faces/http/http-server.ts';
import { listen } from '../../../src/faces/http/listener.ts';
import { createAddressHints } from '../../../src/faces/rest/address-hints.ts';
import { createRest } from '../../../src/faces/rest/rest-face.ts';
import {
  ERROR_FORMATS,
  type RestRouteDependencies,
  restRoutes,
} from '../../../src/faces/rest/rest-routes.ts';
import { DEFAULT_TIMEOUTS } from '../../../src/gateway/completion-command.ts';
import { createMediaShelf } from '../../../src/gateway/media-shelf.ts';
import { NO_ROUTES } from '../../../src/gateway/routing/policy/route-book.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { callerWith } from '../../gateway/harness.ts';

const never = (): never => {
  throw new Error('not used here');
};

/** One key, `mg_test`. */
export const keys: KeyService = {
  authenticate: async (secret) =>
    secret === 'mg_test' ? { kind: 'CALLER', caller: callerWith() } : { kind: 'UNKNOWN' },
  watch: () => () => {},
  create: never,
  revoke: never,
  list: never,
  findMany: never,
  ensureAdminKey: never,
  adminKeyShown: never,
  close: never,
};

/** The REST base on a port of its own, over a gateway in this process. */
export type ServedRest = {
  readonly url: string;
  /** What it reported as its own failures. */
  readonly failures: readonly string[];
  post(path: string, body: object, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
};

export type RestHarnessOptions = Pick<RestRouteDependencies, 'gateway'> &
  Partial<Pick<RestRouteDependencies, 'silenceMs' | 'routes'>> & {
    readonly clock: Clock;
    readonly catalogue: Catalogue;
    /** Asked before the REST base. */
    readonly before?: readonly HttpFace[];
  };

export const serveRest = async ({
  gateway,
  clock,
  catalogue,
  before = [],
  routes = NO_ROUTES,
  silenceMs,
}: RestHarnessOptions): Promise<ServedRest> => {
  const failures: string[] = [];
  const onFailure = (message: string, { reason }: { readonly reason: string }): void =>
    void failures.push(`${message} ${reason}`);
  const routesServed = restRoutes({
    gateway,
    catalogue: createCatalogueReader(() => catalogue),
    routes,
    shelf: createMediaShelf(createMemoryState(), clock, () => ''),
    onFailure,
    maxRequestBytes: 1_000_000,
    timeouts: DEFAULT_TIMEOUTS,
    nowMs: clock.monotonicMs,
    ...(silenceMs !== undefined && { silenceMs }),
  });
  const rest = createRest({
    routes: routesServed,
    formats: ERROR_FORMATS,
    keys,
    hints: createAddressHints(routesServed, ERROR_FORMATS, () => ''),
    onFailure,
    nowMs: clock.monotonicMs,
  });
  const listener = await listen({ host: '127.0.0.1', port: 0 });
  const server = createHttpServer([...before, rest], listener, {
    allowedOrigins: [],
    exposedHeaders: [],
    sendNotFound: (_, response) => void response.writeHead(404).end(),
    onFailure,
  });
  const url = `http://127.0.0.1:${listener.port}`;
  return {
    url,
    failures,
    post: (path, body, init = {}) =>
      fetch(`${url}${path}`, {
        ...init,
        method: 'POST',
        headers: { authorization: 'Bearer mg_test', 'content-type': 'application/json', ...init.headers },
        body: JSON.stringify(body),
      }),
    close: () => server.close(),
  };
};
