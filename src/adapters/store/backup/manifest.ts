import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { z } from 'zod';

const NAME = 'backup.json';
const READ_BYTES = 1_048_576;

const Manifest = z.object({
  version: z.literal(1),
  createdAt: z.string(),
  /** Those that are empty too: the database needs them. */
  folders: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })),
});
type Manifest = z.infer<typeof Manifest>;

type Found = { readonly bytes: number; readonly sha256: string };

/** Piece by piece: a file of the database has up to a gigabyte. */
const digestOf = (file: string): Found => {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(READ_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    let bytes = 0;
    for (;;) {
      const read = readSync(descriptor, piece);
      if (read === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(piece.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(descriptor);
  }
};

/** Paths below a folder, with slashes. */
const entriesOf = (folder: string): { readonly folders: string[]; readonly files: string[] } => {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const pathsOf = (found: typeof entries): string[] =>
    found
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(folder.length + 1)
          .replaceAll(sep, '/'),
      )
      .filter((path) => path !== NAME)
      .sort();
  return {
    folders: pathsOf(entries.filter((entry) => entry.isDirectory())),
    files: pathsOf(entries.filter((entry) => !entry.isDirectory())),
  };
};

/** Written last: a backup that was cut off has none. */
export const writeManifest = (folder: string, createdAt: Date): { readonly bytes: number } => {
  const { folders, files } = entriesOf(folder);
  const manifest: Manifest = {
    version: 1,
    createdAt: createdAt.toISOString(),
    folders,
    files: files.map((path) => ({ path, ...digestOf(join(folder, path)) })),
  };
  writeFileSync(join(folder, NAME), `${JSON.stringify(manifest, undefined, 1)}\n`, { mode: 0o600 });
  return { bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) };
};

/** Folders that a backup has, its own files being as they were written. Throws an error with a sentence if it is not whole. */
export const verifiedFolders = (folder: string): readonly string[] => {
  const file = join(folder, NAME);
  if (!existsSync(file))
    throw new Error(`${folder} is no backup, or one that was cut off: it has no ${NAME}. Take another.`);
  let manifest: Manifest;
  try {
    manifest = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new Error(`${file} cannot be read: it is damaged, or of a later version. Take another backup.`);
  }
  const damaged = (path: string, what: string): Error =>
    new Error(`The backup ${folder} is damaged: ${path} ${what}. Nothing was changed. Take another backup.`);
  for (const { path, bytes, sha256 } of manifest.files) {
    const found = existsSync(join(folder, path)) ? digestOf(join(folder, path)) : undefined;
    if (found === undefined) throw damaged(path, 'is missing');
    if (found.bytes !== bytes || found.sha256 !== sha256) throw damaged(path, 'is not what was written');
  }
  const known = new Set(manifest.files.map(({ path }) => path));
  const other = entriesOf(folder).files.find((path) => !known.has(path));
  if (other !== undefined) throw damaged(other, 'was added');
  return manifest.folders;
};
