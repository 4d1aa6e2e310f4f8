import type { ClientRequest } from '../domain/client-request.ts';
import type { CompletionRequest, Unsupported } from '../domain/completion-request.ts';
import type { Failure } from '../domain/failure.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Dialect } from '../domain/provider.ts';
import type { ProviderEvent } from '../domain/provider-event.ts';

/** One server-sent event. */
export type SseFrame = { readonly event?: string; readonly data: string };

/** A call in a provider's own format, without credentials. */
export type EncodedCall = {
  /** Appended to the base URL; begins with a slash; may hold a query. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
};

/** A call, and in warnings what of the request had to be adjusted. */
export type EncodedWithWarnings = {
  readonly call: EncodedCall;
  readonly warnings: readonly ProviderEvent[];
  /** False: what is passed on speaks of things by other names than the client, and so will the answer. */
  readonly isVerbatim?: boolean;
};

/** A client's own request that is passed on. */
export type Forwarding = {
  readonly client: ClientRequest;
  /** Our reading of it, with such signatures alone as this provider can read. */
  readonly request: CompletionRequest;
  /** Who is asked: signatures in the body may be sealed for it. */
  readonly providerId: ProviderId;
  readonly stream: boolean;
};

/** Turns the frames of one streamed answer into events. Made anew for each answer. */
export type StreamDecoder = {
  /** Never throws: garbage becomes `failed`. After `completed` or `failed` it yields nothing more. */
  push(frame: SseFrame): readonly ProviderEvent[];
  /**
   * The answer is whole, and nobody has said what was used: some say it after the mark that ends the answer. `end` gives
   * its end in any case. Absent: that cannot be.
   */
  isEnding?(): boolean;
  /** The connection ended: `completed` if the stream was whole, else `failed` TRUNCATED; nothing if it had ended already. */
  end(): readonly ProviderEvent[];
};

/** The upstream half of a dialect: pure functions between our words and a provider's. */
export type UpstreamCodec = {
  /**
   * Parameters that the dialect has no place for, for this model; where a client's own request `isForwarded`, those that
   * the provider is known to refuse.
   */
  unsupported(
    providerModelId: string,
    request: CompletionRequest,
    isForwarded?: boolean,
  ): readonly Unsupported[];
  /** Leaves out what `unsupported` lists. Says in warnings what it had to adjust. */
  encode(providerModelId: string, request: CompletionRequest, stream: boolean): EncodedWithWarnings;
  /** In which a client's request can be passed on as it came; absent: in none. */
  readonly dialect?: Dialect;
  /**
   * The call for a request of that dialect as its client wrote it, but for its model, whether to stream, what this
   * provider calls otherwise, and what it refuses: that alone is left out or replaced in the client's own body. What
   * `unsupported` lists is not warned of once more.
   */
  forward?(providerModelId: string, forwarding: Forwarding): EncodedWithWarnings;
  /** Whether it makes several choices of a client's own request in one call. Absent: it does. */
  makesChoices?(providerModelId: string, client: ClientRequest): boolean;
  /** Headers that carry the key. */
  authorization(apiKey: string): { readonly [name: string]: string };
  /**
   * A whole, unstreamed answer of status 2xx. Never throws; ends in `completed` or `failed`. `json` is what it says, where
   * somebody has read it.
   */
  decodeAnswer(body: string, json?: JsonValue): readonly ProviderEvent[];
  streamDecoder(): StreamDecoder;
  /** An answer of another status. Header names are in lower case. Never throws, whatever the body. */
  decodeError(status: number, headers: { readonly [name: string]: string }, body: string): Failure;
};
