import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { isJsonObject, parseJson } from '../../domain/json.ts';
import { LARGE_BYTES, nextTurn } from '../large-bodies.ts';
import { type OperationParameters, prepareOperation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import { GRAPH_PATH } from './paths.ts';
import { resultWithoutHttp, withoutHttp } from './without-http.ts';
import { isPaced, type Paced, pauseOf } from './work/pace.ts';
import { writeInSlices } from './work/written-result.ts';
import type { Engine, ServerContext } from './yoga.ts';

/**
 * What came of a request here: an answer; nothing, and nothing of it has run; or an outcome that the engine is to
 * tell, which knows how errors are told over HTTP.
 */
type DirectAnswer =
  | { readonly kind: 'ANSWERED' }
  | { readonly kind: 'NOT_TAKEN' }
  | { readonly kind: 'TO_BE_TOLD'; readonly outcome: Outcome };

const NOT_TAKEN: DirectAnswer = { kind: 'NOT_TAKEN' };
const ANSWERED: DirectAnswer = { kind: 'ANSWERED' };

/** What a whole answer can be, the preferred one first. */
const RESPONSE_TYPES = ['application/json', 'application/graphql-response+json'] as const;
type ResponseType = (typeof RESPONSE_TYPES)[number];

/** The first of a client's media types that a whole answer can have, as the engine chooses it: weights do not count. */
const responseTypeFor = (accept: string | undefined): ResponseType | undefined => {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return 'application/json';
  for (const asked of accept.replace(/\s/g, '').toLowerCase().split(',')) {
    const [mediaType = '', ...parameters] = asked.split(';');
    const charset = parameters.find((parameter) => parameter.includes('charset='));
    if (charset !== undefined && charset !== 'charset=utf-8') continue;
    const [type, subtype] = mediaType.split('/');
    for (const offered of RESPONSE_TYPES) {
      const [offeredType, offeredSubtype] = offered.split('/');
      if ((type === '*' || type === offeredType) && (subtype === '*' || subtype === offeredSubtype))
        return offered;
    }
  }
  return undefined;
};

const PARAMETERS: ReadonlySet<string> = new Set([
  'query',
  'variables',
  'operationName',
  'extensions',
  'documentId',
]);

const isObjectOrNothing = (
  value: unknown,
): value is { readonly [name: string]: unknown } | null | undefined => value == null || isJsonObject(value);

/** The parameters of an address, as a body would have them; a name that is there twice is for the engine. */
const inAddress = (url: string): unknown => {
  const given: { [name: string]: unknown } = {};
  for (const [name, text] of new URLSearchParams(url.slice(GRAPH_PATH.length))) {
    if (name in given) return undefined;
    given[name] = name === 'variables' || name === 'extensions' ? parseJson(text) : text;
  }
  return given;
};

/** Only what is right in every way. */
const readParameters = (value: unknown): OperationParameters | undefined => {
  if (!isJsonObject(value)) return undefined;
  for (const name in value) if (!PARAMETERS.has(name)) return undefined;
  const { query, variables, operationName, extensions, documentId } = value;
  if (operationName != null && typeof operationName !== 'string') return undefined;
  if (!isObjectOrNothing(variables) || !isObjectOrNothing(extensions)) return undefined;
  if (documentId !== undefined && typeof documentId !== 'string') return undefined;
  if (typeof query === 'string') return { query, variables, operationName, extensions, documentId };
  // Named by its hash or its id.
  const isNamed = documentId !== undefined || extensions?.persistedQuery !== undefined;
  return query == null && isNamed ? { variables, operationName, extensions, documentId } : undefined;
};

const isPlainJson = ({ headers }: IncomingMessage): boolean => {
  const type = headers['content-type'];
  return (
    (type === 'application/json' || type === 'application/json; charset=utf-8') &&
    headers['content-encoding'] === undefined
  );
};

/** Whether the status of a result is 200: it has no errors, or data and errors of which none says a status. */
const isSuccess = ({ data, errors }: ExecutionResult): boolean =>
  errors === undefined
    ? data !== undefined
    : data != null && !errors.some(({ extensions }) => 'http' in extensions);

/** Of a key over its limits: who asks again and again is answered without the engine's wrappers as well. */
const retryAfterOf = ({ errors = [] }: ExecutionResult): string | undefined =>
  errors.length === 1 ? errors[0]?.extensions.http?.headers?.['retry-after'] : undefined;

const tooLate = ({ destroyed, writableEnded }: ServerResponse): boolean => destroyed || writableEnded;

const sendJson = (
  response: ServerResponse,
  status: number,
  contentType: ResponseType,
  result: ExecutionResult,
  headers: OutgoingHttpHeaders = {},
): void => {
  if (tooLate(response)) return;
  const text = JSON.stringify(result);
  response.writeHead(status, {
    ...headers,
    'Content-Type': `${contentType}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
};

/** The same for what is worked on in slices: it is written and sent in pieces. */
const sendInSlices = async (
  response: ServerResponse,
  contentType: ResponseType,
  result: ExecutionResult,
  paced: Paced,
): Promise<void> => {
  const pause = pauseOf(paced);
  const pieces = await writeInSlices(result, pause);
  if (tooLate(response)) return;
  response.writeHead(200, {
    'Content-Type': `${contentType}; charset=utf-8`,
    'content-length': pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0),
  });
  for (const piece of pieces) {
    response.write(piece);
    const paused = pause();
    if (paused !== undefined) await paused;
  }
  response.end();
};

/**
 * Answers queries and mutations that come as plain JSON or in an address and have data, without the engine's wrappers of requests
 * and answers, which cost more than all else that the graph does. What it prepares and runs is what the engine
 * would; whatever is not plain goes to the engine itself.
 */
export const createJsonFace =
  (engine: Engine) =>
  async (
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    context: ServerContext,
  ): Promise<DirectAnswer> => {
    const { method, url = '' } = request;
    const isGet = method === 'GET' && url.startsWith(`${GRAPH_PATH}?`);
    if (!isGet && (method !== 'POST' || url !== GRAPH_PATH || !isPlainJson(request))) return NOT_TAKEN;
    const contentType = responseTypeFor(request.headers.accept);
    if (contentType === undefined) return NOT_TAKEN;
    const text = isGet ? '' : body.toString('utf8');
    const isLarge = body.length >= LARGE_BYTES;
    if (isLarge) await nextTurn();
    const parameters = readParameters(isGet ? inAddress(url) : parseJson(text));
    if (isLarge) await nextTurn();
    if (parameters === undefined) return NOT_TAKEN;
    const operation = await prepareOperation(engine, context, request, parameters);
    if (operation.kind === 'REFUSED' || operation.isSubscription) return NOT_TAKEN;

    let result: ExecutionResult | AsyncIterable<ExecutionResult>;
    try {
      result = await operation.run();
    } catch (error) {
      return { kind: 'TO_BE_TOLD', outcome: { kind: 'THROWN', error } };
    }
    if (isAsyncIterable(result)) return { kind: 'TO_BE_TOLD', outcome: { kind: 'RESULT', result } };
    if (retryAfterOf(result) !== undefined) {
      sendJson(response, 429, contentType, resultWithoutHttp(result), {
        'retry-after': retryAfterOf(result),
      });
      return ANSWERED;
    }
    if (!isSuccess(result)) return { kind: 'TO_BE_TOLD', outcome: { kind: 'RESULT', result } };
    if (tooLate(response)) return ANSWERED;
    const told = result.errors === undefined ? result : { ...result, errors: result.errors.map(withoutHttp) };
    const { contextValue } = operation.args;
    // Who has gone meanwhile waits for nothing.
    if (isPaced(contextValue))
      await sendInSlices(response, contentType, told, contextValue).catch((error: unknown) => {
        if (!context.gone.aborted) throw error;
      });
    else sendJson(response, 200, contentType, told);
    return ANSWERED;
  };
