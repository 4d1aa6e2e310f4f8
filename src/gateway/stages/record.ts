import type { Attempt, RouteDecision } from '../../domain/attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import { type LocatedFailure, withoutQuotes } from '../../domain/failure.ts';
import type { CompletionId } from '../../domain/ids.ts';
import type { RecordFacts } from '../../domain/record-facts.ts';
import type { Warning } from '../../domain/warning.ts';
import { decidingAttempt } from '../attempt/attempted.ts';
import type { Bill, Metered } from './meter.ts';

/** What a row is made of, whatever was asked for. */
type Outline = {
  readonly caller: Caller;
  readonly createdAt: Date;
  readonly route: RouteDecision;
  readonly bill: Bill;
  readonly warnings: readonly Warning[];
  /** Absent where it succeeded. */
  readonly failure: LocatedFailure | undefined;
  readonly tags: Pick<RecordFacts, 'metadata' | 'user'>;
};

export const factsOf = ({
  caller,
  createdAt,
  route,
  bill,
  warnings,
  failure,
  tags: { metadata, user },
}: Outline): RecordFacts => {
  const last = decidingAttempt(bill.attempts);
  const failed = failure?.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
  return {
    keyId: caller.key.id,
    createdAt,
    status: failure === undefined ? 'SUCCEEDED' : failed,
    route,
    ...(last !== undefined && { offeringId: last.offeringId }),
    ...bill,
    warnings,
    ...(failure !== undefined && { failure }),
    ...(metadata !== undefined && { metadata }),
    ...(user !== undefined && { user }),
  };
};

/** What the caller is told at the end: everything about the completion but what was said. */
export const recordOf = (metered: Metered, id: CompletionId, createdAt: Date): CompletionRecord => {
  const { caller, command, plan, warnings, ending, attempts, usage, cost, timings } = metered;
  const facts = factsOf({
    caller,
    createdAt,
    route: plan.decision,
    bill: { attempts, cost, timings, ...(usage !== undefined && { usage }) },
    warnings,
    failure: ending.kind === 'FAILED' ? ending.failure : undefined,
    tags: command.request,
  });
  if (ending.kind === 'FAILED') return { id, ...facts };
  const { finishReason, rawFinishReason } = ending;
  return { id, ...facts, finishReason, ...(rawFinishReason !== undefined && { rawFinishReason }) };
};

/** The ledger's row: the record without what providers said of failures, as they like to quote the prompt. */
export const ledgerRowOf = <
  Row extends { readonly attempts: readonly Attempt[]; readonly failure?: LocatedFailure },
>(
  record: Row,
): Row => ({
  ...record,
  attempts: record.attempts.map((attempt) =>
    attempt.failure === undefined ? attempt : { ...attempt, failure: withoutQuotes(attempt.failure) },
  ),
  ...(record.failure !== undefined && { failure: withoutQuotes(record.failure) }),
});
