import type { OfferingId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { isMovingId } from '../../domain/model-name.ts';
import type { Catalogue } from '../catalogue.ts';

const LATEST = /[-:@/]latest$/i;

const known = new WeakMap<Catalogue, ReadonlyMap<OfferingId, Offering | undefined>>();

const findAliases = ({ offerings }: Catalogue): ReadonlyMap<OfferingId, Offering | undefined> => {
  const aliases = new Map<OfferingId, Offering | undefined>();
  const moving = offerings.filter(({ providerModelId }) => isMovingId(providerModelId));
  const providers = new Set(moving.map(({ providerId }) => providerId));
  const byProvider = Map.groupBy(
    offerings.filter(({ providerId }) => providers.has(providerId)),
    ({ providerId }) => providerId,
  );
  for (const offering of moving) {
    const stem = offering.providerModelId.replace(LATEST, '');
    const target = byProvider
      .get(offering.providerId)
      ?.find(
        ({ id, providerModelId }) =>
          id !== offering.id &&
          !isMovingId(providerModelId) &&
          (providerModelId === stem || providerModelId.startsWith(`${stem}-`)),
      );
    if (target !== undefined) aliases.set(offering.id, target);
  }
  for (const { id, providerModelId } of offerings)
    if (providerModelId.startsWith('~')) aliases.set(id, undefined);
  return aliases;
};

/**
 * Offerings whose names move from model to model and that the same provider lists by their own names as well: `X-latest`
 * beside `X` or `X-2512`, with one such. A name that begins with `~` is a pointer by itself.
 */
export const movingAliases = (catalogue: Catalogue): ReadonlyMap<OfferingId, Offering | undefined> => {
  let aliases = known.get(catalogue);
  if (aliases === undefined) {
    aliases = findAliases(catalogue);
    known.set(catalogue, aliases);
  }
  return aliases;
};
