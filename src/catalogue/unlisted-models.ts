import { LRUCache } from 'lru-cache';
import { asModelSlug, type ModelSlug, type OfferingId, offeringIdOf } from '../domain/ids.ts';
import {
  type Billing,
  type Model,
  type ModelFacts,
  NO_FACTS,
  type Offering,
  type UnlistedFacts,
} from '../domain/model.ts';
import { identityKey, statedDate } from '../domain/model-name.ts';
import type { Price, Provenance } from '../domain/price.ts';
import type { ProviderInfo, ProviderKind } from '../domain/provider.ts';
import type { Catalogue, UnlistedModel } from './catalogue.ts';
import type { CatalogueProvider } from './catalogue-input.ts';
import { bindPrices } from './declared-prices.ts';
import { knownProvider, labOf } from './identity/labs.ts';
import { type ModelIndex, splitSlug } from './identity/model-index.ts';
import { isKnownDate } from './name-resolver.ts';
import { nearestNames } from './nearest-names.ts';
import type { ProviderNames } from './provider-names.ts';

/** What unlisted names are compared with. */
export type ListedModels = Pick<
  Catalogue,
  'offerings' | 'offering' | 'offeringsOf' | 'model' | 'pricesOf' | 'resolve'
> & {
  /** What models fine-tuned from a base cost, as `ft:` and the name of the base. */
  readonly tunedRates: readonly Offering[];
  readonly providerNames: ProviderNames;
  readonly index: ModelIndex;
};

/** Clients choose these names: only so many of them are kept. */
const MAX_KEPT_NAMES = 200;

/**
 * Names that can be sent to an API: without spaces and control characters, not endless, and without the path segments
 * that an address would drop.
 */
const PASSABLE = /^(?!(?:.*\/)?\.{1,2}(?:\/|$))(?!\/)(?!.*\/\/)[^\s\p{C}]{1,250}(?<!\/)$/u;

/** `ft:base:organization:suffix:id`, as OpenAI and Mistral name models that were fine-tuned there. */
const FINE_TUNED = /^ft:([^:/\s]{1,100})(?::|$)/i;
/** Base models of OpenAI, for those that the catalogue does not know yet. */
const OPENAI_BASE = /^(?:gpt-|chatgpt-|o\d|davinci|babbage)/i;
const DATE = /-\d{4}-\d{2}-\d{2}$/;

/** A provider, and the name that it gets. */
type Target = { readonly info: ProviderInfo; readonly id: string };

/** Undefined for names that cannot be sent, and for models that the provider is known not to serve. */
const targetAt = (provider: CatalogueProvider | undefined, id: string): Target | undefined =>
  provider === undefined || !PASSABLE.test(id) || provider.serves?.(id) === false
    ? undefined
    : { info: provider.info, id };

/** Kinds of providers whose names of others' models are those of the models. */
const SERVES_OTHERS: ReadonlySet<ProviderKind> = new Set(['CLOUD', 'HOST', 'AGGREGATOR']);

const NO_PRICES: readonly Price[] = [];

/** What is said of an offering that nothing lists; the nearest listed one is looked for when somebody reads it. */
class Unlisted implements UnlistedFacts {
  readonly #find: () => OfferingId | undefined;
  #found: { readonly id: OfferingId | undefined } | undefined;

  constructor(find: () => OfferingId | undefined) {
    this.#find = find;
  }

  get nearest(): OfferingId | undefined {
    this.#found ??= { id: this.#find() };
    return this.#found.id;
  }
}

/**
 * Providers by what may stand before the slash of a name: those that can be called and pass unlisted names on, by their
 * ids, and labs' own APIs by the words for their labs too.
 */
