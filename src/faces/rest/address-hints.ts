import type { IncomingMessage } from 'node:http';
import { distance } from 'fastest-levenshtein';
import type { JsonObject } from '../../domain/json.ts';
import { type ClientError, STATUS_OF } from '../../wire/serve/client-error.ts';
import type { AddressHint } from '../address-hint.ts';
import {
  type Asked,
  BASE,
  MANUAL,
  type Meant,
  type Reader,
  readAsked,
  readerByHeaders,
  writeCall,
} from './asked-address.ts';
import type { ErrorFormat } from './exchange.ts';
import { sendError, sendJson } from './exchange.ts';
import { findGoogle, findNotServed, findOthersAddress } from './others-addresses.ts';
import type { RestRoute } from './rest-face.ts';
import { findWrongBase, readerFor, type Target, targetsOf } from './wrong-base.ts';

const GRAPH_WORDS: ReadonlySet<string> = new Set([
  'graphql',
  'graphiql',
  'playground',
  'altair',
  'gql',
  'graph',
]);
/** What people look for first at a server that they do not know. */
const MANUAL_WORDS: ReadonlySet<string> = new Set([
  'docs',
  'doc',
  'swagger',
  'swagger-ui',
  'swagger.json',
  'redoc',
  'api-docs',
  'openapi',
  'openapi.yaml',
  'openapi.json',
]);
const HEALTH_WORDS: ReadonlySet<string> = new Set([
  'ping',
  'status',
  'live',
  'livez',
  'liveness',
  'up',
  'health',
  'healthcheck',
]);
const OTHER_PATHS = ['/graphql', '/graphql/stream', '/metrics', '/health', '/ready', '/openapi.json'];

/** Longer paths are like none of ours. */
const MAX_COMPARED = 100;
/** Mistyped characters for each ten of the path. */
const MAX_DISTANCE = 0.3;

const closestTo = (path: string, paths: readonly string[]): string | undefined => {
  const [closest] = paths
    .map((each) => ({ each, distance: distance(path, each) }))
    .toSorted((one, other) => one.distance - other.distance);
  return closest !== undefined && closest.distance <= closest.each.length * MAX_DISTANCE
    ? closest.each
    : undefined;
};

/** Paths beside the faces that are only read. */
const READ_ONLY: ReadonlySet<string> = new Set([
  ...['openapi.json', 'metrics', 'health', 'ready'],
  ...['favicon.ico', 'favicon.svg', 'robots.txt'],
]);

const findWrongMethod = (asked: Asked): Meant | undefined => {
  const { lower, shown, method } = asked;
  if (lower.length !== 1 || !READ_ONLY.has(lower[0] ?? '') || method === 'GET' || method === 'HEAD')
    return undefined;
  return {
    reader: readerByHeaders(asked) ?? 'GRAPH',
    message: `There is no ${method} ${shown}, only GET.`,
    allow: 'GET, HEAD',
  };
};

