import { expect, it } from 'vitest';
import { areWithin, isWithin } from '../../src/domain/region.ts';

it.each([
  ['DE', 'EU', true],
  ['eu-central-1', 'EU', true],
  ['eu-central-1', 'de', true],
  ['EU-Central-1', 'eu-central-1', true],
  ['europe-west4', 'NL', true],
  ['swedencentral', 'eu', true],
  // Europe is more than the European Union.
  ['eu-west-2', 'EU', false],
  ['europe-west6', 'EU', false],
  ['eu-west-2', 'GB', true],
  ['us-east-1', 'US', true],
  ['eastus2', 'US', true],
  ['us-gov', 'US', true],
  ['ap-northeast-1', 'JP', true],
  ['ap-southeast-2', 'APAC', true],
  ['asia-southeast1', 'SG', true],
  ['EU', 'DE', false],
  ['us', 'US', true],
  ['global', 'US', false],
  ['global', 'GLOBAL', true],
  ['CN', 'APAC', false],
])('%s is within %s: %s', (region, area, expected) => {
  expect(isWithin(region, area)).toBe(expected);
});

it('every place must lie in what is asked for, and an unknown one is not known to', () => {
  expect(areWithin(['us-east-1', 'DE'], ['US', 'EU'])).toBe(true);
  expect(areWithin(['us-east-1', 'SG'], ['US', 'EU'])).toBe(false);
  expect(areWithin([], ['US'])).toBeUndefined();
  expect(areWithin(undefined, ['US'])).toBeUndefined();
});
