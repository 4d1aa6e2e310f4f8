import { loadSeed, type Seed } from '../../src/catalogue/seed.ts';
import type { SourceOffering } from '../../src/ports/catalogue-source.ts';
import { kept } from './kept.ts';

/** The shipped lists with a few of their offerings: a catalogue of it is built in no time. */
export const smallSeed = (seed: Seed, keeps: (offering: SourceOffering) => boolean): Seed => ({
  ...seed,
  readings: seed.readings.map((dated) => ({
    ...dated,
    reading: { ...dated.reading, offerings: dated.reading.offerings.filter(keeps), scores: [] },
  })),
});

/** What a server for tests knows of models and prices: all that is shipped, or as much as a test that asks for neither needs. */
export type Lists = 'SHIPPED' | 'SMALL';

const FEW = new Set(['openai', 'anthropic', 'google']);

/** Of offerings those of three labs, and all scores: a third of the work that the shipped lists are, and a tenth of the rows. */
export const fewLists = kept(async (): Promise<Seed> => {
  const seed = await loadSeed();
  return {
    ...seed,
    readings: seed.readings.map((dated) => {
      const offerings = dated.reading.offerings.filter(({ providerId }) => FEW.has(providerId));
      return { ...dated, reading: { ...dated.reading, offerings } };
    }),
  };
});
