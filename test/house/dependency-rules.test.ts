import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');

const Report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** The violations in a source tree of these files, each as `rule: from -> to`, sorted. */
const violationsIn = async (files: { readonly [path: string]: string }): Promise<readonly string[]> => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
  cpSync(join(ROOT, 'package.json'), join(folder.path, 'package.json'));
  const { options, ...ruleSet } = await extractDepcruiseConfig(join(ROOT, '.ci/dependency-rules.cjs'));
  const { output } = await cruise(['src'], {
    ...options,
    ruleSet,
    validate: true,
    baseDir: folder.path,
    outputType: 'json',
  });
  return Report.parse(JSON.parse(String(output)))
    .summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
    .sort();
};

/** A whole, small and correct tree, to break in one place. Of its packages one is for development, as in ours. */
const HOUSE = {
  'node_modules/pg/package.json': '{ "name": "pg", "version": "1.0.0", "main": "index.js" }',
  'node_modules/pg/index.js': 'module.exports = {};',
  'node_modules/vite/package.json': '{ "name": "vite", "version": "1.0.0", "main": "index.js" }',
  'node_modules/vite/index.js': 'module.exports = {};',
  'src/main.ts': "import './config.ts'; import './adapters/store/store.ts'; import './faces/rest/rest.ts';",
  'src/config.ts': 'export const config = {};',
  'src/domain/word.ts': 'export type Word = string;',
  'src/ports/store.ts': "import type { Word } from '../domain/word.ts'; export type Store = Word;",
  'src/gateway/gateway.ts': "import type { Store } from '../ports/store.ts'; export type Gateway = Store;",
  'src/faces/rest/rest.ts':
    "import type { Gateway } from '../../gateway/gateway.ts'; export type Rest = Gateway;",
  'src/adapters/store/store.ts':
    "import 'pg'; import type { Store } from '../../ports/store.ts'; export type S = Store;",
};

it('finds nothing in a tree that keeps the rules', async () => {
  expect(await violationsIn(HOUSE)).toEqual([]);
});

const breaches: readonly (readonly [what: string, path: string, text: string, expected: string])[] = [
  [
    'a type that is imported outward',
    'src/domain/word.ts',
    "import type { Gateway } from '../gateway/gateway.ts'; export type Word = Gateway;",
    'domain-imports-inward: src/domain/word.ts -> src/gateway/gateway.ts',
  ],
  [
    'a type that is exported on from outside',
    'src/ports/store.ts',
    "export type { Gateway as Store } from '../gateway/gateway.ts';",
    'ports-imports-inward: src/ports/store.ts -> src/gateway/gateway.ts',
  ],
  [
    'a cycle of types alone',
    'src/domain/word.ts',
    "import type { Other } from './other.ts'; export type Word = Other;",
    'no-cycles: src/domain/other.ts -> src/domain/word.ts',
  ],
  [
    'a face that knows an adapter',
    'src/faces/rest/rest.ts',
    "import type { S } from '../../adapters/store/store.ts'; export type Rest = S;",
    'faces-imports-inward: src/faces/rest/rest.ts -> src/adapters/store/store.ts',
  ],
  [
    'adapters of two families that meet',
    'src/adapters/store/store.ts',
    "import type { Other } from '../state/other.ts'; export type S = Other;",
    'adapters-apart: src/adapters/store/store.ts -> src/adapters/state/other.ts',
  ],
  [
    'faces that meet',
    'src/faces/rest/rest.ts',
    "import type { Other } from '../graphql/other.ts'; export type Rest = Other;",
    'faces-apart: src/faces/rest/rest.ts -> src/faces/graphql/other.ts',
  ],
  [
    'a package out of its place',
    'src/faces/rest/rest.ts',
    "import type { Pool } from 'pg'; export type Rest = Pool;",
    'only-in-adapters-store: src/faces/rest/rest.ts -> node_modules/pg/',
  ],
  [
    'settings that are read below main',
    'src/faces/rest/rest.ts',
    "import { config } from '../../config.ts'; export const rest = config;",
    'config-only-from-main: src/faces/rest/rest.ts -> src/config.ts',
  ],
  [
    'a file that nothing uses',
    'src/domain/unused.ts',
    'export const unused = 1;',
    'no-orphans: src/domain/unused.ts -> src/domain/unused.ts',
  ],
  [
    'a package for development',
    'src/config.ts',
    "export type { Plugin } from 'vite';",
    'no-development-packages-in-src: src/config.ts -> node_modules/vite/',
  ],
  [
    'a file that does not exist',
    'src/config.ts',
    "import './nowhere.ts';",
    'not-unresolvable: src/config.ts -> ./nowhere.ts',
  ],
];

it.each(breaches)('finds %s', async (_what, path, text, expected) => {
  const others = {
    'src/domain/other.ts': "import type { Word } from './word.ts'; export type Other = Word;",
    'src/adapters/state/other.ts':
      "import type { Word } from '../../domain/word.ts'; export type Other = Word;",
    'src/faces/graphql/other.ts':
      "import type { Word } from '../../domain/word.ts'; export type Other = Word;",
  };
  const found = await violationsIn({ ...HOUSE, ...others, [path]: text });
  expect(found.filter((violation) => violation.startsWith(expected))).not.toEqual([]);
});
