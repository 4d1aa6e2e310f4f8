/**
 * Joins the server's sources, and the packages that every start reads, to a few files in dist/server: to read 2,500 modules
 * takes longer than all else that a start does. bin/modelgraph.js runs them for as long as the sources stay as they are.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { sourcesFingerprint } from '../bin/sources-fingerprint.js';
import { thirdPartyFiles } from './licences/third-party.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = join(ROOT, 'src');
const BUNDLE = join(ROOT, 'dist', 'server');
const FINGERPRINT = join(BUNDLE, 'fingerprint');

/** Stay packages of their own: few starts read them, or they look for files of theirs beside themselves. */
const PACKAGES_APART =
  /^(@ai-sdk|@electric-sql|@opentelemetry)\/|^(aws4fetch|bufferutil|google-auth-library|gpt-tokenizer|ioredis|pg-native|prom-client|socks|utf-8-validate|yaml)(\/|$)/;

/** Programs of threads: each is a file of its own in the bundle, beside the code that starts it. */
const WORKERS = ['adapters/store/pglite-worker', 'adapters/sources/parse-worker', 'gateway/token-worker'];

const MODULE_URL = 'virtual:module-url';

/**
 * Where a module lies that the bundle was made of: in a clone among the sources, in a published package compiled. There
 * it finds what it reads beside itself.
 */
const MODULE_URL_CODE = `
import { existsSync } from 'node:fs';
const sources = existsSync(new URL('../../src/main.ts', import.meta.url));
export const moduleUrl = (name) =>
  new URL(sources ? '../../src/' + name + '.ts' : '../' + name + '.js', import.meta.url).href;
`;

/** How a module names its worker. */
const WORKER_URL = /new URL\(`\.\/([\w-]+-worker)\$\{[^}]+\}`, import\.meta\.url\)/g;

const nameOf = (id: string): string => relative(SOURCES, id).replaceAll(sep, '/').replace(/\.ts$/, '');
const lastPart = (name: string): string => name.split('/').at(-1) ?? name;

/** Lets modules find what they read beside themselves, and their workers beside the bundle. */
const addresses = (): Plugin => {
  const started = new Set<string>();
  return {
    name: 'addresses',
    resolveId: (id) => (id === MODULE_URL ? id : undefined),
    load: (id) => (id === MODULE_URL ? MODULE_URL_CODE : undefined),
    transform: {
      filter: { id: /\.ts$/, code: 'import.meta.url' },
      handler(code, id) {
        if (!id.startsWith(SOURCES)) return undefined;
        const url = `moduleUrl(${JSON.stringify(nameOf(id))})`;
        // What stands between two workers' addresses is the module's own.
        const [before = '', ...rest] = code.split(WORKER_URL);
        const own = (part: string): string => part.replaceAll('import.meta.url', url);
        const moved = rest.map((part, index) => {
          if (index % 2 === 1) return own(part);
          started.add(part);
          return `new URL('./${part}.js', import.meta.url)`;
        });
        return { code: `${own(before)}${moved.join('')}\nimport { moduleUrl } from '${MODULE_URL}';\n` };
      },
    },
    buildEnd(error) {
      const missing = WORKERS.map(lastPart).filter((worker) => !started.has(worker));
      if (error === undefined && missing.length > 0) this.error(`no module names ${missing.join(', ')}`);
    },
  };
};

const bundle = async (dir: string): Promise<void> => {
  const made = await rolldown({
    input: Object.fromEntries(
      ['main', ...WORKERS].map((name) => [lastPart(name), join(SOURCES, `${name}.ts`)]),
    ),
    platform: 'node',
    external: PACKAGES_APART,
    plugins: [addresses()],
  });
  const { output } = await made.write({
    dir,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: true },
  });
  await made.close();
  const moduleIds = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  for (const [name, text] of Object.entries(thirdPartyFiles(moduleIds))) writeFileSync(join(dir, name), text);
};

// Made first: what is written meanwhile makes this the bundle of other sources.
const fingerprint = sourcesFingerprint(ROOT);
if (!existsSync(FINGERPRINT) || readFileSync(FINGERPRINT, 'utf8') !== fingerprint) {
  // Of two that are made at the same time, one is there whole.
  const made = `${BUNDLE}-${process.pid}`;
  await bundle(made);
  writeFileSync(join(made, 'fingerprint'), fingerprint);
  rmSync(BUNDLE, { recursive: true, force: true });
  renameSync(made, BUNDLE);
}
