import type { CompletionRecord } from '../../../domain/completion-record.ts';
import { asKeyId } from '../../../domain/ids.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { ReplayInput } from '../../../gateway/routing/replay/replay-result.ts';
import { builder } from '../builder.ts';
import { pageOfStore } from '../page.ts';
import { present } from '../present.ts';
import { CompletionRef, type CompletionView, OperationRef } from '../refs.ts';
import { CompletionConnection, OperationConnection } from '../types/connections.ts';
import { OperationKindEnum, OperationStatusEnum } from '../types/enums.ts';

export const CompletionFilterInput = builder.inputType('CompletionFilter', {
  description: 'Which completions; everything that is given must hold.',
  fields: (t) => ({
    keyId: t.id({ description: 'Asked for by this key.' }),
    status: t.field({ type: OperationStatusEnum, description: 'Ended this way.' }),
    createdFrom: t.field({ type: 'DateTime', description: 'Arrived at this moment or later.' }),
    createdTo: t.field({ type: 'DateTime', description: 'Arrived before this moment.' }),
  }),
});

/** In the words of the store. */
export const readCompletionFilter = (
  filter: typeof CompletionFilterInput.$inferInput | null | undefined,
): ReplayInput['filter'] => {
  const { keyId, status, createdFrom, createdTo } = filter ?? {};
  return {
    ...(keyId != null && { keyId: asKeyId(keyId) }),
    ...present({ status, createdFrom, createdTo }),
  };
};

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
      description:
        'Completions from the ledger, newest first: all of them for the admin key, for others their own.',
      args: { filter: t.arg({ type: CompletionFilterInput, description: 'Which of them.' }) },
      resolve: (_root, { filter, ...args }, { history, caller }) =>
        pageOfStore(
          args,
          (view: CompletionView) => view.record.id,
          async (page) => {
            const records = await history.list(caller, readCompletionFilter(filter), page);
            return { ...records, rows: records.rows.map((record: CompletionRecord) => ({ record })) };
          },
        ),
    },
    CompletionConnection,
  ),
);

const OperationFilterInput = builder.inputType('OperationFilter', {
  description: 'Which operations; everything that is given must hold.',
  fields: (t) => ({
    keyId: t.id({ description: 'Asked for by this key.' }),
    kind: t.field({ type: OperationKindEnum, description: 'Of this kind.' }),
    status: t.field({ type: OperationStatusEnum, description: 'Ended this way.' }),
    createdFrom: t.field({ type: 'DateTime', description: 'Arrived at this moment or later.' }),
    createdTo: t.field({ type: 'DateTime', description: 'Arrived before this moment.' }),
  }),
});

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
      description:
        'Operations other than completions from the ledger, newest first: all of them for the admin key, for others their own.',
      args: { filter: t.arg({ type: OperationFilterInput, description: 'Which of them.' }) },
      resolve: (_root, { filter, ...args }, { operationHistory, caller }) =>
        pageOfStore(
          args,
          (record: OperationRecord) => record.id,
          (page) => {
            const { keyId, kind, status, createdFrom, createdTo } = filter ?? {};
            return operationHistory.list(
              caller,
              {
                ...(keyId != null && { keyId: asKeyId(keyId) }),
                ...(kind != null && { operation: kind }),
                ...present({ status, createdFrom, createdTo }),
              },
              page,
            );
          },
        ),
    },
    OperationConnection,
  ),
);
