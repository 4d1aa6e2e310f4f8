import { z } from 'zod';

/** What of a CycloneDX document is read or changed here; all else stays as npm wrote it. */
const Component = z.looseObject({ 'bom-ref': z.string(), name: z.string() });
export const Bom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: Component }),
  components: z.array(Component),
  dependencies: z.array(z.looseObject({ ref: z.string() })),
});
export type Bom = z.infer<typeof Bom>;

/** A package that is passed on. */
export type Shipped = {
  readonly name: string;
  readonly version: string;
  /** As SPDX has it. */
  readonly licence?: string | undefined;
  /** As npm's lock file has it, e.g. `sha512-…`. */
  readonly integrity?: string | undefined;
};

const hashesOf = (integrity: string): readonly object[] => {
  const [algorithm = '', digest = ''] = integrity.split('-', 2);
  const content = Buffer.from(digest, 'base64').toString('hex');
  return [{ alg: algorithm.toUpperCase().replace('SHA', 'SHA-'), content }];
};

const componentOf = ({ name, version, licence, integrity }: Shipped): Bom['components'][number] => ({
  'bom-ref': `${name}@${version}`,
  type: 'library',
  name,
  version,
  scope: 'required',
  purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  ...(integrity !== undefined && { hashes: hashesOf(integrity) }),
  ...(licence !== undefined && { licenses: [{ expression: licence }] }),
});

/**
 * npm's own bill of a production installation, with what it leaves out: packages that development needs as well, and those
 * that are built into the bundles. The same sources give the same bill: no time and no serial number are in it.
 *
 * @param bom as `npm sbom --sbom-format cyclonedx --omit dev` writes it
 * @param shipped all that is installed in production or built in
 * @param product the product's name; npm takes that of the folder
 */
export const billOfMaterials = (bom: Bom, shipped: readonly Shipped[], product: string): Bom => {
  const components = new Map(bom.components.map((component) => [component['bom-ref'], component]));
  const missing = shipped.map(componentOf).filter((component) => !components.has(component['bom-ref']));
  const added = new Map(missing.map((component) => [component['bom-ref'], component]));
  const { serialNumber: _serialNumber, ...rest } = bom;
  const { timestamp: _timestamp, ...metadata } = bom.metadata;
  return {
    ...rest,
    metadata: {
      ...metadata,
      component: { ...metadata.component, type: 'application', name: product },
    },
    components: [...components.values(), ...added.values()],
    dependencies: [...bom.dependencies, ...[...added.keys()].map((ref) => ({ ref }))],
  };
};
