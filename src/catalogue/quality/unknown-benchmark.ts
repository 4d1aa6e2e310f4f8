import type { Catalogue } from '../catalogue.ts';
import { nearestNames } from '../nearest-names.ts';

const LISTED = 5;

/** What to say of a benchmark at which no model has a score, with the nearest names; undefined if one has. */
export const unknownBenchmark = (catalogue: Catalogue, benchmark: string): string | undefined => {
  const known = new Set<string>();
  for (const { slug } of catalogue.models)
    for (const score of catalogue.qualityOf(slug)) known.add(score.benchmark);
  if (known.has(benchmark)) return undefined;
  const nearest = nearestNames(benchmark, known);
  const hint = nearest.length > 0 ? nearest : [...known].toSorted().slice(0, LISTED);
  return `No model has a known score at "${benchmark}". ${hint.length > 0 ? `${nearest.length > 0 ? 'Nearest' : 'There are'}: ${hint.join(', ')}.` : 'No source of scores is on: query `catalogueSources`.'}`;
};
