import type {
  CompletionWarning,
  ContentEvent,
  FinishReason,
  UsageEvent,
} from '../domain/completion-event.ts';
import type { CompletionRequest, RequestParameter } from '../domain/completion-request.ts';
import type { Failure } from '../domain/failure.ts';
import type { ProviderId } from '../domain/ids.ts';

/** One call to one offering. */
export type ProviderCall = {
  /** The name that the provider uses. */
  readonly providerModelId: string;
  readonly request: CompletionRequest;
  /** Ask the provider for a stream (true) or for one whole answer. */
  readonly stream: boolean;
  readonly timeouts: CallTimeouts;
};

export type CallTimeouts = {
  /** From sending to the first byte of the answer's headers and, when streamed, to its first event. */
  readonly firstTokenMs: number;
  /** Longest silence between two events of a stream. Keep-alives count as silence. */
  readonly stallMs: number;
};

/**
 * What a provider yields. The last event is exactly one `completed` or `failed`; nothing is ever thrown.
 * `answering` comes at most once, before content; content arrives as it comes over the wire.
 */
export type ProviderEvent =
  | {
      readonly type: 'answering';
      readonly providerResponseId?: string;
      /** The exact model version that answers. */
      readonly providerModel?: string;
    }
  | ContentEvent
  | UsageEvent
  | { readonly type: 'warning'; readonly warning: CompletionWarning }
  | { readonly type: 'completed'; readonly finishReason: FinishReason; readonly rawFinishReason?: string }
  | { readonly type: 'failed'; readonly failure: Failure };

/** What a provider cannot do of what was asked. */
export type Unsupported = { readonly name: RequestParameter; readonly problem: string };

/** A server that answers API calls. Implementations live in adapters/providers. */
export type Provider = {
  readonly id: ProviderId;
  /** Pure: which of the request's parameters this provider cannot honour for this model. */
  unsupported(providerModelId: string, request: CompletionRequest): readonly Unsupported[];
  /**
   * Sends the call. Parameters listed by `unsupported` are left out of what is sent. Aborting the signal
   * closes the upstream connection at once and ends the iteration with `failed` CANCELLED. Returning from
   * the iteration early closes it too.
   */
  complete(call: ProviderCall, signal: AbortSignal): AsyncIterable<ProviderEvent>;
};
