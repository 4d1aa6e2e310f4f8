import { readdirSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

/** Codings that the build writes beside a file, best first, with the ending of the copy's name. */
const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;
type Coding = (typeof CODINGS)[number][0];

export type StoredFile = {
  readonly path: string;
  /** Size in bytes. */
  readonly size: number;
};

/** One built file and its compressed copies. */
export type Asset = {
  readonly contentType: string;
  readonly plain: StoredFile;
  readonly compressed: { readonly [C in Coding]?: StoredFile };
};

const CONTENT_TYPES: { readonly [extension: string]: string } = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** Everything below `directory` by its path with `/` between names: nothing outside this map can be served. */
export const readAssets = (directory: string): ReadonlyMap<string, Asset> => {
  const files = new Map<string, StoredFile>();
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name);
    const stats = statSync(path);
    if (stats.isFile()) files.set(name.replaceAll(sep, '/'), { path, size: stats.size });
  }
  const assets = new Map<string, Asset>();
  for (const [name, plain] of files) {
    if (CODINGS.some(([, ending]) => name.endsWith(ending))) continue;
    const copies = CODINGS.flatMap(([coding, ending]) => {
      const copy = files.get(name + ending);
      return copy === undefined ? [] : [[coding, copy] as const];
    });
    assets.set(name, {
      contentType: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
      plain,
      compressed: Object.fromEntries(copies),
    });
  }
  return assets;
};

/** The smallest copy of `asset` that a client with this Accept-Encoding header takes. */
export const chooseCopy = (
  asset: Asset,
  acceptEncoding: string | undefined,
): { readonly file: StoredFile; readonly coding?: Coding } => {
  const accepted = new Set(
    (acceptEncoding ?? '')
      .toLowerCase()
      .split(',')
      .map((item) => item.trim().split(/\s*;\s*/))
      .filter(([, weight]) => !/^q=0(?:\.0*)?$/.test(weight ?? ''))
      .map(([coding]) => coding),
  );
  for (const [coding] of CODINGS) {
    const file = asset.compressed[coding];
    if (file !== undefined && accepted.has(coding)) return { file, coding };
  }
  return { file: asset.plain };
};
