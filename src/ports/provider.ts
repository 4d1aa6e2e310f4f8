import type { ClientRequest } from '../domain/client-request.ts';
import type { CompletionRequest, Unsupported } from '../domain/completion-request.ts';
import type { Failure } from '../domain/failure.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { OperationKind, OperationRequests } from '../domain/operation.ts';
import type { Dialect } from '../domain/provider.ts';
import type { ProviderAnswer } from '../domain/provider-answer.ts';
import type { ProviderEvent } from '../domain/provider-event.ts';
import type { RateLimit } from '../domain/rate-limit.ts';
import type { TraceParent } from '../domain/trace.ts';

/** One call to one offering. */
export type ProviderCall = {
  /** The name that the provider uses. */
  readonly providerModelId: string;
  readonly request: CompletionRequest;
  /**
   * The request as its client wrote it, to be sent so; given only in the dialect of `dialectOf`. The answer's pieces are
   * then told as they came, too.
   */
  readonly client?: ClientRequest;
  /** Ask the provider for a stream (true) or for one whole answer. */
  readonly stream: boolean;
  /** Sent along as headers, where the provider is reached over HTTP. */
  readonly trace?: TraceParent | undefined;
};

/** Takes what a provider says of one call, in the turn in which it comes. */
export type ProviderSink = {
  /** In order; the last is exactly one `completed`, `performed` or `failed`, and nothing follows it. Never throws. */
  event(event: ProviderEvent): void;
  /** The head of an answer that is read whole, or a piece of it, came: a sign of life, of which there is no event. */
  alive(): void;
  /** In place of the last event: the provider threw, which the contract forbids. */
  broke(error: unknown): void;
};

/** One call under way at a provider. */
export type UpstreamCall = {
  /**
   * From now on, in the middle of a batch of events too, the sink gets nothing, and the provider is read no further,
   * until `resume`.
   */
  pause(): void;
  resume(): void;
  /**
   * Closes the connection at once, also while paused. What waits is dropped, but for what it says of its usage and its
   * bill; the sink gets `failed` CANCELLED as the last event, at once or as soon as the provider can. Does nothing once the
   * last event was given.
   */
  abort(): void;
};

/** A server that answers API calls. Implementations live in adapters/providers. */
export type Provider = {
  readonly id: ProviderId;
  /** Name and port of its server; absent: it has none. */
  readonly host?: string;
  /** False: it has no language models, and `complete` gives UNSUPPORTED. */
  readonly completes: boolean;
  /**
   * Pure: which of the request's parameters this provider cannot honour for this model; where the request is passed on as
   * it came, in its `dialect`, those that it is known to refuse. Goes by parameters, media, marks and the names of tools: what
   * is written in messages and schemas, and which seed is set, changes nothing.
   */
  unsupported(providerModelId: string, request: CompletionRequest, dialect?: Dialect): readonly Unsupported[];
  /**
   * Pure: in which dialect a client's request can be passed on for this model as it came, of several the `wanted` one.
   * Absent: none ever can.
   */
  dialectOf?(providerModelId: string, wanted?: Dialect): Dialect | undefined;
  /** Pure: whether a client's request that is passed on may ask for several choices at once. Absent: it may. */
  makesChoices?(providerModelId: string, client: ClientRequest): boolean;
  /**
   * Sends the call. Parameters listed by `unsupported` are left out of what is sent. Never calls the sink before it has
   * returned. It waits for as long as it is let: time limits are the caller's.
   */
  complete(call: ProviderCall, sink: ProviderSink): UpstreamCall;
  /** What it can do besides; an operation that is missing is not served for any model. */
  readonly operations: OperationAdapters;
  /** Which models the provider says its key may use. Never rejects. */
  listModels(signal: AbortSignal): Promise<ModelList>;
};

/** One call of an operation to one offering. */
export type OperationCall<Kind extends OperationKind> = {
  /** The name that the provider uses. */
  readonly providerModelId: string;
  readonly request: OperationRequests[Kind];
  /** Told of the head of the answer and of each piece of it, where they are seen. */
  readonly alive?: () => void;
  /** As for completions. */
  readonly trace?: TraceParent | undefined;
};

/** What came of a call, and what the provider says is left of its limits. */
export type OperationOutcome<Kind extends OperationKind> = ProviderAnswer<Kind> & {
  readonly rateLimits?: readonly RateLimit[];
};

export type OperationAdapter<Kind extends OperationKind> = {
  /** Pure: which of the request's parameters cannot be honoured for this model; what texts say changes nothing. */
  unsupported(providerModelId: string, request: OperationRequests[Kind]): readonly Unsupported<string>[];
  /**
   * Sends the call. Parameters listed by `unsupported` are left out of what is sent. Never rejects. It waits for as long
   * as it is let: time limits are the caller's. Aborting the signal closes the upstream connection at once and gives
   * FAILED with CANCELLED.
   */
  perform(call: OperationCall<Kind>, signal: AbortSignal): Promise<OperationOutcome<Kind>>;
};
export type OperationAdapters = { readonly [Kind in OperationKind]?: OperationAdapter<Kind> };

/** NOT_OFFERED: the provider has no list. */
export type ModelList =
  | { readonly kind: 'LISTED'; readonly ids: readonly string[] }
  | { readonly kind: 'NOT_OFFERED' }
  | { readonly kind: 'FAILED'; readonly failure: Failure };
