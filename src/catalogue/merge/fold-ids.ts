import type { ServiceTier } from '../../domain/completion-request.ts';
import type { SourceOffering } from '../../ports/catalogue-source.ts';
import type { Origin } from './draft.ts';

/** Ends of ids under which lists state the rates of a service tier of the model whose id stands before. */
const TIER_SUFFIXES: readonly (readonly [string, ServiceTier])[] = [
  ['-batch', 'BATCH'],
  [':batch', 'BATCH'],
  [':flex', 'FLEX'],
  [':priority', 'PRIORITY'],
];

/** Bedrock's ids with and without the number of the package: one list writes it, another does not. */
const PACKAGE_NUMBER = /(?:-v1:0|:0)$/;

const asTier = (given: SourceOffering, providerModelId: string, serviceTier: ServiceTier): SourceOffering => {
  const { providerId, prices, sourceUrl, billing } = given;
  return {
    providerId,
    providerModelId,
    identity: {},
    facts: {},
    ...(billing !== undefined && { billing }),
    prices: prices.map((price) => ({ ...price, serviceTier })),
    performance: [],
    ...(sourceUrl !== undefined && { sourceUrl }),
  };
};

/**
 * Gives ids that mean one offering of a provider one spelling: rates of another service tier become rows of the tier of the
 * model's offering, and Bedrock's package number is left out where a shipped list has the id without it.
 */
export const createIdFolding = (origins: readonly Origin[]): ((given: SourceOffering) => SourceOffering) => {
  const ids = new Set<string>();
  const shippedIds = new Set<string>();
  for (const { dated, shipped } of origins)
    for (const { providerId, providerModelId } of dated.reading.offerings) {
      const id = `${providerId}/${providerModelId}`.toLowerCase();
      ids.add(id);
      if (shipped) shippedIds.add(id);
    }
  const has = (providerId: string, id: string): boolean => ids.has(`${providerId}/${id}`.toLowerCase());
  // Ids that clients know already do not change when a list that is read live spells them otherwise.
  const isShippedId = (id: string): boolean => shippedIds.has(`bedrock/${id}`.toLowerCase());
  const bedrockId = (id: string): string => {
    const isLong = PACKAGE_NUMBER.test(id);
    const others = isLong
      ? [id.replace(/:0$/, ''), id.replace(PACKAGE_NUMBER, '')]
      : [`${id}:0`, `${id}-v1:0`];
    const other = others.find((each) => each !== id && isShippedId(each));
    return other === undefined || (!isLong && isShippedId(id)) ? id : other;
  };
  return (given) => {
    const { providerId, providerModelId: id } = given;
    for (const [suffix, tier] of TIER_SUFFIXES) {
      const base = id.endsWith(suffix) ? id.slice(0, -suffix.length) : undefined;
      if (base !== undefined && has(providerId, base)) return asTier(given, base, tier);
    }
    if (providerId === 'bedrock') {
      const known = bedrockId(id);
      if (known !== id) return { ...given, providerModelId: known };
    }
    return given;
  };
};
