import { expect, it } from 'vitest';
import { createMemoryState } from '../../src/adapters/state/memory.ts';
import { authenticate } from '../../src/control/authentication.ts';
import { hashOfSecret } from '../../src/control/key-secret.ts';
import { callerOf } from '../../src/domain/caller.ts';
import { asKeyId } from '../../src/domain/ids.ts';
import type { Key } from '../../src/domain/key.ts';
import type { KeyStore } from '../../src/ports/store.ts';
import { startKeyNode } from './key-contract.ts';

const MEMBER: Key = {
  id: asKeyId('key_member'),
  name: 'CI',
  role: 'MEMBER',
  prefix: 'mg_',
  createdAt: new Date('2026-01-01T00:00:00Z'),
};
const SECRET = 'mg_secret';

const absent = (): never => {
  throw new Error('not called here');
};

/** A store that answers when it is told to. */
const slowStore = () => {
  const asked: { readonly hash: string; readonly answer: (key: Key | undefined) => void }[] = [];
  const store: KeyStore = {
    findByHash: (hash) => new Promise((resolve) => asked.push({ hash, answer: resolve })),
    revoke: async (_id, at) => ({ ...MEMBER, revokedAt: at }),
    insert: absent,
    insertUnshown: absent,
    markShown: absent,
    addAdmin: absent,
    put: absent,
    findMany: absent,
    list: absent,
  };
  const answerAll = (key: Key | undefined): void => {
    for (const { hash, answer } of asked.splice(0)) answer(hash === hashOfSecret(SECRET) ? key : undefined);
  };
  return { store, asked, answerAll };
};

it('looks a key up once for all requests that come with it at once', async () => {
  const { store, asked, answerAll } = slowStore();
  const { keys } = await startKeyNode(store, createMemoryState());
  const checks = Promise.all(Array.from({ length: 50 }, () => keys.authenticate(SECRET)));
  expect(asked).toHaveLength(1);
  answerAll(MEMBER);
  expect(new Set((await checks).map(({ kind }) => kind))).toEqual(new Set(['CALLER']));
});

it('looks a key up anew if it was revoked while it was looked up', async () => {
  const { store, asked, answerAll } = slowStore();
  const { keys } = await startKeyNode(store, createMemoryState());
  const before = keys.authenticate(SECRET);
  const admin = callerOf({ ...MEMBER, role: 'ADMIN' });
  await keys.revoke(admin, MEMBER.id);
  const after = keys.authenticate(SECRET);
  expect(asked).toHaveLength(2);
  const [first, second] = asked;
  first?.answer(MEMBER);
  second?.answer({ ...MEMBER, revokedAt: new Date() });
  expect((await before).kind).toBe('CALLER');
  expect((await after).kind).toBe('REVOKED');
  answerAll(undefined);
});

it('does not look up more than a thousand keys at once, and says so once in the log', async () => {
  const { store, asked, answerAll } = slowStore();
  const { keys, log } = await startKeyNode(store, createMemoryState());
  const failures: string[] = [];
  const check = (secret: string) =>
    authenticate(keys, { kind: 'SECRET', secret }, (message) => failures.push(message));
  const others = Array.from({ length: 1_200 }, (_, index) => check(`mg_unknown_${index}`));
  expect(asked).toHaveLength(1_000);
  answerAll(undefined);
  const kinds = (await Promise.all(others)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'UNAVAILABLE')).toHaveLength(200);
  expect(kinds.filter((kind) => kind === 'UNAUTHENTICATED')).toHaveLength(1_000);
  expect(failures).toEqual([]);
  expect(log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  const again = check(SECRET);
  answerAll(MEMBER);
  expect((await again).kind).toBe('CALLER');
});
