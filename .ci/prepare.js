/**
 * After `npm ci`: builds the explorer page and the server's bundle, which takes development packages. An install without
 * them runs the sources as they are, and its page says how it is built.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TOOLS = ['vite', 'rolldown', '@graphiql/react'];
const MIN_NODE = 24;

const isInstalled = (name) => existsSync(`${ROOT}node_modules/${name}/package.json`);

// Nothing is built by an older Node, which the command itself reports.
const canBuild = TOOLS.every(isInstalled) && Number(process.versions.node.split('.')[0]) >= MIN_NODE;

const run = (script) => {
  const npm = process.env.npm_execpath;
  const [program, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const { status } = spawnSync(program, [...args, 'run', '--silent', script], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: npm === undefined,
  });
  return status ?? 1;
};

if (canBuild) {
  for (const script of ['build:explorer', 'build:server']) {
    const status = run(script);
    if (status !== 0) process.exit(status);
  }
} else {
  console.log(
    'Without development packages the explorer page and the bundle of the server are not built; the server runs its sources. `npm ci` builds both.',
  );
}
