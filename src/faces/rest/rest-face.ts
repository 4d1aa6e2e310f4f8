import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import {
  type Authentication,
  authenticate,
  LOOK_UP_FAILED,
  type OnFailure,
  TOO_MANY_ATTEMPTS,
} from '../../control/authentication.ts';
import { readCredential } from '../../control/credential.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { OperationBody, OperationReply } from '../../wire/serve/served-operation.ts';
import type { AddressHint } from '../address-hint.ts';
import { isVisit } from '../browser-visit.ts';
import { shownPath } from '../shown-path.ts';
import type { Visit } from '../visit.ts';
import { type ErrorFormat, type ErrorFormats, Exchange, type Family, sendError } from './exchange.ts';
import type { AnswerSchemaName } from './manual/answer-schemas.ts';
import { familyOf } from './models.ts';

/** One thing that can be asked for, at an address of its own. */
export type RestRoute = {
  /** Stable, in the reference manual: generators name their functions by it. */
  readonly operationId: string;
  readonly method: 'GET' | 'POST';
  /** With a slash and a star at its end: whatever follows is part of it, too. */
  readonly path: string;
  /** In whose shape errors are told. EITHER: the client's headers tell. */
  readonly family: Family | 'EITHER';
  /** One sentence for the reference manual. */
  readonly summary: string;
  /** What bodies are held against. */
  readonly body?: { readonly schema: z.ZodType; readonly takes: readonly OperationBody['kind'][] };
  /** A body that a server with no provider but the sandbox answers. */
  readonly example?: JsonObject;
  /** What is answered to such a body, in each media type that can be asked for. */
  readonly replies: () => readonly OperationReply[];
  /** The shape of answers in JSON, and of the data of a stream's events. */
  readonly answer?: AnswerSchemaName;
  readonly event?: AnswerSchemaName;
  /** `rest`: what stands in place of the star, decoded. What it throws ends the exchange. */
  readonly handle: (exchange: Exchange, rest: string) => Promise<void> | void;
};

type Found = { readonly route: RestRoute; readonly rest: string };

/** Ids hold slashes, which clients send as they are or encoded. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Finds routes by their addresses. */
const createRouteTable = (routes: readonly RestRoute[]): ((path: string) => Found | undefined) => {
  const isOpen = ({ path }: RestRoute): boolean => path.endsWith('/*');
  const open = routes.filter(isOpen);
  const exact = new Map(
    routes.filter((route) => !isOpen(route)).map((route) => [route.path, { route, rest: '' }]),
  );
  return (path) => {
    const found = exact.get(path);
    if (found !== undefined) return found;
    for (const route of open) {
      const prefix = route.path.slice(0, -1);
      if (path.startsWith(prefix) && path !== prefix)
        return { route, rest: decoded(path.slice(prefix.length)) };
    }
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
  else if (who.kind === 'TOO_MANY_ATTEMPTS')
    sendError(response, format, {
      kind: 'RATE_LIMITED',
      code: 'too_many_attempts',
      message: TOO_MANY_ATTEMPTS,
      retryAfterMs: 1_000,
    });
  else {
    const { problem, message } = who;
    const headers = { 'www-authenticate': 'Bearer' };
    sendError(response, format, { kind: 'AUTHENTICATION', code: problem.toLowerCase(), message }, headers);
  }
};

const hasStraySlashes = (path: string): boolean => path.endsWith('/') || path.includes('//');

/**
 * The REST base, `/v1`: OpenAI's and Anthropic's own formats. A stranger's request ends before anything of it is read,
 * and every error has the shape that the client's family reads.
 */
export const createRest = ({ routes, formats, keys, hints, onFailure, nowMs }: RestOptions) => {
  const routeAt = createRouteTable(routes);

  const serve = (exchange: Exchange, found: Found | undefined): void => {
    const { request, response, path, format } = exchange;
    const asked = request.method === 'HEAD' ? 'GET' : request.method;
    if (found !== undefined && found.route.method === asked) {
      exchange.do(() => found.route.handle(exchange, found.rest));
      return;
    }
    const hint = found === undefined ? hints.hintFor(request) : hints.hintForMethod(request);
    if (hint !== undefined) hint.send(response);
    else if (found !== undefined) {
      const { method } = found.route;
      const message = `There is no ${request.method} ${shownPath(path)}, only ${method}.`;
      const error = { kind: 'METHOD_NOT_ALLOWED', code: 'method_not_allowed', message } as const;
      sendError(response, format, error, { allow: method === 'GET' ? 'GET, HEAD' : method });
    }
  };

  return {
    /** Nothing is waited for where the key is known: the request is being answered when this returns. */
    handle(
      request: IncomingMessage,
      response: ServerResponse,
      trace?: TraceParent,
      visit?: Visit,
    ): boolean | Promise<boolean> {
      const { url = '/' } = request;
      if (!url.startsWith(BASE)) return false;
      const query = url.indexOf('?');
      const path = query < 0 ? url : url.slice(0, query);
      if (path !== BASE && path[BASE.length] !== '/') return false;
      const arrivedMs = nowMs();
      const found = routeAt(path);
      // The server asks again without stray slashes, and answers browsers with a page.
      if (found === undefined && (hasStraySlashes(path) || isVisit(request))) return false;
      const family = found?.route.family ?? 'EITHER';
      const format = formats[family === 'EITHER' ? familyOf(request) : family];
      const admit = (who: Authentication): true => {
        if (who.kind !== 'CALLER') refuseStranger(who, response, format);
        else {
          const facts = { caller: who.caller, path, format, arrivedMs };
          serve(new Exchange({ request, response, trace, visit }, facts, onFailure), found);
        }
        return true;
      };
      const who = authenticate(keys, readCredential(request), onFailure, visit);
      return who instanceof Promise ? who.then(admit) : admit(who);
    },
  };
};
