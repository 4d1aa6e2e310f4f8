import type { Attempt } from '../domain/attempt.ts';
import type { CompletionEvent } from '../domain/completion-event.ts';
import type { CompletionRequest, MediaSource, RemoteSource } from '../domain/completion-request.ts';
import type { OperationKind } from '../domain/operation.ts';
import type { RequestStart, RequestTrace, TraceParent } from '../domain/trace.ts';

/** One completion to be traced. */
export type CompletionStart = {
  /** As it was asked for. */
  readonly model: string;
  readonly request: CompletionRequest<MediaSource | RemoteSource>;
  /** Whether providers are asked for streams. */
  readonly stream: boolean;
  readonly parent: TraceParent | undefined;
};

/** One operation other than a completion to be traced. */
export type OperationStart = {
  readonly operation: OperationKind;
  readonly model: string;
  readonly parent: TraceParent | undefined;
};

export type AttemptStart = Pick<Attempt, 'index' | 'offeringId' | 'providerId' | 'startedAt' | 'cause'>;

/** What is told of one run. */
export type RunTrace = {
  /** Each of its events, in order. The last one ends it, and all of its attempts that are still open. */
  tell(event: CompletionEvent): void;
  /** What the provider is told of the attempt; undefined before its `attemptStarted`. */
  parentOf(attempt: number): TraceParent | undefined;
  /** It will have no last event, for a reason of our own. Does nothing where it has ended. */
  broke(): void;
};

/** Tells others what happens here, while it happens. Nothing of it throws, waits, or changes what is done. */
export type Telemetry = {
  request(start: RequestStart): RequestTrace;
  completion(start: CompletionStart): RunTrace;
  operation(start: OperationStart): RunTrace;
  /** Sends what is not sent yet, for a few seconds at most. Never rejects. */
  close(): Promise<void>;
};
