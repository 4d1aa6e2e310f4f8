import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectRedisState } from '../../src/adapters/state/redis.ts';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { SharedState } from '../../src/ports/shared-state.ts';
import type { Store } from '../../src/ports/store.ts';
import { createDatabase } from '../support/postgres-database.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { postgresService, redisService, titleOf } from '../support/services.ts';
import { adminOf, callerBy, describeKeys, newAdminSecret, newMember, startKeyNode } from './key-contract.ts';

const postgres = postgresService();
const redis = redisService();
const redisUrl = redis.kind === 'running' ? redis.url : '';
const missing = postgres.kind === 'missing' || redis.kind === 'missing';

/** Channels are shared by all that use the server, but key ids are of their own, except the admin's. */
describe.skipIf(missing)(titleOf(titleOf('on Postgres and Redis', postgres), redis), () => {
  let database: Awaited<ReturnType<typeof createDatabase>> | undefined;
  const opened: (Store | SharedState)[] = [];

  const connect = async () => {
    const store = await openStore({ kind: 'postgres', url: database?.url ?? '' }, recordedLog());
    const state = await connectRedisState(redisUrl, recordedLog());
    opened.push(store, state);
    return { store: store.keys, state };
  };

  beforeAll(async () => {
    database = await createDatabase(postgres.kind === 'running' ? postgres.url : '');
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await database?.drop();
  });

  describeKeys(connect);

  describe('two nodes', () => {
    /** Nodes with connections of their own. */
    const startTwo = async () => {
      const [one, other] = await Promise.all([connect(), connect()]);
      return [
        await startKeyNode(one.store, one.state),
        await startKeyNode(other.store, other.state),
      ] as const;
    };

    it('a key revoked on one is refused on the other, which had it cached, without any time passing', async () => {
      const [node, other] = await startTwo();
      const admin = await adminOf(node);
      const { key, secret } = await newMember(node, admin);
      const bystander = await newMember(node, admin);
      expect(await callerBy(other.keys, secret)).toBeDefined();
      expect(await callerBy(other.keys, bystander.secret)).toBeDefined();
      await node.keys.revoke(admin, key.id);
      expect(await callerBy(node.keys, secret)).toBeUndefined();
      await expect.poll(() => callerBy(other.keys, secret)).toBeUndefined();
      expect(await callerBy(other.keys, bystander.secret)).toBeDefined();
    });

    it('an admin key replaced on one no longer works on the other', async () => {
      const [node, other] = await startTwo();
      const [before, after] = [newAdminSecret(), newAdminSecret()];
      await node.keys.ensureAdminKey(new Secret(before));
      expect(await callerBy(other.keys, before)).toBeDefined();
      await node.keys.ensureAdminKey(new Secret(after));
      expect(await callerBy(node.keys, before)).toBeUndefined();
      await expect.poll(() => callerBy(other.keys, before)).toBeUndefined();
      expect(await callerBy(other.keys, after)).toBeDefined();
    });

    it('that start at once on an empty store generate one admin key between them', async () => {
      const fresh = await createDatabase(postgres.kind === 'running' ? postgres.url : '');
      onTestFinished(fresh.drop);
      const stores = await Promise.all(
        [0, 1, 2].map(() => openStore({ kind: 'postgres', url: fresh.url }, recordedLog())),
      );
      const { state } = await connect();
      const nodes = await Promise.all(stores.map((store) => startKeyNode(store.keys, state)));
      const generated = await Promise.all(nodes.map(({ keys }) => keys.ensureAdminKey(undefined)));
      const secrets = generated.filter((secret) => secret !== undefined);
      expect(secrets).toHaveLength(1);
      for (const { keys } of nodes) expect(await callerBy(keys, secrets[0]?.reveal() ?? '')).toBeDefined();
      await Promise.all(stores.map((store) => store.close()));
    });
  });
});
