import { decidingAttempt } from '../../domain/attempt.ts';
import { withoutQuotes } from '../../domain/failure.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { Ending } from '../runs/attempted.ts';
import type { Bill } from './meter.ts';

/** Filled one by one: this is done for each request, and spreading what may be absent costs several times as much. */
type Unfinished<Row> = { -readonly [Name in keyof Row]: Row[Name] };

/** What a row is made of, whatever was asked for. */
type Outline = Pick<OperationRecord, 'id' | 'operation' | 'keyId' | 'createdAt' | 'route' | 'warnings'> & {
  readonly bill: Bill;
  readonly ending: Ending;
  readonly tags: { readonly [Name in 'metadata' | 'user']?: OperationRecord[Name] | undefined };
};

/** What the caller is told at the end: everything about the operation but what was said. */
export const recordOf = ({
  id,
  operation,
  keyId,
  createdAt,
  route,
  bill,
  warnings,
  ending,
  tags: { metadata, user },
}: Outline): OperationRecord => {
  const last = decidingAttempt(bill.attempts);
  const record: Unfinished<OperationRecord> = {
    id,
    operation,
    keyId,
    createdAt,
    status: statusOf(ending),
    route,
    attempts: bill.attempts,
    cost: bill.cost,
    timings: bill.timings,
    warnings,
  };
  if (last !== undefined) record.offeringId = last.offeringId;
  if (bill.usage !== undefined) record.usage = bill.usage;
  if (metadata !== undefined) record.metadata = metadata;
  if (user !== undefined) record.user = user;
  if (ending.kind === 'FAILED') record.failure = ending.failure;
  else {
    if (ending.finishReason !== undefined) record.finishReason = ending.finishReason;
    if (ending.rawFinishReason !== undefined) record.rawFinishReason = ending.rawFinishReason;
  }
  return record;
};

const statusOf = (ending: Ending): OperationRecord['status'] => {
  if (ending.kind === 'FINISHED') return 'SUCCEEDED';
  const { code } = ending.failure;
  return code === 'CANCELLED' || code === 'STOPPED' ? 'CANCELLED' : 'FAILED';
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
