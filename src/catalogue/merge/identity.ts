import { asModelSlug, type ModelSlug } from '../../domain/ids.ts';
import type { ModelJoin } from '../../domain/model.ts';
import { isSnapshot } from '../../domain/model-name.ts';
import type { SourceIdentity } from '../../ports/catalogue-source.ts';
import { parseHostName } from '../host-name.ts';
import { labOf } from '../lab-names.ts';
import { createModelIndex, type ModelIndex, type NamedModel } from '../model-index.ts';
import type { Draft, Origin } from './draft.ts';
import { nameHubModels } from './hub-models.ts';
import { type Joined, lookUp } from './look-up.ts';

export const JOIN_RANK: { readonly [Join in ModelJoin]: number } = {
  EXPLICIT: 0,
  HF_ID: 1,
  ALIAS: 2,
  HEURISTIC: 3,
  UNJOINED: 4,
};

const SLUG = /^[^\s/]{1,100}\/\S{1,200}$/;

/** Slugs, names and Hugging Face ids, and what models they mean. Grows while sources are read. */
export type Identities = {
  readonly names: ReadonlyMap<ModelSlug, NamedModel>;
  readonly index: ModelIndex;
  /** The model that a source's slug means: one that is known under another spelling, else a new one. */
  slugOf(stated: string): ModelSlug | undefined;
  /** The one model that has this repository. */
  ofRepository(huggingFaceId: string): ModelSlug | undefined;
  repositoryOf(slug: ModelSlug): string | undefined;
  /** The model that an offering serves. */
  join(draft: Draft): Joined;
  /** The model that a list of scores means; undefined where it is not one. */
  ofScores(identity: SourceIdentity): ModelSlug | undefined;
};

/** Halves of a slug in our words: labs by ours, all in lower case. */
const halves = (stated: string): { readonly lab: string; readonly name: string } | undefined => {
  if (!SLUG.test(stated)) return undefined;
  const slash = stated.indexOf('/');
  return { lab: labOf(stated.slice(0, slash)), name: stated.slice(slash + 1).toLowerCase() };
};

const inIndex = (index: ModelIndex, lab: string, name: string): ModelSlug | undefined => {
  const match = index.qualified(lab, name);
  // A snapshot that a source lists by itself is not the model that it is one of.
  return match.kind === 'ONE' && (match.by !== 'KEY' || !isSnapshot(name)) ? match.slug : undefined;
};

/** The model that a declared name means, as far as the index tells. */
const modelOfName = (index: ModelIndex, name: string): Joined | undefined => {
  const slash = name.indexOf('/');
  const qualified =
    slash > 0 ? index.qualified(labOf(name.slice(0, slash)), name.slice(slash + 1)) : undefined;
  const match = qualified?.kind === 'ONE' ? qualified : index.unqualified(name);
  if (match.kind !== 'ONE') return undefined;
  return { slug: match.slug, join: match.by === 'KEY' ? 'HEURISTIC' : 'ALIAS' };
};

