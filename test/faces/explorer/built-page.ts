import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const source = join(root, 'src/faces/explorer/page');
const output = join(root, 'dist/explorer');

/** Builds the explorer's page where it is missing or older than what it is made of. */
export const ensureBuiltPage = async (): Promise<void> => {
  if (!(await isStale())) return;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn', source]);
};

const isStale = async (): Promise<boolean> => {
  const builtAt = await modifiedAt(join(output, 'index.html'));
  if (builtAt === undefined) return true;
  const names = await readdir(source);
  const inputs = [...names.map((name) => join(source, name)), join(root, 'package-lock.json')];
  const times = await Promise.all(inputs.map(modifiedAt));
  return times.some((time) => time !== undefined && time > builtAt);
};

const modifiedAt = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
};
