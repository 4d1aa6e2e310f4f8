import { asModelSlug, type ModelSlug } from '../../domain/ids.ts';
import type { ModelJoin } from '../../domain/model.ts';
import { isMovingId } from '../../domain/model-name.ts';
import type { SourceIdentity } from '../../ports/catalogue-source.ts';
import type { Draft, Origin } from '../merge/draft.ts';
import { foundModels, halves, ownNames } from './found-models.ts';
import { parseHostName, variantOf } from './host-name.ts';
import { type Joined, lookUp } from './joined.ts';
import { knownIdOf, knownProvider, labOf, labOfFamily } from './labs.ts';
import { type ModelIndex, type NamedModel, splitSlug } from './model-index.ts';
import { createMovingAliases } from './moving-aliases.ts';
import { sameModel } from './same-models.ts';

export const JOIN_RANK: { readonly [Join in ModelJoin]: number } = {
  EXPLICIT: 0,
  HF_ID: 1,
  ALIAS: 2,
  HEURISTIC: 3,
  UNJOINED: 4,
};

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

const inIndex = (index: ModelIndex, lab: string, name: string): ModelSlug | undefined => {
  const match = index.qualified(lab, name);
  return match.kind === 'ONE' && match.by !== 'LOOSE' ? match.slug : undefined;
};

/** The last part of an id, whose words say whether it is a variant at another price. */
const lastPart = (id: string): string => id.replace(/:\w+$/, '').split('/').at(-1) ?? id;

