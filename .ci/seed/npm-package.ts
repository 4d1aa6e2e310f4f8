import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Edition } from './edition.ts';

const npm = (...words: readonly string[]): string =>
  execFileSync('npm', [...words], { encoding: 'utf8' }).trim();

/** The version that the registry calls the newest: without one, npm chooses an old one that suits the Node it runs on. */
const newestOf = (name: string): string => npm('view', name, 'dist-tags.latest');

/**
 * Unpacks a package of the npm registry, gives its folder to `read` and removes it afterwards. `wanted`: a version, or the
 * path of a file of the package; absent: the newest. Throws where name or licence are not what they should be.
 */
export const withPackage = <Result>(
  expected: { readonly name: string; readonly licence: string },
  wanted: string | undefined,
  read: (folder: string, edition: Edition) => Result,
): Result => {
  const scratch = mkdtempSync(join(tmpdir(), 'seed-'));
  try {
    const file =
      wanted !== undefined && existsSync(wanted)
        ? resolve(wanted)
        : join(
            scratch,
            npm(
              'pack',
              `${expected.name}@${wanted ?? newestOf(expected.name)}`,
              '--pack-destination',
              scratch,
              '--silent',
            ),
          );
    execFileSync('tar', ['-xzf', file, '-C', scratch]);
    const folder = join(scratch, 'package');
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (name !== expected.name || license !== expected.licence)
      throw new Error(`${file} is ${name} under ${license}, not ${expected.name} under ${expected.licence}`);
    const published: { readonly [version: string]: string } = JSON.parse(npm('view', name, 'time', '--json'));
    const publishedAt = published[version];
    if (publishedAt === undefined)
      throw new Error(`the registry does not say when ${name} ${version} was published`);
    return read(folder, { version, publishedAt: new Date(publishedAt).toISOString() });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};
