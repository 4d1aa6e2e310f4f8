import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { usedDataFolder } from '../support/data-folder.ts';
import { type Modelgraph, runCommand, startModelgraph } from '../support/modelgraph.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const ADMIN_KEY = 'mg_backup-0123456789abcdef';

const emptyFolder = (): string => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  return folder.path;
};

const usedFolder = async (): Promise<string> => {
  const folder = await usedDataFolder('SMALL');
  onTestFinished(folder.remove);
  return folder.path;
};

const start = async (dataDir: string): Promise<Modelgraph> => {
  const server = await startModelgraph({ dataDir, lists: 'SMALL', env: { MODELGRAPH_ADMIN_KEY: ADMIN_KEY } });
  onTestFinished(server.stop);
  return server;
};

const run = (command: readonly string[], dataDir: string) => runCommand(command, { dataDir });

/** The id of one that was answered. */
const complete = async ({ url }: Modelgraph): Promise<string> => {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const { id } = await response.json();
  return id.slice('chatcmpl-'.length);
};

const rowsOf = async (server: Modelgraph): Promise<readonly string[]> => {
  const { body } = await server.post('{ completions(first: 100) { nodes { id } } }');
  return body.data.completions.nodes.map(({ id }: { id: string }) => id);
};

const holds = (rows: readonly string[], id: string): boolean => rows.some((row) => row.includes(id));

/** A stopped server's folder with one row, and a backup of it. */
const backedUp = async () => {
  const dataDir = await usedFolder();
  const server = await start(dataDir);
  const id = await complete(server);
  await server.stop();
  const backup = join(emptyFolder(), 'backup');
  expect(await run(['backup', backup], dataDir)).toMatchObject({ code: 0, stderr: '' });
  return { dataDir, backup, id };
};

describe('a backup', () => {
  it('of a server at work has every row that was answered before, and none of later ones', async () => {
    const dataDir = await usedFolder();
    const server = await start(dataDir);
    const answered = await Promise.all(Array.from({ length: 40 }, () => complete(server)));
    const backup = join(emptyFolder(), 'backup');
    const others = Array.from({ length: 40 }, () => complete(server));
    expect(await run(['backup', backup], dataDir)).toMatchObject({ code: 0, stderr: '' });
    await Promise.all(others);
    const later = await complete(server);
    // The server goes on with its own.
    await until(
      () => rowsOf(server),
      (rows) => holds(rows, later),
    );
    const restored = emptyFolder();
    expect(await run(['restore', backup], restored)).toMatchObject({ code: 0, stderr: '' });
    const other = await start(restored);
    const rows = await until(
      () => rowsOf(other),
      (found) => answered.every((id) => holds(found, id)),
    );
    expect(holds(rows, later)).toBe(false);
    expect(new Set(rows).size).toBe(rows.length);
  });

  it('goes into a new folder alone, and is of a store that is there', async () => {
    const dataDir = await usedFolder();
    const taken = emptyFolder();
    writeFileSync(join(taken, 'file'), 'of somebody');
    const refused = await run(['backup', taken], dataDir);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('is not empty') });
    expect(readdirSync(taken)).toEqual(['file']);
    const nothing = await run(['backup', join(taken, 'new')], emptyFolder());
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no store in') });
    const postgres = await runCommand(['backup', join(taken, 'new')], {
      env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' },
    });
    expect(postgres).toMatchObject({ code: 1, stderr: expect.stringContaining('pg_dump') });
    expect(existsSync(join(taken, 'new'))).toBe(false);
  });
});

