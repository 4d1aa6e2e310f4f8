import { existsSync, readFileSync } from 'node:fs';
import { enableCompileCache, getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import { sourcesFingerprint } from './sources-fingerprint.js';
import { startupProblem } from './startup-problem.js';

/** @param {string} path from the package's folder */
const inPackage = (path) => new URL(`../${path}`, import.meta.url);

// Reading code is half of a start. What was read is kept beside the code, where only who may change the code can
// write; without that right nothing is kept.
const compiled = fileURLToPath(inPackage('node_modules/.cache/modelgraph-compiled'));
enableCompileCache(compiled);
// Threads, the database's for one, look for it here alone.
// biome-ignore lint/style/noProcessEnv: it is set for them, and read by none of ours
if (getCompileCacheDir() !== undefined) process.env.NODE_COMPILE_CACHE ??= compiled;

// Otherwise GraphQL's reference looks at each of its own types for signs of a second copy of itself, for each operation.
// biome-ignore lint/style/noProcessEnv: said to libraries; no part of the server reads it
process.env.NODE_ENV ??= 'production';

const sources = inPackage('src/main.ts');
const bundle = inPackage('dist/server/main.js');
const fingerprint = inPackage('dist/server/fingerprint');

/** What is published has no sources. */
const isBundleOfSources = () =>
  existsSync(fingerprint) &&
  readFileSync(fingerprint, 'utf8') === sourcesFingerprint(fileURLToPath(inPackage('.')));

const main = existsSync(sources) && !isBundleOfSources() ? sources : bundle;

/** @type {(error: unknown) => void} as for a person, where it is one that a person can mend; otherwise as Node does */
const end = (error) => {
  const sentence = startupProblem(error);
  if (sentence === undefined) throw error;
  process.stderr.write(sentence);
  process.exit(1);
};
try {
  await import(main.href);
} catch (error) {
  end(error);
}
