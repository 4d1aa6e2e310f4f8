import type { ModelSlug, OfferingId } from '../domain/ids.ts';
import type { Offering } from '../domain/model.ts';
import { isMovingId } from '../domain/model-name.ts';
import type { Catalogue } from './catalogue.ts';

const LATEST = /[-:@/]latest$/i;

type Lists = Pick<Catalogue, 'offerings'>;

const known = new WeakMap<readonly Offering[], ReadonlyMap<OfferingId, Offering | undefined>>();

/** What a name that moves is known to mean at its provider: the same model by a name that stays, else one of its family. */
const findTarget = (alias: Offering, fixed: readonly Offering[]): Offering | undefined => {
  const same = fixed.find(({ modelSlug }) => modelSlug === alias.modelSlug);
  if (same !== undefined || !isMovingId(alias.modelSlug)) return same;
  const stem = alias.providerModelId.replace(LATEST, '').toLowerCase();
  return fixed.find(({ providerModelId }) => {
    const name = providerModelId.toLowerCase();
    return name === stem || name.startsWith(`${stem}-`) || name.startsWith(`${stem}@`);
  });
};

const findAliases = (offerings: readonly Offering[]): ReadonlyMap<OfferingId, Offering | undefined> => {
  const aliases = new Map<OfferingId, Offering | undefined>();
  const moving = offerings.filter(({ providerModelId }) => isMovingId(providerModelId));
  const providers = new Set(moving.map(({ providerId }) => providerId));
  const fixed = Map.groupBy(
    offerings.filter(
      ({ providerId, providerModelId }) => providers.has(providerId) && !isMovingId(providerModelId),
    ),
    ({ providerId }) => providerId,
  );
  for (const alias of moving) {
    const target = findTarget(alias, fixed.get(alias.providerId) ?? []);
    if (target !== undefined || alias.providerModelId.startsWith('~')) aliases.set(alias.id, target);
  }
  return aliases;
};

/**
 * Offerings whose names move from model to model, with one that the same provider lists by a name that stays: `X-latest`
 * beside `X` or `X-2512`. A name that begins with `~` is a pointer by itself. A model's only name at a provider is none,
 * however it ends.
 */
export const movingAliases = ({ offerings }: Lists): ReadonlyMap<OfferingId, Offering | undefined> => {
  let aliases = known.get(offerings);
  if (aliases === undefined) {
    aliases = findAliases(offerings);
    known.set(offerings, aliases);
  }
  return aliases;
};

/** Whether all that is offered of a model are names that move, so that it is no model by itself. */
export const isMovingModel = (catalogue: Catalogue, slug: ModelSlug): boolean => {
  const offered = catalogue.offeringsOf(slug);
  if (offered.length === 0) return false;
  const aliases = movingAliases(catalogue);
  return offered.every(({ id }) => aliases.has(id));
};
