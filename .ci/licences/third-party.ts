import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MIT_TEXT } from './licence-text.ts';
import {
  filesLike,
  isAllowed,
  LICENCE_FILE,
  type PackageLicence,
  readPackageLicence,
} from './package-licence.ts';

/** Beside a bundle: the texts, and the list that the check of licences reads. */
export const LICENSES_FILE = 'THIRD-PARTY-LICENSES.txt';
export const PACKAGES_FILE = 'third-party-packages.json';

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const NOTICE_FILE = /^(notice|third-?party-?(notices|licen[cs]es))/i;

/** A package some of whose code or files went into a bundle. */
export type BundledPackage = Omit<PackageLicence, 'authors'> & {
  /** From the folder that has `node_modules`, e.g. `node_modules/graphql`; of a linked package from this project's. */
  readonly location: string;
};

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Modules that these put into what they build, such as the one that loads other modules. */
const MODULE_OF_BUILDER = /^\0(rolldown|vite)\//;

const folderOf = (id: string): string | undefined => {
  const builder = MODULE_OF_BUILDER.exec(id)?.[1];
  if (builder !== undefined) return join(ROOT, 'node_modules', builder).replaceAll('\\', '/');
  // A loader's suffix and the mark of a virtual module are not part of the path.
  const path = id.replaceAll('\\', '/').replace(/^\0/, '').replace(/\?.*$/, '');
  return PACKAGE.exec(path)?.[0] ?? linkedFolderOf(path);
};

/** The package outside of `node_modules` that a file belongs to, such as one that is linked; undefined for our own. */
const linkedFolderOf = (path: string): string | undefined => {
  if (!isAbsolute(path)) return undefined;
  let folder = dirname(path);
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) return undefined;
    folder = dirname(folder);
  }
  return relative(ROOT, folder) === '' ? undefined : folder.replaceAll('\\', '/');
};

/** The folders of the packages that files belong to; our own files belong to none. */
const foldersOf = (files: readonly string[]): readonly string[] =>
  [...new Set(files.flatMap((id) => folderOf(id) ?? []))].sort();

const OWN_LICENSE = join(ROOT, 'LICENSE');

/** The usual text of a licence, for packages that name it and bring no text. */
const usualText = (licence: string | undefined, authors: string): readonly string[] => {
  if (licence === 'MIT') return [`Copyright (c) ${authors}`, MIT_TEXT];
  // This project's own licence is the same.
  return licence === 'Apache-2.0' ? [readFileSync(OWN_LICENSE, 'utf8').trim()] : [`Copyright (c) ${authors}`];
};

const texts = (folder: string, { name, version, licence, authors }: PackageLicence): string => {
  const licences = filesLike(folder, LICENCE_FILE);
  return [
    `${name} ${version} (${licence ?? 'no licence stated'})`,
    ...(licences.length === 0 ? usualText(licence, authors) : []),
    ...[...licences, ...filesLike(folder, NOTICE_FILE)].map((file) =>
      readFileSync(join(folder, file), 'utf8').trim(),
    ),
  ].join('\n\n');
};

const RULE = `\n\n${'-'.repeat(80)}\n\n`;

/**
 * The files that go along with a bundle: whoever passes on others' code passes on their licences with it.
 *
 * @param files the paths of all that went into the bundle
 * @throws if a package's licence is not on the list: no such bundle is made
 */
export const thirdPartyFiles = (files: readonly string[]): { readonly [name: string]: string } => {
  const packages = foldersOf(files).map((folder) => ({ folder, ...readPackageLicence(folder) }));
  const refused = packages.filter(({ licence }) => !isAllowed(licence));
  if (refused.length > 0) {
    const named = refused.map(
      ({ name, version, licence }) => `${name} ${version} (${licence ?? 'no licence stated'})`,
    );
    throw new Error(
      `may not go into a bundle by its licence: ${named.join(', ')}; see .ci/licences/allowed.ts`,
    );
  }
  const list: readonly BundledPackage[] = packages.map(({ folder, name, version, licence }) => ({
    name,
    version,
    licence,
    location: folder.includes('node_modules/')
      ? folder.slice(folder.indexOf('node_modules/'))
      : relative(ROOT, folder).replaceAll('\\', '/'),
  }));
  return {
    [LICENSES_FILE]: `${packages.map(({ folder, ...each }) => texts(folder, each)).join(RULE)}\n`,
    [PACKAGES_FILE]: `${JSON.stringify(list, undefined, 1)}\n`,
  };
};
