import type { IncomingMessage } from 'node:http';
import { distance } from 'fastest-levenshtein';
import type { JsonObject } from '../../domain/json.ts';
import { type ClientError, STATUS_OF } from '../../wire/serve/client-error.ts';
import type { AddressHint } from '../address-hint.ts';
import { shownPath } from '../shown-path.ts';
import { type ErrorFormats, sendError, sendJson } from './exchange.ts';
import { isAnthropicClient } from './models.ts';
import type { AddressHints, RestRoute } from './rest-face.ts';

/** Whose clients read an answer. MESSAGE: those of Bedrock and Cohere, which read an object with a message. */
type Reader = 'OPENAI' | 'ANTHROPIC' | 'GEMINI' | 'OLLAMA' | 'MESSAGE' | 'GRAPH';

/** What a request at an unknown path probably meant, and whose format its client reads. */
type Meant = {
  readonly reader: Reader;
  readonly message: string;
  /** Methods that the path has, if only the method is wrong. */
  readonly allow?: string;
};

/** A request as far as its address says what it meant. */
type Asked = {
  readonly headers: IncomingMessage['headers'];
  readonly method: string;
  /** The path, if it may be repeated. */
  readonly shown: string;
  /** Names between slashes, and the same in lower case. */
  readonly names: readonly string[];
  readonly lower: readonly string[];
  /** Where the request reached this server, without a slash at the end. */
  readonly address: string;
};

const BASE = 'v1';
const MANUAL = 'GET /openapi.json lists what is served.';

/** Longer paths are of no client of an API. */
const MAX_PATH = 1_000;
const MAX_NAMES = 24;
/** A name that may be repeated, of a model for example. */
const PLAIN_NAME = /^[\w\-.:@]{1,100}$/;

const readAsked = (
  { url = '/', method = 'GET', headers }: Pick<IncomingMessage, 'url' | 'method' | 'headers'>,
  address: string,
): Asked => {
  const path = url.slice(0, MAX_PATH).split('?', 1)[0] ?? '/';
  const names = path
    .split('/')
    .filter((name) => name !== '')
    .slice(0, MAX_NAMES);
  return {
    headers,
    method,
    shown: shownPath(path),
    names,
    lower: names.map((name) => name.toLowerCase()),
    address,
  };
};

/** What a client says of itself, by headers that only clients of one family send. */
const readerByHeaders = ({ headers }: Pick<Asked, 'headers'>): Reader | undefined => {
  if (isAnthropicClient({ headers })) return 'ANTHROPIC';
  if (headers['x-goog-api-client'] !== undefined || headers['x-goog-api-key'] !== undefined) return 'GEMINI';
  return headers['x-stainless-lang'] !== undefined || headers['openai-beta'] !== undefined
    ? 'OPENAI'
    : undefined;
};

/** As `POST http://localhost:4000/v1/chat/completions`. */
const writeCall = (method: string, path: string, address: string): string => `${method} ${address}${path}`;

type Target = {
  readonly route: RestRoute;
  readonly names: readonly string[];
  readonly isOpen: boolean;
};

/** The longest first, so that `/chat/completions` is not taken for `/completions`. */
const targetsOf = (routes: readonly RestRoute[]): readonly Target[] =>
  routes
    .map((route): Target => {
      const names = route.path.split('/').slice(2);
      const isOpen = names.at(-1) === '*';
      return { route, names: isOpen ? names.slice(0, -1) : names, isOpen };
    })
    .toSorted((one, other) => other.names.length - one.names.length);

/** The names before those of the target, in the address that was asked for; undefined if it is another target. */
const prefixBefore = ({ names, isOpen }: Target, { lower }: Asked): readonly string[] | undefined => {
  const holdsAt = (at: number): boolean =>
    at >= 0 && names.every((name, index) => lower[at + index] === name);
  if (!isOpen) {
    const at = lower.length - names.length;
    return holdsAt(at) ? lower.slice(0, at) : undefined;
  }
  const at = lower.findIndex((_, index) => holdsAt(index));
  return at >= 0 && lower.length > at + names.length ? lower.slice(0, at) : undefined;
};

const readerFor = ({ family }: RestRoute, asked: Asked): Reader =>
  family !== 'EITHER' ? family : isAnthropicClient(asked) ? 'ANTHROPIC' : 'OPENAI';

