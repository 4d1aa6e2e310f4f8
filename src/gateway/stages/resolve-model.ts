import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { nearestNames } from '../../catalogue/nearest-names.ts';
import { asOfferingId, asProviderId } from '../../domain/ids.ts';
import type { Model, Offering } from '../../domain/model.ts';
import { statedDate } from '../../domain/model-name.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { refused, type Staged } from './stage.ts';

/** What a name stands for, whoever is on. */
export type Meaning = { readonly model: Model; readonly offerings: readonly Offering[] };

/** Before the id of an offering: that one alone, though the id may be a model's slug too. */
const OFFERING_PREFIX = 'offering:';

/** Of a name that begins with a provider: why that one is not asked for it. */
const whyNotPassed = (
  name: string,
  catalogue: Catalogue,
): Pick<Extract<CompletionRefusal, { code: 'UNKNOWN_MODEL' }>, 'notPassed'> => {
  const info = catalogue.provider(asProviderId(name.slice(0, Math.max(0, name.indexOf('/'))).toLowerCase()));
  if (info === undefined) return {};
  if (info.status.kind === 'OFF') return { notPassed: { id: info.id, reason: info.status.reason } };
  return info.unknownModels === 'REFUSE'
    ? { notPassed: { id: info.id, reason: 'its `unknownModels` is REFUSE' } }
    : {};
};

/** Why a name means nothing is worked out where somebody is told: it is compared with all names that there are. */
type Found =
  | { readonly kind: 'OK'; readonly value: Meaning }
  | { readonly kind: 'NOTHING'; readonly refusal: () => CompletionRefusal };

const nothing = (refusal: () => CompletionRefusal): Found => ({ kind: 'NOTHING', refusal });

const means = (value: Meaning): Found => ({ kind: 'OK', value });

const offeringCalled = (name: string, catalogue: Catalogue): Found => {
  const id = name.slice(OFFERING_PREFIX.length).trim();
  const resolution = catalogue.resolve(id);
  const offering =
    catalogue.offering(asOfferingId(id)) ??
    (resolution.kind === 'OFFERING' ? resolution.offering : undefined);
  const model = offering && catalogue.model(offering.modelSlug);
  if (offering !== undefined && model !== undefined) return means({ model, offerings: [offering] });
  const unlisted = catalogue.unlisted(id);
  if (unlisted !== undefined) return means({ model: unlisted.model, offerings: [unlisted.offering] });
  return nothing(() => {
    const near = nearestNames(
      id,
      catalogue.offerings.map((each) => each.id),
    );
    return {
      code: 'UNKNOWN_MODEL',
      name,
      suggestions: near.map((each) => `${OFFERING_PREFIX}${each}`),
      ...whyNotPassed(id, catalogue),
    };
  });
};

/**
 * A model's name stands for all its offerings; where the slug is an offering's id as well (`openai/gpt-4o-mini`), that
 * one comes first. An id that is no slug, or any after `offering:`, stands for the one offering. A name that nothing
 * lists stands for that model at the provider before its slash; without a provider it is unknown.
 */
export const meaningOf = (name: string, catalogue: Catalogue): Staged<Meaning> => {
  const found = find(name, catalogue);
  return found.kind === 'OK' ? found : refused(found.refusal());
};

/** The same where nobody is told why it means nothing. */
export const meantBy = (name: string, catalogue: Catalogue): Meaning | undefined => {
  const found = find(name, catalogue);
  return found.kind === 'OK' ? found.value : undefined;
};

const find = (name: string, catalogue: Catalogue): Found => {
  let kept = meanings.get(catalogue);
  const known = kept?.get(name);
  if (known !== undefined) return known;
  const meaning = lookUp(name, catalogue);
  if (meaning.kind === 'NOTHING' || meaning.value.offerings[0]?.unlisted !== undefined) return meaning;
  if (kept === undefined) {
    kept = new LRUCache({ max: MOST_NAMES });
    meanings.set(catalogue, kept);
  }
  kept.set(name, meaning);
  return meaning;
};

