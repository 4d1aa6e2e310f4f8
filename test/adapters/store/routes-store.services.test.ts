import { describe } from 'vitest';
import { openStore } from '../../../src/adapters/store/open-store.ts';
import { describeRoutesStore } from '../../contract/routes-store.ts';
import { createDatabase } from '../../support/postgres-database.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { postgresService, titleOf } from '../../support/services.ts';

const postgres = postgresService();

describe.skipIf(postgres.kind === 'missing')(titleOf('on Postgres', postgres), () => {
  describeRoutesStore(async () => {
    const database = await createDatabase(postgres.kind === 'running' ? postgres.url : '');
    const store = await openStore({ kind: 'postgres', url: database.url }, recordedLog());
    return { ...store, close: () => store.close().then(database.drop) };
  });
});
