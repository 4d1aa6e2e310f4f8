import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder; the bundle, which has this too, is two below it. */
const ROOT = ['../', '../../']
  .map((above) => fileURLToPath(new URL(above, import.meta.url)))
  .find((folder) => existsSync(join(folder, 'package.json')));
const CODES = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/**
 * A sentence that says what to do where code could not be found; undefined for other errors.
 * @type {(error: unknown) => string | undefined}
 */
export const missingPackage = (error) => {
  if (!(error instanceof Error && 'code' in error && CODES.has(String(error.code)))) return undefined;
  const name = /Cannot find (?:package|module) '([^']+)'/.exec(error.message)?.[1];
  const what = name === undefined ? 'Something that modelgraph needs' : `What modelgraph needs, ${name},`;
  return `${what} is not installed. Run \`npm ci\` in ${ROOT ?? 'its folder'}, and start again.\n`;
};
