import type { ModelSlug } from '../../domain/ids.ts';
import { identityKey, isMovingId, statedDate } from '../../domain/model-name.ts';
import { type Release, type ReleaseRange, releasedSince } from '../../domain/release.ts';
import { knownProvider } from '../identity/labs.ts';
import { splitSlug } from '../identity/model-index.ts';
import { nameDate } from '../identity/name-dates.ts';
import { familyOf, versionOf } from '../identity/name-parts.ts';
import type { FirstListed } from '../shipped/first-listed.ts';
import type { BaseModels } from './base-models.ts';
import type { JoinedDraft } from './describe-model.ts';

const DAY_MS = 86_400_000;
/** A list may take in a model so long after its release, so that one that it lacks can be so much older than it. */
const LAG_MS = 7 * DAY_MS;
/** An edition with fewer models of a lab than this does not follow that lab. */
const MIN_MODELS = 3;
/** When lists had a model first. */
type Sighting = {
  /** The earliest day of any list that has it. */
  readonly day: number;
  /** The place of the first edition that has it; absent: none has. */
  readonly edition?: number;
  /** Whether an edition has it at its lab's own provider. */
  readonly isOwn: boolean;
};

/** By lab, how many of its models each edition has: at the lab's own provider, and anywhere. */
type Counts = { readonly own: number[]; readonly all: number[] };

const sightingOf = (
  lab: string,
  served: readonly JoinedDraft[],
  firstListed: FirstListed | undefined,
  counts: Counts,
): Sighting | undefined => {
  let day = Number.POSITIVE_INFINITY;
  let [edition, ownEdition] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { draft } of served) {
    const place = firstListed?.firstOf(draft.id);
    if (place !== undefined) {
      edition = Math.min(edition, place);
      if (draft.info.kind === 'LAB' && knownProvider(draft.seedId)?.lab === lab)
        ownEdition = Math.min(ownEdition, place);
    }
    for (const { source, provenance } of draft.claims)
      if (place === undefined || source !== firstListed?.source)
        day = Math.min(day, provenance.observedAt.getTime());
  }
  for (const place of (firstListed?.editions ?? []).keys()) {
    if (place >= edition) counts.all[place] = (counts.all[place] ?? 0) + 1;
    if (place >= ownEdition) counts.own[place] = (counts.own[place] ?? 0) + 1;
  }
  day = Math.min(day, firstListed?.editions[edition]?.getTime() ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(day)) return undefined;
  return { day, isOwn: Number.isFinite(ownEdition), ...(Number.isFinite(edition) && { edition }) };
};

