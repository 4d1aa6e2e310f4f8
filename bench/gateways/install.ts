import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagesIn, sizeOf } from './install-size.ts';
import type { RunPart } from './section.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const MB = 1_048_576;
/** What a build reads. */
const BUILT_FROM = ['bin', 'src', 'schema', '.ci', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

const npm = (cwd: string, ...args: readonly string[]): void => {
  execFileSync(
    'npm',
    [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'],
    {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
};

/** The product as it is published, built from a copy: what is built here stays as it is. */
const packOurs = (folder: string): string => {
  const copy = join(folder, 'product');
  mkdirSync(copy);
  for (const name of BUILT_FROM) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  // What is emitted is the same, and takes a third of the time.
  const config = join(copy, 'tsconfig.build.json');
  const { compilerOptions, ...rest }: { readonly compilerOptions: object } = JSON.parse(
    readFileSync(config, 'utf8'),
  );
  writeFileSync(config, JSON.stringify({ ...rest, compilerOptions: { ...compilerOptions, noCheck: true } }));
  execFileSync('npm', ['run', 'build', '--loglevel=error'], {
    cwd: copy,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  npm(copy, 'pack', '--pack-destination', folder);
  const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (packed === undefined) throw new Error('npm pack left no package');
  return join(folder, packed);
};

type Installed = { readonly mb: number; readonly packages: number };

const install = (folder: string, name: string, what: string): Installed => {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), JSON.stringify({ private: true }));
  npm(place, 'install', '--omit=dev', what);
  return { mb: sizeOf(join(place, 'node_modules')) / MB, packages: packagesIn(place) };
};

const portkeyPackage = (): string => {
  const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(ROOT, 'bench', 'package.json'), 'utf8'),
  );
  const name = '@portkey-ai/gateway';
  const version = dependencies[name];
  if (version === undefined) throw new Error(`bench/package.json does not name ${name}`);
  return `${name}@${version}`;
};

/** What is on the disk after an install from npm, with everything that it depends on. */
export const run: RunPart = async ({ log }) => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-bench-'));
  try {
    log('packing and installing');
    const packed = packOurs(folder);
    const ours = install(folder, 'ours', packed);
    const peer = portkeyPackage();
    const portkey = install(folder, 'portkey', peer);
    const own = sizeOf(join(folder, 'ours', 'node_modules', 'modelgraph')) / MB;
    return {
      id: 'install',
      title: 'An install is from npm, without development packages',
      columns: [
        { title: 'install MB', digits: 0 },
        { title: 'packages', digits: 0 },
      ],
      rows: [
        { id: 'ours', name: 'modelgraph', cells: [ours.mb, ours.packages] },
        { id: 'portkey', name: '@portkey-ai/gateway', cells: [portkey.mb, portkey.packages] },
      ],
      figures: {
        'ours.mb': ours.mb,
        'ours.ownMb': own,
        'ours.packages': ours.packages,
        'portkey.mb': portkey.mb,
        'portkey.packages': portkey.packages,
      },
      rounds: [
        { subject: 'ours', ...ours, ownMb: own },
        { subject: 'portkey', ...portkey },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
