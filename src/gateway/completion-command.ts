import type { ClientRequest } from '../domain/client-request.ts';
import type { CompletionRequest, MediaSource, RemoteSource } from '../domain/completion-request.ts';
import type { RoutePolicy } from '../domain/route.ts';
import type { TraceParent } from '../domain/trace.ts';

/** By name, in lower case. */
export type RequestHeaders = { readonly [name: string]: string | readonly string[] | undefined };

/** What a face asks the gateway to do. */
export type CompletionCommand = {
  /** Canonical slug, offering id, an unqualified name or alias, `route:<name>`, or `inline`. */
  readonly model: string;
  /** Media that are still to be fetched are fetched before a provider is asked. */
  readonly request: CompletionRequest<MediaSource | RemoteSource>;
  /** Ask the provider for a stream. Without one there is no TTFT, and no token before the last. */
  readonly streamUpstream: boolean;
  /** ERROR: an offering that cannot honour a parameter is not used. WARN: the parameter is left out and reported. */
  readonly unsupported: 'ERROR' | 'WARN';
  /** The request's own; each wins over the route's. */
  readonly timeouts: Partial<CompletionTimeouts>;
  /** What holds where neither the request nor the route says anything. */
  readonly defaultTimeouts: CompletionTimeouts;
  /**
   * STREAM: the client sees content as it comes, and from then on no other candidate can take over. WHOLE: it sees the
   * end alone, so that another can at any time; content before an `attemptFailed` with `willRetry` is void.
   */
  readonly delivery: 'STREAM' | 'WHOLE';
  /** Its client takes content before an `attemptFailed` with `willRetry` as void, also where it is streamed. */
  readonly restarts?: true;
  readonly routing?: Routing;
  /** As its client wrote it, for providers that speak the client's dialect; absent: `request` is all there is. */
  readonly client?: ClientRequest;
  /** What its client sent along, as Node reads it, for conditions; absent: nothing. Holds credentials: never kept or told. */
  readonly headers?: RequestHeaders;
  /** What happens when the client leaves. CANCEL if not given. */
  readonly onDisconnect?: OnDisconnect;
  /** Where it hangs in a trace. */
  readonly trace?: TraceParent;
};

/** What commands say of any operation. */
export type AskedCommand = Pick<
  CompletionCommand,
  'model' | 'routing' | 'unsupported' | 'timeouts' | 'defaultTimeouts' | 'headers' | 'onDisconnect' | 'trace'
>;

/**
 * CANCEL: the provider's connection is closed at once; what was used is still metered. DRAIN: the provider's answer is
 * read to its end, so that its own count of what was used is what is recorded.
 */
export const ON_DISCONNECT = ['CANCEL', 'DRAIN'] as const;
export type OnDisconnect = (typeof ON_DISCONNECT)[number];

/** The limits that hold: the request's, else the route's, else the server's. */
export const timeoutsOf = (
  { timeouts, defaultTimeouts }: Pick<AskedCommand, 'timeouts' | 'defaultTimeouts'>,
  ofRoute: Partial<CompletionTimeouts> = {},
): CompletionTimeouts => ({
  firstTokenMs: timeouts.firstTokenMs ?? ofRoute.firstTokenMs ?? defaultTimeouts.firstTokenMs,
  stallMs: timeouts.stallMs ?? ofRoute.stallMs ?? defaultTimeouts.stallMs,
  totalMs: timeouts.totalMs ?? ofRoute.totalMs ?? defaultTimeouts.totalMs,
});

/** A limit on the first token that somebody has set, and whether that is the operator, who knows the offering. */
export type StatedFirstToken = { readonly ms: number; readonly isOperators: boolean };

/** Undefined: the one that holds is our own default. */
export const statedFirstToken = (
  { timeouts, defaultTimeouts, routing }: Pick<AskedCommand, 'timeouts' | 'defaultTimeouts' | 'routing'>,
  { firstTokenMs: ofRoute }: Partial<CompletionTimeouts> = {},
): StatedFirstToken | undefined => {
  if (timeouts.firstTokenMs !== undefined) return { ms: timeouts.firstTokenMs, isOperators: false };
  if (ofRoute !== undefined) return { ms: ofRoute, isOperators: routing?.policy === undefined };
  const { firstTokenMs: ms } = defaultTimeouts;
  return ms === DEFAULT_TIMEOUTS.firstTokenMs ? undefined : { ms, isOperators: true };
};

/** How this one request is to be routed. */
export type Routing = {
  /** Instead of the one that the model's name stands for. */
  readonly policy?: RoutePolicy;
  /** Where the request comes from, for conditions. */
  readonly region?: string;
  /** What turns of one conversation have in common; absent: told by its history. */
  readonly conversation?: string;
};

/** The `model` of a request that brings candidates of its own. */
export const INLINE_ROUTE = 'inline';

/** Limits in milliseconds. */
export type CompletionTimeouts = {
  /**
   * From sending an attempt to its first token; of operations other than completions to the head of the answer, and only
   * where the request or its route says it. Whole answers show no first token: how long they are waited for follows from it,
   * see `Patience`.
   */
  readonly firstTokenMs: number;
  /** Longest silence between two pieces of an answer. */
  readonly stallMs: number;
  /** The whole completion, all attempts included. */
  readonly totalMs: number;
};

/** Long enough for a reasoning model's silence before its first token. */
export const DEFAULT_TIMEOUTS: CompletionTimeouts = {
  firstTokenMs: 120_000,
  stallMs: 60_000,
  totalMs: 900_000,
};
