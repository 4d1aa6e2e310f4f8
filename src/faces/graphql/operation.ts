import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { resultWithoutHttp, withoutHttp } from './without-http.ts';
import type { Engine, ServerContext } from './yoga.ts';

/** What a client asks to run, as the protocols of graphql-ws and graphql-sse send it. */
export type OperationParameters = {
  /** Absent or empty where the document is named by its id or its hash. */
  readonly query?: string | undefined;
  readonly documentId?: string | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: { readonly [name: string]: unknown } | null | undefined;
  readonly extensions?: { readonly [name: string]: unknown } | null | undefined;
};

type Enveloped = ReturnType<Engine['yoga']['getEnveloped']>;

/** An operation that has been parsed and validated under the same limits as over HTTP, or why it will not run. */
export type PreparedOperation =
  | {
      readonly kind: 'READY';
      readonly args: ExecutionArgs;
      readonly isSubscription: boolean;
      run(): ReturnType<Enveloped['execute']>;
    }
  | { readonly kind: 'REFUSED'; readonly errors: readonly GraphQLError[] };

/**
 * Results whose last one has the error that their source broke off with, masked by the engine. Thrown, it would close the
 * socket under its other operations, and have clients of streams send the operation again.
 */
const withLastError = (results: AsyncIterable<ExecutionResult>): AsyncIterableIterator<ExecutionResult> => {
  const source = results[Symbol.asyncIterator]();
  let isOver = false;
  const asResult = (error: unknown): IteratorResult<ExecutionResult> => {
    if (!(error instanceof GraphQLError)) throw error;
    isOver = true;
    return { done: false, value: { errors: [withoutHttp(error)] } };
  };
  const end = async (): Promise<IteratorResult<ExecutionResult>> => {
    await source.return?.();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => (isOver ? end() : source.next().then(undefined, asResult)),
    return: end,
  };
};

/** `request` is absent for operations that come over a socket: what HTTP forbids, such as mutations by GET, is no matter there. */
export const prepareOperation = async (
  engine: Engine,
  context: ServerContext,
  request: IncomingMessage | undefined,
  parameters: OperationParameters,
): Promise<PreparedOperation> => {
  const found = engine.documents.find(parameters);
  if (found.kind === 'REFUSED') return { kind: 'REFUSED', errors: [withoutHttp(found.error)] };
  const text = found.kind === 'TEXT' ? found.text : (parameters.query ?? '');
  const isNew = !engine.knows(text);
  const enveloped = engine.yoga.getEnveloped({
    ...context,
    ...(request !== undefined && { request }),
    params: parameters,
  });
  try {
    if (isNew) await engine.gate.beforeReading(context);
    const beganMs = performance.now();
    const document = enveloped.parse(text);
    const errors = enveloped.validate(enveloped.schema, document);
    if (isNew) engine.gate.paid(context, performance.now() - beganMs);
    if (errors.length > 0) return { kind: 'REFUSED', errors: errors.map(withoutHttp) };
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document,
      operationName: parameters.operationName,
      variableValues: parameters.variables,
      contextValue: await enveloped.contextFactory(),
    };
    const isSubscription = getOperationAST(document, parameters.operationName)?.operation === 'subscription';
    return {
      kind: 'READY',
      args,
      isSubscription,
      async run() {
        if (!isSubscription) return enveloped.execute(args);
        const results: ExecutionResult | AsyncIterable<ExecutionResult> = await enveloped.subscribe(args);
        return isAsyncIterable(results) ? withLastError(results) : resultWithoutHttp(results);
      },
    };
  } catch (error) {
    if (error instanceof GraphQLError) return { kind: 'REFUSED', errors: [withoutHttp(error)] };
    throw error;
  }
};
