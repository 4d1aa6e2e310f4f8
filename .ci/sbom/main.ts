/** Writes dist/sbom.cdx.json: what the package installs and what is built into it, as CycloneDX. Reads files alone. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { nameOf, productionLocations, readLockFile } from '../licences/lock-file.ts';
import { PACKAGES_FILE } from '../licences/third-party.ts';
import { Bom, billOfMaterials, type Shipped } from './bill-of-materials.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): unknown => JSON.parse(readFileSync(`${ROOT}${path}`, 'utf8'));

const bom = execFileSync(
  'npm',
  ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'],
  { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
);

const lock = readLockFile(ROOT);
const installed = productionLocations(lock).flatMap((location): readonly Shipped[] => {
  const { name = nameOf(location), version, license: licence, integrity } = lock.get(location) ?? {};
  return version === undefined ? [] : [{ name, version, licence, integrity }];
});

const BuiltIn = z.array(z.object({ name: z.string(), version: z.string(), licence: z.string().optional() }));
const builtIn = ['server', 'explorer'].flatMap((bundle) =>
  BuiltIn.parse(read(`dist/${bundle}/${PACKAGES_FILE}`)),
);

const { name } = z.object({ name: z.string() }).parse(read('package.json'));
const whole = billOfMaterials(Bom.parse(JSON.parse(bom)), [...installed, ...builtIn], name);
writeFileSync(`${ROOT}dist/sbom.cdx.json`, `${JSON.stringify(whole, undefined, 1)}\n`);
console.log(`dist/sbom.cdx.json: ${whole.components.length} packages.`);
