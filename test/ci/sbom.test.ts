import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { billOfMaterials } from '../../.ci/sbom/bill-of-materials.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

it('names what is built in beside what is installed, once, and not the folder or the moment it was made in', () => {
  const react = { name: '@scope/react', version: '19.0.0', licence: 'MIT', integrity: 'sha512-AAEC' };
  const bom = billOfMaterials(
    {
      bomFormat: 'CycloneDX',
      serialNumber: 'urn:uuid:1',
      metadata: {
        timestamp: '2026-01-01T00:00:00Z',
        component: { 'bom-ref': 'it@1.0.0', type: 'library', name: 'folder' },
      },
      components: [{ 'bom-ref': 'pg@8.0.0', name: 'pg' }],
      dependencies: [{ ref: 'it@1.0.0' }, { ref: 'pg@8.0.0' }],
    },
    [{ name: 'pg', version: '8.0.0' }, react, react],
    'it',
  );
  expect(bom.components.map((component) => component['bom-ref'])).toEqual([
    'pg@8.0.0',
    '@scope/react@19.0.0',
  ]);
  expect(bom.components[1]).toMatchObject({
    purl: 'pkg:npm/%40scope/react@19.0.0',
    licenses: [{ expression: 'MIT' }],
    hashes: [{ alg: 'SHA-512', content: '000102' }],
  });
  expect(bom.dependencies.map(({ ref }) => ref)).toEqual(['it@1.0.0', 'pg@8.0.0', '@scope/react@19.0.0']);
  expect(bom.metadata).toEqual({ component: { 'bom-ref': 'it@1.0.0', type: 'application', name: 'it' } });
  expect(bom).not.toHaveProperty('serialNumber');
});

const ShippedBom = z.object({
  components: z.array(z.object({ name: z.string(), licenses: z.array(z.unknown()).optional() })),
});
const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) });
const read = (path: string): unknown => JSON.parse(readFileSync(`${ROOT}${path}`, 'utf8'));

it('has every package that a production install or the page brings, with its licence', () => {
  execFileSync(process.execPath, ['.ci/sbom/main.ts'], { cwd: ROOT });
  const { components } = ShippedBom.parse(read('dist/sbom.cdx.json'));
  const names = components.map(({ name }) => name);
  const { dependencies } = Manifest.parse(read('package.json'));
  for (const name of Object.keys(dependencies)) expect(names).toContain(name);
  // Built into the page alone.
  expect(names).toContain('@graphiql/react');
  expect(components.filter(({ licenses }) => licenses === undefined)).toEqual([]);
});