const createPrefixes = (configured: readonly CatalogueProvider[]): ReadonlyMap<string, CatalogueProvider> => {
  const passing = configured.filter(
    ({ info }) => info.status.kind === 'ON' && info.unknownModels !== 'REFUSE',
  );
  const prefixes = new Map<string, CatalogueProvider>(passing.map((each) => [each.info.id, each]));
  for (const each of passing) {
    const lab = knownProvider(each.seedId ?? each.info.id)?.lab;
    if (lab !== undefined && !prefixes.has(lab)) prefixes.set(lab, each);
  }
  return prefixes;
};

const factsOf = ({
  slug: _slug,
  lab: _lab,
  name: _name,
  description: _description,
  huggingFaceId: _repository,
  provenance: _provenance,
  ...facts
}: Model): ModelFacts => facts;

/** Names that the catalogue does not list. */
export type UnlistedModels = {
  /** Whether a provider is asked for the name as it is written. */
  passes(name: string): boolean;
  /** What such a name means. */
  find(name: string): UnlistedModel | undefined;
};

/**
 * Finds out what a name means that the catalogue does not list: the model of that name at the provider before the slash,
 * sent there exactly as it is written. The same name gives the same offering id on every node and after a restart.
 */
export const createUnlistedModels = (
  configured: readonly CatalogueProvider[],
  listed: ListedModels,
  readAt: Date,
): UnlistedModels => {
  const prefixes = createPrefixes(configured);
  const kept = new LRUCache<string, UnlistedModel>({ max: MAX_KEPT_NAMES });
  const provenance: Provenance = { source: 'request', observedAt: readAt };

  /** The provider that serves fine-tuned models of a base model under their bare names. */
  const tunerOf = (base: string): CatalogueProvider | undefined => {
    const meaning = listed.resolve(base);
    switch (meaning.kind) {
      case 'OFFERING':
      case 'MODEL':
        return prefixes.get(meaning.model.lab);
      case 'AMBIGUOUS':
      case 'UNKNOWN':
        return OPENAI_BASE.test(base) ? prefixes.get('openai') : undefined;
    }
  };

  const targetOf = (name: string): Target | undefined => {
    const base = FINE_TUNED.exec(name)?.[1];
    if (base !== undefined) return targetAt(tunerOf(base), name);
    const slash = name.indexOf('/');
    if (slash < 1) return undefined;
    const prefix = name.slice(0, slash).toLowerCase();
    return targetAt(prefixes.get(prefix) ?? prefixes.get(labOf(prefix)), name.slice(slash + 1));
  };

  /** The listed offering that has the rates of a fine-tuned model: that of its base, with or without a date. */
  const tunedBase = (info: ProviderInfo, id: string): Offering | undefined => {
    const base = FINE_TUNED.exec(id)?.[1]?.toLowerCase();
    if (base === undefined) return undefined;
    const own = listed.tunedRates.filter(({ providerId }) => providerId === info.id);
    const named = (name: string): Offering | undefined =>
      own.find(({ providerModelId }) => providerModelId.toLowerCase() === `ft:${name}`);
    const dated = own.filter(({ providerModelId }) => providerModelId.replace(DATE, '') === `ft:${base}`);
    return named(base) ?? named(base.replace(DATE, '')) ?? (dated.length === 1 ? dated[0] : undefined);
  };

  const nearestOf = (info: ProviderInfo, id: string): OfferingId | undefined => {
    const names = listed.offerings.flatMap(({ providerId, providerModelId }) =>
      providerId === info.id ? [providerModelId] : [],
    );
    const [nearest] = nearestNames(id, names);
    return nearest === undefined ? undefined : offeringIdOf(info.id, nearest);
  };

  /**
   * The listed offering that a dated name is a snapshot of: that of the same name at the same provider without the date, if
   * the date is known to be of its model.
   */
  const snapshotBase = (info: ProviderInfo, id: string): Offering | undefined => {
    const date = statedDate(id);
    if (date === undefined) return undefined;
    const undated = listed.providerNames.undated(info.id, id);
    const ofHost = undated === undefined ? undefined : listed.model(undated.modelSlug);
    if (ofHost !== undefined) {
      const last = id.slice(id.lastIndexOf('/') + 1).replace(/^.*\.(?=[a-z])/, '');
      const match = listed.index.qualified(splitSlug(ofHost.slug).lab, last);
      const isOfModel = match.kind === 'ONE' && match.slug === ofHost.slug;
      const isListed = isOfModel && (match.by === 'ID' || match.by === 'ALIAS');
      if (isListed || (isOfModel && isKnownDate(ofHost, listed.offeringsOf(ofHost.slug), date)))
        return undated;
    }
    const lab = knownProvider(info.id)?.lab;
    if (lab === undefined) return undefined;
    const meaning = listed.resolve(`${lab}/${id}`);
    if (meaning.kind !== 'MODEL' || meaning.model.lab !== lab) return undefined;
    const key = identityKey(id);
    return listed
      .offeringsOf(meaning.model.slug)
      .find(
        ({ providerId, providerModelId }) =>
          providerId === info.id &&
          statedDate(providerModelId) === undefined &&
          identityKey(providerModelId) === key,
      );
  };

  /** The model that the id is the slug of, or at a provider that serves others' models the one that its name means. */
  const knownModel = (info: ProviderInfo, slug: ModelSlug): Model | undefined => {
    const model = listed.model(slug);
    if (model !== undefined || !SERVES_OTHERS.has(info.kind)) return model;
    const meaning = listed.resolve(slug.slice(info.id.length + 1));
    if (meaning.kind !== 'MODEL') return undefined;
    const date = statedDate(slug);
    const isOfModel =
      date === undefined || isKnownDate(meaning.model, listed.offeringsOf(meaning.model.slug), date);
    return isOfModel ? meaning.model : undefined;
  };

  const make = (info: ProviderInfo, providerModelId: string): UnlistedModel => {
    const id = offeringIdOf(info.id, providerModelId);
    const slug = asModelSlug(id.toLowerCase());
    const snapshot = snapshotBase(info, providerModelId);
    const known = snapshot === undefined ? knownModel(info, slug) : listed.model(snapshot.modelSlug);
    const model: Model = known ?? { ...NO_FACTS, slug, lab: info.id, name: providerModelId, provenance };
    const base = snapshot ?? tunedBase(info, providerModelId);
    const prices = base === undefined ? NO_PRICES : bindPrices(id, listed.pricesOf(base.id));
    const unpriced: Billing = info.kind === 'LOCAL' ? 'FREE' : 'UNKNOWN';
    const offering: Offering = {
      ...(snapshot ?? (known === undefined ? NO_FACTS : factsOf(known))),
      id,
      providerId: info.id,
      providerModelId,
      modelSlug: model.slug,
      join: known === undefined ? 'UNJOINED' : 'HEURISTIC',
      joinReason:
        known === undefined
          ? 'No source lists it.'
          : snapshot === undefined
            ? 'The id is the slug or the name of a model; no source lists it here.'
            : `A dated snapshot of ${snapshot.id}.`,
      billing: base === undefined || prices.length === 0 ? unpriced : base.billing,
      ...(info.region !== undefined && { region: info.region }),
      ...(base !== undefined && prices.length > 0 && { pricedAs: base.id }),
      unlisted: new Unlisted(() => nearestOf(info, providerModelId)),
      provenance,
    };
    return { offering, model, prices };
  };

  const unlistedTarget = (name: string): Target | undefined => {
    const target = targetOf(name);
    return target === undefined || listed.offering(offeringIdOf(target.info.id, target.id)) !== undefined
      ? undefined
      : target;
  };

  return {
    passes: (name) => unlistedTarget(name.trim()) !== undefined,
    find: (given) => {
      const name = given.trim();
      const known = kept.get(name);
      if (known !== undefined) return known;
      const target = unlistedTarget(name);
      if (target === undefined) return undefined;
      const made = make(target.info, target.id);
      kept.set(name, made);
      return made;
    },
  };
};
