import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OverridesFile } from './catalogue/sources/overrides-watch.ts';
import { readOverrides } from './config-overrides.ts';

/** `read` rejects where the file is broken: a server that starts says what it was told. */
export const overridesFile = (path: string | undefined): OverridesFile | undefined => {
  if (path === undefined) return undefined;
  return {
    name: basename(path),
    async stamp() {
      const { mtimeMs, size, ino } = await stat(path);
      return `${mtimeMs} ${size} ${ino}`;
    },
    read: () => readOverrides(path),
  };
};
