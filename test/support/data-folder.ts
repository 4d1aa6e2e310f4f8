import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { recordedLog } from './recorded-log.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * A new data folder whose embedded database exists and is empty, and how to remove it. Making a database
 * takes seconds: it is done once, kept in node_modules/.cache, and copied.
 */
export const newDataFolder = async (): Promise<{ readonly path: string; remove(): void }> => {
  const template = await templateFolder();
  const folder = temporaryFolder();
  cpSync(template, folder.path, { recursive: true });
  return folder;
};

const templateFolder = async (): Promise<string> => {
  const template = join(ROOT, 'node_modules/.cache/modelgraph-store', fingerprint());
  if (existsSync(template)) return template;
  const fresh = temporaryFolder();
  const store = await openStore({ kind: 'embedded', dataDir: fresh.path }, recordedLog());
  await store.close();
  /** By way of a neighbour, so that test files that run at the same time never see half of it. */
  const partial = `${template}.${process.pid}`;
  mkdirSync(dirname(template), { recursive: true });
  cpSync(fresh.path, partial, { recursive: true });
  fresh.remove();
  try {
    renameSync(partial, template);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(template)) throw error;
  }
  return template;
};

/** Another for each version of the database and each state of the migrations. */
const fingerprint = (): string => {
  const hash = createHash('sha256');
  hash.update(readFileSync(createRequire(import.meta.url).resolve('@electric-sql/pglite')));
  for (const file of globSync('src/adapters/store/migrations/*/migration.sql', { cwd: ROOT }).sort()) {
    hash.update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex').slice(0, 16);
};
