import { createGraphiQLFetcher, type Fetcher, type FetcherParams, type Observable } from '@graphiql/toolkit';
import { type ExecutionResult, GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { CloseCode, createClient, type FormattedExecutionResult, type SubscribePayload } from 'graphql-ws';

/** The name that GraphiQL gives to its introspection. */
const SCHEMA_OPERATION = 'IntrospectionQuery';

/** What the page wants to know of the traffic. */
export type FetcherEvents = {
  /** The server accepted or refused the key of the latest request. */
  onKeyChecked(accepted: boolean): void;
  /** Anything but the editor's own look at the schema. */
  onOperationStarted(): void;
  onSubscriptionEvent(result: FormattedExecutionResult<Record<string, unknown>, unknown>): void;
};

type Headers = { readonly [name: string]: string };

/**
 * Sends queries and mutations over HTTP and subscriptions over graphql-ws, both to this page's own address,
 * with `key` unless the Headers tab has an Authorization of its own.
 */
export const createFetcher =
  (key: string | undefined, events: FetcherEvents): Fetcher =>
  (params, options) => {
    if (params.operationName !== SCHEMA_OPERATION) events.onOperationStarted();
    const headers = requestHeaders(key, options?.headers ?? {});
    const operation = operationOf(params);
    const named = { ...params, operationName: operation?.name?.value ?? params.operationName ?? null };
    if (operation?.operation === 'subscription') return subscribe(named, headers, events);
    return createGraphiQLFetcher({ url: location.pathname, headers, fetch: reporting(events) })(named);
  };

/**
 * What will run, read from the document itself: for 100 ms after a change of tab the editor still gives the
 * name and the syntax tree of the tab before. Undefined where the server has to say what is wrong.
 */
const operationOf = ({ query, operationName }: FetcherParams): OperationDefinitionNode | undefined => {
  try {
    const operations = parse(query).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const named = operations.find(({ name }) => name?.value === operationName);
    return named ?? (operations.length === 1 ? operations[0] : undefined);
  } catch {
    return undefined;
  }
};

/** Names in lower case, so that a name from the Headers tab replaces ours however it is written. */
const requestHeaders = (key: string | undefined, own: { readonly [name: string]: unknown }): Headers => ({
  ...(key !== undefined && { authorization: `Bearer ${key}` }),
  ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), String(value)])),
});

/** Answers that are not JSON (a proxy's error page, a plain-text refusal) become GraphQL errors in words. */
const reporting =
  (events: FetcherEvents): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    events.onKeyChecked(response.status !== 401);
    const type = response.headers.get('content-type') ?? '';
    if (/json|multipart\/mixed/.test(type)) return response;
    const text = (await response.text()).slice(0, 500);
    const message = `The server answered ${response.status} ${response.statusText}`.trim();
    return Response.json({ errors: [{ message: text ? `${message}: ${text}` : message }] });
  };

/** One socket for each subscription: it carries the headers of its own tab, and closes with it. */
const subscribe = (
  params: FetcherParams,
  headers: Headers,
  events: FetcherEvents,
): Observable<ExecutionResult> => ({
  subscribe: (observer) => {
    const { next, error, complete } = typeof observer === 'object' ? observer : {};
    const { authorization } = headers;
    const client = createClient({
      url: Object.assign(new URL(location.pathname, location.href), {
        protocol: location.protocol === 'https:' ? 'wss:' : 'ws:',
      }).href,
      connectionParams: authorization === undefined ? {} : { authorization },
      // A retry would start the operation anew, and a completion costs money each time.
      retryAttempts: 0,
      on: { connected: () => events.onKeyChecked(true) },
    });
    let stopped = false;
    const dispose = client.subscribe(payloadOf(params), {
      next: (result) => {
        events.onSubscriptionEvent(result);
        // The editor prints errors as they came over the wire; only its types want them to be GraphQLErrors.
        next?.(result as ExecutionResult);
      },
      error: (reason) => {
        if (stopped) return;
        if (isKeyRefusal(reason)) events.onKeyChecked(false);
        error?.(asError(reason));
      },
      // After a stop the editor may already be running something else, which this would end.
      complete: () => stopped || complete?.(),
    });
    return {
      unsubscribe: () => {
        stopped = true;
        dispose();
      },
    };
  },
});

const payloadOf = ({ query, operationName, variables }: FetcherParams): SubscribePayload => ({
  query,
  ...(operationName && { operationName }),
  ...(variables && { variables }),
});

const isKeyRefusal = (reason: unknown): boolean =>
  reason instanceof CloseEvent &&
  (reason.code === CloseCode.Unauthorized || reason.code === CloseCode.Forbidden);

/** graphql-ws reports a closed socket as its event, and an operation that was refused as GraphQL errors. */
const asError = (reason: unknown): Error => {
  if (reason instanceof CloseEvent) {
    return new Error(`The connection closed: ${reason.code} ${reason.reason}`.trim());
  }
  if (Array.isArray(reason)) {
    return new GraphQLError(reason.map(({ message }: { message?: unknown }) => String(message)).join('\n'));
  }
  return reason instanceof Error ? reason : new Error('The connection failed.');
};
