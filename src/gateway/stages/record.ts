import type { Attempt } from '../../domain/attempt.ts';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import { type LocatedFailure, withoutQuotes } from '../../domain/failure.ts';
import type { CompletionId } from '../../domain/ids.ts';
import type { Metered } from './meter.ts';

const statusOf = ({ ending }: Metered): CompletionRecord['status'] => {
  if (ending.kind === 'FINISHED') return 'SUCCEEDED';
  return ending.failure.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
};

/** What the caller is told at the end: everything about the completion but what was said. */
export const recordOf = (metered: Metered, id: CompletionId, createdAt: Date): CompletionRecord => {
  const { ending, command, attempts } = metered;
  const last = attempts.at(-1);
  const { metadata, user } = command.request;
  return {
    id,
    keyId: metered.caller.key.id,
    createdAt,
    status: statusOf(metered),
    route: metered.route,
    ...(last !== undefined && { offeringId: last.offeringId }),
    ...(ending.kind === 'FINISHED' && { finishReason: ending.finishReason }),
    ...(ending.kind === 'FINISHED' &&
      ending.rawFinishReason !== undefined && { rawFinishReason: ending.rawFinishReason }),
    ...(metered.usage !== undefined && { usage: metered.usage }),
    cost: metered.cost,
    attempts,
    timings: metered.timings,
    warnings: metered.warnings,
    ...(ending.kind === 'FAILED' && { failure: ending.failure }),
    ...(metadata !== undefined && { metadata }),
    ...(user !== undefined && { user }),
  };
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
