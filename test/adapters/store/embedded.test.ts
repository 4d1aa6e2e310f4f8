import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DataFolderInUseError } from '../../../src/adapters/store/data-folder-lock.ts';
import { openStore } from '../../../src/adapters/store/open-store.ts';
import { asOperationId } from '../../../src/domain/ids.ts';
import { describeStore } from '../../contract/store.ts';
import { newDataFolder } from '../../support/data-folder.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { stopProcess } from '../../support/running-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const open = (dataDir: string) => openStore({ kind: 'embedded', dataDir }, recordedLog());

/** A folder whose database exists already. */
const madeFolder = async (): Promise<string> => {
  const folder = await newDataFolder();
  onTestFinished(folder.remove);
  return folder.path;
};

const emptyFolder = (): string => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  return folder.path;
};

/** Starts the writer process and gives the lines that it prints. */
const startWriter = (dataDir: string) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'acknowledging-writer.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => stopProcess(child, 'SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
};

describe('on the embedded database', () => {
  describeStore(async () => {
    const folder = await newDataFolder();
    const store = await open(folder.path);
    return {
      ...store,
      close: async () => {
        await store.close();
        folder.remove();
      },
    };
  });

  it('loses no acknowledged row to kill -9, and opens again at once', async () => {
    const dataDir = await madeFolder();
    const { child, lines } = startWriter(dataDir);
    const acknowledged: string[] = [];
    expect((await lines.next()).value).toBe('open');
    while (acknowledged.length < 200) acknowledged.push((await lines.next()).value ?? '');
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (let line = await lines.next(); !line.done; line = await lines.next()) acknowledged.push(line.value);

    const store = await open(dataDir);
    onTestFinished(() => store.close());
    const found = await store.ledger.findMany(acknowledged.map(asOperationId));
    expect(found.filter((record) => record === undefined)).toEqual([]);
  });

  it('refuses a folder that another process has open, and says which and what to do', async () => {
    const dataDir = await madeFolder();
    const { child, lines } = startWriter(dataDir);
    await lines.next();
    const error: unknown = await open(dataDir).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataFolderInUseError);
    expect(String(error)).toContain(`The data folder ${dataDir} is in use by process ${child.pid} (since 20`);
    expect(String(error)).toContain('set MODELGRAPH_DATA_DIR to another folder');
    expect(String(error)).toContain('DATABASE_URL');
  });

  it('refuses a folder that this process has open, until it is closed', async () => {
    const dataDir = await madeFolder();
    const first = await open(dataDir);
    await expect(open(dataDir)).rejects.toBeInstanceOf(DataFolderInUseError);
    await first.close();
    await first.close();
    const second = await open(dataDir);
    await second.close();
  });

  it('starts over where it was killed while it made the database', async () => {
    const dataDir = emptyFolder();
    mkdirSync(join(dataDir, 'postgres.partial'));
    writeFileSync(join(dataDir, 'postgres.partial', 'PG_VERSION'), '18\n');
    const store = await open(dataDir);
    await store.ping();
    await store.close();
  });

  it('says that its folder was removed, and closes all the same', async () => {
    const dataDir = await madeFolder();
    const store = await open(dataDir);
    expect(store.problem()).toBeUndefined();
    rmSync(dataDir, { recursive: true });
    const sentence = await store.lost;
    expect(sentence).toContain(
      `The data folder ${dataDir} was removed or replaced while the server used it.`,
    );
    expect(store.problem()).toBe('The data folder of the embedded database is gone.');
    await expect(store.ping()).rejects.toThrow();
    await store.close();
  });

  it('says what is wrong with a folder that it cannot use', async () => {
    const dataDir = emptyFolder();
    mkdirSync(join(dataDir, 'postgres'));
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '9.6\n');
    await expect(open(dataDir)).rejects.toThrow(join(dataDir, 'postgres'));
    await expect(open(dataDir)).rejects.not.toBeInstanceOf(DataFolderInUseError);
  });

  it('rejects while it is closed', async () => {
    const store = await open(await madeFolder());
    await store.close();
    const reason = 'The store failed: Cannot use a pool after calling end';
    await expect(store.ping()).rejects.toThrow(reason);
    await expect(store.ledger.findMany([asOperationId('cmp_1')])).rejects.toThrow(reason);
  });
});
