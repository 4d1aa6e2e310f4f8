import { setImmediate as pause } from 'node:timers/promises';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { CatalogueInput } from './catalogue/catalogue-input.ts';
import type { MergedCatalogue } from './catalogue/merge/merge-catalogue.ts';
import type { Seed } from './catalogue/seed.ts';
import type { ShippedList } from './catalogue/sources/shipped-sources.ts';
import { type CatalogueFolder, catalogueFile, catalogueFolder } from './catalogue-file.ts';
import { shareCatalogue, sharedCatalogue } from './shared-catalogues.ts';

/** The catalogue that a server begins with: one that an earlier start has kept, else a new one. */
export type OpenedCatalogue = {
  readonly catalogue: Catalogue;
  readonly shipped: readonly ShippedList[];
  /** Keeps it for the next start, where it was built. */
  readonly keep: () => Promise<void>;
  /** Builds the next, in slices between which calls are served. */
  readonly rebuild: (input: Omit<CatalogueInput, 'seed'>) => Promise<Catalogue>;
};

const merge = async (input: CatalogueInput): Promise<MergedCatalogue> => {
  const { mergeInSlices } = await import('./catalogue/build-catalogue.ts');
  return mergeInSlices(input, pause);
};

/** Other lists than the shipped ones. */
export type OwnLists = () => Promise<Seed>;

type Place = {
  readonly lists?: OwnLists;
  /** Its version is one of the lists too. */
  readonly folder?: CatalogueFolder;
};

/** Reads the lists only where a catalogue is built: neither they nor what reads them is needed otherwise. */
export const openCatalogue = async (
  input: Omit<CatalogueInput, 'seed' | 'previous'> & { readonly readAt: Date },
  { lists, folder = lists === undefined ? catalogueFolder() : undefined }: Place = {},
): Promise<OpenedCatalogue> => {
  let reading: Promise<Seed> | undefined;
  let isRebuilt = false;
  const seed = (): Promise<Seed> => {
    reading ??= lists?.() ?? import('./catalogue/seed.ts').then(({ loadSeed }) => loadSeed());
    return reading;
  };
  const rebuild: OpenedCatalogue['rebuild'] = async (next) => {
    isRebuilt = true;
    return (await merge({ ...next, seed: await seed() })).catalogue;
  };

  const file = folder && catalogueFile(folder, input);
  const kept = await (file === undefined ? sharedCatalogue(input, lists) : file.read(input.readAt));
  if (kept !== undefined) return { ...kept, keep: async () => {}, rebuild };

  const whole = { ...input, seed: await seed() };
  const merged = await merge(whole);
  if (file === undefined) shareCatalogue(whole, merged, lists);
  let unkept = file && { whole, merged };
  return {
    catalogue: merged.catalogue,
    shipped: whole.seed.readings.map(({ reading: _, ...list }) => list),
    async keep() {
      if (unkept !== undefined) await file?.write(unkept.whole, unkept.merged);
      // The lists take more memory than the catalogue. Where no live source is read nothing is built of them again.
      unkept = undefined;
      if (!isRebuilt) reading = undefined;
    },
    rebuild,
  };
};