describe('a restore', () => {
  it('overwrites nothing unless it is told to, and keeps what was there', async () => {
    const { dataDir, backup, id } = await backedUp();
    const server = await start(dataDir);
    const later = await complete(server);
    expect(await run(['restore', backup, '--force'], dataDir)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is in use'),
    });
    await server.stop();
    const before = readdirSync(dataDir);
    expect(await run(['restore', backup], dataDir)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--force'),
    });
    expect(readdirSync(dataDir)).toEqual(before);
    const { code, stdout } = await run(['restore', backup, '--force'], dataDir);
    expect([code, stdout]).toEqual([0, expect.stringContaining('What was there is in')]);
    const restored = await start(dataDir);
    const rows = await rowsOf(restored);
    expect([holds(rows, id), holds(rows, later)]).toEqual([true, false]);
    await restored.stop();
    const kept = readdirSync(dataDir).find((name) => name.startsWith('postgres.before-'));
    const aside = emptyFolder();
    cpSync(join(dataDir, kept ?? ''), join(aside, 'postgres'), { recursive: true });
    expect(holds(await rowsOf(await start(aside)), later)).toBe(true);
  });

  it.each([
    [
      'a byte is another one',
      (backup: string) => spoil(join(backup, 'postgres', 'global', 'pg_control'), 40),
    ],
    ['a file is missing', (backup: string) => rmSync(join(backup, 'postgres', 'PG_VERSION'))],
    ['a file was added', (backup: string) => writeFileSync(join(backup, 'postgres', 'more'), '')],
    ['it was cut off', (backup: string) => rmSync(join(backup, 'backup.json'))],
    ['its list is damaged', (backup: string) => writeFileSync(join(backup, 'backup.json'), '{')],
  ])('changes nothing where %s', async (_what, damage) => {
    const { dataDir, backup } = await backedUp();
    damage(backup);
    const before = readdirSync(dataDir);
    const { code, stderr } = await run(['restore', backup, '--force'], dataDir);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Nothing was restored\. .*Take another/)]);
    expect(readdirSync(dataDir)).toEqual(before);
  });

  it('that was cut off is told, and no new database is made in its place', async () => {
    const { dataDir, backup, id } = await backedUp();
    // As a kill between its last two steps leaves it.
    cpSync(join(backup, 'postgres'), join(dataDir, 'postgres.restoring'), { recursive: true });
    rmSync(join(dataDir, 'postgres'), { recursive: true });
    await expect(start(dataDir)).rejects.toThrow(/A restore into .* was cut off\. Run it again/);
    expect(await run(['restore', backup, '--force'], dataDir)).toMatchObject({ code: 0 });
    expect(holds(await rowsOf(await start(dataDir)), id)).toBe(true);
  });

  it('makes folders anew that are empty, which tools leave out that copy files', async () => {
    const { backup, id } = await backedUp();
    for (const entry of readdirSync(join(backup, 'postgres'), { withFileTypes: true })) {
      const path = join(backup, 'postgres', entry.name);
      if (entry.isDirectory() && readdirSync(path).length === 0) rmSync(path, { recursive: true });
    }
    const restored = emptyFolder();
    expect(await run(['restore', backup], restored)).toMatchObject({ code: 0 });
    expect(holds(await rowsOf(await start(restored)), id)).toBe(true);
  });
});

const spoil = (file: string, at: number): void => {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.from('spoilt'), 0, 6, at);
  closeSync(descriptor);
};

describe('an embedded database that is damaged', () => {
  it('in a page says so by /ready and in the log, with what to do, and works again once it is restored', async () => {
    const { dataDir, backup, id } = await backedUp();
    const database = await PGlite.create(join(dataDir, 'postgres'));
    const { rows } = await database.query<{ path: string }>(
      "select pg_relation_filepath('modelgraph.completions') as path",
    );
    await database.close();
    spoil(join(dataDir, 'postgres', rows[0]?.path ?? ''), 8_000);
    const server = await start(dataDir);
    const { body } = await server.post('{ completions(first: 100) { nodes { id } } }');
    expect(body.errors).toHaveLength(1);
    const ready = await fetch(`${server.url}/ready`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('is damaged')]);
    expect(server.output()).toMatch(/is damaged.*modelgraph restore <backup>/);
    await server.stop();
    expect(await run(['restore', backup, '--force'], dataDir)).toMatchObject({ code: 0 });
    const restored = await start(dataDir);
    expect((await fetch(`${restored.url}/ready`)).status).toBe(200);
    expect(holds(await rowsOf(restored), id)).toBe(true);
  });

  it('so that it does not open says what to do', async () => {
    const { dataDir } = await backedUp();
    spoil(join(dataDir, 'postgres', 'global', 'pg_control'), 40);
    await expect(start(dataDir)).rejects.toThrow(/may be damaged\. .*modelgraph restore <backup>/s);
  });
});
