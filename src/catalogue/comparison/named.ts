import type { Catalogue } from '../catalogue.ts';

/** The models and offerings that a filter names, as slugs and ids. An ambiguous name means all that it can mean. */
export const wantedModels = (catalogue: Catalogue, names: readonly string[]): ReadonlySet<string> => {
  const wanted = new Set<string>();
  for (const name of names) {
    const found = catalogue.resolve(name);
    switch (found.kind) {
      case 'OFFERING':
        // A name that is a slug as well means the model, whoever serves it.
        wanted.add(
          name.toLowerCase() === found.model.slug.toLowerCase() ? found.model.slug : found.offering.id,
        );
        break;
      case 'MODEL':
        wanted.add(found.model.slug);
        break;
      case 'AMBIGUOUS':
        for (const slug of found.candidates) wanted.add(slug);
        break;
      case 'UNKNOWN':
        break;
    }
  }
  return wanted;
};
