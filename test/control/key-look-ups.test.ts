import { describe, expect, it } from 'vitest';
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
    findManyByHash: absent,
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

describe('while the store is away', () => {
  /** A node that has looked the key up, at a store that can go away. */
  const knownKey = async () => {
    let answer = async (): Promise<Key | undefined> => MEMBER;
    const node = await startKeyNode(
      { ...slowStore().store, findByHash: () => answer() },
      createMemoryState(),
    );
    expect((await node.keys.authenticate(SECRET)).kind).toBe('CALLER');
    const goAway = (how: () => Promise<never>): void => {
      answer = how;
    };
    const comeBack = (key?: Key): void => {
      answer = async () => key;
    };
    return { ...node, goAway, comeBack };
  };
  const refuse = async (): Promise<never> => {
    throw new Error('connect ECONNREFUSED');
  };

  it('accepts keys that are known for ten minutes, and says so once', async () => {
    const { keys, clock, log, goAway } = await knownKey();
    goAway(refuse);
    for (let minute = 0; minute < 10; minute += 1) {
      clock.advance(60_000);
      expect((await keys.authenticate(SECRET)).kind).toBe('CALLER');
      await expect(keys.authenticate('mg_another')).rejects.toThrow('ECONNREFUSED');
    }
    clock.advance(60_000);
    await expect(keys.authenticate(SECRET)).rejects.toThrow('ECONNREFUSED');
    expect(log.lines).toEqual([expect.stringContaining('A key could not be looked up.')]);
  });

  it('does not wait for a store that hangs', async () => {
    const { keys, clock, goAway } = await knownKey();
    goAway(() => new Promise(() => {}));
    clock.advance(60_000);
    const first = keys.authenticate(SECRET);
    clock.advance(2_000);
    expect((await first).kind).toBe('CALLER');
    expect(keys.authenticate(SECRET)).toMatchObject({ kind: 'CALLER' });
  });

  it('believes the store again once it is back', async () => {
    const { keys, clock, log, goAway, comeBack } = await knownKey();
    goAway(refuse);
    clock.advance(60_000);
    expect((await keys.authenticate(SECRET)).kind).toBe('CALLER');
    comeBack();
    clock.advance(1_000);
    expect((await keys.authenticate(SECRET)).kind).toBe('UNKNOWN');
    expect((await keys.authenticate(SECRET)).kind).toBe('UNKNOWN');
    expect(log.lines).toHaveLength(2);
  });
});

it('says in the answer to a revocation that the other nodes could not be told', async () => {
  const state = { ...createMemoryState(), publish: () => Promise.reject(new Error('Redis is away')) };
  const { keys } = await startKeyNode(slowStore().store, state);
  const revoked = await keys.revoke(callerOf({ ...MEMBER, role: 'ADMIN' }), MEMBER.id);
  expect(revoked).toMatchObject({
    value: { revocationNotice: expect.stringContaining('could not be told') },
  });
});
