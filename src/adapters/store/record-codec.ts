import { z } from 'zod';
import type { Attempt } from '../../domain/attempt.ts';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import { asCompletionId, asKeyId, asOfferingId, asOperationId } from '../../domain/ids.ts';
import type { LedgerRow, OperationRecord } from '../../domain/operation-record.ts';
import { USAGE_KINDS, type Usage, type UsageKind } from '../../domain/usage.ts';
import type { completions } from './schema.ts';
import { storableJson, storableText } from './storable-text.ts';
import {
  storedAttempts,
  storedCost,
  storedFailure,
  storedFinishReason,
  storedMetadata,
  storedOperation,
  storedRoute,
  storedStatus,
  storedTimings,
  storedUsage,
  storedWarnings,
} from './stored-json.ts';

type Row = typeof completions.$inferSelect;

/** The type of each column and how a row of the ledger fills it. The order is that of the insert. */
type ColumnWriter = {
  readonly column: string;
  readonly type: 'text' | 'timestamptz' | 'json';
  readonly write: (record: LedgerRow) => string | null;
};

const text = (value: string | undefined): string | null => (value === undefined ? null : storableText(value));
const json = (value: unknown): string | null => (value === undefined ? null : storableJson(value));

/** Most kinds are not used, and what is not there is read as 0. */
const shortUsage = (usage: Usage): Partial<Usage> => {
  const short: { [Kind in UsageKind]?: number } = {};
  for (const kind of USAGE_KINDS) {
    const count = usage[kind];
    if (count !== 0) short[kind] = count;
  }
  return short;
};

/** Without the bill where it is that of the row: of an only attempt, and so of nearly all. */
const shortAttempt = (attempt: Attempt, row: LedgerRow): object => {
  const { usage, cost } = attempt;
  if (usage === undefined) return attempt;
  // What is undefined is not written.
  if (usage === row.usage && cost === row.cost)
    return { ...attempt, usage: undefined, cost: undefined, billOfRow: true };
  return { ...attempt, usage: shortUsage(usage) };
};

const completionOf = (row: LedgerRow): CompletionRecord | undefined =>
  row.operation === 'COMPLETION' ? row : undefined;

/** One writer a column, every column of the table. */
export const LEDGER_COLUMNS: readonly ColumnWriter[] = [
  { column: 'id', type: 'text', write: (record) => record.id },
  { column: 'key_id', type: 'text', write: (record) => record.keyId },
  { column: 'created_at', type: 'timestamptz', write: (record) => record.createdAt.toISOString() },
  { column: 'operation', type: 'text', write: (record) => record.operation },
  { column: 'status', type: 'text', write: (record) => record.status },
  { column: 'offering_id', type: 'text', write: (record) => text(record.offeringId) },
  { column: 'finish_reason', type: 'text', write: (record) => text(completionOf(record)?.finishReason) },
  {
    column: 'raw_finish_reason',
    type: 'text',
    write: (record) => text(completionOf(record)?.rawFinishReason),
  },
  { column: 'end_user', type: 'text', write: (record) => text(record.user) },
  { column: 'route', type: 'json', write: (record) => json(record.route) },
  { column: 'usage', type: 'json', write: (record) => json(record.usage && shortUsage(record.usage)) },
  { column: 'cost', type: 'json', write: (record) => json(record.cost) },
  {
    column: 'attempts',
    type: 'json',
    write: (record) => json(record.attempts.map((attempt) => shortAttempt(attempt, record))),
  },
  { column: 'timings', type: 'json', write: (record) => json(record.timings) },
  { column: 'warnings', type: 'json', write: (record) => json(record.warnings) },
  { column: 'failure', type: 'json', write: (record) => json(record.failure) },
  { column: 'metadata', type: 'json', write: (record) => json(storableKeys(record.metadata)) },
];

type Read = <Value>(column: keyof Row, schema: z.ZodType<Value>) => Value;

/** Reads a row's columns. Throws an error that names the row and the column where one is malformed. */
const readerOf =
  (row: Row): Read =>
  (column, schema) => {
    const result = schema.safeParse(row[column]);
    if (result.success) return result.data;
    throw new Error(
      `Row ${row.id} of the ledger cannot be read back: column ${column}: ${z.prettifyError(result.error)}`,
    );
  };

/** What rows of every operation have. */
const commonOf = (row: Row, read: Read) => {
  const usage = row.usage === null ? undefined : read('usage', storedUsage);
  const cost = read('cost', storedCost);
  return {
    keyId: asKeyId(row.keyId),
    createdAt: row.createdAt,
    status: read('status', storedStatus),
    route: read('route', storedRoute),
    ...(row.offeringId !== null && { offeringId: asOfferingId(row.offeringId) }),
    ...(usage !== undefined && { usage }),
    cost,
    attempts: read('attempts', storedAttempts).map(
      ({ billOfRow, ...attempt }): Attempt =>
        billOfRow === true && usage !== undefined ? { ...attempt, usage, cost } : attempt,
    ),
    timings: read('timings', storedTimings),
    warnings: read('warnings', storedWarnings),
    ...(row.failure !== null && { failure: read('failure', storedFailure) }),
    ...(row.metadata !== null && { metadata: read('metadata', storedMetadata) }),
    ...(row.endUser !== null && { user: row.endUser }),
  };
};

/** A completion's row as the domain knows it. Throws where it is malformed. */
export const completionRecordOf = (row: Row): CompletionRecord => {
  const read = readerOf(row);
  return {
    id: asCompletionId(row.id),
    ...commonOf(row, read),
    ...(row.finishReason !== null && { finishReason: read('finishReason', storedFinishReason) }),
    ...(row.rawFinishReason !== null && { rawFinishReason: row.rawFinishReason }),
  };
};

/** The row of another operation as the domain knows it. Throws where it is malformed. */
export const operationRecordOf = (row: Row): OperationRecord => {
  const read = readerOf(row);
  return {
    id: asOperationId(row.id),
    operation: read('operation', storedOperation),
    ...commonOf(row, read),
  };
};

const storableKeys = (metadata: CompletionRecord['metadata']): CompletionRecord['metadata'] =>
  metadata === undefined
    ? undefined
    : Object.fromEntries(Object.entries(metadata).map(([key, value]) => [storableText(key), value]));
