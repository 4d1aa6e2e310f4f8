import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
const PAGES = [
  'README.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name)),
];

/** What stands between backticks and is a file or folder of the sources: a path, or the bare name of a file. */
const namedIn = (page: string): readonly string[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/`([\w./-]+)`/g)]
    .flatMap(([, name]) => name ?? [])
    .filter((name) => /^(src|test|bench)\//.test(name) || /^[a-z][a-z-]*\.ts$/.test(name));

it('pages name no source file that is not there', () => {
  const names = new Set(globSync('{src,test,bench}/**/*.ts', { cwd: ROOT }).map((path) => basename(path)));
  const isThere = (name: string): boolean =>
    name.includes('/') ? existsSync(join(ROOT, name)) : names.has(name) || existsSync(join(ROOT, name));
  const named = PAGES.flatMap((page) => namedIn(page).map((name) => ({ page, name })));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter(({ name }) => !isThere(name))).toEqual([]);
});
