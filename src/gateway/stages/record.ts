import type { Attempt, RouteDecision } from '../../domain/attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import { type LocatedFailure, withoutQuotes } from '../../domain/failure.ts';
import type { CompletionId } from '../../domain/ids.ts';
import type { RecordFacts } from '../../domain/record-facts.ts';
import type { Warning } from '../../domain/warning.ts';
import { type Bill, decidingAttempt, type Metered } from './meter.ts';

/** Filled one by one: this is done for each request, and spreading what may be absent costs several times as much. */
type Unfinished<Row> = { -readonly [Name in keyof Row]: Row[Name] };

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
}: Outline): Unfinished<RecordFacts> => {
  const last = decidingAttempt(bill.attempts);
  const failed = failure?.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
  const facts: Unfinished<RecordFacts> = {
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
  { id, ...about }: Pick<Outline, 'caller' | 'createdAt' | 'route' | 'tags'> & { readonly id: CompletionId },
): CompletionRecord => {
  const { warnings, ending } = metered;
  const failure = ending.kind === 'FAILED' ? ending.failure : undefined;
  const facts = factsOf({ ...about, bill: metered, warnings, failure });
  if (ending.kind === 'FAILED') return { ...facts, id };
  const { kind: _finished, ...reasons } = ending;
  return { ...facts, id, ...reasons };
};

/** The ledger's row: the record without what providers said of failures, as they like to quote the prompt. */
export const ledgerRowOf = <
  Row extends { readonly attempts: readonly Attempt[]; readonly failure?: LocatedFailure },
>(
  record: Row,
): Row =>
  record.failure === undefined && record.attempts.every(({ failure }) => failure === undefined)
    ? record
    : {
        ...record,
        attempts: record.attempts.map((attempt) =>
          attempt.failure === undefined ? attempt : { ...attempt, failure: withoutQuotes(attempt.failure) },
        ),
        ...(record.failure !== undefined && { failure: withoutQuotes(record.failure) }),
      };
