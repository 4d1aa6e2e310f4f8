import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../src/adapters/store/open-store.ts';
import type { BegunAttempt } from '../../../src/domain/begun-attempt.ts';
import { asOfferingId, asOperationId, asProviderId } from '../../../src/domain/ids.ts';
import type { OperationRecord } from '../../../src/domain/operation-record.ts';
import type { SpoolSync } from '../../../src/domain/spool-settings.ts';
import type { LedgerSpool, Store } from '../../../src/ports/store.ts';
import { smallRecord } from '../../contract/operation-records.ts';
import { newDataFolder } from '../../support/data-folder.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const spoolOf = ({ ledger }: Store): LedgerSpool => {
  if (ledger.spool === undefined) throw new Error('the store was opened with a spool');
  return ledger.spool;
};

const kept = (store: Store): Promise<void> => new Promise((resolve) => spoolOf(store).kept(resolve));

const begunOf = ({ id, operation, keyId, createdAt, route }: OperationRecord): BegunAttempt => ({
  id,
  operation,
  keyId,
  createdAt,
  route,
  attempt: {
    index: 0,
    offeringId: asOfferingId('up/m'),
    providerId: asProviderId('up'),
    startedAt: createdAt,
    cause: 'FIRST',
  },
  over: [],
  user: 'alice',
});

/** As the gateway would make it. */
const rowOf = ({ begun: [first] }: { readonly begun: readonly [BegunAttempt, ...BegunAttempt[]] }) => ({
  ...smallRecord(),
  id: first.id,
  status: 'CANCELLED' as const,
  ...(first.user !== undefined && { user: first.user }),
});

const begin = async () => {
  const folder = await newDataFolder();
  onTestFinished(folder.remove);
  const log = recordedLog();
  const directory = join(folder.path, 'spool');
  const open = (sync: SpoolSync = 'off') =>
    openStore({ kind: 'embedded', dataDir: folder.path }, log, { directory, sync });
  /** Files of rows that lie there, of all processes. */
  const files = (): readonly string[] =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.spool'))
      .map((name) => join(directory, name));
  return { folder, log, open, files };
};

/** Leaves as a process does that could not write to its store. */
const leave = async (open: () => Promise<Store>, count: number): Promise<readonly OperationRecord[]> => {
  const store = await open();
  const rows = Array.from({ length: count }, () => smallRecord());
  const batch = store.ledger.begin();
  for (const row of rows) batch.add(row);
  await kept(store);
  await store.close();
  return rows;
};

describe('the spool', () => {
  it.each(['off', 'interval', 'each'] as const)(
    'keeps rows that the store never got, and gives them once (%s)',
    async (sync) => {
      const { open, files } = await begin();
      const rows = await leave(() => open(sync), 5);
      expect(files()).toHaveLength(1);
      expect(files().map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);

      const store = await open(sync);
      onTestFinished(() => store.close());
      expect(await spoolOf(store).recover(rowOf)).toEqual({ rows: 5, interrupted: 0 });
      expect(await store.ledger.findMany(rows.map(({ id }) => id))).toEqual(rows);
      expect(await spoolOf(store).recover(rowOf)).toEqual({ rows: 0, interrupted: 0 });
    },
  );

  it('makes a row of what was under way, and none of what ended', async () => {
    const { open } = await begin();
    const first = await open();
    const under = smallRecord();
    const ended = smallRecord();
    spoolOf(first).begun(begunOf(under), undefined);
    const batch = first.ledger.begin();
    batch.add(ended, spoolOf(first).begun(begunOf(ended), undefined));
    await kept(first);
    await first.close();

    const store = await open();
    onTestFinished(() => store.close());
    expect(await spoolOf(store).recover(rowOf)).toEqual({ rows: 1, interrupted: 1 });
    const [cut, whole] = await store.ledger.findMany([under.id, ended.id]);
    expect(cut).toMatchObject({ status: 'CANCELLED', user: 'alice' });
    expect(whole).toEqual(ended);
  });

  it('leaves a row as it is that the store has', async () => {
    const { open } = await begin();
    const first = await open();
    const row = smallRecord();
    const mark = spoolOf(first).begun(begunOf(row), undefined);
    // Written, and known here to be under way alone, as where the file with the row was removed.
    const other = first.ledger.begin();
    other.add(row);
    await other.write();
    expect(mark).toBeDefined();
    await kept(first);
    await first.close();

    const store = await open();
    onTestFinished(() => store.close());
    expect(await spoolOf(store).recover(rowOf)).toEqual({ rows: 0, interrupted: 0 });
    expect(await store.ledger.findMany([row.id])).toEqual([row]);
  });

  it('passes over an end that is not whole', async () => {
    const { open, files, log } = await begin();
    const rows = await leave(open, 2);
    const [file = ''] = files();
    appendFileSync(file, readFileSync(file).subarray(0, 40));
    const store = await open();
    onTestFinished(() => store.close());
    expect(await spoolOf(store).recover(rowOf)).toEqual({ rows: rows.length, interrupted: 0 });
    expect(log.lines.filter((line) => line.includes('damaged'))).toEqual([]);
  });

  it('gives what is whole behind a damage, says so and keeps the file', async () => {
    const { open, files, log } = await begin();
    const first = await open();
    for (let written = 0; written < 3; written += 1) {
      const batch = first.ledger.begin();
      batch.add(smallRecord());
      await kept(first);
    }
    await first.close();
    const [file = ''] = files();
    const bytes = readFileSync(file);
    bytes[20] = (bytes[20] ?? 0) ^ 0xff;
    writeFileSync(file, bytes);

    const store = await open();
    onTestFinished(() => store.close());
    expect(await spoolOf(store).recover(rowOf)).toEqual({ rows: 2, interrupted: 0 });
    expect(log.lines.filter((line) => line.includes('A file of a spool is damaged'))).toHaveLength(1);
  });

  it('reads a batch back that waits on the disk alone', async () => {
    const { open, files } = await begin();
    const store = await open();
    onTestFinished(() => store.close());
    const rows = [smallRecord(), smallRecord(), smallRecord()];
    const batch = store.ledger.begin();
    for (const row of rows) batch.add(row);
    // The next one closes it.
    const next = store.ledger.begin();
    batch.shelve?.();
    expect(batch.texts()).toHaveLength(3);
    await batch.write();
    expect(await store.ledger.findMany(rows.map(({ id }) => id))).toEqual(rows);
    next.add(smallRecord());
    await next.write();
    expect(files()).toHaveLength(1);
  });

  it('leaves nothing where the store has all', async () => {
    const { open, files } = await begin();
    const store = await open();
    const batch = store.ledger.begin();
    batch.add(smallRecord());
    await batch.write();
    await store.close();
    expect(files()).toEqual([]);
  });

  it('does not touch what a process that lives writes', async () => {
    const { folder, open } = await begin();
    const store = await open();
    onTestFinished(() => store.close());
    const other = await newDataFolder();
    onTestFinished(other.remove);
    // Another store over the same spool folder, as another process on the same Postgres has it.
    const beside = await openStore({ kind: 'embedded', dataDir: other.path }, recordedLog(), {
      directory: join(folder.path, 'spool'),
      sync: 'off',
    });
    onTestFinished(() => beside.close());
    const row = smallRecord();
    store.ledger.begin().add(row);
    await kept(store);
    expect(await spoolOf(beside).recover(rowOf)).toEqual({ rows: 0, interrupted: 0 });
    expect(await beside.ledger.findMany([asOperationId(row.id)])).toEqual([undefined]);
  });
});
