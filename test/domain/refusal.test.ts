import { expect, it } from 'vitest';
import { asModelSlug, asProviderId } from '../../src/domain/ids.ts';
import { refusalMessage } from '../../src/domain/refusal.ts';

const messageFor = (count: number): string =>
  refusalMessage({
    code: 'NO_PROVIDER_CONFIGURED',
    name: 'talker',
    modelSlug: asModelSlug('lab/talker'),
    providers: Array.from({ length: count }, (_, index) => ({
      id: asProviderId(`p${index + 1}`),
      reason: `set P${index + 1}_KEY`,
    })),
  });

it('a model without a provider that is on says what each provider needs', () => {
  expect(messageFor(2)).toBe(
    'lab/talker is known, but no provider that serves it is on. p1: set P1_KEY; p2: set P2_KEY',
  );
});

it('of many providers the first are named, and the others counted', () => {
  expect(messageFor(13)).toMatch(/ p1: set P1_KEY; .*; p6: set P6_KEY; and 7 more$/);
});
