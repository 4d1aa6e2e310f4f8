import type { Caller } from '../domain/caller.ts';
import type { LocatedFailure } from '../domain/failure.ts';
import type { OperationInputs, OperationKind, OperationResults } from '../domain/operation.ts';
import type { OperationRecord } from '../domain/operation-record.ts';
import type { CompletionRefusal } from '../domain/refusal.ts';
import type { TraceParent } from '../domain/trace.ts';
import type { OnDisconnect } from './completion-command.ts';

/** What a face asks the gateway to do. */
export type OperationCommand<Kind extends OperationKind> = {
  readonly operation: Kind;
  /** Canonical slug, offering id, or an unqualified name or alias. */
  readonly model: string;
  readonly input: OperationInputs[Kind];
  /** As for completions. */
  readonly unsupported: 'ERROR' | 'WARN';
  /** The whole operation, fetching of media and all attempts included. */
  readonly timeoutMs: number;
  /** Tags that are kept in the ledger. */
  readonly metadata?: { readonly [key: string]: string };
  readonly user?: string;
  /** What happens when the client leaves. CANCEL if not given. */
  readonly onDisconnect?: OnDisconnect;
  /** Where it hangs in a trace. */
  readonly trace?: TraceParent;
};

export type OperationAnswer<Kind extends OperationKind> =
  | { readonly kind: 'DONE'; readonly result: OperationResults[Kind]; readonly record: OperationRecord }
  /** Not begun; no row is left. */
  | { readonly kind: 'REFUSED'; readonly refusal: CompletionRefusal }
  | { readonly kind: 'FAILED'; readonly failure: LocatedFailure; readonly record: OperationRecord };

/** The operations that are not completions, as faces see them. */
export type OperationGateway = {
  /**
   * Performs an operation and records it. Aborting `signal` closes the upstream connection at once; the row says
   * CANCELLED. Where the command says DRAIN, aborting changes nothing. Rejects only for defects of our own.
   */
  perform<Kind extends OperationKind>(
    caller: Caller,
    command: OperationCommand<Kind>,
    signal: AbortSignal,
  ): Promise<OperationAnswer<Kind>>;
};
