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

/** Why nothing can be built; undefined if it can. */
const obstacle = async () => {
  if (!TOOLS.every(isInstalled)) return 'Without development packages';
  if (Number(process.versions.node.split('.')[0]) < MIN_NODE) return `With Node ${process.versions.node}`;
  try {
    await import('rolldown');
    return undefined;
  } catch {
    // npm leaves out optional packages, the compiled parts of this one among them, that its own Node is too old for.
    return 'As npm ran on a Node that is too old for the packages that build them (20.19 or later will do)';
  }
};

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

const reason = await obstacle();
if (reason === undefined) {
  for (const script of ['build:explorer', 'build:server']) {
    const status = run(script);
    if (status !== 0) process.exit(status);
  }
} else {
  console.log(
    `${reason}, the explorer page and the bundle of the server are not built: the server runs its sources, and shows no page. \`npm ci\` builds both.`,
  );
}
