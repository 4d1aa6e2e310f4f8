import { entity } from '../entity.ts';
import { KeyRef } from '../refs.ts';
import { KeyRoleEnum } from './enums.ts';

KeyRef.implement({
  description:
    'A virtual key: who calls. Its secret is shown once, when it is made, and kept only as a hash.',
  extensions: entity({ id: (id, context) => KeyRef.getDataloader(context).load(id) }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name for people.' }),
    role: t.expose('role', { type: KeyRoleEnum, description: 'What it may do.' }),
    prefix: t.exposeString('prefix', { description: 'First characters of the secret, to recognise it by.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'From when on it no longer works; null for never.',
      resolve: (key) => key.expiresAt,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null while it works.',
      resolve: (key) => key.revokedAt,
    }),
    revocationNotice: t.string({
      nullable: true,
      description:
        'In the answer of `revokeKey`: that other servers of this deployment could not be told, and for how long they may still accept the key; null where all were told, and elsewhere.',
      resolve: (key) => key.revocationNotice,
    }),
  }),
});
