import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { createHandler } from 'graphql-sse';
import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import { PieceWriter } from '../one-write.ts';
import { prepareOperation } from './operation.ts';
import { resultWithoutHttp } from './without-http.ts';
import { sendInPieces, WrittenResults, writtenFor } from './work/written-result.ts';
import type { Engine, ServerContext } from './yoga.ts';

/** As an event of the stream: an answer of status 400 is all that a client of the protocol would tell its user. */
async function* refusal(errors: readonly GraphQLError[]): AsyncGenerator<ExecutionResult, void, void> {
  yield { errors };
}

/** What a request's stream needs beside the request itself. */
type StreamContext = ServerContext & {
  /** Resolves when the client has taken enough of what was written to be sent more. */
  readonly drained: () => Promise<void>;
  /** Of this stream alone, so that what is never sent goes with it. */
  readonly written: WrittenResults;
};

/** The protocol's handler reads results as fast as they come and keeps them; so they come as fast as the client reads. */
const paced = <Result>(
  results: AsyncIterable<Result>,
  drained: () => Promise<void>,
): AsyncGenerator<Result> => {
  const source = results[Symbol.asyncIterator]();
  const end = async (): Promise<IteratorResult<Result>> => {
    await source.return?.();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      await drained();
      return source.next();
    },
    return: end,
    throw: end,
    [Symbol.asyncDispose]: async () => void (await end()),
  };
};

/** The protocol's handler wants a text, and knows no other parameter that names one. */
const withText = (parameters: JsonObject): JsonObject => {
  const { query, documentId: ownId, id, extensions } = parameters;
  const documentId = ownId ?? id;
  const given = isJsonObject(extensions) ? extensions : {};
  const isNamed = documentId !== undefined || given.documentId !== undefined;
  if (!isNamed && given.persistedQuery === undefined) return parameters;
  return {
    ...parameters,
    query: query ?? '',
    extensions: { ...given, ...(documentId !== undefined && { documentId }) },
  };
};

/** The handler says what is wrong with a body that is none. */
const readBody = (body: unknown): JsonObject | string => {
  if (isJsonObject(body)) return withText(body);
  return typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
};

/** As `withText`, for the parameters of a URL. Extensions that are not JSON stay: the handler says so. */
const urlWithText = (url: string): string => {
  const start = url.indexOf('?');
  if (start < 0) return url;
  const parameters = new URLSearchParams(url.slice(start));
  const id = parameters.has('query') ? null : parameters.get('id');
  const documentId = parameters.get('documentId') ?? id;
  if (documentId === null && (parameters.has('query') || !parameters.has('extensions'))) return url;
  const extensions = parseJson(parameters.get('extensions') ?? '{}');
  if (documentId !== null && isJsonObject(extensions))
    parameters.set('extensions', JSON.stringify({ ...extensions, documentId }));
  if (!parameters.has('query')) parameters.set('query', '');
  return `${url.slice(0, start)}?${parameters}`;
};

const isIterable = <Result>(result: object): result is AsyncIterable<Result> =>
  Symbol.asyncIterator in result;

/** Waits for a response to drain or to close; one wait at a time, however many ask. */
const drainOf = (response: ServerResponse): (() => Promise<void>) => {
  let waiting: Promise<void> | undefined;
  return async () => {
    if (!response.writableNeedDrain || response.destroyed) return;
    waiting ??= new Promise((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        waiting = undefined;
        resolve();
      };
      response.on('drain', done);
      response.on('close', done);
    });
    await waiting;
  };
};

/** Clients of graphql-sse in their single connection mode reserve a stream with PUT and name it from then on. */
export const isSingleConnection = ({ method, headers }: IncomingMessage): boolean =>
  method === 'PUT' || method === 'DELETE' || headers['x-graphql-event-stream-token'] !== undefined;

const USE_DISTINCT_CONNECTIONS =
  'Streams are not reserved here: a reservation would hold on one node only. Use the distinct connections mode of graphql-sse, createClient({ singleConnection: false }).';

/** The client's error shows the status line alone, so that it says what to do as well. */
export const refuseSingleConnection = (response: ServerResponse): void => {
  response.writeHead(405, 'Set singleConnection: false', {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    allow: 'GET, POST',
  });
  response.end(
    JSON.stringify({
      errors: [
        { message: USE_DISTINCT_CONNECTIONS, extensions: { code: 'SINGLE_CONNECTION_NOT_SUPPORTED' } },
      ],
    }),
  );
};

/**
 * GraphQL over server-sent events by graphql-sse's protocol, in its distinct connections mode: one request,
 * one operation, one stream. (Its other mode reserves streams, whose state would live on one node only.)
 */
export const createSseFace = (engine: Engine) => {
  const handler = createHandler<IncomingMessage, StreamContext>({
    authenticate: () => null,
    async onSubscribe({ raw, context }, parameters) {
      const operation = await prepareOperation(engine, context, raw, parameters);
      if (operation.kind === 'REFUSED') return refusal(operation.errors);
      const result = await operation.run();
      if (isIterable<ExecutionResult>(result)) return paced(result, context.drained);
      const told = resultWithoutHttp(result);
      // The protocol's handler does not know a result without data, as wrong variables give it.
      if (!('data' in told)) return refusal(told.errors ?? []);
      const message = await writtenFor(operation.args.contextValue, told);
      return message === undefined ? told : context.written.standInFor(message);
    },
  });

  /** `body` is the request's, parsed if it is JSON. Resolves when the answer has been given whole, or the client has gone. */
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
    context: ServerContext,
  ): Promise<void> => {
    const drained = drainOf(response);
    const written = new WrittenResults();
    const [answer, { status, statusText, headers }] = await handler({
      method: request.method ?? 'GET',
      url: urlWithText(request.url ?? '/'),
      headers: {
        get: (name) => {
          // All that is asked for here is a stream, whatever else the client could read.
          if (name === 'accept') return 'text/event-stream';
          const value = request.headers[name.toLowerCase()];
          return Array.isArray(value) ? value.join(', ') : value;
        },
      },
      body: readBody(body),
      raw: request,
      context: { ...context, drained, written },
    });
    response.writeHead(status, statusText, { ...headers });
    if (answer === null || typeof answer === 'string') {
      response.end(answer ?? undefined);
      return;
    }
    const pieces = new PieceWriter(response);
    const leave = (): void => void answer.return(undefined);
    context.gone.addEventListener('abort', leave, { once: true });
    for await (const event of answer) {
      if (context.gone.aborted) return;
      const sliced = written.take(event);
      if (sliced === undefined) pieces.write(event);
      else
        await sendInPieces(sliced, (piece) => {
          pieces.write(piece);
          return drained();
        });
      await drained();
    }
    context.gone.removeEventListener('abort', leave);
    pieces.end('');
  };
};
