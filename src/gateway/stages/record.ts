import { decidingAttempt, type RouteDecision } from '../../domain/attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import { type LocatedFailure, withoutQuotes } from '../../domain/failure.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Bill, Metered } from './meter.ts';

/** Filled one by one: this is done for each request, and spreading what may be absent costs several times as much. */
type Unfinished<Row> = { -readonly [Name in keyof Row]: Row[Name] };

/** What a row is made of, whatever was asked for. */
type Outline = Pick<OperationRecord, 'id' | 'operation'> & {
  readonly caller: Caller;
  readonly createdAt: Date;
  readonly route: RouteDecision;
  readonly bill: Bill;
  readonly warnings: readonly Warning[];
  /** Absent where it succeeded. */
  readonly failure: LocatedFailure | undefined;
  readonly tags: Pick<OperationRecord, 'metadata' | 'user'>;
};

export const factsOf = ({
  id,
  operation,
  caller,
  createdAt,
  route,
  bill,
  warnings,
  failure,
  tags: { metadata, user },
}: Outline): Unfinished<OperationRecord> => {
  const last = decidingAttempt(bill.attempts);
  const isCutOff = failure?.code === 'CANCELLED' || failure?.code === 'STOPPED';
  const failed = isCutOff ? 'CANCELLED' : 'FAILED';
  const facts: Unfinished<OperationRecord> = {
    id,
    operation,
    keyId: caller.key.id,
    createdAt,
    status: failure === undefined ? 'SUCCEEDED' : failed,
    route,
    attempts: bill.attempts,
    cost: bill.cost,
    timings: bill.timings,
    warnings,
  };
  if (last !== undefined) facts.offeringId = last.offeringId;
  if (bill.usage !== undefined) facts.usage = bill.usage;
  if (failure !== undefined) facts.failure = failure;
  if (metadata !== undefined) facts.metadata = metadata;
  if (user !== undefined) facts.user = user;
  return facts;
};

/** What the caller is told at the end: everything about the completion but what was said. */
export const recordOf = (
  metered: Metered,
  about: Pick<Outline, 'id' | 'caller' | 'createdAt' | 'route' | 'tags'>,
): OperationRecord => {
  const { warnings, ending } = metered;
  const failure = ending.kind === 'FAILED' ? ending.failure : undefined;
  const facts = factsOf({ ...about, operation: 'COMPLETION', bill: metered, warnings, failure });
  if (ending.kind === 'FAILED') return facts;
  if (ending.finishReason !== undefined) facts.finishReason = ending.finishReason;
  if (ending.rawFinishReason !== undefined) facts.rawFinishReason = ending.rawFinishReason;
  return facts;
};

/** The ledger's row: the record without what providers said of failures, as they like to quote the prompt. */
export const ledgerRowOf = (record: OperationRecord): OperationRecord =>
  record.failure === undefined && record.attempts.every(({ failure }) => failure === undefined)
    ? record
    : {
        ...record,
        attempts: record.attempts.map((attempt) =>
          attempt.failure === undefined ? attempt : { ...attempt, failure: withoutQuotes(attempt.failure) },
        ),
        ...(record.failure !== undefined && { failure: withoutQuotes(record.failure) }),
      };
