import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { loadSeed, type Seed } from '../../src/catalogue/seed.ts';

let seed: Promise<Seed> | undefined;
let catalogue: Promise<Catalogue> | undefined;

/** The shipped lists, read once by each process that runs tests. Nothing may change them. */
export const shippedSeed = (): Promise<Seed> => {
  seed ??= loadSeed();
  return seed;
};

/** The catalogue of the shipped lists alone, without providers, built once by each process that runs tests. */
export const shippedCatalogue = (): Promise<Catalogue> => {
  catalogue ??= shippedSeed().then((lists) => buildCatalogue({ seed: lists, providers: [], readings: [] }));
  return catalogue;
};
