import type { DatedReading, SourceReading } from '../../ports/catalogue-source.ts';
import type { Origin } from './draft.ts';

const DAY_MS = 86_400_000;
/** A list takes in a new model within so many days, and new ones come out every week. */
const LAG_MS = 14 * DAY_MS;
/** Of fewer models than this nothing follows from their release dates. */
const MIN_MODELS = 100;

/** The part of a name that lists share: `anthropic/claude-opus-4-8:free` and `CLAUDE-OPUS-4-8` are one. */
const bareName = (name: string): string =>
  name
    .slice(name.lastIndexOf('/') + 1)
    .replace(/:.*$/, '')
    .toLowerCase();

type Releases = ReadonlyMap<string, number>;

/** When models came out, by their bare names: the earliest that any reading states. */
const releasesIn = (readings: readonly SourceReading[]): Releases => {
  const releases = new Map<string, number>();
  const note = (name: string, stated: string | undefined): void => {
    const at = stated === undefined ? Number.NaN : Date.parse(stated);
    const key = bareName(name);
    if (!Number.isNaN(at)) releases.set(key, Math.min(at, releases.get(key) ?? at));
  };
  for (const { models, offerings } of readings) {
    for (const { slug, facts } of models) note(slug, facts.releaseDate);
    for (const { providerModelId, facts } of offerings) note(providerModelId, facts.releaseDate);
  }
  return releases;
};

/** When the newest of the models that a list names came out; undefined where it names too few that are known. */
const newestRelease = (
  { offerings }: SourceReading,
  releases: Releases,
  before: number,
): number | undefined => {
  let newest = 0;
  const known = new Set<string>();
  for (const { providerModelId } of offerings) {
    const name = bareName(providerModelId);
    const at = releases.get(name);
    if (at === undefined || at > before) continue;
    known.add(name);
    if (at > newest) newest = at;
  }
  return known.size < MIN_MODELS ? undefined : newest;
};

const withDay = (dated: DatedReading, releases: Releases, newestKnown: number): DatedReading => {
  const stated = (dated.dataDay ?? dated.observedAt).getTime();
  const newest = newestRelease(dated.reading, releases, stated);
  // A list that knows the newest models that anybody knows is as new as anything here.
  const atMost = newest === undefined || newest + LAG_MS >= newestKnown ? stated : newest + LAG_MS;
  return atMost < stated ? { ...dated, dataDay: new Date(atMost) } : dated;
};

/**
 * Gives readings of live sources the day for which they hold where it is earlier than they say. A list states no day of its
 * own, and what was first seen today may be a mirror that has stood still for months: it is about as old as the newest
 * model that it names.
 */
export const withDataDays = (origins: readonly Origin[]): readonly Origin[] => {
  if (origins.every(({ shipped }) => shipped)) return origins;
  const releases = releasesIn(origins.map(({ dated }) => dated.reading));
  const newest = Math.max(...origins.map(({ dated }) => dated.observedAt.getTime()));
  let newestKnown = 0;
  for (const at of releases.values()) if (at <= newest && at > newestKnown) newestKnown = at;
  return origins.map(({ dated, shipped }) => ({
    dated: shipped ? dated : withDay(dated, releases, newestKnown),
    shipped,
  }));
};
