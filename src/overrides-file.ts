import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OverridesFile } from './catalogue/sources/overrides-watch.ts';
import { readOverrides } from './config-overrides.ts';

/** Rejects where the file is broken from the beginning: a server that starts says what it was told. */
export const overridesFile = async (path: string | undefined): Promise<OverridesFile | undefined> => {
  if (path === undefined) return undefined;
  await readOverrides(path);
  return {
    name: basename(path),
    async stamp() {
      const { mtimeMs, size, ino } = await stat(path);
      return `${mtimeMs} ${size} ${ino}`;
    },
    read: () => readOverrides(path),
  };
};
