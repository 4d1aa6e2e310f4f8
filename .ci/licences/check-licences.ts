import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDERS, dataProblems } from './data-licences.ts';
import { type LockFile, nameOf, productionLocations, readLockFile, waysTo } from './lock-file.ts';
import { isAllowed, isExpression, readPackageLicence } from './package-licence.ts';
import { type BundledPackage, PACKAGES_FILE } from './third-party.ts';

/** What is built of others' packages, and how to build it. */
const BUNDLES = [
  { folder: 'dist/server', build: 'npm run build:server' },
  { folder: 'dist/explorer', build: 'npm run build:explorer' },
];

export type LicenceReport = {
  /** How many packages were looked at, by where they are. */
  readonly counts: { readonly [where: string]: number };
  readonly problems: readonly string[];
};

type Licensed = Omit<BundledPackage, 'location'>;

/** The installed package where it is the locked version, else what the lock file says; the worse where both speak. */
const licenceAt = (root: string, lock: LockFile, location: string): Licensed => {
  const locked = lock.get(location);
  const folder = join(root, location);
  if (existsSync(join(folder, 'package.json'))) {
    const installed = readPackageLicence(folder);
    const lockedLicence = locked?.license;
    if (locked?.version === undefined || installed.version === locked.version) {
      const isWorse = lockedLicence !== undefined && isExpression(lockedLicence) && !isAllowed(lockedLicence);
      return isWorse ? { ...installed, licence: lockedLicence } : installed;
    }
  }
  return {
    name: locked?.name ?? nameOf(location),
    version: locked?.version ?? '?',
    licence: locked?.license,
  };
};

/** What the manifest needs at run time and the lock file, which may be older, does not have as such. */
const unlockedDependencies = (root: string, lock: LockFile): readonly string[] => {
  const { dependencies, optionalDependencies, peerDependencies }: { readonly [field: string]: object } =
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const needed = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return needed.filter((name) => {
    const locked = lock.get(`node_modules/${name}`);
    return locked === undefined || locked.dev === true;
  });
};

/** Packages inside of a package's own folder that the lock file does not know: they came in its archive. */
const unlockedInside = (root: string, lock: LockFile, location: string): readonly string[] => {
  const names = (at: string): readonly string[] => {
    const folder = join(root, at);
    return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
  };
  const inside = `${location}/node_modules`;
  return names(inside)
    .flatMap((name) =>
      name.startsWith('@') ? names(`${inside}/${name}`).map((each) => `${name}/${each}`) : name,
    )
    .map((name) => `${inside}/${name}`)
    .filter((each) => !lock.has(each) && existsSync(join(root, each, 'package.json')))
    .flatMap((each) => [each, ...unlockedInside(root, lock, each)]);
};

/** Looks at all that is passed on: packages that are installed with this one, those inside bundles, and data. */
export const checkLicences = (root: string): LicenceReport => {
  const lock = readLockFile(root);
  const problems: string[] = [];
  const counts: { [where: string]: number } = {};
  let ways: ReturnType<typeof waysTo> | undefined;

  const look = (where: string, location: string, { name, version, licence }: Licensed): void => {
    counts[where] = (counts[where] ?? 0) + 1;
    if (isAllowed(licence)) return;
    ways ??= waysTo(lock);
    const way = ways.get(location)?.join(' > ') ?? 'nothing in package-lock.json';
    problems.push(
      `${name} ${version}: ${licence ?? 'no licence stated, and no known text of one'}\n    in ${where}, needed by ${way}`,
    );
  };

  problems.push(
    ...unlockedDependencies(root, lock).map(
      (name) =>
        `${name}: package.json needs it, package-lock.json does not have it, or for development alone; run \`npm install\``,
    ),
  );
  for (const location of productionLocations(lock)) {
    for (const each of [location, ...unlockedInside(root, lock, location)])
      look('the production tree', each, licenceAt(root, lock, each));
  }
  for (const { folder, build } of BUNDLES) {
    const file = join(root, folder, PACKAGES_FILE);
    if (!existsSync(file)) {
      problems.push(`${folder}: ${PACKAGES_FILE} is missing; run \`${build}\``);
      continue;
    }
    const packages: readonly BundledPackage[] = JSON.parse(readFileSync(file, 'utf8'));
    for (const each of packages) look(folder, each.location, each);
  }
  for (const folder of DATA_FOLDERS) {
    if (existsSync(join(root, folder))) problems.push(...dataProblems(join(root, folder)));
  }
  return { counts, problems };
};
