import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogueInput } from './catalogue/catalogue-input.ts';
import { inputKey, type KeptCatalogue, packCatalogue, unpackCatalogue } from './catalogue/kept-catalogue.ts';
import type { MergedCatalogue } from './catalogue/merge/merge-catalogue.ts';

/**
 * Where built catalogues are kept: beside the code, where only who may change the code can write. `version` is another for
 * each state of the code and of the shipped lists.
 */
export type CatalogueFolder = { readonly path: string; readonly version: string };

/** What is built of the same input is kept under the same name. */
export type CatalogueFile = {
  /** Undefined where none is kept that holds now, whatever the reason. */
  read(now: Date): Promise<KeptCatalogue | undefined>;
  /** Never rejects: a catalogue that is not kept is built again. */
  write(input: CatalogueInput, merged: MergedCatalogue): Promise<void>;
};

/** As many configurations are started in turn without building anew. */
const MAX_FILES = 8;
const ENDING = '.catalogue';

/** Of the bundle, which says what it was made of; sources that run themselves may be others at each start. */
export const catalogueFolder = (bundle = import.meta.dirname): CatalogueFolder | undefined => {
  const fingerprint = join(bundle, 'fingerprint');
  return existsSync(fingerprint)
    ? {
        path: join(bundle, '../../node_modules/.cache/modelgraph-catalogue'),
        version: readFileSync(fingerprint, 'utf8'),
      }
    : undefined;
};

/** The oldest go. */
const removeOld = async (folder: string): Promise<void> => {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      return { path, at: (await stat(path)).mtimeMs };
    }),
  );
  const old = found.toSorted((one, other) => other.at - one.at).slice(MAX_FILES);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
};

export const catalogueFile = (
  { path, version }: CatalogueFolder,
  input: Pick<CatalogueInput, 'providers' | 'readings'>,
): CatalogueFile => {
  const key = createHash('sha256')
    .update(`${version}\n${inputKey(input)}`)
    .digest('hex');
  const file = join(path, `${key}${ENDING}`);
  return {
    async read(now) {
      try {
        return unpackCatalogue(await readFile(file), key, input.providers, now);
      } catch {
        return undefined;
      }
    },
    async write(whole, merged) {
      const partial = join(path, `${randomUUID()}.partial`);
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        await writeFile(partial, packCatalogue(key, whole, merged), { mode: 0o600, flag: 'wx' });
        await rename(partial, file);
        await removeOld(path);
      } catch {
        await rm(partial, { force: true }).catch(() => {});
      }
    },
  };
};
