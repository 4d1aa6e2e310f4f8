import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  authenticate,
  LOOK_UP_FAILED,
  type OnFailure,
  type Unauthenticated,
} from '../../control/authentication.ts';
import { readCredential } from '../../control/credential.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { ClientError } from '../../wire/serve/client-error.ts';
import { isVisit } from '../browser-visit.ts';
import { shownPath } from '../shown-path.ts';
import type { AddressHints } from './address-hints.ts';
import { Exchange } from './exchange.ts';
import { isAnthropicClient } from './models.ts';
import { createRouteTable, type RestRoute } from './rest-route.ts';
import type { ErrorFormat } from './send.ts';
import { sendError } from './send.ts';

export type RestOptions = {
  readonly routes: readonly RestRoute[];
  readonly formats: { readonly openai: ErrorFormat; readonly anthropic: ErrorFormat };
  readonly keys: KeyService;
  /** What requests at unknown paths meant. */
  readonly hints: AddressHints;
  readonly onFailure: OnFailure;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
};

export const BASE = '/v1';

const unauthenticated = ({ problem, message }: Unauthenticated): ClientError => ({
  kind: 'AUTHENTICATION',
  code: problem.toLowerCase(),
  message,
});
const UNAVAILABLE: ClientError = {
  kind: 'OVERLOADED',
  code: 'unavailable',
  message: LOOK_UP_FAILED,
  retryAfterMs: 1_000,
};

const hasStraySlashes = (path: string): boolean => path.endsWith('/') || path.includes('//');

const refuseMethod = ({ request, response, path, format }: Exchange, routes: readonly RestRoute[]): void => {
  const methods = routes.map(({ method }) => method);
  const error: ClientError = {
    kind: 'METHOD_NOT_ALLOWED',
    code: 'method_not_allowed',
    message: `There is no ${request.method} ${shownPath(path)}, only ${methods.join(' and ')}.`,
  };
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  sendError(response, format, error, { allow: allow.join(', ') });
};

/**
 * The REST base, `/v1`: OpenAI's and Anthropic's own formats. A stranger's request ends before anything of it is read,
 * and every error has the shape that the client's family reads.
 */
export const createRest = ({ routes, formats, keys, hints, onFailure, nowMs }: RestOptions) => {
  const routesAt = createRouteTable(routes);

  const formatFor = (request: IncomingMessage, family: RestRoute['family']): ErrorFormat => {
    if (family === 'EITHER') return isAnthropicClient(request) ? formats.anthropic : formats.openai;
    return family === 'ANTHROPIC' ? formats.anthropic : formats.openai;
  };

  return {
    async handle(request: IncomingMessage, response: ServerResponse, trace?: TraceParent): Promise<boolean> {
      const { url = '/' } = request;
      const query = url.indexOf('?');
      const path = query < 0 ? url : url.slice(0, query);
      if (path !== BASE && !path.startsWith(`${BASE}/`)) return false;
      const arrivedMs = nowMs();
      const at = routesAt(path);
      // The server asks again without stray slashes, and answers browsers with a page.
      if (at === undefined && (hasStraySlashes(path) || isVisit(request))) return false;
      const format = formatFor(request, at?.routes[0]?.family ?? 'EITHER');

      const who = await authenticate(keys, readCredential(request), onFailure);
      if (who.kind !== 'CALLER') {
        if (who.kind === 'UNAVAILABLE') sendError(response, format, UNAVAILABLE);
        else sendError(response, format, unauthenticated(who), { 'www-authenticate': 'Bearer' });
        return true;
      }

      const { caller } = who;
      const exchange = new Exchange(
        { request, response, trace },
        { caller, path, format, arrivedMs },
        onFailure,
      );
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const route = at?.routes.find((each) => each.method === method);
      if (at === undefined || route === undefined) {
        const hint = at === undefined ? hints.hintFor(request) : hints.hintForMethod(request);
        if (hint !== undefined) hint.send(response);
        else refuseMethod(exchange, at?.routes ?? []);
        return true;
      }
      try {
        await route.handle(exchange, at.rest);
      } catch (error) {
        exchange.fail(error);
      }
      return true;
    },
  };
};
