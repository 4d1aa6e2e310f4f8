import { inspect } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createKeyService, type KeyService } from '../../src/control/key-service.ts';
import type { Caller } from '../../src/domain/caller.ts';
import { asKeyId } from '../../src/domain/ids.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { SharedState } from '../../src/ports/shared-state.ts';
import type { KeyStore } from '../../src/ports/store.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { type RecordedLog, recordedLog } from '../support/recorded-log.ts';

/** What one node has of its own. Its clock does not start at 0, as no clock does. */
export type KeyNode = { readonly keys: KeyService; readonly clock: FakeClock; readonly log: RecordedLog };

export const startKeyNode = async (store: KeyStore, state: SharedState): Promise<KeyNode> => {
  const clock = createFakeClock();
  clock.advance(1_000);
  const log = recordedLog();
  const keys = await createKeyService(store, state, clock, log);
  onTestFinished(() => keys.close());
  return { keys, clock, log };
};

let secrets = 0;
/** Another admin secret each time. */
export const newAdminSecret = (): string => {
  secrets += 1;
  return `admin-secret-number-${secrets}`;
};

/** Whose secret it is; undefined if it is not accepted. */
export const callerBy = async (keys: KeyService, secret: string): Promise<Caller | undefined> => {
  const check = await keys.authenticate(secret);
  return check.kind === 'CALLER' ? check.caller : undefined;
};

/** A node's admin. */
export const adminOf = async ({ keys }: KeyNode): Promise<Caller> => {
  const secret = newAdminSecret();
  await keys.ensureAdminKey(new Secret(secret));
  const admin = await callerBy(keys, secret);
  if (admin === undefined) throw new Error('the admin key does not work');
  return admin;
};

/** A new member key, its secret in plain text, and its caller. */
export const newMember = async ({ keys }: KeyNode, admin: Caller, expiresAt?: Date) => {
  const created = await keys.create(admin, { name: 'CI', ...(expiresAt !== undefined && { expiresAt }) });
  if (created.kind === 'REFUSED') throw new Error(created.refusal.code);
  const { key } = created.value;
  const secret = created.value.secret.reveal();
  const caller = await callerBy(keys, secret);
  if (caller === undefined) throw new Error('the new key does not work');
  return { key, secret, caller };
};

