import { asOfferingId, asProviderId, type ModelSlug } from '../domain/ids.ts';
import type { Model, Offering } from '../domain/model.ts';
import { statedDate } from '../domain/model-name.ts';
import type { ProviderInfo } from '../domain/provider.ts';
import type { Catalogue, ModelResolution } from './catalogue.ts';
import { parseHostName } from './identity/host-name.ts';
import { lookUp } from './identity/joined.ts';
import { knownProvider, labOf, labOfFamily } from './identity/labs.ts';
import { type MatchKind, type ModelIndex, type NameMatch, splitSlug } from './identity/model-index.ts';
import { LONGEST_NAME, nearestSlugs } from './nearest-names.ts';
import type { ProviderNames } from './provider-names.ts';

/** What names are looked up in. */
export type NameSpace = Pick<
  Catalogue,
  'models' | 'offerings' | 'model' | 'offering' | 'offeringsOf' | 'isOn'
> & {
  readonly index: ModelIndex;
  readonly providerNames: ProviderNames;
  readonly provider: Catalogue['provider'];
  /** Whether a provider that can be called would be asked for the name as it is written, though no list has it. */
  passes(name: string): boolean;
};

const DAY_MS = 86_400_000;
/** A model's first snapshot is dated up to so much before the day of its release, or after that of its announcement. */
const MAX_BEFORE_RELEASE_MS = 30 * DAY_MS;
const MAX_AFTER_RELEASE_MS = 14 * DAY_MS;

/** Whether a snapshot of that date is known to be one of the model. The date is `YYYYMMDD`. */
export const isKnownDate = (model: Model, offerings: readonly Offering[], date: string): boolean => {
  if (offerings.some((each) => statedDate(each.providerModelId) === date)) return true;
  const { releaseDate } = model;
  if (releaseDate === undefined) return false;
  const day = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6)));
  const before = releaseDate.getTime() - day;
  return before >= -MAX_AFTER_RELEASE_MS && before <= MAX_BEFORE_RELEASE_MS;
};

const NO_MATCH: NameMatch = { kind: 'NONE' };

/** By name in lower case; undefined where several are equal but for case. */
const foldedMap = <Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): ReadonlyMap<string, Row | undefined> => {
  const folded = new Map<string, Row | undefined>();
  for (const row of rows) {
    const key = keyOf(row).toLowerCase();
    folded.set(key, folded.has(key) ? undefined : row);
  }
  return folded;
};

/**
 * Builds `Catalogue.resolve`. In this order, each without regard to case: the id of an offering that is on; a
 * slug; the id of any offering; a lab's own id or alias, with the lab before it or, where it means one
 * model, without; a provider's name for a model, which is ambiguous only among models that can be called here; another
 * spelling, but not a snapshot whose date no list has, at a provider that can be asked for it. Many a lab's offering has its model's slug for an id
 * (`openai/gpt-4o-mini`): while that offering is on the name means it, else the model wherever it is served.
 */
