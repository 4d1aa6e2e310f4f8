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
 * model's offering, and Bedrock's package number is left out where a list has the id without it.
 */
export const createIdFolding = (origins: readonly Origin[]): ((given: SourceOffering) => SourceOffering) => {
  const ids = new Set<string>();
  for (const { dated } of origins)
    for (const { providerId, providerModelId } of dated.reading.offerings)
      ids.add(`${providerId}/${providerModelId}`.toLowerCase());
  const has = (providerId: string, id: string): boolean => ids.has(`${providerId}/${id}`.toLowerCase());
  return (given) => {
    const { providerId, providerModelId: id } = given;
    for (const [suffix, tier] of TIER_SUFFIXES) {
      const base = id.endsWith(suffix) ? id.slice(0, -suffix.length) : undefined;
      if (base !== undefined && has(providerId, base)) return asTier(given, base, tier);
    }
    if (providerId === 'bedrock' && PACKAGE_NUMBER.test(id)) {
      const short = [id.replace(/:0$/, ''), id.replace(PACKAGE_NUMBER, '')].find((each) =>
        has(providerId, each),
      );
      if (short !== undefined && short !== id) return { ...given, providerModelId: short };
    }
    return given;
  };
};
