import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As package.json's engines say. */
export const MIN_NODE = 24;

/** @type {(version: string) => boolean} */
export const isNewEnough = (version) => Number(version.split('.')[0]) >= MIN_NODE;

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** @type {() => string | undefined} The Node that was installed with this package, unless that was left out. */
const ownNode = () => {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const program = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(program) ? program : undefined;
  } catch (_error) {
    return undefined;
  }
};

/** Nobody publishes it as a package for these machines. */
const isOffered = () => !(process.platform === 'darwin' && process.arch === 'arm64');

/** @type {(reason: string) => void} */
const refuse = (reason) => {
  const other = isOffered()
    ? ', or let npm bring it along (`npm install --include=optional --ignore-scripts=false`)'
    : '';
  process.stderr.write(
    `modelgraph needs Node ${MIN_NODE} or later; this is Node ${process.versions.node}${reason}. ` +
      `Install Node ${MIN_NODE} (https://nodejs.org)${other}, and start again.\n`,
  );
  process.exitCode = 1;
};

/** Starts this command again with the Node that was installed with this package; says what to do if there is none. */
export const runWithOwnNode = () => {
  const program = ownNode();
  if (program === undefined) {
    refuse('');
    return;
  }
  const args = [join(ROOT, 'bin', 'modelgraph.js')].concat(process.argv.slice(2));
  // biome-ignore lint/style/noProcessEnv: handed on; the child ends when this process does
  const env = Object.assign({}, process.env, { MODELGRAPH_LAUNCHER: String(process.pid) });
  const child = spawn(program, args, { stdio: 'inherit', env });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`, and the Node that came with it does not run (${error.message})`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code === null ? 1 : code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
};