export const createResolver = (names: NameSpace): ((name: string) => ModelResolution) => {
  const offeringsFolded = foldedMap(names.offerings, (offering) => offering.id);
  const modelsFolded = foldedMap(names.models, (model) => model.slug);
  const modelsOfProviderName = new Map<string, Set<ModelSlug>>();
  for (const { providerModelId, modelSlug } of names.offerings) {
    const key = providerModelId.toLowerCase();
    const slugs = modelsOfProviderName.get(key);
    if (slugs === undefined) modelsOfProviderName.set(key, new Set([modelSlug]));
    else slugs.add(modelSlug);
  }

  const ofOffering = (offering: Offering): ModelResolution | undefined => {
    const model = names.model(offering.modelSlug);
    return model === undefined ? undefined : { kind: 'OFFERING', offering, model };
  };
  const ofModel = (model: Model | undefined): ModelResolution | undefined =>
    model === undefined ? undefined : { kind: 'MODEL', model };
  const isServed = (slug: ModelSlug): boolean => names.offeringsOf(slug).some(names.isOn);
  /** Of several models with one name: the one that can be called here, else the one whose family the name begins with. */
  const ofSlugs = (slugs: Iterable<ModelSlug>, name: string): ModelResolution | undefined => {
    const all = [...slugs].toSorted();
    const served = all.filter(isServed);
    const candidates = served.length > 0 ? served : all;
    const [first, ...others] = candidates;
    if (first === undefined) return undefined;
    if (others.length === 0) return ofModel(names.model(first));
    const family = labOfFamily(name);
    const [own, ...more] = candidates.filter((slug) => splitSlug(slug).lab === family);
    return served.length === 0 && own !== undefined && more.length === 0
      ? ofModel(names.model(own))
      : { kind: 'AMBIGUOUS', candidates: [first, ...others] };
  };
  const ofMatch = (match: NameMatch, by: readonly MatchKind[], name: string): ModelResolution | undefined => {
    switch (match.kind) {
      case 'ONE':
        return by.includes(match.by) ? ofModel(names.model(match.slug)) : undefined;
      case 'MANY':
        return by.includes(match.by) ? ofSlugs(match.slugs, name) : undefined;
      case 'NONE':
        return undefined;
    }
  };
  const ofIndex = (name: string, by: readonly MatchKind[]): ModelResolution | undefined => {
    const slash = name.indexOf('/');
    const family = labOfFamily(name);
    const qualified =
      slash > 0
        ? names.index.qualified(labOf(name.slice(0, slash)), name.slice(slash + 1))
        : family === undefined
          ? NO_MATCH
          : names.index.qualified(family, name);
    return ofMatch(qualified, by, name) ?? ofMatch(names.index.unqualified(name), by, name);
  };
  /** A provider's way to write a name, e.g. with a region or a path before it. */
  const ofHostName = (name: string): ModelResolution | undefined => {
    const parsed = parseHostName(
      name.toLowerCase().startsWith('accounts/fireworks/') ? 'fireworks' : '',
      name,
    );
    const found = parsed === undefined ? undefined : lookUp(names.index, parsed);
    return found === undefined ? undefined : ofModel(names.model(found.slug));
  };

  /** A snapshot at a provider, of a date that no list has: a new one, which is not what the undated name stands for. */
  const isNewSnapshot = (name: string, meaning: ModelResolution): boolean => {
    const date = meaning.kind === 'MODEL' && name.includes('/') ? statedDate(name) : undefined;
    return (
      date !== undefined &&
      meaning.kind === 'MODEL' &&
      !isKnownDate(meaning.model, names.offeringsOf(meaning.model.slug), date) &&
      names.passes(name)
    );
  };
  /** A provider before the slash, and its own id of a model. */
  const atProvider = (name: string): { readonly info: ProviderInfo; readonly id: string } | undefined => {
    const slash = name.indexOf('/');
    const info = slash < 1 ? undefined : names.provider(asProviderId(name.slice(0, slash).toLowerCase()));
    return info === undefined ? undefined : { info, id: name.slice(slash + 1) };
  };
  const ofProvidersName = (name: string): ModelResolution | undefined => {
    const asked = atProvider(name);
    const offering = asked && names.providerNames.spelled(asked.info.id, asked.id);
    return offering && ofOffering(offering);
  };
  /** Whether a provider is asked by name for another's model, which nobody else answers in its place. */
  const isAskedOf = (name: string, found: ModelResolution): boolean => {
    const asked = atProvider(name);
    return (
      asked !== undefined &&
      found.kind === 'MODEL' &&
      splitSlug(found.model.slug).lab !== (knownProvider(asked.info.id)?.lab ?? labOf(asked.info.id))
    );
  };
  /** By spelling alone. */
  const ofSpelling = (name: string): ModelResolution | undefined => {
    const found = ofIndex(name, ['KEY', 'LOOSE']) ?? ofProvidersName(name) ?? ofHostName(name);
    return found === undefined || isNewSnapshot(name, found) || isAskedOf(name, found) ? undefined : found;
  };

  const suggestions = (name: string): readonly string[] =>
    nearestSlugs(
      name,
      names.models.map(({ slug }) => slug),
    );

  return (given) => {
    const name = given.trim();
    if (name === '' || name.length > LONGEST_NAME) return { kind: 'UNKNOWN', suggestions: () => [] };
    const offering = names.offering(asOfferingId(name)) ?? offeringsFolded.get(name.toLowerCase());
    const model = modelsFolded.get(name.toLowerCase());
    const found =
      (offering !== undefined && names.isOn(offering) ? ofOffering(offering) : undefined) ??
      ofModel(model) ??
      (offering === undefined ? undefined : ofOffering(offering)) ??
      ofIndex(name, ['ID', 'ALIAS']) ??
      ofSlugs(modelsOfProviderName.get(name.toLowerCase()) ?? [], name) ??
      ofSpelling(name);
    return found ?? { kind: 'UNKNOWN', suggestions: () => suggestions(name) };
  };
};
