import { type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Caller } from '../../domain/caller.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { TrustedDocuments } from '../../domain/trusted-documents.ts';
import { streamsAreAccepted } from './acceptable.ts';
import { createContext, type GraphContext, type GraphServices } from './context.ts';
import { createDocumentCache, NO_CACHE } from './document-cache.ts';
import { createDocuments, documentsInRequests } from './documents.ts';
import { withInputCodes } from './input-errors.ts';
import { operationLimits } from './limits.ts';
import { multipartUploads, type WithForm } from './multipart.ts';
import { multipartSubscriptions } from './multipart-subscriptions.ts';
import { overweight } from './operation-weight.ts';
import { outcomes, type WithOutcome } from './outcome.ts';
import { GRAPH_PATH } from './paths.ts';
import { withReported } from './reported-errors.ts';
import { untilKeyEnds } from './until-key-ends.ts';

/** What a transport knows of a request before GraphQL begins. */
export type ServerContext = WithForm &
  WithOutcome & {
    readonly caller: Caller;
    readonly gone: AbortSignal;
    /** Where the request hangs in a trace. */
    readonly trace: TraceParent | undefined;
  };

export type GraphOptions = {
  readonly introspection: boolean;
  readonly trustedDocuments?: TrustedDocuments | undefined;
  /** Told of failures that clients see masked. */
  readonly onFailure: (message: string, details: { readonly reason: string }) => void;
};

const reasonOf = (value: unknown): string =>
  value instanceof Error ? (value.stack ?? value.message) : typeof value === 'string' ? value : 'unknown';

/**
 * The reference's own execution: the engine's copies each variable before it reads it, for what the graph does not
 * have, operations whose results come in pieces. What asks for too much is not executed.
 */
const limitedExecution: Plugin<GraphContext> = {
  onExecute({ setExecuteFn }) {
    setExecuteFn(executeLimited);
  },
  onSubscribe({ args, setResultAndStopExecution }) {
    const refusal = overweight(args);
    if (refusal !== undefined) setResultAndStopExecution({ errors: [refusal] });
    return {
      onSubscribeResult({ result, setResult }) {
        const { caller, keys }: GraphContext = args.contextValue;
        if (Symbol.asyncIterator in result) setResult(untilKeyEnds(result, caller, keys));
        return { onNext: reportInEvent };
      },
    };
  },
};

/** Each event is an execution of its own. */
const reportInEvent = ({
  args,
  result,
  setResult,
}: {
  readonly args: { readonly contextValue: unknown };
  readonly result: ExecutionResult;
  readonly setResult: (result: ExecutionResult) => void;
}): void => setResult(withReported(result, args.contextValue));

const executeLimited: typeof execute = (args) => {
  const refusal = overweight(args);
  if (refusal !== undefined) return { errors: [refusal] };
  const result = execute(args);
  const finish = (each: ExecutionResult) => withReported(withInputCodes(each), args.contextValue);
  return 'then' in result ? result.then(finish) : finish(result);
};

/**
 * The engine that all transports of the graph share. Expects requests whose body has been read under a cap and
 * whose caller is known. Unexpected errors are masked for clients and logged.
 */
export const createEngine = (schema: GraphQLSchema, services: GraphServices, options: GraphOptions) => {
  const documents = createDocuments(options.trustedDocuments);
  const yoga = createYoga<ServerContext, GraphContext>({
    schema,
    graphqlEndpoint: GRAPH_PATH,
    context: ({ caller, gone, trace }) => createContext(services, caller, gone, trace),
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: false,
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: NO_CACHE },
    logging: {
      debug: () => {},
      info: () => {},
      warn: (...parts: unknown[]) =>
        options.onFailure('GraphQL warns.', { reason: parts.map(reasonOf).join(' ') }),
      error: (...parts: unknown[]) =>
        options.onFailure('An operation failed.', { reason: parts.map(reasonOf).join(' ') }),
    },
    plugins: [
      multipartUploads,
      multipartSubscriptions,
      streamsAreAccepted,
      outcomes,
      documentsInRequests(documents),
      limitedExecution,
      ...operationLimits(options.introspection),
    ],
  });
  return { yoga, documents };
};

export type Engine = ReturnType<typeof createEngine>;
