import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkLicences } from '../../.ci/licences/check-licences.ts';
import { LICENSES_FILE, PACKAGES_FILE, thirdPartyFiles } from '../../.ci/licences/third-party.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MIT = `MIT License

Copyright (c) Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software [...]
The above copyright notice and this permission notice shall be included in all copies or substantial portions.`;

type Package = {
  /** What its manifest says. */
  readonly manifest?: object;
  readonly files?: { readonly [name: string]: string };
  readonly needs?: readonly string[];
  readonly dev?: boolean;
};

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let count = 0;
beforeAll(() => {
  folder = temporaryFolder();
});
beforeEach(() => {
  count += 1;
  root = join(folder.path, String(count));
  mkdirSync(root);
});
afterAll(() => folder?.remove());

const write = (path: string, content: string | object): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
};

/** The manifest of the project, and the lock file that npm wrote of it. */
const writeProject = (manifest: object, packages: object): void => {
  write('package.json', { name: 'shop', ...manifest });
  write('package-lock.json', { packages: { '': { name: 'shop', ...manifest }, ...packages } });
};

const named = (names: readonly string[] = []) => Object.fromEntries(names.map((name) => [name, '^1.0.0']));

/** A project with its lock file, installed packages and bundles made of nothing. */
const project = (
  packages: { readonly [name: string]: Package },
  needs: readonly string[] = Object.keys(packages),
  devNeeds: readonly string[] = [],
): void => {
  const locked = Object.entries(packages).map(([name, { needs, dev }]) => [
    `node_modules/${name}`,
    { version: '1.2.3', dependencies: named(needs), ...(dev === true && { dev }) },
  ]);
  writeProject({ dependencies: named(needs), devDependencies: named(devNeeds) }, Object.fromEntries(locked));
  for (const [name, { manifest, files }] of Object.entries(packages)) {
    write(`node_modules/${name}/package.json`, { name, version: '1.2.3', ...manifest });
    for (const [file, text] of Object.entries(files ?? {})) write(`node_modules/${name}/${file}`, text);
  }
  for (const bundle of ['server', 'explorer']) write(`dist/${bundle}/${PACKAGES_FILE}`, []);
};

const problemOf = (one: Package): readonly string[] => {
  project({ one });
  return checkLicences(root).problems;
};

describe('the check of licences', () => {
  it('names the package, its version, its licence and who needs it', () => {
    project(
      {
        graph: { manifest: { license: 'MIT' }, needs: ['@house/internals'] },
        '@house/internals': { manifest: { license: 'Elastic-2.0' } },
      },
      ['graph'],
    );
    expect(checkLicences(root).problems).toEqual([
      '@house/internals 1.2.3: Elastic-2.0\n    in the production tree, needed by shop > graph > @house/internals',
    ]);
  });

  it.each<[string, Package]>([
    ['a licence of the list', { manifest: { license: 'Apache-2.0' } }],
    ['a choice with one of the list', { manifest: { license: '(GPL-3.0-only OR BSD-3-Clause)' } }],
    ['several of the list at once', { manifest: { license: 'MIT AND (Zlib OR GPL-2.0-only)' } }],
    [
      'a choice, with the texts of both',
      {
        manifest: { license: 'GPL-2.0-or-later OR MIT' },
        files: { 'LICENSE-GPL': 'GNU GENERAL PUBLIC LICENSE', 'LICENSE-MIT': MIT },
      },
    ],
    ['an object, as was usual once', { manifest: { license: { type: 'ISC', url: 'https://example.com' } } }],
    [
      'a list to choose from, as was usual once',
      { manifest: { licenses: [{ type: 'GPL-2.0' }, { type: 'MIT' }] } },
    ],
    ['a licence in its text alone', { files: { 'LICENSE.md': MIT } }],
    [
      'a name that is no SPDX id, and a text',
      { manifest: { license: 'MIT License' }, files: { LICENCE: MIT } },
    ],
    ['a name in small letters, and a text', { manifest: { license: 'mit' }, files: { LICENSE: MIT } }],
    [
      'a list with one that can be taken, and others that are no SPDX ids',
      { manifest: { licenses: [{ type: 'Our own terms' }, { type: 'MIT' }] } },
    ],
    [
      'a licence in a file that it names',
      { manifest: { license: 'SEE LICENSE IN terms.txt' }, files: { 'terms.txt': MIT } },
    ],
  ])('lets pass what has %s', (_what, one) => {
    expect(problemOf(one)).toEqual([]);
  });

  it.each<[string, Package, string]>([
    ['is free but asks for changed sources', { manifest: { license: 'MPL-2.0' } }, 'MPL-2.0'],
    [
      'asks for two licences of which one is not on the list',
      { manifest: { license: 'MIT AND Elastic-2.0' } },
      'MIT AND Elastic-2.0',
    ],
    [
      'offers none of the list',
      { manifest: { license: '(GPL-2.0-only OR BUSL-1.1)' } },
      '(GPL-2.0-only OR BUSL-1.1)',
    ],
    ['is not for trade', { manifest: { license: 'CC-BY-NC-4.0' } }, 'CC-BY-NC-4.0'],
    ['says nothing', {}, 'no licence stated, and no known text of one'],
    ['says nothing that is known', { manifest: { license: 'Custom' } }, 'Custom'],
    ['is not licensed', { manifest: { license: 'UNLICENSED' }, files: { LICENSE: MIT } }, 'UNLICENSED'],
    [
      'names a file that is not there',
      { manifest: { license: 'SEE LICENSE IN EULA' } },
      'SEE LICENSE IN EULA',
    ],
    [
      'has another text than its manifest says',
      { manifest: { license: 'MIT' }, files: { LICENSE: 'Elastic License 2.0\n\nURL: …' } },
      'Elastic-2.0',
    ],
    ...[
      'Elastic License 2.0',
      'MIT + Commons Clause',
      'Apache-2.0 WITH Commons-Clause',
      'mit and elastic-2.0',
      'MIT, Elastic-2.0',
      'MIT (not for trade)',
      'Commercial',
      'unlicensed',
      'Apache 2.0',
    ].map((license): [string, Package, string] => [
      `says "${license}" beside a text of MIT`,
      { manifest: { license }, files: { LICENSE: MIT } },
      license,
    ]),
    [
      'brings a second text that is not on the list, and says nothing',
      { files: { LICENSE: MIT, 'LICENSE.enterprise': 'Business Source License 1.1' } },
      'BUSL-1.1',
    ],
    [
      'brings a second text that is not on the list, and names the first',
      {
        manifest: { license: 'SEE LICENSE IN LICENSE' },
        files: { LICENSE: MIT, 'LICENSE-EE.txt': 'Functional Source License, Version 1.1' },
      },
      'FSL-1.1',
    ],
    [
      'adds a clause far below',
      {
        manifest: { license: 'Apache-2.0' },
        files: {
          LICENSE: `Apache License, Version 2.0${' and so on'.repeat(1_000)}\n\n"Commons Clause" License Condition v1.0`,
        },
      },
      'LicenseRef-Commons-Clause',
    ],
    [
      'may not be used for evil',
      {
        files: {
          LICENSE: MIT.replace('The above', 'The Software shall be used for Good, not Evil.\nThe above'),
        },
      },
      'JSON',
    ],
    [
      'has terms of its own beside a manifest that says MIT',
      { manifest: { license: 'MIT' }, files: { LICENSE: 'Copyright Somebody. All rights reserved.' } },
      'LicenseRef-Proprietary',
    ],
    [
      'names a file outside of itself',
      { manifest: { license: 'SEE LICENSE IN ../../../../LICENSE' } },
      'SEE LICENSE IN ../../../../LICENSE',
    ],
    ['names its folder', { manifest: { license: 'SEE LICENSE IN .' } }, 'SEE LICENSE IN .'],
    [
      'has a clause against selling',
      { manifest: { license: 'MIT' }, files: { LICENSE: `"Commons Clause" License Condition v1.0\n${MIT}` } },
      'LicenseRef-Commons-Clause',
    ],
  ])('refuses what %s', (_what, one, licence) => {
    expect(problemOf(one)).toEqual([
      `one 1.2.3: ${licence}\n    in the production tree, needed by shop > one`,
    ]);
  });

  it('looks at development packages where they are inside a bundle, and only there', () => {
    const packages = {
      page: { manifest: { license: 'MIT' }, needs: ['editor'], dev: true },
      editor: { manifest: { license: 'MPL-2.0' }, dev: true },
      compiler: { manifest: { license: 'GPL-3.0-only' }, dev: true },
    };
    project(packages, [], ['page', 'compiler']);
    write(`dist/explorer/${PACKAGES_FILE}`, [
      { name: 'editor', version: '1.2.3', licence: 'MPL-2.0', location: 'node_modules/editor' },
    ]);
    expect(checkLicences(root).problems).toEqual([
      'editor 1.2.3: MPL-2.0\n    in dist/explorer, needed by shop > page > editor',
    ]);
  });

  it('refuses a manifest with packages that the lock file does not know', () => {
    project({});
    write('package.json', { dependencies: named(['new-one']) });
    expect(checkLicences(root).problems).toEqual([expect.stringMatching(/^new-one: .*npm install/)]);
  });

  it('refuses a manifest with packages that the lock file has for development alone', () => {
    project({ moved: { manifest: { license: 'GPL-3.0-only' }, dev: true } });
    expect(checkLicences(root).problems).toEqual([expect.stringMatching(/^moved: .*npm install/)]);
  });

  it('looks into packages that came with packages of their own', () => {
    project({ one: { manifest: { license: 'MIT' } } });
    const inside = 'node_modules/one/node_modules';
    write(`${inside}/@a/b/package.json`, { name: '@a/b', version: '1.0.0', license: 'MIT' });
    write(`${inside}/@a/b/node_modules/c/package.json`, { name: 'c', version: '3.0.0', license: 'SSPL-1.0' });
    expect(checkLicences(root).problems).toEqual([
      'c 3.0.0: SSPL-1.0\n    in the production tree, needed by nothing in package-lock.json',
    ]);
  });

  it('takes the worse of what the lock file and the manifest of one package say', () => {
    project({ one: { manifest: { license: 'MIT' } } });
    writeProject(
      { dependencies: named(['one']) },
      { 'node_modules/one': { version: '1.2.3', license: 'Elastic-2.0' } },
    );
    expect(checkLicences(root).problems).toEqual([expect.stringMatching(/^one 1\.2\.3: Elastic-2\.0\n/)]);
  });

  it('goes by the lock file where a package is not installed, such as one for another system', () => {
    project({ one: { manifest: { license: 'MIT' } } });
    writeProject(
      { optionalDependencies: named(['for-windows', 'for-macs']) },
      {
        'node_modules/for-windows': { version: '2.0.0', license: 'SSPL-1.0', optional: true },
        'node_modules/for-macs': { version: '2.0.0', license: 'MIT', optional: true },
      },
    );
    expect(checkLicences(root).problems).toEqual([
      'for-windows 2.0.0: SSPL-1.0\n    in the production tree, needed by shop > for-windows',
    ]);
  });

  it('says what to build if a bundle is missing: it is not taken for clean', () => {
    writeProject({}, {});
    expect(checkLicences(root).problems).toEqual([
      expect.stringContaining('npm run build:server'),
      expect.stringContaining('npm run build:explorer'),
    ]);
  });

  it('refuses shipped data whose licence is not named or forbids trade', () => {
    project({});
    const data = 'src/catalogue/seed-data';
    for (const name of ['prices', 'scores', 'secret']) write(`${data}/${name}.json`, {});
    write(
      `${data}/NOTICE.md`,
      '| file | licence | source |\n|---|---|---|\n| `prices.json` | MIT, CC-BY-4.0 | a |\n| `scores.json` | CC-BY-NC-4.0 | b |\n',
    );
    mkdirSync(join(root, data, 'quality'));
    expect(checkLicences(root).problems).toEqual([
      expect.stringMatching(/scores\.json: CC-BY-NC-4\.0$/),
      expect.stringMatching(/secret\.json: NOTICE\.md does not name it$/),
    ]);
  });

  it('finds nothing in what this project installs and ships', () => {
    const { counts, problems } = checkLicences(ROOT);
    expect(counts['the production tree']).toBeGreaterThan(100);
    // The page is built before the whole check, not before each test.
    expect(problems.filter((problem) => !problem.startsWith('dist/explorer: '))).toEqual([]);
  });
});

describe('a bundle', () => {
  it("brings each package's licence and notices, also of packages without a text", () => {
    project({
      '@a/b': { manifest: { license: 'MIT' }, files: { LICENSE: MIT, 'ThirdPartyNotices.txt': 'and fonts' } },
      bare: { manifest: { license: 'MIT', author: { name: 'Ada' } } },
    });
    const files = thirdPartyFiles([
      join(ROOT, 'src/main.ts'),
      'virtual:module-url',
      join(root, 'node_modules/@a/b/esm/index.js?worker'),
      `\0${join(root, 'node_modules/bare/index.js')}`,
    ]);
    const text = files[LICENSES_FILE] ?? '';
    expect(text).toContain('@a/b 1.2.3 (MIT)\n\nMIT License');
    expect(text).toContain('and fonts');
    expect(text).toMatch(/bare 1\.2\.3 \(MIT\)\n\nCopyright \(c\) Ada\n\nPermission is hereby granted/);
    expect(JSON.parse(files[PACKAGES_FILE] ?? '')).toEqual([
      { name: '@a/b', version: '1.2.3', licence: 'MIT', location: 'node_modules/@a/b' },
      { name: 'bare', version: '1.2.3', licence: 'MIT', location: 'node_modules/bare' },
    ]);
  });

  it('brings the licence of the builder whose own modules are in it', () => {
    const files = thirdPartyFiles(['\0rolldown/runtime.js']);
    expect(files[LICENSES_FILE]).toMatch(/^rolldown [\d.]+ \(MIT\)\n\nMIT License/);
  });

  it('is not made of a linked package whose licence is not on the list', () => {
    write('linked/package.json', { name: 'linked', version: '2.0.0', license: 'AGPL-3.0-only' });
    expect(() => thirdPartyFiles([join(root, 'linked/src/index.js')])).toThrow(
      /linked 2\.0\.0 \(AGPL-3\.0-only\)/,
    );
  });

  it('is not made of a package whose licence is not on the list', () => {
    project({ one: { manifest: { license: 'BUSL-1.1' } } });
    expect(() => thirdPartyFiles([join(root, 'node_modules/one/index.js')])).toThrow(
      /one 1\.2\.3 \(BUSL-1\.1\)/,
    );
  });
});

it('this project is licensed by Apache-2.0, and says so in its manifest', () => {
  expect(readFileSync(join(ROOT, 'LICENSE'), 'utf8')).toMatch(
    /^\s*Apache License\s+Version 2\.0, January 2004/,
  );
  const manifest: { license?: unknown; files?: unknown } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  expect(manifest.license).toBe('Apache-2.0');
  expect(manifest.files).toContain('NOTICE');
});