/** Names are asked for with each request. Those that nothing lists are not kept: clients can send any number of them. */
const meanings = new WeakMap<Catalogue, LRUCache<string, Found>>();
const MOST_NAMES = 500;

/**
 * A model that only others list so far, at the provider that its name begins with: a new one, which that provider has
 * before lists say so. Not one with open weights, which its lab may well leave to others to serve.
 */
const servedByItsLab = (name: string, model: Model, catalogue: Catalogue): Offering | undefined => {
  const offering = model.openWeights === true ? undefined : catalogue.unlisted(name)?.offering;
  return offering?.modelSlug === model.slug ? offering : undefined;
};

/**
 * What a name with a date means: that snapshot, which its lab is asked for as it is written, also where lists have the model
 * only under its undated name. Others that serve the model come after those that serve this snapshot.
 */
const snapshotCalled = (
  name: string,
  model: Model,
  offerings: readonly Offering[],
  catalogue: Catalogue,
): Meaning | undefined => {
  const date = statedDate(name);
  if (date === undefined || name.toLowerCase() === model.slug.toLowerCase()) return undefined;
  const isBare = !name.includes('/');
  const own = catalogue.unlisted(isBare ? `${model.lab}/${name.trim()}` : name);
  if (own !== undefined && own.model.slug !== model.slug)
    return isBare && own.offering.providerId === model.lab
      ? { model: own.model, offerings: [own.offering] }
      : undefined;
  const all = own === undefined ? offerings : [own.offering, ...offerings];
  const others = all.filter(({ id }) => id !== own?.offering.pricedAs);
  const isOfDate = ({ providerModelId }: Offering): boolean => statedDate(providerModelId) === date;
  return { model, offerings: [...others.filter(isOfDate), ...others.filter((each) => !isOfDate(each))] };
};

/** Deployments that alone have the name: operators name them, and nobody else is asked for it first. */
const declaredAs = (name: string, model: Model, offerings: readonly Offering[]): readonly Offering[] => {
  const asked = name.trim().toLowerCase();
  if (asked === model.slug.toLowerCase()) return [];
  const named = offerings.filter(({ providerModelId }) => providerModelId.toLowerCase() === asked);
  return named.every(({ provenance }) => provenance.source === 'config') ? named : [];
};

const lookUp = (name: string, catalogue: Catalogue): Found => {
  if (name.startsWith(OFFERING_PREFIX)) return offeringCalled(name, catalogue);
  const resolution = catalogue.resolve(name);
  switch (resolution.kind) {
    case 'OFFERING': {
      const { model, offering } = resolution;
      if (offering.id.toLowerCase() !== model.slug.toLowerCase())
        return means({ model, offerings: [offering] });
      const others = catalogue.offeringsOf(model.slug).filter(({ id }) => id !== offering.id);
      return means({ model, offerings: [offering, ...others] });
    }
    case 'MODEL': {
      const { model } = resolution;
      const offerings = catalogue.offeringsOf(model.slug);
      const pinned = snapshotCalled(name, model, offerings, catalogue);
      if (pinned !== undefined) return means(pinned);
      const declared = declaredAs(name, model, offerings);
      if (declared.length > 0)
        return means({
          model,
          offerings: [...declared, ...offerings.filter((each) => !declared.includes(each))],
        });
      const own = offerings.some(catalogue.isOn) ? undefined : servedByItsLab(name, model, catalogue);
      return means({ model, offerings: own === undefined ? offerings : [own, ...offerings] });
    }
    case 'AMBIGUOUS':
      return nothing(() => ({ code: 'AMBIGUOUS_MODEL', name, candidates: resolution.candidates }));
    case 'UNKNOWN': {
      const unlisted = catalogue.unlisted(name);
      return unlisted === undefined
        ? nothing(() => ({
            code: 'UNKNOWN_MODEL',
            name,
            suggestions: resolution.suggestions(),
            ...whyNotPassed(name, catalogue),
          }))
        : means({ model: unlisted.model, offerings: [unlisted.offering] });
    }
  }
};
