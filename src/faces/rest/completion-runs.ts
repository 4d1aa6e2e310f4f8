import type { OnFailure } from '../../control/authentication.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { CompletionCommand, CompletionTimeouts } from '../../gateway/completion-command.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { ClientError } from '../../wire/serve/client-error.ts';

export type CompletionDependencies = {
  readonly gateway: Pick<Gateway, 'complete'>;
  readonly timeouts: CompletionTimeouts;
  /** Largest body in bytes; and as much may all answers' requests have together. */
  readonly maxRequestBytes: number;
  readonly onFailure: OnFailure;
  /** How long a stream may be silent before a sign of life is sent; some seconds if not given. */
  readonly silenceMs?: number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
};

/** Writes several completions as one stream. */
export type ChoicesWriter = {
  push(index: number, event: CompletionEvent): string;
  /** What this server itself failed in. */
  fail(error: ClientError): string;
};

/** Completions to be run side by side, and how they go out. */
export type Runs = {
  readonly commands: readonly [CompletionCommand, ...CompletionCommand[]];
  readonly writer: () => ChoicesWriter;
};

/** UNFIT: refused in a way that the caller has an answer for; nothing was sent. */
export type Served = 'SERVED' | 'UNFIT';
