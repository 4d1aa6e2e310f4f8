import { afterAll, describe } from 'vitest';
import { createDatabase } from '../../support/postgres-database.ts';
import { postgresService, redisService, titleOf } from '../../support/services.ts';
import { describeKeysAndLedger } from './keys-and-ledger.ts';

const postgres = postgresService();
const redis = redisService();

describe.skipIf(postgres.kind === 'missing' || redis.kind === 'missing')(
  titleOf(titleOf('with real services', postgres), redis),
  () => {
    let database: { readonly url: string; drop(): Promise<void> } | undefined;
    afterAll(() => database?.drop());
    describeKeysAndLedger('Postgres, with Redis as shared state', async () => {
      if (postgres.kind === 'missing' || redis.kind === 'missing') return {};
      database = await createDatabase(postgres.url);
      return { DATABASE_URL: database.url, REDIS_URL: redis.url };
    });
  },
);
