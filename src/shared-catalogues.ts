import type { Catalogue } from './catalogue/catalogue.ts';
import type { CatalogueInput } from './catalogue/catalogue-input.ts';
import { heldUntil, inputKey, type KeptCatalogue } from './catalogue/kept-catalogue.ts';
import type { MergedCatalogue } from './catalogue/merge/merge-catalogue.ts';

/** What reads the lists that one is built of; undefined: the shipped ones. */
type Lists = (() => Promise<unknown>) | undefined;

type Shared = Pick<KeptCatalogue, 'shipped'> & {
  readonly lists: Lists;
  readonly catalogue: WeakRef<Catalogue>;
  /** In milliseconds since 1970. From the first to before the second, what is built is the same. */
  readonly from: number;
  readonly until: number;
};

/**
 * Catalogues of this process, by what they were built of, for as long as somebody uses them: servers and commands that run
 * in one process need not build the same one each.
 */
const shared = new Map<string, Shared>();

/** A catalogue is shared with all that it says of its providers. */
const keyOf = (input: Pick<CatalogueInput, 'providers' | 'readings'>, lists: Lists): string =>
  JSON.stringify([inputKey(input), input.providers.map(({ info }) => info), lists === undefined]);

/** Undefined where none is in use that holds now. */
export const sharedCatalogue = (
  input: Pick<CatalogueInput, 'providers' | 'readings'> & { readonly readAt: Date },
  lists: Lists,
): KeptCatalogue | undefined => {
  const known = shared.get(keyOf(input, lists));
  const catalogue = known?.catalogue.deref();
  const now = input.readAt.getTime();
  if (known === undefined || catalogue === undefined || known.lists !== lists) return undefined;
  if (now < known.from || now >= known.until) return undefined;
  return { catalogue, shipped: known.shipped };
};

export const shareCatalogue = (input: CatalogueInput, merged: MergedCatalogue, lists: Lists): void => {
  for (const [key, { catalogue }] of shared) if (catalogue.deref() === undefined) shared.delete(key);
  shared.set(keyOf(input, lists), {
    lists,
    catalogue: new WeakRef(merged.catalogue),
    shipped: input.seed.readings.map(({ reading: _, ...list }) => list),
    from: merged.parts.readAt.getTime(),
    until: heldUntil(input, merged),
  });
};
