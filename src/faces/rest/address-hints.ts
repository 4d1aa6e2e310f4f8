import type { IncomingMessage } from 'node:http';
import { distance } from 'fastest-levenshtein';
import type { JsonObject } from '../../domain/json.ts';
import { type ClientError, STATUS_OF } from '../../wire/serve/client-error.ts';
import type { AddressHint } from '../address-hint.ts';
import { shownPath } from '../shown-path.ts';
import { type ErrorFormats, type Family, sendError, sendJson } from './exchange.ts';
import { familyOf } from './models.ts';
import type { AddressHints, RestRoute } from './rest-face.ts';

/** Whose clients read an answer. MESSAGE: those of Bedrock and Cohere, which read an object with a message. */
type Reader = Family | 'GEMINI' | 'OLLAMA' | 'MESSAGE' | 'GRAPH';

/** What a request at an unknown path probably meant. */
type Meant = {
  readonly message: string;
  /** Whose format its client reads, whatever its headers say. */
  readonly reader?: Reader;
  /** Methods that the path has, if only the method is wrong. */
  readonly allow?: string;
};

/** A request as far as its address says what it meant. */
type Asked = Pick<IncomingMessage, 'headers'> & {
  readonly method: string;
  /** The path, if it may be repeated. */
  readonly shown: string;
  /** Names, each with a slash before it; and the same in lower case. */
  readonly given: string;
  readonly path: string;
  /** Where the request reached this server, without a slash at the end. */
  readonly address: string;
  /** What its client says of itself, by headers that only clients of one family send. */
  readonly client: Reader | undefined;
};

/** One of our routes, and what addresses are like that end as it does. */
type Target = { readonly route: RestRoute; readonly pattern: RegExp };

/** What a request meant, if it is of the kind that it knows. */
type Finder = (asked: Asked, targets: readonly Target[]) => Meant | undefined;

const MANUAL = 'GET /openapi.json lists what is served.';

/** Longer paths are of no client of an API. */
const MAX_PATH = 1_000;
const MAX_NAMES = 24;
/** A name that may be repeated, of a model for example. */
const PLAIN_NAME = /^[\w\-.:@]{1,100}$/;

const clientOf = (headers: IncomingMessage['headers']): Reader | undefined => {
  if (familyOf({ headers }) === 'ANTHROPIC') return 'ANTHROPIC';
  if (headers['x-goog-api-client'] !== undefined || headers['x-goog-api-key'] !== undefined) return 'GEMINI';
  const isOpenAi = headers['x-stainless-lang'] !== undefined || headers['openai-beta'] !== undefined;
  return isOpenAi ? 'OPENAI' : undefined;
};

const readAsked = ({ url = '/', method = 'GET', headers }: IncomingMessage, address: string): Asked => {
  const path = url.slice(0, MAX_PATH).split('?', 1)[0] ?? '/';
  const names = path.split('/').filter((name) => name !== '');
  const given = `/${names.slice(0, MAX_NAMES).join('/')}`;
  const client = clientOf(headers);
  return { headers, method, shown: shownPath(path), given, path: given.toLowerCase(), address, client };
};

const isRead = ({ method }: Asked): boolean => method === 'GET' || method === 'HEAD';
const isBelowBase = (path: string): boolean => /^\/v1(\/|$)/.test(path);

/** The longest first, so that `/chat/completions` is not taken for `/completions`. */
const targetsOf = (routes: readonly RestRoute[]): readonly Target[] =>
  routes
    .map((route) => ({ route, end: route.path.slice('/v1/'.length) }))
    .toSorted((one, other) => other.end.split(/\/\b/).length - one.end.split(/\/\b/).length)
    .map(({ route, end }) => ({
      route,
      pattern: new RegExp(`^((?:/[^/]+)*?)/${end.replace('*', '.+')}$`),
    }));

const readerFor = ({ family }: RestRoute, { client }: Asked): Reader => {
  if (family !== 'EITHER') return family;
  return client === 'ANTHROPIC' ? client : 'OPENAI';
};

/**
 * Whether the client adds `/v1` to its base URL: Anthropic's own do; OpenAI's own and Vercel's do not; of others it is known by
 * a second `/v1`.
 */
