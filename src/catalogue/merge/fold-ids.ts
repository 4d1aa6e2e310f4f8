import type { ServiceTier } from '../../domain/completion-request.ts';
import type { SourceOffering } from '../../ports/catalogue-source.ts';
import { isOperators, sourceRank } from '../source-precedence.ts';
import type { Origin } from './draft.ts';

/** Ends of ids under which lists state the rates of a service tier of the model whose id stands before. */
const TIER_SUFFIXES: readonly (readonly [string, ServiceTier])[] = [
  ['-batch', 'BATCH'],
  [':batch', 'BATCH'],
  [':flex', 'FLEX'],
  [':priority', 'PRIORITY'],
];

/** What ends some of Bedrock's ids: the number of the package, which one list writes and another leaves out. */
const PACKAGE_NUMBER = /(?:-v1)?(?::0)?$/;

/** Lists whose ids are labels of prices: they are spelled for people, while APIs tell upper from lower case. */
const LABELS: ReadonlySet<string> = new Set(['genai-prices']);

/** Equal for ids that mean one offering of a provider. */
const keyOf = (providerId: string, id: string): string => {
  const name = id.toLowerCase();
  return `${providerId}/${providerId === 'bedrock' ? name.replace(PACKAGE_NUMBER, '') : name}`;
};

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
 * The operator's lists first, then those that are shipped: an id that clients know does not change when a list that is read
 * live spells it otherwise. Of either, labels last, and the newest list first.
 */
const bySpelling = (one: Origin, other: Origin): number => {
  const orderOf = ({ dated, shipped }: Origin): number =>
    isOperators(sourceRank(dated.sourceId, '', shipped))
      ? 0
      : (shipped ? 1 : 3) + (LABELS.has(dated.sourceId) ? 1 : 0);
  return orderOf(one) - orderOf(other) || other.dated.observedAt.getTime() - one.dated.observedAt.getTime();
};

/**
 * Gives ids that mean one offering of a provider one spelling, that of the newest list whose ids are what the API takes, and
 * makes rates of another service tier rows of the tier of the model's offering.
 */
export const createIdFolding = (origins: readonly Origin[]): ((given: SourceOffering) => SourceOffering) => {
  const spellings = new Map<string, string>();
  for (const { dated } of origins.toSorted(bySpelling))
    for (const { providerId, providerModelId } of dated.reading.offerings) {
      const key = keyOf(providerId, providerModelId);
      if (!spellings.has(key)) spellings.set(key, providerModelId);
    }
  return (given) => {
    const { providerId, providerModelId: id } = given;
    for (const [suffix, tier] of TIER_SUFFIXES) {
      const base = id.endsWith(suffix)
        ? spellings.get(keyOf(providerId, id.slice(0, -suffix.length)))
        : undefined;
      if (base !== undefined) return asTier(given, base, tier);
    }
    const spelling = spellings.get(keyOf(providerId, id));
    return spelling === undefined || spelling === id ? given : { ...given, providerModelId: spelling };
  };
};
