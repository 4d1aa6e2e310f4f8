import type { Seed } from '../../src/catalogue/seed.ts';

/** What the shipped lists say of offerings and models whose names match, so that a catalogue of them is built in no time. */
export const partOfSeed = (seed: Seed, names: RegExp): Seed => ({
  ...seed,
  readings: seed.readings.map((dated) => ({
    ...dated,
    reading: {
      ...dated.reading,
      offerings: dated.reading.offerings.filter(({ providerModelId }) => names.test(providerModelId)),
      models: dated.reading.models.filter(({ slug }) => names.test(slug)),
      scores: [],
    },
  })),
});
