import type { CompletionRequest, MediaSource, RemoteSource } from '../domain/completion-request.ts';

/** What a face asks the gateway to do. */
export type CompletionCommand = {
  /** Canonical slug, offering id, or an unqualified name or alias. */
  readonly model: string;
  /** Media that are still to be fetched are fetched before a provider is asked. */
  readonly request: CompletionRequest<MediaSource | RemoteSource>;
  /** Ask the provider for a stream. Without one there is no TTFT, and no token before the last. */
  readonly streamUpstream: boolean;
  /** ERROR: an offering that cannot honour a parameter is not used. WARN: the parameter is left out and reported. */
  readonly unsupported: 'ERROR' | 'WARN';
  readonly timeouts: CompletionTimeouts;
};

/** Limits in milliseconds. */
export type CompletionTimeouts = {
  /** From sending an attempt to its first token. */
  readonly firstTokenMs: number;
  /** Longest silence between two pieces of a stream. */
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
