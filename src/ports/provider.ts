import type { CompletionRequest, Unsupported } from '../domain/completion-request.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { ProviderEvent } from '../domain/provider-event.ts';

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