const compareVersions = (one: readonly number[], other: readonly number[]): number => {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

type Relative = { readonly slug: ModelSlug; readonly version: readonly number[]; readonly since: number };

/**
 * Between which days models came out of which no source states the day. `stated`: what sources say, by model.
 *
 * A model that an edition of a list names first came out after the edition before, less a week, if that one had others of its
 * lab's. That holds for models that the lab itself sells and for those that follow others of their family by their version,
 * unless a later version was there before.
 */
export const releaseRanges = (
  joinedOf: ReadonlyMap<ModelSlug, readonly JoinedDraft[]>,
  stated: (slug: ModelSlug) => Date | undefined,
  firstListed: FirstListed | undefined,
  bases: BaseModels,
): ((slug: ModelSlug) => ReleaseRange | undefined) => {
  const counts = new Map<string, Counts>();
  const sightings = new Map<ModelSlug, Sighting>();
  /** The date of the first snapshot of a model, as text of eight digits, by lab and undated name. */
  const snapshots = new Map<string, string>();
  for (const [slug, served] of joinedOf) {
    const { lab, name } = splitSlug(slug);
    const ofLab = counts.get(lab) ?? { own: [], all: [] };
    counts.set(lab, ofLab);
    const sighting = sightingOf(lab, served, firstListed, ofLab);
    if (sighting !== undefined) sightings.set(slug, sighting);
    const key = `${lab}/${identityKey(name)}`;
    for (const { draft } of served) {
      const date = statedDate(draft.providerModelId);
      if (date !== undefined && date < (snapshots.get(key) ?? '9')) snapshots.set(key, date);
    }
  }

  const familyKey = (slug: ModelSlug): string | undefined => {
    const { lab, name } = splitSlug(slug);
    const family = familyOf(name);
    return family === undefined ? undefined : `${lab}/${family}`;
  };
  let families: Map<string, Relative[]> | undefined;
  const relatives = (key: string): readonly Relative[] => {
    if (families === undefined) {
      families = new Map();
      for (const slug of joinedOf.keys()) {
        const family = familyKey(slug);
        const version = versionOf(splitSlug(slug).name);
        const since = stated(slug)?.getTime() ?? sightings.get(slug)?.day;
        if (family === undefined || version === undefined || since === undefined) continue;
        const known = families.get(family) ?? [];
        known.push({ slug, version, since });
        families.set(family, known);
      }
    }
    return families.get(key) ?? [];
  };
  /** Whether earlier versions of its family were there at that time, and no later one. */
  const followsFamily = (slug: ModelSlug, at: number): boolean | undefined => {
    const version = versionOf(splitSlug(slug).name);
    const key = familyKey(slug);
    if (version === undefined || key === undefined) return undefined;
    let follows: boolean | undefined;
    for (const other of relatives(key)) {
      if (other.slug === slug || other.since >= at) continue;
      const order = compareVersions(other.version, version);
      if (order > 0) return false;
      if (order < 0) follows = true;
    }
    return follows;
  };

  const byLists = (slug: ModelSlug): ReleaseRange | undefined => {
    const seen = sightings.get(slug);
    if (seen === undefined) return undefined;
    const range: ReleaseRange = { latest: new Date(seen.day), basis: 'LISTS' };
    const { edition = 0, isOwn } = seen;
    const before = firstListed?.editions[edition - 1]?.getTime();
    const ofLab = counts.get(splitSlug(slug).lab);
    const isHostsOwn = joinedOf.get(slug)?.every(({ joined }) => joined.join === 'UNJOINED') === true;
    if (before === undefined || before >= seen.day || isHostsOwn) return range;
    const follows = (of: 'own' | 'all'): boolean => (ofLab?.[of][edition - 1] ?? 0) >= MIN_MODELS;
    const earliest = before - LAG_MS;
    const isLater = followsFamily(slug, earliest);
    return (isLater === true && follows('all')) || (isLater === undefined && isOwn && follows('own'))
      ? { earliest: new Date(earliest), ...range }
      : range;
  };

  /** The model of the same lab by a shorter name. */
  const baseOf = (slug: ModelSlug, name: string): ModelSlug | undefined => {
    const base = bases.named(splitSlug(slug).lab, name);
    return base === slug ? undefined : base;
  };

  const releaseOf = (slug: ModelSlug, depth: number): Release => {
    const releaseDate = stated(slug);
    if (releaseDate !== undefined) return { releaseDate };
    const releaseRange = rangeOf(slug, depth);
    return releaseRange === undefined ? {} : { releaseRange };
  };

  const rangeOf = (slug: ModelSlug, depth: number): ReleaseRange | undefined => {
    const { name } = splitSlug(slug);
    if (isMovingId(name)) return undefined;
    const served = depth === 0 ? undefined : bases.variantBase(slug);
    if (served !== undefined) {
      const { releaseDate, releaseRange } = releaseOf(served, depth - 1);
      if (releaseDate !== undefined)
        return { earliest: releaseDate, latest: releaseDate, basis: 'BASE_MODEL' };
      if (releaseRange !== undefined) return { ...releaseRange, basis: 'BASE_MODEL' };
    }
    const listed = byLists(slug);
    const { lab } = splitSlug(slug);
    const snapshot = snapshots.get(`${lab}/${identityKey(name)}`);
    const dated = nameDate(name) ?? (snapshot === undefined ? undefined : nameDate(`${name}-${snapshot}`));
    const undated = dated === undefined || depth === 0 ? undefined : baseOf(slug, dated.base);
    const after = undated === undefined ? undefined : releasedSince(releaseOf(undated, depth - 1));
    const day = dated?.firstDay(after ?? listed?.earliest);
    const latest = listed?.latest;
    if (day === undefined || (latest !== undefined && day > latest)) return listed;
    return { earliest: day, ...(latest !== undefined && { latest }), basis: 'NAME' };
  };

  return (slug) => rangeOf(slug, 3);
};
