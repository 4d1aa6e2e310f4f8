import type { GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Caller } from '../../domain/caller.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { TrustedDocuments } from '../../domain/trusted-documents.ts';
import { WORK_LIMITS, type WorkLimits } from '../../domain/work-limits.ts';
import type { RequestHeaders } from '../../gateway/completion-command.ts';
import { streamsAreAccepted } from './acceptable.ts';
import { createContext, type GraphContext, type GraphServices } from './context.ts';
import { createDocumentCache, NO_CACHE } from './document-cache.ts';
import { createDocuments, documentsInRequests } from './documents.ts';
import { limitedExecution } from './limited-execution.ts';
import { operationLimits } from './limits.ts';
import { multipartUploads, type WithForm } from './multipart.ts';
import { multipartSubscriptions } from './multipart-subscriptions.ts';
import { outcomes, type WithOutcome } from './outcome.ts';
import { GRAPH_PATH } from './paths.ts';
import { createOperationGate } from './work/operation-gate.ts';

/** What a transport knows of a request before GraphQL begins. */
export type ServerContext = WithForm &
  WithOutcome & {
    readonly caller: Caller;
    readonly gone: AbortSignal;
    /** Where the request hangs in a trace. */
    readonly trace: TraceParent | undefined;
    readonly headers?: RequestHeaders;
  };

export type GraphOptions = {
  readonly introspection: boolean;
  readonly trustedDocuments?: TrustedDocuments | undefined;
  /** Of each key; the usual ones if not given. */
  readonly workLimits?: WorkLimits | undefined;
  /** Told of failures that clients see masked. */
  readonly onFailure: (message: string, details: { readonly reason: string }) => void;
};

const reasonOf = (value: unknown): string =>
  value instanceof Error ? (value.stack ?? value.message) : typeof value === 'string' ? value : 'unknown';

/**
 * The engine that all transports of the graph share. Expects requests whose body has been read under a cap and
 * whose caller is known. Unexpected errors are masked for clients and logged.
 */
export const createEngine = (schema: GraphQLSchema, services: GraphServices, options: GraphOptions) => {
  const documents = createDocuments(options.trustedDocuments);
  const documentCache = createDocumentCache();
  const gate = createOperationGate(options.workLimits ?? WORK_LIMITS);
  const yoga = createYoga<ServerContext, GraphContext>({
    schema,
    graphqlEndpoint: GRAPH_PATH,
    context: ({ caller, gone, trace, headers }) => createContext(services, caller, gone, trace, headers),
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: false,
    parserAndValidationCache: { documentCache, errorCache: NO_CACHE },
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
      limitedExecution(gate),
      ...operationLimits(options.introspection),
    ],
  });
  /** Whether a document with that text was read before. */
  const knows = (text: string): boolean => documentCache.get(text) !== undefined;
  return { yoga, documents, gate, knows };
};

export type Engine = ReturnType<typeof createEngine>;
