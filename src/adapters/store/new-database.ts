import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

export const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * A database as it is after it was made and brought up to date, in one file that the build writes. To unpack it takes a tenth of the
 * time and of the memory that making a database takes.
 */
export const PACKED_DATABASE = fileURLToPath(new URL('../../../dist/new-database', import.meta.url));

const Head = z.object({
  madeOf: z.string(),
  folders: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), bytes: z.int() })),
});
type Head = z.infer<typeof Head>;

const HEAD_BYTES = 4;
/** Node takes no less. */
const MIN_CHUNK_BYTES = 64;

/** Another for each version of the database and each state of the migrations. */
export const madeOf = (): string => {
  const library = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const hash = createHash('sha256').update(readFileSync(join(dirname(library), '..', 'package.json')));
  for (const name of readdirSync(MIGRATIONS).sort())
    if (name.endsWith('.sql')) hash.update(`${name}\n`).update(readFileSync(join(MIGRATIONS, name)));
  return hash.digest('hex');
};

/** All that is below a folder, folders before what is in them. */
const entriesOf = (folder: string): Pick<Head, 'folders'> & { readonly files: readonly string[] } => {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const pathsOf = (found: typeof entries): string[] =>
    found.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort();
  return {
    folders: pathsOf(entries.filter((entry) => entry.isDirectory())),
    files: pathsOf(entries.filter((entry) => entry.isFile())),
  };
};

/** A closed database in one piece. */
export const packDatabase = (folder: string, made = madeOf()): Buffer => {
  const { folders, files } = entriesOf(folder);
  const contents = files.map((path) => readFileSync(join(folder, path)));
  const head: Head = {
    madeOf: made,
    folders,
    files: files.map((path, index) => ({ path, bytes: contents[index]?.length ?? 0 })),
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(HEAD_BYTES);
  length.writeUInt32LE(text.length);
  return gzipSync(Buffer.concat([length, text, ...contents]), { level: 9 });
};

type Unpacked = { readonly head: Head; readonly contents: Buffer };

/** How much comes out of it, which gzip writes last. */
const unpackedBytes = (packed: Buffer): number => packed.readUInt32LE(packed.length - 4);

const read = (packed: string): Unpacked => {
  const bytes = readFileSync(packed);
  // In one piece: to put the usual small ones together takes as much memory again, and more time than to unpack them.
  const all = gunzipSync(bytes, { chunkSize: Math.max(MIN_CHUNK_BYTES, unpackedBytes(bytes) + 1) });
  const end = HEAD_BYTES + all.readUInt32LE();
  return {
    head: Head.parse(JSON.parse(all.toString('utf8', HEAD_BYTES, end))),
    contents: all.subarray(end),
  };
};

/** Undefined where nothing was packed, of this version of the database and these migrations, or it cannot be read. */
const readPacked = (packed: string): Unpacked | undefined => {
  if (!existsSync(packed)) return undefined;
  try {
    const unpacked = read(packed);
    return unpacked.head.madeOf === madeOf() ? unpacked : undefined;
  } catch {
    return undefined;
  }
};

/** Whether a database is packed there that fits. */
export const isPacked = (packed: string): boolean => readPacked(packed) !== undefined;

/** Makes `folder` the packed database; false, with nothing made, where there is none that fits. Rejects what cannot be written. */
export const unpackDatabase = (packed: string, folder: string): boolean => {
  const unpacked = readPacked(packed);
  if (unpacked === undefined) return false;
  const { head, contents } = unpacked;
  mkdirSync(folder, { mode: 0o700 });
  for (const path of head.folders) mkdirSync(join(folder, path), { mode: 0o700 });
  let from = 0;
  for (const { path, bytes } of head.files) {
    writeFileSync(join(folder, path), contents.subarray(from, from + bytes), { mode: 0o600 });
    from += bytes;
  }
  return true;
};
