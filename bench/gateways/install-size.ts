import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes on the disk, as `du` counts them. */
export const sizeOf = (path: string): number => {
  const stat = lstatSync(path);
  const own = stat.blocks * 512;
  if (!stat.isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), own);
};

/** Packages that npm has installed in a folder. */
export const packagesIn = (folder: string): number => {
  const lock: { readonly packages: object } = JSON.parse(
    readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'),
  );
  return Object.keys(lock.packages).length;
};