/** Yields where it may be interrupted. */
export const createIdentities = function* (
  origins: readonly Origin[],
  drafts: readonly Draft[],
): Generator<void, Identities> {
  const { names, index } = yield* foundModels(origins, drafts);
  const stated = new Map<string, ModelSlug | undefined>();
  const slugOf = (text: string): ModelSlug | undefined => {
    const known = stated.get(text);
    if (known !== undefined) return known;
    const parts = halves(text);
    if (parts === undefined) return undefined;
    const slug = inIndex(index, parts.lab, parts.name) ?? asModelSlug(`${parts.lab}/${parts.name}`);
    stated.set(text, slug);
    if (!names.has(slug)) {
      const named = { slug, aliases: [], ofLab: true };
      names.set(slug, named);
      index.add(named);
    }
    return slug;
  };

  const repositories = new Map<string, Set<ModelSlug>>();
  const repositoryOf = new Map<ModelSlug, string>();
  const addRepository = (id: string, slug: ModelSlug): void => {
    const key = id.toLowerCase();
    repositories.set(key, (repositories.get(key) ?? new Set()).add(slug));
    if (!repositoryOf.has(slug)) repositoryOf.set(slug, id);
  };
  for (const { dated } of origins)
    for (const model of dated.reading.models) {
      const slug = slugOf(model.slug);
      if (slug !== undefined && model.huggingFaceId !== undefined) addRepository(model.huggingFaceId, slug);
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
  const moving = createMovingAliases(names, drafts);

  const ofRepository = (id: string): ModelSlug | undefined => {
    const [slug, ...others] = repositories.get(id.toLowerCase()) ?? [];
    if (slug !== undefined) return others.length === 0 ? slug : undefined;
    const parts = halves(id);
    return parts === undefined ? undefined : inIndex(index, parts.lab, parts.name);
  };

  /** A variant at another price is not the model that a source says it is of. */
  const isVariantOf = (providerModelId: string, slug: ModelSlug): boolean => {
    const variant = variantOf(lastPart(providerModelId));
    return variant !== undefined && !slug.includes(variant);
  };

  const claimed = (draft: Draft): Joined | undefined => {
    for (const { stated: claim, source } of draft.claims) {
      const slug = claim.identity.slug === undefined ? undefined : slugOf(claim.identity.slug);
      if (slug !== undefined && !isVariantOf(draft.providerModelId, slug))
        return { slug, join: 'EXPLICIT', reason: `${source} states the model.` };
    }
    for (const { stated: claim, source } of draft.claims) {
      const { huggingFaceId } = claim.identity;
      const slug = huggingFaceId === undefined ? undefined : ofRepository(huggingFaceId);
      if (slug !== undefined && !isVariantOf(draft.providerModelId, slug))
        return { slug, join: 'HF_ID', reason: `${source} states the model's repository at Hugging Face.` };
    }
    return undefined;
  };

  const ofOwnLab = (draft: Draft): Joined | undefined => {
    const own = ownNames(draft);
    for (const name of own?.names ?? []) {
      const match = index.qualified(own?.lab ?? '', name);
      if (match.kind === 'ONE' && match.by !== 'LOOSE')
        return { slug: match.slug, join: 'EXPLICIT', reason: "Its lab's own offering." };
    }
    return undefined;
  };

  const named = ({ info, seedId, providerModelId, claims }: Draft): Joined | undefined => {
    const parsed = parseHostName(knownIdOf(info.id, seedId), providerModelId);
    if (parsed === undefined) return undefined;
    const stating = claims.find(({ stated: { identity } }) => identity.lab !== undefined);
    const lab = stating?.stated.identity.lab;
    if (lab !== undefined && parsed.lab === undefined) {
      const found = lookUp(index, { ...parsed, lab: labOf(lab) });
      if (found !== undefined) return found.join === 'EXPLICIT' ? { ...found, join: 'ALIAS' } : found;
    }
    return lookUp(index, parsed);
  };

  /** Whether its lab says of which model a name that ends in `-latest` is. */
  const isOfOneModel = ({ info, seedId, providerModelId }: Draft): boolean => {
    const lab = knownProvider(knownIdOf(info.id, seedId))?.lab ?? labOfFamily(lastPart(providerModelId));
    return lab !== undefined && sameModel(lab, lastPart(providerModelId)) !== undefined;
  };

  const ofMovingAlias = (draft: Draft): Joined => {
    const name = lastPart(draft.providerModelId.replace(/[:@]latest$/i, '-latest'))
      .replace(/^~/, '')
      .toLowerCase();
    const parts = draft.providerModelId.split('/');
    const organization = parts.at(-2);
    const lab =
      organization !== undefined && !draft.providerModelId.startsWith('accounts/')
        ? labOf(organization)
        : (ownNames(draft)?.lab ?? labOfFamily(name));
    const target = lab === undefined ? undefined : moving.target(draft, lab, name);
    if (target !== undefined)
      return {
        slug: target,
        join: 'HEURISTIC',
        reason: 'A moving alias: the newest model of its family here, at the same price.',
      };
    const same = lab === undefined ? index.unqualified(name) : undefined;
    if (same?.kind === 'ONE' && (same.by === 'ID' || same.by === 'ALIAS'))
      return { slug: same.slug, join: 'ALIAS', reason: 'A moving alias of its lab, by the same name.' };
    return lab === undefined
      ? unjoined(draft, 'A moving alias of an unknown family.')
      : {
          slug: asModelSlug(`${lab}/${name}`),
          join: 'EXPLICIT',
          reason: 'A moving alias: which model it means now is not known.',
        };
  };

  const unjoined = ({ info, providerModelId }: Draft, reason: string): Joined => ({
    slug: asModelSlug(`${info.id}/${providerModelId.toLowerCase()}`),
    join: 'UNJOINED',
    reason,
  });

  return {
    names,
    index,
    slugOf,
    ofRepository,
    repositoryOf: (slug) => repositoryOf.get(slug),
    join(draft) {
      const { declared, providerModelId } = draft;
      if (declared?.modelSlug !== undefined)
        return { slug: declared.modelSlug, join: 'EXPLICIT', reason: 'Declared in the configuration.' };
      const isMoving = isMovingId(providerModelId) && !isOfOneModel(draft);
      if (isMoving) return ofMovingAlias(draft);
      const own = ofOwnLab(draft);
      if (own !== undefined) return own;
      const byClaim = claimed(draft);
      const byName = named(draft);
      if (byClaim === undefined) return byName ?? unjoined(draft, 'No model, or several, fit its name.');
      // Lists that map names by hand sometimes name a neighbour: the name decides between models of one lab.
      const contradicts =
        byName !== undefined &&
        byName.slug !== byClaim.slug &&
        byName.isSure &&
        splitSlug(byName.slug).lab === splitSlug(byClaim.slug).lab;
      return contradicts ? byName : byClaim;
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
      return match.kind === 'ONE' && match.by !== 'LOOSE' ? match.slug : undefined;
    },
  };
};
