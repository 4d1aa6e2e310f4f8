import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client, Pool } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { ledgerWriter, lineWriter } from '../../../src/adapters/store/ledger-writer.ts';
import { openStore } from '../../../src/adapters/store/open-store.ts';
import { OPERATION_KINDS } from '../../../src/domain/operation.ts';
import { usageOf } from '../../../src/domain/usage.ts';
import type { Store } from '../../../src/ports/store.ts';
import { fullRecord, smallRecord } from '../../contract/operation-records.ts';
import { describeStore, newKey } from '../../contract/store.ts';
import { createDatabase } from '../../support/postgres-database.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { postgresService, titleOf } from '../../support/services.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeRows } from '../../support/write-rows.ts';

const postgres = postgresService();
const MIGRATIONS = join(import.meta.dirname, '../../../src/adapters/store/migrations');
const serverUrl = postgres.kind === 'running' ? postgres.url : '';

const open = (url: string): Promise<Store> => openStore({ kind: 'postgres', url }, recordedLog());

/** Makes the tables as they were at first. */
const migrateAsFirst = async (client: Client): Promise<void> => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  cpSync(MIGRATIONS, folder.path, { recursive: true });
  const journal = join(folder.path, 'meta/_journal.json');
  const { entries, ...rest } = z
    .looseObject({ entries: z.array(z.unknown()) })
    .parse(JSON.parse(readFileSync(journal, 'utf8')));
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, 1) }));
  await migrate(drizzle({ client }), {
    migrationsFolder: folder.path,
    migrationsSchema: 'modelgraph',
    migrationsTable: 'migrations',
  });
};

const newDatabase = async (): Promise<string> => {
  const database = await createDatabase(serverUrl);
  onTestFinished(database.drop);
  return database.url;
};

describe.skipIf(postgres.kind === 'missing')(titleOf('on Postgres', postgres), () => {
  describeStore(async () => {
    const database = await createDatabase(serverUrl);
    const store = await open(database.url);
    return {
      ...store,
      close: async () => {
        await store.close();
        await database.drop();
      },
    };
  });

  it('is brought up to date by several nodes that start at once', async () => {
    const url = await newDatabase();
    const nodes = await Promise.all([open(url), open(url), open(url), open(url)]);
    await Promise.all(nodes.map((node) => writeRows(node.ledger, [smallRecord()])));
    const seen = await Promise.all(nodes.map((node) => node.ledger.list({}, { limit: 10 })));
    for (const { rows } of seen) expect(rows).toHaveLength(4);
    await Promise.all(nodes.map((node) => node.close()));
  });

  it('is left as it is where it was brought up to date by a version that noted more of its migrations', async () => {
    const url = await newDatabase();
    await (await open(url)).close();
    const old = new Client({ connectionString: url });
    await old.connect();
    onTestFinished(() => old.end());
    await old.query(
      'alter table modelgraph.migrations add column name text, add column applied_at timestamptz default now()',
    );
    const noted = 'select count(*)::int as count from modelgraph.migrations';
    const before = (await old.query(noted)).rows;
    await (await open(url)).close();
    expect((await old.query(noted)).rows).toEqual(before);
  });

  it('reads rows that were written before other operations, their usage, and JSON as text were', async () => {
    const url = await newDatabase();
    const old = new Client({ connectionString: url });
    await old.connect();
    await migrateAsFirst(old);
    const row = fullRecord();
    const {
      images: _images,
      seconds: _seconds,
      characters: _characters,
      requests: _requests,
      ...usage
    } = usageOf({
      input: 1,
      output: 2,
    });
    await old.query(
      `insert into modelgraph.completions
         (id, key_id, created_at, status, offering_id, route, usage, cost, attempts, timings, warnings, metadata)
       values ($1, 'key_1', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        row.id,
        row.createdAt,
        row.status,
        row.offeringId,
        ...[row.route, usage, row.cost, row.attempts, row.timings, row.warnings, row.metadata].map((fact) =>
          JSON.stringify(fact),
        ),
      ],
    );
    await old.end();

    const store = await open(url);
    const [record] = await store.ledger.findMany([row.id]);
    const { failure: _failure, finishReason: _reason, rawFinishReason: _raw, user: _user, ...kept } = row;
    expect(record).toStrictEqual({ ...kept, keyId: 'key_1', usage: usageOf({ input: 1, output: 2 }) });
    expect(await store.ledger.outputTokens({ modelSlug: row.route.modelSlug }, 5)).toEqual([]);
    expect((await store.ledger.list({ operations: ['COMPLETION'] }, { limit: 5 })).rows).toHaveLength(1);
    expect((await store.ledger.list({ operations: OPERATION_KINDS }, { limit: 5 })).rows).toHaveLength(0);
    await store.close();
  });

  it('lets one of two nodes that race insert a key', async () => {
    const url = await newDatabase();
    const [one, other] = await Promise.all([open(url), open(url)]);
    for (let round = 0; round < 20; round += 1) {
      const { key, hash } = newKey();
      const inserted = await Promise.all([
        one.keys.insertUnshown(key, hash),
        other.keys.insertUnshown(key, newKey().hash),
      ]);
      expect(inserted.filter(Boolean)).toHaveLength(1);
    }
    await Promise.all([one.close(), other.close()]);
  });

  it('goes on after the server has dropped its connections', async () => {
    const url = await newDatabase();
    const store = await open(url);
    await store.ping();
    const admin = new Client({ connectionString: serverUrl });
    await admin.connect();
    await admin.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [
      new URL(url).pathname.slice(1),
    ]);
    await admin.end();
    await expect
      .poll(() =>
        store.ping().then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('up');
    await store.close();
  });

  it('only fails a write whose connection breaks while the rows go past it', async () => {
    const pool = new Pool({ connectionString: await newDatabase() });
    pool.on('error', () => {});
    const begin = ledgerWriter(
      lineWriter(pool, async (client) => {
        const broken = new Promise<void>((resolve) => client.once('end', resolve));
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
        await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
        await broken;
        throw new Error('its thread has ended');
      }),
    );
    await expect(writeRows({ begin }, [smallRecord()])).rejects.toThrow('its thread has ended');
    await pool.end();
  });

  it('keeps parameters out of its errors', async () => {
    const store = await open(await newDatabase());
    const { key, hash } = newKey({ name: 'secret-name' });
    await store.keys.insert(key, hash);
    const error: unknown = await store.keys.insert(key, hash).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('secret-name');
    expect(String(error)).not.toContain(hash);
    await store.close();
  });

  it('says why it fails, once its database is gone', async () => {
    const database = await createDatabase(serverUrl);
    const store = await open(database.url);
    await database.drop();
    const fail = () => store.keys.findMany([newKey().key.id]).catch((reason: unknown) => String(reason));
    await expect
      .poll(fail)
      .toMatch(/^StoreError: The store failed: database ".*" does not exist \(select .* from "modelgraph"/);
    await store.close();
  });

  it('says which database is missing', async () => {
    const url = new URL(serverUrl);
    url.pathname = '/nowhere';
    await expect(open(url.href)).rejects.toThrow(/Cannot open the store at .*nowhere.*does not exist/);
  });
});

it('says where nothing listens, and not the password', async () => {
  const error: unknown = await open('postgres://me:secret-word@localhost:1/db').catch(
    (reason: unknown) => reason,
  );
  expect(String(error)).toContain(
    'Cannot open the store at postgres://localhost:1/db (DATABASE_URL): connect ECONN',
  );
  expect(String(error)).not.toContain('secret-word');
});
