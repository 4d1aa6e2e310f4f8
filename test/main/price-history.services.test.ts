import { describe, it } from 'vitest';
import { createDatabase } from '../support/postgres-database.ts';
import { postgresService, titleOf } from '../support/services.ts';
import { tellsAPriceThatChangedBetweenTwoStarts } from './price-history-scenario.ts';

const postgres = postgresService();

describe.skipIf(postgres.kind === 'missing')(titleOf('on Postgres', postgres), () => {
  it('a price that changed between two starts is told by the graph and in the terminal', {
    timeout: 120_000,
  }, async () => {
    const database = await createDatabase(postgres.kind === 'running' ? postgres.url : '');
    await tellsAPriceThatChangedBetweenTwoStarts({ env: { DATABASE_URL: database.url } });
    await database.drop();
  });
});