const addsBase = (reader: Reader, bases: number, { headers }: Asked): boolean => {
  if (/\bai-sdk\//.test(headers['user-agent'] ?? '')) return false;
  return reader === 'ANTHROPIC' || (headers['x-stainless-lang'] === undefined && bases > 1);
};

/** Names in the path of the address that clients have, which a proxy in front should have removed. */
const proxyPrefix = ({ address, path }: Asked): string | undefined => {
  const { pathname } = new URL(address);
  return pathname !== '/' && `${path}/`.startsWith(`${pathname.toLowerCase()}/`) ? pathname : undefined;
};

/** An address that ends as one of ours does: the base URL is another than it should be. */
const wrongBase: Finder = (asked, targets) => {
  const target = targets.find(({ pattern }) => pattern.test(asked.path));
  if (target === undefined) return undefined;
  const { route, pattern } = target;
  const { address, shown, given } = asked;
  const prefix = pattern.exec(asked.path)?.[1] ?? '';
  const bases = prefix.split('/').filter((name) => name === 'v1').length;
  const endsInBase = prefix.endsWith('/v1');
  const ofProxy = endsInBase && bases === 1 ? proxyPrefix(asked) : undefined;
  const reader = readerFor(route, asked);
  const right = `The address is ${route.method} ${address}${route.path.replace(/\*$/, '{id}')}.`;
  const base = endsInBase && addsBase(reader, bases, asked) ? address : `${address}/v1`;
  const [, deployment] = /\/deployments\/([^/]+)/i.exec(given.slice(0, prefix.length)) ?? [];
  const wrong = (why: string): Meant => ({
    reader,
    message: `There is nothing at ${shown}: ${why} ${right}`,
  });
  const wrongBecause = (why: string): Meant => wrong(`${why}. Set the client's base URL to ${base}.`);

  if (prefix === '/v1') return wrong('paths are in lower case.');
  if (ofProxy !== undefined)
    return wrong(
      `the proxy in front of this server should remove ${ofProxy} from the path (MODELGRAPH_PUBLIC_URL).`,
    );
  if (deployment !== undefined) {
    const model = PLAIN_NAME.test(deployment) ? `the model "${deployment}"` : 'the deployment as the model';
    const message = `Azure's addresses are not served. Use OpenAI's own client with the base URL ${base} and ${model}. ${right}`;
    return { reader, message };
  }
  if (bases > 1) return wrongBecause('/v1 is there twice');
  if (isBelowBase(prefix)) return wrongBecause("the client's base URL has more than /v1 in it");
  return wrongBecause('paths of REST begin with /v1');
};

/** Google's methods stand behind a colon: `/v1beta/models/NAME:generateContent`. */
const GOOGLE_METHOD =
  /([^/:]+)[^/]*:(generatecontent|streamgeneratecontent|embedcontent|batchembedcontents|counttokens|predict|rawpredict|streamrawpredict)$/i;
const GOOGLE_PATH = /^\/v1(beta|alpha)(?!\/openai(\/|$))(\/|$)/;

const ofGoogle: Finder = ({ path, given, address }) => {
  const [, name = '', method = ''] = GOOGLE_METHOD.exec(given) ?? [];
  if (method === '' && !GOOGLE_PATH.test(path)) return undefined;
  if (/rawpredict/i.test(method)) {
    const advice = `Use Anthropic's own client with the base URL ${address}. The address is POST ${address}/v1/messages.`;
    return { reader: 'ANTHROPIC', message: `Vertex AI's addresses are not served. ${advice}` };
  }
  const model = PLAIN_NAME.test(name) ? ` and the model "${name}"` : '';
  const right = /embed/i.test(method) ? '/v1/embeddings' : '/v1/chat/completions';
  const advice = `Use an OpenAI client with the base URL ${address}/v1${model}. The address is POST ${address}${right}.`;
  return { reader: 'GEMINI', message: `Gemini's addresses are not served. ${advice}` };
};

const openAiInstead = ({ address }: Asked): string =>
  `Use an OpenAI client with the base URL ${address}/v1. The address is POST ${address}/v1/chat/completions.`;

/** Cohere's, which is also what people shorten ours to. */
const ofCohere: Finder = (asked) => {
  const [, version] = /^\/(v[12])\/chat$/.exec(asked.path) ?? [];
  if (version === undefined || asked.client === 'ANTHROPIC') return undefined;
  const message = `There is nothing at /${version}/chat. ${openAiInstead(asked)}`;
  return { reader: version === 'v2' ? 'MESSAGE' : 'OPENAI', message };
};

/** What OpenAI and Anthropic serve below `/v1` and this server does not, with what to do instead. */
const NOT_SERVED: readonly (readonly [path: RegExp, advice: string])[] = [
  [/^responses\//, 'Responses are not stored: send the whole conversation with each request. '],
  [/^chat\/completions\//, 'Completions are not stored here; the graph has their record. '],
  [/^(messages\/)?batches\//, 'Send each request by itself. '],
  [/^(files|uploads)\//, 'Send files within the request. '],
  [/^images\/variations\//, 'Use /v1/images/edits. '],
  [
    /^(assistants|threads|vector_stores|conversations|containers|fine_tuning|fine-tunes|realtime|videos|evals|organizations?|engines|skills|agents|complete)\//,
    '',
  ],
];

/** Outside `/v1`, words as common as these are of no API. */
const notServed: Finder = ({ path, shown, client }) => {
  const below = /^.*\/v1\/(.*)$/.exec(`${path}/`)?.[1] ?? '';
  const advice = NOT_SERVED.find(([each]) => each.test(below))?.[1];
  if (advice === undefined) return undefined;
  const reader = client ?? (below.startsWith('messages') ? 'ANTHROPIC' : 'OPENAI');
  return { reader, message: `This server does not serve ${shown}. ${advice}${MANUAL}` };
};

/** Paths beside the faces that are only read. */
const READ_ONLY = /^\/(openapi\.json|metrics|health|ready|favicon\.ico|favicon\.svg|robots\.txt)$/;

const wrongMethod: Finder = (asked) => {
  const { path, method, shown, address } = asked;
  if (isRead(asked)) return undefined;
  if (READ_ONLY.test(path))
    return { message: `There is no ${method} ${shown}, only GET.`, allow: 'GET, HEAD' };
  const places = `The graph is at ${address}/graphql; the base URL of REST is ${address}/v1.`;
  return path === '/' ? { message: `There is nothing to ${method} at /. ${places}` } : undefined;
};

const OTHER_PATHS = ['/graphql', '/graphql/stream', '/metrics', '/health', '/ready', '/openapi.json'];

/** Longer paths are like none of ours. */
const MAX_COMPARED = 100;
/** Mistyped characters for each ten of the path. */
const MAX_DISTANCE = 0.3;

const closestTo = (path: string, paths: readonly string[]): string | undefined => {
  const [closest] = paths
    .map((each) => ({ each, distance: distance(path, each) }))
    .toSorted((one, other) => one.distance - other.distance);
  if (closest === undefined || closest.distance > closest.each.length * MAX_DISTANCE) return undefined;
  return closest.each;
};

const nearest: Finder = (asked, targets) => {
  const { address, shown, client } = asked;
  if (asked.path === '/') return undefined;
  const path = asked.path.slice(0, MAX_COMPARED);
  const paths = targets.map(({ route }) => route.path).filter((each) => !each.endsWith('*'));
  const meant = closestTo(isBelowBase(path) ? path : `/v1${path}`, paths);
  const route = targets.find((target) => target.route.path === meant)?.route;
  const nothing = `There is nothing at ${shown}.`;
  if (route !== undefined) {
    const message = `${nothing} Is ${route.method} ${address}${route.path} meant? ${MANUAL}`;
    return { reader: client ?? readerFor(route, asked), message };
  }
  const other = closestTo(path, OTHER_PATHS);
  if (other !== undefined) return { message: `${nothing} Is ${address}${other} meant?` };
  return isBelowBase(path) || client !== undefined
    ? { reader: client ?? 'OPENAI', message: `${nothing} The base URL of REST is ${address}/v1. ${MANUAL}` }
    : undefined;
};

/** What is meant by paths of which nothing but their words is to be known. */
const at =
  (path: RegExp, message: (asked: Asked) => string, reader?: Reader): Finder =>
  (asked) =>
    path.test(asked.path) ? { message: message(asked), ...(reader !== undefined && { reader }) } : undefined;

/** The first that knows what was meant counts: other servers' addresses, then what people look for first at any server. */
const FINDERS: readonly Finder[] = [
  wrongMethod,
  ofGoogle,
  wrongBase,
  at(
    /^\/api\/(chat|generate|embed|embeddings|tags|show|ps|version|pull|push|create)$/,
    (asked) => `Ollama's addresses are not served. ${openAiInstead(asked)}`,
    'OLLAMA',
  ),
  at(
    /^(\/v\d)?\/((key|user|team|budget|customer)\/(generate|new|info|list|update|delete|regenerate)|model(_group)?\/(info|new|update|delete)|(global\/)?spend\/\w+)$/,
    ({ address }) =>
      `LiteLLM's administration is not served. Keys, prices and what was used are in the graph, at ${address}/graphql.`,
    'OPENAI',
  ),
  at(
    /^\/model(\/.+)?\/(converse|converse-stream|invoke|invoke-with-response-stream)$/,
    (asked) => `Bedrock's addresses are not served. ${openAiInstead(asked)}`,
    'MESSAGE',
  ),
  ofCohere,
  notServed,
  at(
    /\/(graphql|graphiql|playground|altair|gql|graph)(\/|$)/,
    ({ shown, address }) => `There is nothing at ${shown}. The graph is at ${address}/graphql.`,
    'GRAPH',
  ),
  at(
    /^(\/[^/]+)?\/(docs?|swagger|swagger-ui|swagger\.json|redoc|api-docs|openapi|openapi\.(yaml|json))$/,
    ({ shown, address }) =>
      `There is nothing at ${shown}. The reference manual of REST is at ${address}/openapi.json; the graph describes itself at ${address}/graphql.`,
  ),
  at(
    /^((\/[^/]+)?\/(ping|status|livez?|liveness|up|health|healthcheck)|\/health\/[^/]+)$/,
    ({ shown, address }) =>
      `There is nothing at ${shown}. Whether the server lives is at ${address}/health, whether it takes work at ${address}/ready.`,
  ),
  at(
    /^\/v1$/,
    ({ address }) => `${address}/v1 is the base URL of REST clients; Anthropic's take ${address}. ${MANUAL}`,
  ),
  nearest,
];

/** How clients of other families are told of errors. */
const OTHER_BODIES: {
  readonly [Other in Exclude<Reader, Family>]: (error: ClientError, status: number) => JsonObject;
} = {
  GEMINI: ({ kind, message }, code) => ({
    error: { code, message, status: kind === 'NOT_FOUND' ? kind : 'INVALID_ARGUMENT' },
  }),
  OLLAMA: ({ message }) => ({ error: message }),
  MESSAGE: ({ message }) => ({ message }),
  GRAPH: ({ kind, message }) => ({ errors: [{ message, extensions: { code: kind } }] }),
};

/** Says what requests at unknown paths probably meant. */
export const createAddressHints = (
  routes: readonly RestRoute[],
  formats: ErrorFormats,
  addressOf: (request: IncomingMessage) => string,
): AddressHints => {
  const targets = targetsOf(routes);
  const hint = (reader: Reader, { message, allow }: Meant): AddressHint => ({
    message,
    send(response) {
      const headers = allow === undefined ? {} : { allow };
      const error: ClientError =
        allow === undefined
          ? { kind: 'NOT_FOUND', code: 'unknown_url', message }
          : { kind: 'METHOD_NOT_ALLOWED', code: 'method_not_allowed', message };
      const status = STATUS_OF[error.kind];
      if (reader === 'OPENAI' || reader === 'ANTHROPIC') sendError(response, formats[reader], error, headers);
      else sendJson(response, status, OTHER_BODIES[reader](error, status), headers);
    },
  });
  const hintBy =
    (finders: readonly Finder[]) =>
    (request: IncomingMessage): AddressHint | undefined => {
      const asked = readAsked(request, addressOf(request));
      const usual = isBelowBase(asked.path) ? 'OPENAI' : 'GRAPH';
      for (const find of finders) {
        const meant = find(asked, targets);
        if (meant !== undefined) return hint(meant.reader ?? asked.client ?? usual, meant);
      }
      return undefined;
    };
  return { hintFor: hintBy(FINDERS), hintForMethod: hintBy([ofGoogle]) };
};