/** What keys do on any store and any shared state. `open` gives an empty store. */
export const describeKeys = (
  open: () => Promise<{ readonly store: KeyStore; readonly state: SharedState }>,
): void => {
  describe('keys', () => {
    let store: KeyStore;
    let state: SharedState;
    beforeAll(async () => {
      ({ store, state } = await open());
    });
    const start = (): Promise<KeyNode> => startKeyNode(store, state);

    it('an admin key is generated once for a store, and shown once', async () => {
      const node = await start();
      const secret = await node.keys.ensureAdminKey(undefined);
      expect(secret?.reveal()).toMatch(/^mg_[\w-]{43}$/);
      await node.keys.adminKeyShown(secret ?? new Secret(''));
      expect(await node.keys.ensureAdminKey(undefined)).toBeUndefined();
      expect(await (await start()).keys.ensureAdminKey(undefined)).toBeUndefined();
      const admin = await callerBy(node.keys, secret?.reveal() ?? '');
      expect(admin?.key).toMatchObject({
        name: 'admin',
        role: 'ADMIN',
        prefix: secret?.reveal().slice(0, 8),
      });
    });

    it('a given admin key replaces the one before at once, and stays when none is given', async () => {
      const node = await start();
      const [before, after] = [newAdminSecret(), newAdminSecret()];
      expect(await node.keys.ensureAdminKey(new Secret(before))).toBeUndefined();
      expect(await callerBy(node.keys, before)).toBeDefined();
      await node.keys.ensureAdminKey(new Secret(after));
      expect(await callerBy(node.keys, before)).toBeUndefined();
      expect((await callerBy(node.keys, after))?.key.role).toBe('ADMIN');
      expect(await node.keys.ensureAdminKey(undefined)).toBeUndefined();
      expect(await callerBy(node.keys, after)).toBeDefined();
    });

    it('a created key authenticates as a member; nothing else does', async () => {
      const node = await start();
      const admin = await adminOf(node);
      const { key, secret, caller } = await newMember(node, admin);
      expect(key).toMatchObject({
        id: expect.stringMatching(/^key_/),
        name: 'CI',
        role: 'MEMBER',
        prefix: secret.slice(0, 8),
        createdAt: node.clock.now(),
      });
      expect(caller.key).toEqual(key);
      // On a node that has never seen it, too.
      expect((await callerBy((await start()).keys, secret))?.key).toEqual(key);
      for (const wrong of ['', 'mg_', `${secret}x`, secret.slice(0, -1), secret.toUpperCase(), key.id])
        expect(await callerBy(node.keys, wrong)).toBeUndefined();
    });

    it('a secret is in no key, result or log', async () => {
      const node = await start();
      const adminSecret = newAdminSecret();
      await node.keys.ensureAdminKey(new Secret(adminSecret));
      const admin = await callerBy(node.keys, adminSecret);
      if (admin === undefined) throw new Error('the admin key does not work');
      const created = await node.keys.create(admin, { name: 'CI' });
      if (created.kind === 'REFUSED') throw new Error('refused');
      const secret = created.value.secret.reveal();
      await node.keys.revoke(admin, created.value.key.id);
      const seen = [
        JSON.stringify(created),
        inspect(created, { depth: 10 }),
        `${created.value.secret}`,
        JSON.stringify(await node.keys.list(admin, { limit: 100 })),
        JSON.stringify(admin),
        ...node.log.lines,
      ].join('\n');
      for (const hidden of [secret, secret.slice(3), adminSecret]) expect(seen).not.toContain(hidden);
    });

    it('a short admin key shows no more than a quarter of itself', async () => {
      const node = await start();
      await node.keys.ensureAdminKey(new Secret('sixteen-letters!'));
      expect((await callerBy(node.keys, 'sixteen-letters!'))?.key.prefix).toBe('sixt');
    });

    it('an expiring key works until its time, on nodes that know it and on others', async () => {
      const [node, other] = await Promise.all([start(), start()]);
      const admin = await adminOf(node);
      const expiresAt = new Date(node.clock.now().getTime() + 5_000);
      const { key, secret } = await newMember(node, admin, expiresAt);
      expect(key.expiresAt).toEqual(expiresAt);
      node.clock.advance(4_999);
      expect(await callerBy(node.keys, secret)).toBeDefined();
      node.clock.advance(1);
      other.clock.advance(5_000);
      expect(await callerBy(node.keys, secret)).toBeUndefined();
      expect(await callerBy(other.keys, secret)).toBeUndefined();
    });

    it('a key is not made without a name, nor for the past, nor by a member', async () => {
      const node = await start();
      const admin = await adminOf(node);
      const { caller } = await newMember(node, admin);
      const refused = async (by: Caller, input: { readonly name: string; readonly expiresAt?: Date }) => {
        const result = await node.keys.create(by, input);
        return result.kind === 'REFUSED' ? result.refusal : undefined;
      };
      const invalidName = { code: 'INVALID_INPUT', path: 'input.name' };
      expect(await refused(admin, { name: '' })).toMatchObject(invalidName);
      expect(await refused(admin, { name: ' \n' })).toMatchObject(invalidName);
      expect(await refused(admin, { name: 'x'.repeat(201) })).toMatchObject(invalidName);
      expect(await refused(admin, { name: 'x'.repeat(200) })).toBeUndefined();
      expect(await refused(admin, { name: 'CI', expiresAt: node.clock.now() })).toMatchObject({
        code: 'INVALID_INPUT',
        path: 'input.expiresAt',
      });
      expect(await refused(caller, { name: 'CI' })).toMatchObject({ code: 'FORBIDDEN' });
    });

    it('a revoked key is refused from then on; revoking again keeps the first date', async () => {
      const node = await start();
      const admin = await adminOf(node);
      const { key, secret } = await newMember(node, admin);
      const revokedAt = node.clock.now();
      expect(await node.keys.revoke(admin, key.id)).toEqual({ kind: 'OK', value: { ...key, revokedAt } });
      expect(await callerBy(node.keys, secret)).toBeUndefined();
      node.clock.advance(60_000);
      expect(await node.keys.revoke(admin, key.id)).toEqual({ kind: 'OK', value: { ...key, revokedAt } });
      expect(await callerBy(node.keys, secret)).toBeUndefined();
    });

    it('a key that is refused says whether it is unknown, revoked or expired, and since when', async () => {
      const [node, other] = await Promise.all([start(), start()]);
      const admin = await adminOf(node);
      const { key, secret } = await newMember(node, admin);
      const expiresAt = new Date(node.clock.now().getTime() + 5_000);
      const expiring = await newMember(node, admin, expiresAt);
      const revokedAt = node.clock.now();
      await node.keys.revoke(admin, key.id);
      for (const each of [node, other]) {
        each.clock.advance(5_000);
        expect(await each.keys.authenticate(secret)).toEqual({ kind: 'REVOKED', at: revokedAt });
        expect(await each.keys.authenticate(expiring.secret)).toEqual({ kind: 'EXPIRED', at: expiresAt });
        expect(await each.keys.authenticate(`${secret}x`)).toEqual({ kind: 'UNKNOWN' });
      }
    });

    it('only the admin revokes, only keys that exist, and not the admin key', async () => {
      const node = await start();
      const admin = await adminOf(node);
      const { key, secret, caller } = await newMember(node, admin);
      expect(await node.keys.revoke(caller, key.id)).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
      expect(await node.keys.revoke(admin, admin.key.id)).toMatchObject({
        refusal: { code: 'FORBIDDEN', problem: expect.stringContaining('MODELGRAPH_ADMIN_KEY') },
      });
      const missing = asKeyId('key_missing');
      expect(await node.keys.revoke(admin, missing)).toEqual({
        kind: 'REFUSED',
        refusal: { code: 'KEY_NOT_FOUND', id: missing },
      });
      expect(await callerBy(node.keys, secret)).toBeDefined();
    });

    it('a revocation takes effect on this node even if the others cannot be told', async () => {
      const log = recordedLog();
      const away: SharedState = { ...state, publish: () => Promise.reject(new Error('the state is away')) };
      const clock = createFakeClock();
      clock.advance(1_000);
      const keys = await createKeyService(store, away, clock, log);
      onTestFinished(() => keys.close());
      const node = { keys, clock, log };
      const admin = await adminOf(node);
      const { key, secret } = await newMember(node, admin);
      await keys.revoke(admin, key.id);
      expect(await callerBy(keys, secret)).toBeUndefined();
      expect(log.lines.join('\n')).toContain('the state is away');
    });

    it('a key that is revoked while it is looked up is not trusted after', async () => {
      const gate = Promise.withResolvers<void>();
      const read = Promise.withResolvers<void>();
      let isSlow = false;
      const slow: KeyStore = {
        ...store,
        findByHash: async (hash) => {
          const key = await store.findByHash(hash);
          if (isSlow) {
            read.resolve();
            await gate.promise;
          }
          return key;
        },
      };
      const node = await start();
      const admin = await adminOf(node);
      const { key, secret } = await newMember(node, admin);
      const { keys } = await startKeyNode(slow, state);
      isSlow = true;
      const pending = callerBy(keys, secret);
      await read.promise;
      await keys.revoke(admin, key.id);
      gate.resolve();
      await pending;
      expect(await callerBy(keys, secret)).toBeUndefined();
    });

    it('a key whose revocation was never heard of is trusted for 30 s and no longer', async () => {
      const deaf: SharedState = { ...state, subscribe: async () => async () => {} };
      const [node, other] = await Promise.all([start(), startKeyNode(store, deaf)]);
      const admin = await adminOf(node);
      const { key, secret } = await newMember(node, admin);
      expect(await callerBy(other.keys, secret)).toBeDefined();
      await node.keys.revoke(admin, key.id);
      other.clock.advance(30_001);
      expect(await callerBy(other.keys, secret)).toBeUndefined();
    });

    it('are listed newest first: all for the admin, for a member its own', async () => {
      const node = await start();
      const admin = await adminOf(node);
      // Later than the keys of other tests.
      node.clock.advance(86_400_000);
      const first = await newMember(node, admin);
      node.clock.advance(1_000);
      const second = await newMember(node, admin);
      const page = await node.keys.list(admin, { limit: 1 });
      expect(page).toEqual({ rows: [second.key], hasMore: true });
      expect((await node.keys.list(admin, { limit: 1, after: second.key.id })).rows).toEqual([first.key]);
      expect(await node.keys.list(first.caller, { limit: 10 })).toEqual({
        rows: [first.key],
        hasMore: false,
      });
      expect((await node.keys.list(first.caller, { limit: 10, after: first.key.id })).rows).toEqual([]);
    });

    it('are found by id as far as the caller may see them', async () => {
      const node = await start();
      const admin = await adminOf(node);
      const [mine, other] = [await newMember(node, admin), await newMember(node, admin)];
      const ids = [other.key.id, asKeyId('key_missing'), mine.key.id];
      expect(await node.keys.findMany(admin, ids)).toEqual([other.key, undefined, mine.key]);
      expect(await node.keys.findMany(mine.caller, ids)).toEqual([undefined, undefined, mine.key]);
    });
  });
};
