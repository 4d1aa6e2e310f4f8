import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import {
  type Authentication,
  authenticate,
  LOOK_UP_FAILED,
  type OnFailure,
} from '../../control/authentication.ts';
import { readCredential } from '../../control/credential.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { ClientError } from '../../wire/serve/client-error.ts';
import type { OperationBody } from '../../wire/serve/served-operation.ts';
import type { AddressHint } from '../address-hint.ts';
import { isVisit } from '../browser-visit.ts';
import { shownPath } from '../shown-path.ts';
import { type ErrorFormat, type ErrorFormats, Exchange, sendError } from './exchange.ts';
import type { OperationId } from './manual/examples.ts';
import { isAnthropicClient } from './models.ts';

/** One thing that can be asked for at one address. */
export type RestRoute = {
  /** Its name in the reference manual, which has examples of it. */
  readonly operationId: OperationId;
  readonly method: 'GET' | 'POST';
  /** With a slash and a star at its end: whatever follows is part of it, too. */
  readonly path: string;
  /** In whose shape errors are told. EITHER: the client's headers tell. */
  readonly family: 'OPENAI' | 'ANTHROPIC' | 'EITHER';
  /** One sentence for the reference manual. */
  readonly summary: string;
  /** What bodies are held against. */
  readonly body?: { readonly schema: z.ZodType; readonly takes: readonly OperationBody['kind'][] };
  /** `rest`: what stands in place of the star, decoded. What it throws ends the exchange. */
  readonly handle: (exchange: Exchange, rest: string) => Promise<void> | void;
};

/** The routes at an address, by their methods. */
type RoutesAt = { readonly routes: readonly RestRoute[]; readonly rest: string };

/** Ids hold slashes, which clients send as they are or encoded. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const STAR = '/*';

/** Finds routes by their addresses. */
const createRouteTable = (routes: readonly RestRoute[]): ((path: string) => RoutesAt | undefined) => {
  const exact = Map.groupBy(
    routes.filter(({ path }) => !path.endsWith(STAR)),
    ({ path }) => path,
  );
  const open = Map.groupBy(
    routes.filter(({ path }) => path.endsWith(STAR)),
    ({ path }) => path.slice(0, -1),
  );
  return (path) => {
    const found = exact.get(path);
    if (found !== undefined) return { routes: found, rest: '' };
    for (const [prefix, under] of open)
      if (path.startsWith(prefix) && path.length > prefix.length)
        return { routes: under, rest: decoded(path.slice(prefix.length)) };
    return undefined;
  };
};

/** What requests at unknown paths probably meant; undefined if nothing is known of the path and of its client. */
export type AddressHints = {
  hintFor(request: IncomingMessage): AddressHint | undefined;
  /** The same of a call by a wrong method, if it is of another API that has the same path. */
  hintForMethod(request: IncomingMessage): AddressHint | undefined;
};

export type RestOptions = {
  readonly routes: readonly RestRoute[];
  readonly formats: ErrorFormats;
  readonly keys: Pick<KeyService, 'authenticate'>;
  readonly hints: AddressHints;
  readonly onFailure: OnFailure;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
};

const BASE = '/v1';

const refuseStranger = (
  who: Exclude<Authentication, { kind: 'CALLER' }>,
  response: ServerResponse,
  format: ErrorFormat,
): void => {
  if (who.kind === 'UNAVAILABLE')
    sendError(response, format, {
      kind: 'OVERLOADED',
      code: 'unavailable',
      message: LOOK_UP_FAILED,
      retryAfterMs: 1_000,
    });
  else {
    const { problem, message } = who;
    const error: ClientError = { kind: 'AUTHENTICATION', code: problem.toLowerCase(), message };
    sendError(response, format, error, { 'www-authenticate': 'Bearer' });
  }
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

  const formatFor = (request: IncomingMessage, family: RestRoute['family']): ErrorFormat =>
    family === 'ANTHROPIC' || (family === 'EITHER' && isAnthropicClient(request))
      ? formats.anthropic
      : formats.openai;

  const serve = (exchange: Exchange, at: RoutesAt | undefined): void => {
    const { request, response } = exchange;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = at?.routes.find((each) => each.method === method);
    if (at !== undefined && route !== undefined) {
      exchange.do(() => route.handle(exchange, at.rest));
      return;
    }
    const hint = at === undefined ? hints.hintFor(request) : hints.hintForMethod(request);
    if (hint !== undefined) hint.send(response);
    else refuseMethod(exchange, at?.routes ?? []);
  };

  return {
    /** Nothing is waited for where the key is known: the request is being answered when this returns. */
    handle(
      request: IncomingMessage,
      response: ServerResponse,
      trace?: TraceParent,
    ): boolean | Promise<boolean> {
      const { url = '/' } = request;
      if (!url.startsWith(BASE)) return false;
      const query = url.indexOf('?');
      const path = query < 0 ? url : url.slice(0, query);
      if (path !== BASE && path[BASE.length] !== '/') return false;
      const arrivedMs = nowMs();
      const at = routesAt(path);
      // The server asks again without stray slashes, and answers browsers with a page.
      if (at === undefined && (hasStraySlashes(path) || isVisit(request))) return false;
      const format = formatFor(request, at?.routes[0]?.family ?? 'EITHER');
      const admit = (who: Authentication): true => {
        if (who.kind !== 'CALLER') refuseStranger(who, response, format);
        else {
          const { caller } = who;
          serve(
            new Exchange({ request, response, trace }, { caller, path, format, arrivedMs }, onFailure),
            at,
          );
        }
        return true;
      };
      const who = authenticate(keys, readCredential(request), onFailure);
      return who instanceof Promise ? who.then(admit) : admit(who);
    },
  };
};
