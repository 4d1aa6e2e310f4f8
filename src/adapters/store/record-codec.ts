import { z } from 'zod';
import type { Attempt } from '../../domain/attempt.ts';
import { asKeyId, asOfferingId, asOperationId } from '../../domain/ids.ts';
import { digitsOfExact } from '../../domain/money.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { USAGE_KINDS } from '../../domain/usage.ts';
import type { completions } from './schema.ts';
import {
  optional,
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
/** A row with the facts that it names. */
export type StoredRow = { readonly row: Row; readonly facts: string | null };

const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});

/** What is not told apart here, as the readers of the columns take it. */
const part = z.record(z.string(), z.unknown());
const none = z.literal(0);
const times = z.array(z.number().nullable());

const storedFacts = z.object({
  route: part,
  warnings: optional(z.array(part)),
  finishReason: optional(z.string()),
  rawFinishReason: optional(z.string()),
  /** Kinds of what was counted. */
  usage: optional(z.array(z.enum(USAGE_KINDS))),
  cost: optional(z.looseObject({ lines: optional(z.array(part)) })),
  attempt: optional(part),
});

/** See `lineOf`. */
const storedBody = z.tuple(
  [
    z.union([none, storedFacts]),
    z.union([none, z.array(z.number())]),
    times,
    z.union([none, z.array(z.union([z.number(), z.string()]))]),
    z.union([none, times]),
    z.union([none, z.string()]),
  ],
  z.object({
    cost: optional(part),
    attempts: optional(z.array(part)),
    failure: optional(part),
    metadata: optional(part),
    user: optional(z.string()),
  }),
);
type Body = z.infer<typeof storedBody>;

const problemWith = ({ id }: Row, column: string, error: z.ZodError): Error =>
  new Error(`Row ${id} of the ledger cannot be read back: column ${column}: ${z.prettifyError(error)}`);

const named = (names: readonly string[], values: readonly unknown[]): object =>
  Object.fromEntries(
    names.map((name, index) => [name, values[index] ?? undefined]).filter(([, it]) => it !== undefined),
  );

const costOf = (
  { lines, ...rates }: NonNullable<z.infer<typeof storedFacts>['cost']>,
  amounts: Body[3],
  total: string | null,
): object => ({
  ...rates,
  ...(total !== null && { total }),
  ...(lines !== undefined && {
    lines: lines.map((line, index) => {
      const [quantity, amount] = amounts === 0 ? [] : amounts.slice(2 * index);
      return { ...line, quantity, amount: amount === undefined ? undefined : digitsOfExact(amount) };
    }),
  }),
});

/** A row whose JSON stands in the columns that rows from before there was a body have. */
const unfolded = ({ row, facts: text }: StoredRow): Row => {
  if (row.body === null) return row;
  const read = <Value>(column: string, schema: z.ZodType<Value>, given: unknown): Value => {
    const result = jsonText.pipe(schema).safeParse(given);
    if (result.success) return result.data;
    throw problemWith(row, column, result.error);
  };
  const [own, counts, timings, amounts, moments, name, rest = {}] = read('body', storedBody, row.body);
  const facts = own === 0 ? read('facts', storedFacts, text) : own;
  const [sinceCreated, ...durations] = moments === 0 ? [] : moments;
  const attempt = facts.attempt && {
    index: 0,
    ...facts.attempt,
    startedAt: new Date(row.createdAt.getTime() + (sinceCreated ?? 0)).toISOString(),
    ...named(['durationMs', 'ttftMs'], durations),
    ...(name !== 0 && { providerResponseId: name }),
  };
  return {
    ...row,
    route: facts.route,
    usage: facts.usage === undefined || counts === 0 ? null : named(facts.usage, counts),
    cost: rest.cost ?? (facts.cost && costOf(facts.cost, amounts, row.costTotal)),
    attempts: rest.attempts ?? (attempt === undefined ? [] : [attempt]),
    timings: named(['totalMs', 'ttftMs', 'outputTps'], timings),
    warnings: facts.warnings ?? [],
    failure: rest.failure ?? null,
    metadata: rest.metadata ?? null,
    endUser: rest.user ?? null,
    finishReason: facts.finishReason ?? null,
    rawFinishReason: facts.rawFinishReason ?? null,
  };
};

type Read = <Value>(column: keyof Row, schema: z.ZodType<Value>) => Value;

/** Reads a row's columns. Throws an error that names the row and the column where one is malformed. */
const readerOf =
  (row: Row): Read =>
  (column, schema) => {
    const result = schema.safeParse(row[column]);
    if (result.success) return result.data;
    throw problemWith(row, column, result.error);
  };

/** A row as the domain knows it. Throws where it is malformed. */
export const recordOf = (stored: StoredRow): OperationRecord => {
  const row = unfolded(stored);
  const read = readerOf(row);
  const usage = row.usage === null ? undefined : read('usage', storedUsage);
  const cost = read('cost', storedCost);
  return {
    id: asOperationId(row.id),
    operation: read('operation', storedOperation),
    keyId: asKeyId(row.keyId),
    createdAt: row.createdAt,
    status: read('status', storedStatus),
    route: read('route', storedRoute),
    ...(row.offeringId !== null && { offeringId: asOfferingId(row.offeringId) }),
    ...(row.finishReason !== null && { finishReason: read('finishReason', storedFinishReason) }),
    ...(row.rawFinishReason !== null && { rawFinishReason: row.rawFinishReason }),
    ...(usage !== undefined && { usage }),
    cost,
    attempts: read('attempts', storedAttempts).map(
      ({ billOfRow, ...attempt }): Attempt =>
        billOfRow === true ? { ...attempt, ...(usage !== undefined && { usage }), cost } : attempt,
    ),
    timings: read('timings', storedTimings),
    warnings: read('warnings', storedWarnings),
    ...(row.failure !== null && { failure: read('failure', storedFailure) }),
    ...(row.metadata !== null && { metadata: read('metadata', storedMetadata) }),
    ...(row.endUser !== null && { user: row.endUser }),
  };
};