/** Yields where it may be interrupted. */
export const createIdentities = function* (
  origins: readonly Origin[],
  drafts: readonly Draft[],
): Generator<void, Identities> {
  const names = new Map<ModelSlug, NamedModel>();
  for (const { dated, shipped } of origins)
    for (const { slug: text, aliases } of shipped ? dated.reading.models : []) {
      const parts = halves(text);
      if (parts === undefined) continue;
      const slug = asModelSlug(`${parts.lab}/${parts.name}`);
      names.set(slug, { slug, aliases: [...(names.get(slug)?.aliases ?? []), ...aliases], ofLab: true });
    }
  yield;
  for (const slug of nameHubModels(drafts, createModelIndex(names.values())))
    names.set(slug, { slug, aliases: [], ofLab: true });
  yield;
  const shippedIndex = createModelIndex(names.values());
  yield;
  const stated = new Map<string, ModelSlug | undefined>();
  const slugOf = (text: string): ModelSlug | undefined => {
    const known = stated.get(text);
    if (known !== undefined) return known;
    const parts = halves(text);
    if (parts === undefined) return undefined;
    const slug = inIndex(shippedIndex, parts.lab, parts.name) ?? asModelSlug(`${parts.lab}/${parts.name}`);
    stated.set(text, slug);
    if (!names.has(slug)) names.set(slug, { slug, aliases: [], ofLab: true });
    return slug;
  };

  const repositories = new Map<string, Set<ModelSlug>>();
  const repositoryOf = new Map<ModelSlug, string>();
  const addRepository = (id: string, slug: ModelSlug): void => {
    const key = id.toLowerCase();
    repositories.set(key, (repositories.get(key) ?? new Set()).add(slug));
    if (!repositoryOf.has(slug)) repositoryOf.set(slug, id);
  };
  for (const { dated, shipped } of origins)
    for (const model of dated.reading.models) {
      const slug = slugOf(model.slug);
      const named = slug === undefined ? undefined : names.get(slug);
      if (slug === undefined || named === undefined) continue;
      if (model.aliases.length > 0 && !shipped)
        names.set(slug, { ...named, aliases: [...named.aliases, ...model.aliases] });
      if (model.huggingFaceId !== undefined) addRepository(model.huggingFaceId, slug);
    }
  yield;
  let step = 0;
  for (const { claims } of drafts) {
    step += 1;
    if (step % 200 === 0) yield;
    for (const { stated: claim } of claims) {
      if (claim.identity.slug === undefined) continue;
      const slug = slugOf(claim.identity.slug);
      if (slug !== undefined && claim.identity.huggingFaceId !== undefined)
        addRepository(claim.identity.huggingFaceId, slug);
    }
  }
  yield;
  const index = createModelIndex(names.values());
  yield;

  const ofRepository = (id: string): ModelSlug | undefined => {
    const [slug, ...others] = repositories.get(id.toLowerCase()) ?? [];
    if (slug !== undefined) return others.length === 0 ? slug : undefined;
    const parts = halves(id);
    return parts === undefined ? undefined : inIndex(index, parts.lab, parts.name);
  };

  const claimed = (draft: Draft): Joined | undefined => {
    for (const { stated: claim } of draft.claims) {
      const slug = claim.identity.slug === undefined ? undefined : slugOf(claim.identity.slug);
      if (slug !== undefined) return { slug, join: 'EXPLICIT' };
    }
    for (const { stated: claim } of draft.claims) {
      const slug =
        claim.identity.huggingFaceId === undefined ? undefined : ofRepository(claim.identity.huggingFaceId);
      if (slug !== undefined) return { slug, join: 'HF_ID' };
    }
    return undefined;
  };

  const guessed = ({ seedId, providerModelId, claims, declared }: Draft): Joined | undefined => {
    if (declared !== undefined && claims.length === 0) return modelOfName(index, providerModelId);
    const parsed = parseHostName(seedId, providerModelId);
    if (parsed === undefined) return undefined;
    const lab = claims.find(({ stated: { identity } }) => identity.lab !== undefined)?.stated.identity.lab;
    const [name] = parsed.names;
    if (lab !== undefined && name !== undefined && parsed.organization === undefined) {
      const match = index.qualified(labOf(lab), name);
      if (match.kind === 'ONE') return { slug: match.slug, join: match.by === 'KEY' ? 'HEURISTIC' : 'ALIAS' };
    }
    return lookUp(index, parsed);
  };

  return {
    names,
    index,
    slugOf,
    ofRepository,
    repositoryOf: (slug) => repositoryOf.get(slug),
    join(draft) {
      const { declared, info, providerModelId } = draft;
      if (declared?.modelSlug !== undefined) return { slug: declared.modelSlug, join: 'EXPLICIT' };
      return (
        claimed(draft) ??
        guessed(draft) ?? {
          slug: asModelSlug(`${info.id}/${providerModelId.toLowerCase()}`),
          join: 'UNJOINED',
        }
      );
    },
    ofScores({ slug, huggingFaceId, lab, name }) {
      const parts = slug === undefined ? undefined : halves(slug);
      if (parts !== undefined) {
        const found = inIndex(index, parts.lab, parts.name);
        if (found !== undefined) return found;
      }
      const repository = huggingFaceId === undefined ? undefined : ofRepository(huggingFaceId);
      if (repository !== undefined || name === undefined) return repository;
      const match = lab === undefined ? index.unqualified(name) : index.qualified(labOf(lab), name);
      return match.kind === 'ONE' ? match.slug : undefined;
    },
  };
};
