import type { Caller } from '../domain/caller.ts';
import type { LocatedFailure } from '../domain/failure.ts';
import type { OperationInputs, OperationKind, OperationResults } from '../domain/operation.ts';
import type { OperationRecord } from '../domain/operation-record.ts';
import type { CompletionRefusal } from '../domain/refusal.ts';
import type { AskedCommand } from './completion-command.ts';

/** What a face asks the gateway to do. Its time begins when it comes, and holds the fetching of media and of results. */
export type OperationCommand<Kind extends OperationKind> = AskedCommand & {
  readonly operation: Kind;
  readonly input: OperationInputs[Kind];
  /** Tags that are kept in the ledger. */
  readonly metadata?: { readonly [key: string]: string };
  readonly user?: string;
};

export type OperationAnswer<Kind extends OperationKind> =
  | { readonly kind: 'DONE'; readonly result: OperationResults[Kind]; readonly record: OperationRecord }
  /** Not begun; no row is left. */
  | { readonly kind: 'REFUSED'; readonly refusal: CompletionRefusal }
  | { readonly kind: 'FAILED'; readonly failure: LocatedFailure; readonly record: OperationRecord };

/** The operations that are not completions, as faces see them. */
export type OperationGateway = {
  /**
   * Performs an operation and records it. Aborting `signal` says that its client has left: upstream connections are closed
   * at once, and the row says CANCELLED. Where the command says DRAIN, what is under way at a provider goes on to its end,
   * and nothing more is begun. Rejects only for defects of our own.
   */
  perform<Kind extends OperationKind>(
    caller: Caller,
    command: OperationCommand<Kind>,
    signal: AbortSignal,
  ): Promise<OperationAnswer<Kind>>;
};
