import type { Seed } from '../../src/catalogue/seed.ts';
import type { SourceOffering } from '../../src/ports/catalogue-source.ts';

/** The shipped lists with a few of their offerings: a catalogue of it is built in no time. */
export const smallSeed = (seed: Seed, keeps: (offering: SourceOffering) => boolean): Seed => ({
  ...seed,
  readings: seed.readings.map((dated) => ({
    ...dated,
    reading: { ...dated.reading, offerings: dated.reading.offerings.filter(keeps), scores: [] },
  })),
});
