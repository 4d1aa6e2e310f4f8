import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Dependencies = { readonly [name: string]: string };

type LockedPackage = {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly dependencies?: Dependencies;
  readonly devDependencies?: Dependencies;
  readonly optionalDependencies?: Dependencies;
  readonly peerDependencies?: Dependencies;
};

/** Where each package is installed, e.g. `node_modules/graphql`, and what the lock file says of it. */
export type LockFile = ReadonlyMap<string, LockedPackage>;

const ROOT = '';

export const readLockFile = (root: string): LockFile => {
  const file = join(root, 'package-lock.json');
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const { packages }: { readonly packages?: { readonly [location: string]: LockedPackage } } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  if (packages === undefined)
    throw new Error(`${file} is of a version without "packages": npm 7 or later writes it`);
  return new Map(Object.entries(packages));
};

export const nameOf = (location: string): string => location.replace(/^.*node_modules\//, '');

/** What is installed without development packages. */
export const productionLocations = (lock: LockFile): readonly string[] =>
  [...lock].flatMap(([location, { dev }]) => (location === ROOT || dev === true ? [] : [location]));

/** As Node finds it: beside the package that needs it, or beside one that is further out. */
const resolve = (lock: LockFile, from: string, name: string): string | undefined => {
  for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const location = `${at === ROOT ? '' : `${at}/`}node_modules/${name}`;
    if (lock.has(location)) return location;
    if (at === ROOT) return undefined;
  }
};

/** The shortest way from this package to each other one, by names; packages needed at run time first. */
export const waysTo = (lock: LockFile): ReadonlyMap<string, readonly string[]> => {
  const root = lock.get(ROOT);
  const ways = new Map<string, readonly string[]>();
  const start = (needed: Dependencies | undefined): void => {
    const queue: string[] = [];
    const add = (from: string, way: readonly string[], names: Dependencies | undefined): void => {
      for (const name of Object.keys(names ?? {})) {
        const location = resolve(lock, from, name);
        if (location === undefined || ways.has(location)) continue;
        ways.set(location, [...way, name]);
        queue.push(location);
      }
    };
    add(ROOT, [root?.name ?? 'this package'], needed);
    for (const location of queue) {
      const way = ways.get(location) ?? [];
      const { dependencies, optionalDependencies, peerDependencies } = lock.get(location) ?? {};
      for (const names of [dependencies, optionalDependencies, peerDependencies]) add(location, way, names);
    }
  };
  start({ ...root?.dependencies, ...root?.optionalDependencies, ...root?.peerDependencies });
  start(root?.devDependencies);
  return ways;
};
