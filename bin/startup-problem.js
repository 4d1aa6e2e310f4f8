import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder; the bundle, which has this too, is two below it. */
const ROOT = ['../', '../../']
  .map((above) => fileURLToPath(new URL(above, import.meta.url)))
  .find((folder) => existsSync(join(folder, 'package.json')));
const MISSING = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/** @type {(message: string) => string} */
const missingPackage = (message) => {
  const name = /Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1];
  const what = name === undefined ? 'Something that modelgraph needs' : `What modelgraph needs, ${name},`;
  return `${what} is not installed. Run \`npm ci\` in ${ROOT ?? 'its folder'}, and start again.\n`;
};

/**
 * A sentence that says what to do if code could not be found or read; undefined for other errors.
 * @type {(error: unknown) => string | undefined}
 */
export const startupProblem = (error) => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof Error && MISSING.has(code)) return missingPackage(error.message);
  if (code === 'EMFILE')
    return 'Too many files are open for one process. Raise the limit (`ulimit -n 1024` or more), and start again.\n';
  if (code === 'ENFILE')
    return 'Too many files are open on this machine. Close other programs or raise its limit, and start again.\n';
  return undefined;
};