const basesIn = (prefix: readonly string[]): number => prefix.filter((name) => name === BASE).length;

/**
 * Whether the client adds `/v1` to its base URL: Anthropic's own do; OpenAI's own and Vercel's do not; of others it is known by
 * a second `/v1`.
 */
const addsBase = (reader: Reader, prefix: readonly string[], { headers }: Asked): boolean => {
  if (prefix.at(-1) !== BASE || /\bai-sdk\//.test(headers['user-agent'] ?? '')) return false;
  if (reader === 'ANTHROPIC') return true;
  return headers['x-stainless-lang'] === undefined && basesIn(prefix) > 1;
};

/** Names in the path of the address that clients have, which a proxy in front should have removed. */
const proxyPrefix = ({ address, lower }: Asked): string | undefined => {
  const { pathname } = new URL(address);
  const names = pathname.toLowerCase().split('/').slice(1);
  return pathname !== '/' && names.every((name, index) => lower[index] === name) ? pathname : undefined;
};

const whyWrong = (prefix: readonly string[]): string => {
  if (basesIn(prefix) > 1) return `/${BASE} is there twice`;
  return prefix[0] === BASE
    ? `the client's base URL has more than /${BASE} in it`
    : `paths of REST begin with /${BASE}`;
};

/** An address that ends as one of ours does: the base URL is another than it should be. */
const findWrongBase = (targets: readonly Target[], asked: Asked): Meant | undefined => {
  for (const target of targets) {
    const prefix = prefixBefore(target, asked);
    if (prefix === undefined) continue;
    const { route } = target;
    const { address, shown } = asked;
    const reader = readerFor(route, asked);
    const path = route.path.replace(/\*$/, '{id}');
    const right = `The address is ${writeCall(route.method, path, address)}`;
    if (prefix.length === 1 && prefix[0] === BASE)
      return { reader, message: `There is nothing at ${shown}: paths are in lower case. ${right}.` };
    const ofProxy = proxyPrefix(asked);
    if (ofProxy !== undefined && prefix.at(-1) === BASE && basesIn(prefix) === 1)
      return {
        reader,
        message: `There is nothing at ${shown}: the proxy in front of this server should remove ${ofProxy} from the path (MODELGRAPH_PUBLIC_URL). ${right}.`,
      };
    const base = addsBase(reader, prefix, asked) ? address : `${address}/${BASE}`;
    const deployment = prefix[prefix.indexOf('deployments') + 1];
    if (prefix.includes('deployments') && deployment !== undefined) {
      const name = asked.names[prefix.indexOf('deployments') + 1] ?? '';
      const model = PLAIN_NAME.test(name) ? ` and the model "${name}"` : ' and the deployment as the model';
      return {
        reader,
        message: `Azure's addresses are not served. Use OpenAI's own client with the base URL ${base}${model}. ${right}.`,
      };
    }
    return {
      reader,
      message: `There is nothing at ${shown}: ${whyWrong(prefix)}. Set the client's base URL to ${base}. ${right}.`,
    };
  }
  return undefined;
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Google's methods stand behind a colon: `/v1beta/models/NAME:generateContent`. */
const GOOGLE_METHOD =
  /^(.+):(generatecontent|streamgeneratecontent|embedcontent|batchembedcontents|counttokens|predict|rawpredict|streamrawpredict)$/;

const findGoogle = ({ lower, names, address }: Asked): Meant | undefined => {
  const [, , method] = GOOGLE_METHOD.exec(lower.at(-1) ?? '') ?? [];
  const isOfGoogle = (lower[0] === 'v1beta' || lower[0] === 'v1alpha') && lower[1] !== 'openai';
  if (method === undefined && !isOfGoogle) return undefined;
  if (method?.includes('rawpredict') === true)
    return {
      reader: 'ANTHROPIC',
      message: `Vertex AI's addresses are not served. Use Anthropic's own client with the base URL ${address}. The address is ${writeCall('POST', '/v1/messages', address)}.`,
    };
  const name = (names.at(-1) ?? '').split(':', 1)[0] ?? '';
  const path = method?.includes('embed') === true ? '/v1/embeddings' : '/v1/chat/completions';
  const model = method !== undefined && PLAIN_NAME.test(name) ? ` and the model "${name}"` : '';
  return {
    reader: 'GEMINI',
    message: `Gemini's addresses are not served. Use an OpenAI client with the base URL ${address}/v1${model}. The address is ${writeCall('POST', path, address)}.`,
  };
};

const OLLAMA = words('chat generate embed embeddings tags show ps version pull push create');

/** What administers a LiteLLM proxy. */
const LITELLM =
  /^(?:v\d\/)?(?:(?:key|user|team|budget|customer)\/(?:generate|new|info|list|update|delete|regenerate)|model(?:_group)?\/(?:info|new|update|delete)|(?:global\/)?spend\/\w+)$/;

const findOthersAddress = (asked: Asked): Meant | undefined => {
  const { lower, address } = asked;
  const [first, second] = lower;
  const advice = `Use an OpenAI client with the base URL ${address}/v1. The address is ${writeCall('POST', '/v1/chat/completions', address)}.`;
  if (first === 'api' && lower.length === 2 && OLLAMA.has(second ?? ''))
    return { reader: 'OLLAMA', message: `Ollama's addresses are not served. ${advice}` };
  if (LITELLM.test(lower.join('/')))
    return {
      reader: 'OPENAI',
      message: `LiteLLM's administration is not served. Keys, prices and what was used are in the graph, at ${address}/graphql.`,
    };
  if (
    first === 'model' &&
    ['converse', 'converse-stream', 'invoke', 'invoke-with-response-stream'].includes(lower.at(-1) ?? '')
  )
    return { reader: 'MESSAGE', message: `Bedrock's addresses are not served. ${advice}` };
  if (
    (first === 'v1' || first === 'v2') &&
    second === 'chat' &&
    lower.length === 2 &&
    readerByHeaders(asked) !== 'ANTHROPIC'
  )
    return {
      reader: first === 'v2' ? 'MESSAGE' : 'OPENAI',
      message: `There is nothing at /${first}/chat. ${advice}`,
    };
  return undefined;
};

/** What OpenAI and Anthropic serve below `/v1` and this server does not, with what to do instead. */
const NOT_SERVED: readonly (readonly [path: string, advice: string])[] = [
  ['responses', 'Responses are not stored: send the whole conversation with each request.'],
  ['chat/completions', 'Completions are not stored here; the graph has their record.'],
  ['messages/batches', 'Send each request by itself.'],
  ['batches', 'Send each request by itself.'],
  ['files', 'Send files within the request.'],
  ['uploads', 'Send files within the request.'],
  ['images/variations', 'Use /v1/images/edits.'],
  ...'assistants threads vector_stores conversations containers fine_tuning fine-tunes realtime videos evals organization organizations engines skills agents complete'
    .split(' ')
    .map((path) => [path, ''] as const),
];

const findNotServed = (asked: Asked): Meant | undefined => {
  const { lower, shown } = asked;
  const from = lower.lastIndexOf(BASE) + 1;
  const path = lower.slice(from).join('/');
  const entry = NOT_SERVED.find(([each]) => path === each || path.startsWith(`${each}/`));
  // Outside `/v1`, words as common as these are of no API.
  if (entry === undefined || from === 0) return undefined;
  return {
    reader: readerByHeaders(asked) ?? (path.startsWith('messages') ? 'ANTHROPIC' : 'OPENAI'),
    message: `This server does not serve ${shown}.${entry[1] === '' ? '' : ` ${entry[1]}`} ${MANUAL}`,
  };
};

const GRAPH_WORDS = words('graphql graphiql playground altair gql graph');
/** What people look for first at a server that they do not know. */
const MANUAL_WORDS = words(
  'docs doc swagger swagger-ui swagger.json redoc api-docs openapi openapi.yaml openapi.json',
);
const HEALTH_WORDS = words('ping status live livez liveness up health healthcheck');
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
const READ_ONLY = words('openapi.json metrics health ready favicon.ico favicon.svg robots.txt');

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
  formats: ErrorFormats,
  addressOf: (request: IncomingMessage) => string,
): AddressHints => {
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
    hintFor(request) {
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
    hintForMethod(request) {
      const meant = findGoogle(readAsked(request, addressOf(request)));
      return meant && hint(meant);
    },
  };
};
