import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import { createDatabase } from '../support/postgres-database.ts';
import { startOwnRedis } from '../support/redis-server.ts';
import { postgresService, redisService, titleOf } from '../support/services.ts';
import { endings, makeKey, revoke, startStreams } from './live-streams.ts';

const postgres = postgresService();
const redis = redisService();
const missing = [postgres, redis].find(({ kind }) => kind === 'missing') ?? postgres;

describe.skipIf(missing.kind === 'missing')(titleOf('two nodes with Redis and Postgres', missing), () => {
  let start: (adminKey: string) => Promise<Modelgraph>;
  let release: () => Promise<unknown>;
  let here: Modelgraph;
  let there: Modelgraph;
  beforeAll(async () => {
    const database = await createDatabase(postgres.kind === 'running' ? postgres.url : '');
    const shared = await startOwnRedis();
    start = (adminKey) =>
      startModelgraph({
        env: { DATABASE_URL: database.url, REDIS_URL: shared.url, MODELGRAPH_ADMIN_KEY: adminKey },
      });
    release = () => Promise.all([database.drop(), shared.stop()]);
    here = await start('mg_test-of-ended-keys-0123456789');
    there = await start('mg_test-of-ended-keys-0123456789');
  }, 120_000);
  afterAll(async () => {
    await Promise.all([here, there].map((each) => each?.stop()));
    await release?.();
  });

  it('streams of one end, on each face, with the key that the other revokes', async () => {
    const { id, secret } = await makeKey(here);
    const live = await startStreams(there, secret);
    await revoke(here, id);
    expect(await endings(live, 'REVOKED_API_KEY')).toEqual([]);
  });

  it('streams that came with the admin secret end when another node starts with a new one', async () => {
    const live = await Promise.all([here, there].map((node) => startStreams(node, node.adminKey)));
    const newer = await start('mg_test-of-ended-keys-9876543210');
    expect(await endings(live.flat(), 'REVOKED_API_KEY')).toEqual([]);
    await newer.stop();
  }, 60_000);
});