const findNearest = (targets: readonly Target[], asked: Asked): Meant | undefined => {
  const { lower, address, shown, method } = asked;
  if (lower.length === 0) {
    if (method === 'GET' || method === 'HEAD') return undefined;
    return {
      reader: readerByHeaders(asked) ?? 'GRAPH',
      message: `There is nothing to ${method} at /. The graph is at ${address}/graphql; the base URL of REST is ${address}/v1.`,
    };
  }
  if (lower.some((name) => GRAPH_WORDS.has(name)))
    return { reader: 'GRAPH', message: `There is nothing at ${shown}. The graph is at ${address}/graphql.` };
  const last = lower.at(-1) ?? '';
  const isOfHealth = HEALTH_WORDS.has(last) || lower[0] === 'health';
  if (lower.length <= 2 && (MANUAL_WORDS.has(last) || isOfHealth))
    return {
      reader: readerByHeaders(asked) ?? (lower[0] === BASE ? 'OPENAI' : 'GRAPH'),
      message: MANUAL_WORDS.has(last)
        ? `There is nothing at ${shown}. The reference manual of REST is at ${address}/openapi.json; the graph describes itself at ${address}/graphql.`
        : `There is nothing at ${shown}. Whether the server lives is at ${address}/health, whether it takes work at ${address}/ready.`,
    };
  if (lower.length === 1 && lower[0] === BASE)
    return {
      reader: readerByHeaders(asked) ?? 'OPENAI',
      message: `${address}/v1 is the base URL of REST clients; Anthropic's take ${address}. ${MANUAL}`,
    };
  const path = `/${lower.join('/')}`.slice(0, MAX_COMPARED);
  const isOfRest = lower[0] === BASE || readerByHeaders(asked) !== undefined;
  const paths = targets.filter(({ isOpen }) => !isOpen).map(({ route }) => route.path);
  const withBase = lower[0] === BASE ? path : `/${BASE}${path}`;
  const nearest = closestTo(withBase, paths);
  const route = targets.find((target) => target.route.path === nearest)?.route;
  if (route !== undefined)
    return {
      reader: readerByHeaders(asked) ?? readerFor(route, asked),
      message: `There is nothing at ${shown}. Is ${writeCall(route.method, route.path, address)} meant? ${MANUAL}`,
    };
  const other = closestTo(path, OTHER_PATHS);
  if (other !== undefined)
    return {
      reader: readerByHeaders(asked) ?? 'GRAPH',
      message: `There is nothing at ${shown}. Is ${address}${other} meant?`,
    };
  return isOfRest
    ? {
        reader: readerByHeaders(asked) ?? 'OPENAI',
        message: `There is nothing at ${shown}. The base URL of REST is ${address}/v1. ${MANUAL}`,
      }
    : undefined;
};

const errorOf = ({ message, allow }: Meant): ClientError =>
  allow === undefined
    ? { kind: 'NOT_FOUND', code: 'unknown_url', message }
    : { kind: 'METHOD_NOT_ALLOWED', code: 'method_not_allowed', message };

const bodyFor = (
  reader: Exclude<Reader, 'OPENAI' | 'ANTHROPIC'>,
  { message, allow }: Meant,
  code: number,
): JsonObject => {
  switch (reader) {
    case 'GEMINI':
      return { error: { code, message, status: allow === undefined ? 'NOT_FOUND' : 'INVALID_ARGUMENT' } };
    case 'OLLAMA':
      return { error: message };
    case 'MESSAGE':
      return { message };
    case 'GRAPH':
      return {
        errors: [{ message, extensions: { code: allow === undefined ? 'NOT_FOUND' : 'METHOD_NOT_ALLOWED' } }],
      };
  }
};

/** Says what requests at unknown paths probably meant. */
export const createAddressHints = (
  routes: readonly RestRoute[],
  formats: { readonly openai: ErrorFormat; readonly anthropic: ErrorFormat },
  addressOf: (request: IncomingMessage) => string,
) => {
  const targets = targetsOf(routes);

  const hint = (meant: Meant): AddressHint => ({
    message: meant.message,
    send(response) {
      const { reader, allow } = meant;
      const headers = allow === undefined ? {} : { allow };
      const error = errorOf(meant);
      if (reader === 'OPENAI' || reader === 'ANTHROPIC')
        sendError(response, reader === 'OPENAI' ? formats.openai : formats.anthropic, error, headers);
      else {
        const status = STATUS_OF[error.kind];
        sendJson(response, status, bodyFor(reader, meant, status), headers);
      }
    },
  });

  return {
    /** Undefined if nothing is known of the path and of its client. */
    hintFor(request: IncomingMessage): AddressHint | undefined {
      const asked = readAsked(request, addressOf(request));
      const meant =
        findWrongMethod(asked) ??
        findGoogle(asked) ??
        findWrongBase(targets, asked) ??
        findOthersAddress(asked) ??
        findNotServed(asked) ??
        findNearest(targets, asked);
      return meant && hint(meant);
    },
    /** What a call by a wrong method meant, if it is of another API that has the same path. */
    hintForMethod(request: IncomingMessage): AddressHint | undefined {
      const meant = findGoogle(readAsked(request, addressOf(request)));
      return meant && hint(meant);
    },
  };
};

export type AddressHints = ReturnType<typeof createAddressHints>;
