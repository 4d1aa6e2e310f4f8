import type { OperationInputs, OperationKind, OperationResults } from '../../../domain/operation.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { GraphContext } from '../context.ts';
import { completionError } from '../errors.ts';
import { readInput } from '../inputs/input-problem.ts';
import { type OperationOptionsShape, readOptions } from '../inputs/operation-options.ts';

/** What an operation gave, and its row. */
export type Performed<Kind extends OperationKind> = {
  readonly result: OperationResults[Kind];
  readonly record: OperationRecord;
};

/** Fields of types that show a result: the row beside the content. */
export const OF_OPERATION = 'The row in the ledger: usage, cost, attempts, timings, warnings.';

/**
 * Reads an input, performs it and gives what came of it; throws an expected error where nothing did. A client
 * that goes away cancels it.
 */
export const perform = async <Kind extends OperationKind>(
  { gateway, caller, timeouts, gone, trace, headers }: GraphContext,
  operation: Kind,
  options: OperationOptionsShape,
  read: () => OperationInputs[Kind],
): Promise<Performed<Kind>> => {
  const command = readInput(() => ({
    operation,
    input: read(),
    ...readOptions(options, timeouts),
    ...(headers !== undefined && { headers }),
    ...(trace !== undefined && { trace }),
  }));
  if (command.kind === 'REFUSED') throw completionError(command, undefined);
  const answer = await gateway.perform(caller, command.value, gone);
  switch (answer.kind) {
    case 'DONE':
      return { result: answer.result, record: answer.record };
    case 'REFUSED':
      throw completionError(answer, undefined);
    case 'FAILED':
      throw completionError({ kind: 'UPSTREAM', failure: answer.failure }, answer.record);
  }
};
