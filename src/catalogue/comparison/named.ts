import { refusalMessage } from '../../domain/refusal.ts';
import type { Catalogue } from '../catalogue.ts';
import { nearestNames } from '../nearest-names.ts';
import type { ComparisonFilter, ComparisonProblem } from './comparison-input.ts';

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

const shown = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

/** The first name of a filter that means nothing, with the nearest ones. */
export const namesProblem = (
  catalogue: Catalogue,
  { models = [], providers = [] }: ComparisonFilter = {},
): ComparisonProblem | undefined => {
  for (const name of models) {
    const found = catalogue.resolve(name);
    if (found.kind === 'UNKNOWN')
      return {
        path: 'filter.models',
        problem: refusalMessage({ code: 'UNKNOWN_MODEL', name, suggestions: found.suggestions }),
      };
  }
  if (providers.length === 0) return undefined;
  const ids = new Set<string>();
  for (const { id } of catalogue.providers) ids.add(id.toLowerCase());
  for (const { providerId } of catalogue.offerings) ids.add(providerId.toLowerCase());
  const stranger = providers.find((id) => !ids.has(id.toLowerCase()));
  if (stranger === undefined) return undefined;
  const nearest = nearestNames(stranger, ids);
  return {
    path: 'filter.providers',
    problem: `No provider has the id "${shown(stranger)}". ${nearest.length > 0 ? `Nearest: ${nearest.join(', ')}.` : 'Query `providers` lists the ones there are.'}`,
  };
};
