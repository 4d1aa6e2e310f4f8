import { expect, it } from 'vitest';
import { buildCatalogue } from '../../../src/catalogue/build-catalogue.ts';
import { offeringCheck } from '../../../src/catalogue/filter/offering-check.ts';
import { asOfferingId } from '../../../src/domain/ids.ts';
import type { OfferingFilter } from '../../../src/domain/offering-filter.ts';
import { shippedSeed } from '../../support/shipped.ts';

const AT = new Date('2026-11-30');
const catalogue = buildCatalogue({ seed: await shippedSeed(), providers: [], readings: [], readAt: AT });

const reasonFor = (id: string, filter: OfferingFilter) => {
  const offering = catalogue.offering(asOfferingId(id));
  if (offering === undefined) throw new Error(`${id} is not known`);
  return offeringCheck(filter, { catalogue, at: AT })(offering)?.reason;
};

it.each([
  'deepinfra/anthropic/claude-opus-5',
  'deepinfra/anthropic/claude-sonnet-5',
  'deepinfra/google/gemini-3.7-flash',
])('what a host promises does not hold for %s, which it passes on to its maker', (id) => {
  expect(reasonFor(id, { zeroRetention: true })).toBe('UNKNOWN_RETENTION');
  expect(reasonFor(id, { zeroRetention: false })).toBe('UNKNOWN_RETENTION');
  expect(reasonFor(id, { regions: ['US'] })).toBe('UNKNOWN_REGION');
});

it.each(['deepinfra/openai/gpt-oss-20b', 'deepinfra/google/gemma-3-27b-it', 'deepinfra/zai-org/GLM-5.3'])(
  'what a host promises holds for %s, which it runs itself',
  (id) => {
    expect(reasonFor(id, { zeroRetention: true })).toBeUndefined();
    expect(reasonFor(id, { regions: ['US'] })).toBeUndefined();
  },
);
