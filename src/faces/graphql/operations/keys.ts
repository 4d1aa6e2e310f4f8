import { asKeyId } from '../../../domain/ids.ts';
import type { Key } from '../../../domain/key.ts';
import type { Secret } from '../../../domain/secret.ts';
import { builder } from '../builder.ts';
import { ForbiddenError, InvalidInputError, KeyNotFoundError, keyError } from '../errors.ts';
import { CURSORS, pageOfStore } from '../page.ts';
import { KeyRef } from '../refs.ts';
import { KeyConnection } from '../types/connections.ts';

const CreatedKeyRef = builder
  .objectRef<{ readonly key: Key; readonly secret: Secret }>('CreatedKey')
  .implement({
    description: 'A new key with its secret.',
    fields: (t) => ({
      key: t.expose('key', { type: KeyRef, description: 'The key.' }),
      secret: t.string({
        description: 'The secret, for `Authorization: Bearer`. Shown this once: it is kept only as a hash.',
        resolve: ({ secret }) => secret.reveal(),
      }),
    }),
  });

const CreateKeyInput = builder.inputType('CreateKeyInput', {
  description: 'What key to make.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Name for people, 1 to 200 characters.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'From when on it shall no longer work; never if not given.',
    }),
  }),
});

builder.mutationField('createKey', (t) =>
  t.field({
    type: CreatedKeyRef,
    description: 'Makes a member key. Only the admin key may.',
    args: { input: t.arg({ type: CreateKeyInput, required: true, description: 'What key to make.' }) },
    errors: {
      types: [ForbiddenError, InvalidInputError],
      union: { name: 'CreateKeyResult', description: 'The new key, or why it failed.' },
    },
    resolve: async (_root, { input }, { keys, caller }) => {
      const { name, expiresAt } = input;
      const result = await keys.create(caller, { name, ...(expiresAt != null && { expiresAt }) });
      if (result.kind === 'REFUSED') throw keyError(result.refusal);
      return result.value;
    },
  }),
);

builder.mutationField('revokeKey', (t) =>
  t.field({
    type: KeyRef,
    description:
      'Ends a key: it begins nothing more, on every node and on open connections, from now on. What is under way ends as it is. Only the admin key may.',
    args: { id: t.arg.id({ required: true, description: 'Id of the key.' }) },
    errors: {
      types: [ForbiddenError, KeyNotFoundError],
      union: { name: 'RevokeKeyResult', description: 'The revoked key, or why it was not.' },
    },
    resolve: async (_root, { id }, { keys, caller }) => {
      const result = await keys.revoke(caller, asKeyId(id));
      if (result.kind === 'REFUSED') throw keyError(result.refusal);
      return result.value;
    },
  }),
);

builder.queryField('keys', (t) =>
  t.connection(
    {
      type: KeyRef,
      description: 'Keys, newest first: all of them for the admin key, for others their own.',
      resolve: (_root, args, { keys, caller }) =>
        pageOfStore(
          args,
          (key: Key) => key.id,
          (page) => keys.list(caller, page),
          CURSORS.keys,
        ),
    },
    KeyConnection,
  ),
);
