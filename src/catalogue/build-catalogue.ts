import type { Catalogue } from './catalogue.ts';
import type { CatalogueInput } from './catalogue-input.ts';
import { type MergedCatalogue, mergeCatalogue } from './merge/merge-catalogue.ts';

export type { CatalogueInput, CatalogueProvider } from './catalogue-input.ts';

/** How long the work goes on before it lets others run, in milliseconds. */
const SLICE_MS = 6;

/**
 * Joins the seed, what sources say, the configured providers and what they declare to one catalogue.
 *
 * Providers of the seed and of sources that are not in `providers` are listed as OFF. A declaration adds an offering, or
 * overrides one of the same name: its prices replace the others' meter by meter, or all of them where it is in
 * another currency. Which source wins elsewhere: see source-precedence.ts. The input is not changed.
 */
export const buildCatalogue = (input: CatalogueInput): Catalogue => {
  const work = mergeCatalogue(input);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value.catalogue;
  }
};

/** The same in slices of some milliseconds, with a `pause` after each, so that calls are served meanwhile. */
export const buildCatalogueInSlices = async (
  input: CatalogueInput,
  pause: () => Promise<void>,
): Promise<Catalogue> => (await mergeInSlices(input, pause)).catalogue;

/** The same with what the catalogue is made of, to be kept. */
export const mergeInSlices = async (
  input: CatalogueInput,
  pause: () => Promise<void>,
): Promise<MergedCatalogue> => {
  const work = mergeCatalogue(input);
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < SLICE_MS) continue;
    await pause();
    began = performance.now();
  }
};
