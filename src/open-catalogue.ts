import { setImmediate as pause } from 'node:timers/promises';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { CatalogueInput } from './catalogue/catalogue-input.ts';
import type { MergedCatalogue } from './catalogue/merge/merge-catalogue.ts';
import type { Seed } from './catalogue/seed.ts';
import type { ShippedList } from './catalogue/sources/shipped-sources.ts';
import { catalogueFile, catalogueFolder } from './catalogue-file.ts';
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

/**
 * Reads the shipped lists only where a catalogue is built: neither they nor what reads them is needed otherwise. What is built
 * of other `lists` is nobody else's: it is neither kept nor shared.
 */
export const openCatalogue = async (
  input: Omit<CatalogueInput, 'seed' | 'previous'> & { readonly readAt: Date },
  folder = catalogueFolder(),
  lists?: () => Promise<Seed>,
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

  const isOwn = lists !== undefined;
  const file = isOwn ? undefined : folder && catalogueFile(folder, input);
  const kept = isOwn ? undefined : await (file?.read(input.readAt) ?? sharedCatalogue(input));
  if (kept !== undefined) return { ...kept, keep: async () => {}, rebuild };

  const whole = { ...input, seed: await seed() };
  const merged = await merge(whole);
  if (file === undefined && !isOwn) shareCatalogue(whole, merged);
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
