import type { ModelSlug } from '../../domain/ids.ts';
import type { Model, ModelFacts } from '../../domain/model.ts';
import { isMovingAlias } from '../../domain/model-name.ts';
import type { Provenance } from '../../domain/price.ts';
import type { SourceFacts } from '../../ports/catalogue-source.ts';
import { parseHostName } from '../identity/host-name.ts';
import type { Joined } from '../identity/joined.ts';
import { knownIdOf, knownProvider, labOfFamily } from '../identity/labs.ts';
import { splitSlug } from '../identity/model-index.ts';
import { nameDate } from '../identity/name-dates.ts';
import { bestName, familyOf, sizeOf } from '../identity/name-parts.ts';
import { agreedFacts, contextBounds } from './agreed-facts.ts';
import type { Draft } from './draft.ts';
import { mergeFacts } from './merge-facts.ts';

export type ModelClaim = {
  readonly facts: ModelFacts;
  /** What was said of its end, and by the operator: that is so wherever the model is served. */
  readonly end?: ModelEnd;
  readonly name?: string;
  readonly description?: string;
  readonly huggingFaceId?: string;
  readonly provenance: Provenance;
};

export type ModelEnd = Pick<SourceFacts, 'retiresAt' | 'deprecated'>;

/** An offering, the model that it serves, and what is stated of it there. */
export type JoinedDraft = { readonly draft: Draft; readonly joined: Joined; readonly facts: ModelFacts };

export type DescribedModel = {
  readonly model: Model;
  /** What sources and the lab say of the model itself, without what only other offerings say. */
  readonly own: ModelFacts;
};

/** Snapshots bear the day on which they were made: a release that is stated so much before it is of another model. */
const MAX_BEFORE_NAME_MS = 45 * 86_400_000;

/**
 * Leaves out a day of release that lies before the date in the model's name, and the days of a pointer that moves: they are
 * those of a model that it meant once.
 */
const withoutEarlyRelease = (name: string): ((facts: ModelFacts) => ModelFacts) => {
  if (isMovingAlias(name)) return ({ releaseDate: _, knowledgeCutoff: __, ...others }) => others;
  const day = nameDate(name)?.firstDay(undefined);
  if (day === undefined) return (facts) => facts;
  return (facts) => {
    const { releaseDate, ...others } = facts;
    const isEarly = releaseDate !== undefined && releaseDate.getTime() < day.getTime() - MAX_BEFORE_NAME_MS;
    return isEarly ? others : facts;
  };
};

/** Who made a model: what its slug says, but for one that is known at a host alone what the host's name for it says. */
const labOfModel = (slug: ModelSlug, served: readonly JoinedDraft[]): string => {
  const { lab, name } = splitSlug(slug);
  const [first] = served;
  if (first === undefined || served.some(({ joined }) => joined.join !== 'UNJOINED')) return lab;
  const { info, seedId, providerModelId } = first.draft;
  const knownId = knownIdOf(info.id, seedId);
  const last = name.slice(name.lastIndexOf('/') + 1);
  return (
    knownProvider(knownId)?.lab ?? parseHostName(knownId, providerModelId)?.lab ?? labOfFamily(last) ?? lab
  );
};

const isPriced = ({ draft }: JoinedDraft): boolean =>
  draft.claims.some(({ stated }) => stated.prices.length > 0);

/**
 * What each offering says of its model. The sizes that a lab allows in a subscription of its own are none of the model's where
 * it sells the model by the token too.
 */
const factsForModel = (
  served: readonly JoinedDraft[],
  ofLab: readonly JoinedDraft[],
): ReadonlyMap<JoinedDraft, ModelFacts> => {
  const isSold = ofLab.some(isPriced);
  return new Map(
    served.map((one) => [
      one,
      isSold && ofLab.includes(one) && !isPriced(one) ? { ...one.facts, limits: {} } : one.facts,
    ]),
  );
};

/** A model by what sources say of it, by its lab's own offering of it, then by what all its offerings agree in. */
export const describeModel = (
  slug: ModelSlug,
  claims: readonly ModelClaim[],
  served: readonly JoinedDraft[],
  huggingFaceId: string | undefined,
  readAt: Date,
): DescribedModel => {
  const { name } = splitSlug(slug);
  const ofLab = served.filter(({ draft, joined }) => draft.info.kind === 'LAB' && joined.join === 'EXPLICIT');
  const ofModel = factsForModel(served, ofLab);
  const dated = withoutEarlyRelease(name);
  const own = dated(
    mergeFacts([
      ...claims.map((claim) => claim.facts),
      // A lab's own limits are its model's; when it ends it there is not when others do.
      ...ofLab.map((one) => ({ ...(ofModel.get(one) ?? one.facts), deprecated: false })),
    ]),
  );
  const offered = served.map((one) => one.facts);
  const isEverywhereDeprecated = offered.length > 0 && offered.every(({ deprecated }) => deprecated);
  const facts = dated(mergeFacts([own, agreedFacts([...ofModel.values()])]));
  const [claim] = claims;
  const [first] = served;
  const [stated] = first?.draft.claims ?? [];
  const description = claims.find((one) => one.description !== undefined)?.description;
  const repository = huggingFaceId ?? claims.find((one) => one.huggingFaceId !== undefined)?.huggingFaceId;
  const names = claims.map((one) => one.name);
  for (const { draft } of [...ofLab, ...served])
    for (const each of draft.claims) names.push(each.stated.name);
  const family = familyOf(name);
  const size = sizeOf(name);
  const contextWindowRange = contextBounds([own, ...offered]);
  const model: Model = {
    slug,
    lab: labOfModel(slug, served),
    name: bestName(names, name),
    ...(description !== undefined && { description }),
    ...(family !== undefined && { family }),
    ...(size !== undefined && { size }),
    ...(repository !== undefined && { huggingFaceId: repository }),
    ...facts,
    ...(contextWindowRange !== undefined && { contextWindowRange }),
    deprecated: facts.deprecated || isEverywhereDeprecated,
    provenance: claim?.provenance ??
      (first?.draft.declared === undefined ? stated?.provenance : undefined) ?? {
        source: 'config',
        observedAt: readAt,
      },
  };
  return { model, own };
};
