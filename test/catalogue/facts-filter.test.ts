import { expect, it } from 'vitest';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { selectModels, selectOfferings } from '../../src/catalogue/catalogue-query.ts';
import { asModelSlug } from '../../src/domain/ids.ts';
import { type Model, NO_FACTS } from '../../src/domain/model.ts';
import type { OfferingFilter } from '../../src/domain/offering-filter.ts';
import { shippedCatalogue } from '../support/shipped.ts';

const provenance = { source: 'test', observedAt: new Date(0) };
const plain: Model = { ...NO_FACTS, slug: asModelSlug('lab/plain'), name: 'plain', lab: 'lab', provenance };
const rich: Model = {
  ...plain,
  slug: asModelSlug('lab/rich'),
  limits: { contextWindow: 1_000 },
  capabilities: ['TOOLS', 'REASONING'],
  inputModalities: ['TEXT', 'IMAGE'],
  outputModalities: ['TEXT'],
  openWeights: true,
  releaseDate: new Date('2026-02-01'),
};

const seeded = await shippedCatalogue();
const catalogue: Catalogue = { ...seeded, models: [plain, rich] };

it.each<[OfferingFilter, boolean]>([
  [{ capabilities: ['TOOLS', 'REASONING'] }, true],
  [{ capabilities: ['TOOLS', 'OCR'] }, false],
  [{ inputModalities: ['IMAGE'] }, true],
  [{ inputModalities: ['AUDIO'] }, false],
  [{ outputModalities: ['TEXT'] }, true],
  [{ outputModalities: ['IMAGE'] }, false],
  [{ openWeights: true }, true],
  [{ openWeights: false }, false],
  [{ minContextWindow: 1_000 }, true],
  [{ minContextWindow: 1_001 }, false],
  [{ releasedAfter: new Date('2026-02-01') }, true],
  [{ releasedAfter: new Date('2026-02-02') }, false],
])('of what is known, %o finds the model: %s; what is not known does not pass', (filter, found) => {
  expect(selectModels({ catalogue, at: new Date() }, filter).rows).toEqual(found ? [rich] : []);
});

it('offerings are found by how they are joined', () => {
  const [one] = seeded.offerings;
  if (one === undefined) throw new Error('the seed is empty');
  const found = selectOfferings({ catalogue: seeded, at: new Date() }, { modelJoins: [one.join] }).rows;
  expect(found).toContain(one);
  expect(new Set(found.map(({ join }) => join))).toEqual(new Set([one.join]));
  expect(found.length).toBeLessThan(seeded.offerings.length);
});
