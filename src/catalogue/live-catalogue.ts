import type { Catalogue } from './catalogue.ts';

export type CatalogueListener = (next: Catalogue, previous: Catalogue, at: Date) => void;

/** The catalogue that is served, replaced as a whole when sources say something new. */
export type LiveCatalogue = {
  current(): Catalogue;
  /** Readers see `next` from now on; then listeners are told, in the order in which they came. */
  replace(next: Catalogue, at: Date): void;
  /** The function returned ends it. */
  onReplaced(listener: CatalogueListener): () => void;
};

export const createLiveCatalogue = (first: Catalogue): LiveCatalogue => {
  let current = first;
  const listeners = new Set<CatalogueListener>();
  return {
    current: () => current,
    replace(next, at) {
      const previous = current;
      current = next;
      for (const listener of listeners) listener(next, previous, at);
    },
    onReplaced(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
