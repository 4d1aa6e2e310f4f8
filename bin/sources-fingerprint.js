import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';

/** Besides the sources, what a bundle of them is made of: the installed packages, and how it is made. */
const BESIDES = [
  'package.json',
  'package-lock.json',
  'node_modules/.package-lock.json',
  '.ci/bundle-server.ts',
  '.ci/licences/allowed.ts',
  '.ci/licences/third-party.ts',
];

/** A browser's program, which is built by itself. */
const PAGE = 'src/faces/explorer/page';

/** @type {(root: string, path: string) => string} */
const stateOf = (root, path) => {
  const found = statSync(`${root}/${path}`, { throwIfNoEntry: false });
  return found === undefined ? `${path} is missing\n` : `${path} ${found.size} ${found.mtimeMs}\n`;
};

/** @type {(root: string, folder: string) => string} Not by readdir's own recursion, which takes ten times as long. */
const statesBelow = (root, folder) =>
  readdirSync(`${root}/${folder}`, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const path = `${folder}/${entry.name}`;
      if (path === PAGE) return '';
      return entry.isDirectory() ? statesBelow(root, path) : stateOf(root, path);
    })
    .join('');

/**
 * Differs whenever a source was added, removed, renamed or written, or a package was installed. Reads no file: it is made
 * at every start.
 *
 * @param {string} root the folder of the package
 */
export const sourcesFingerprint = (root) =>
  createHash('sha256')
    .update(statesBelow(root, 'src') + BESIDES.map((name) => stateOf(root, name)).join(''))
    .digest('hex');
