import { asKeyId } from '../../../domain/ids.ts';
import { OPERATION_KINDS, type Operation } from '../../../domain/operation.ts';
import type { ReplayInput } from '../../../gateway/routing/replay/replay-result.ts';
import { builder } from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { STORED_WEIGHT } from '../field-weight.ts';
import { type ConnectionArguments, CURSORS, pageOfStore } from '../page.ts';
import { present } from '../present.ts';
import { CompletionRef, OperationRef, type OperationView } from '../refs.ts';
import { CompletionConnection, OperationConnection } from '../types/connections.ts';
import { OperationKindEnum, OperationStatusEnum } from '../types/enums.ts';

type InputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** What rows of every operation are filtered by. */
const filterFields = (t: InputFields) => ({
  keyId: t.id({ description: 'Asked for by this key.' }),
  status: t.field({ type: OperationStatusEnum, description: 'Ended this way.' }),
  createdFrom: t.field({ type: 'DateTime', description: 'Arrived at this moment or later.' }),
  createdTo: t.field({ type: 'DateTime', description: 'Arrived before this moment.' }),
});

export const CompletionFilterInput = builder.inputType('CompletionFilter', {
  description: 'Which completions; everything that is given must hold.',
  fields: filterFields,
});

const OperationFilterInput = builder.inputType('OperationFilter', {
  description: 'Which operations; everything that is given must hold.',
  fields: (t) => ({
    ...filterFields(t),
    kind: t.field({ type: OperationKindEnum, description: 'Of this kind.' }),
  }),
});

/** In the words of the store. */
export const readLedgerFilter = (
  filter: typeof CompletionFilterInput.$inferInput | null | undefined,
): ReplayInput['filter'] => {
  const { keyId, status, createdFrom, createdTo } = filter ?? {};
  return {
    ...(keyId != null && { keyId: asKeyId(keyId) }),
    ...present({ status, createdFrom, createdTo }),
  };
};

const pageOfLedger = (
  { history, caller }: GraphContext,
  args: ConnectionArguments,
  filter: typeof CompletionFilterInput.$inferInput | null | undefined,
  operations: readonly Operation[],
) =>
  pageOfStore(
    args,
    ({ record }: OperationView) => record.id,
    async (page) => {
      const { rows, hasMore } = await history.list(caller, { ...readLedgerFilter(filter), operations }, page);
      return { rows: rows.map((record) => ({ record })), hasMore };
    },
    operations[0] === 'COMPLETION' ? CURSORS.completions : CURSORS.operations,
  );

builder.queryField('completion', (t) =>
  t.field({
    type: CompletionRef,
    nullable: true,
    description: 'A completion from the ledger; null if it does not exist, or belongs to another key.',
    args: { id: t.arg.id({ required: true, description: 'Id of the completion, `cmp_…`.' }) },
    resolve: (_root, { id }) => id,
  }),
);

builder.queryField('completions', (t) =>
  t.connection(
    {
      type: CompletionRef,
      extensions: STORED_WEIGHT,
      description:
        'Completions from the ledger, newest first: all of them for the admin key, for others their own.',
      args: { filter: t.arg({ type: CompletionFilterInput, description: 'Which of them.' }) },
      resolve: (_root, { filter, ...args }, context) => pageOfLedger(context, args, filter, ['COMPLETION']),
    },
    CompletionConnection,
  ),
);

builder.queryField('operation', (t) =>
  t.field({
    type: OperationRef,
    nullable: true,
    description: 'An operation from the ledger; null if it does not exist, or belongs to another key.',
    args: { id: t.arg.id({ required: true, description: 'Id of the operation, `op_…`.' }) },
    resolve: (_root, { id }) => id,
  }),
);

builder.queryField('operations', (t) =>
  t.connection(
    {
      type: OperationRef,
      extensions: STORED_WEIGHT,
      description:
        'Operations other than completions from the ledger, newest first: all of them for the admin key, for others their own.',
      args: { filter: t.arg({ type: OperationFilterInput, description: 'Which of them.' }) },
      resolve: (_root, { filter, ...args }, context) =>
        pageOfLedger(context, args, filter, filter?.kind == null ? OPERATION_KINDS : [filter.kind]),
    },
    OperationConnection,
  ),
);
