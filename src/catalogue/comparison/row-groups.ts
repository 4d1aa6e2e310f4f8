import type { ModelSlug } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { ProviderInfo, ProviderKind } from '../../domain/provider.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Candidate, perRequestOf, type RowGroup } from './compared-offering.ts';
import type { Availability, Grouping } from './comparison-input.ts';

/** At the same price: who made the model before who serves it, who serves it before who resells it. */
const KIND_RANK: { readonly [Kind in ProviderKind]: number } = {
  LAB: 0,
  CLOUD: 1,
  HOST: 2,
  LOCAL: 2,
  AGGREGATOR: 3,
  RELAY: 4,
  SANDBOX: 5,
};

const isReseller = ({ kind }: ProviderInfo): boolean => kind === 'AGGREGATOR' || kind === 'RELAY';

/** While nothing is on: those that only need a key, without a reseller between, before those of which nobody here knows the endpoint. */
const reachRank = (provider: ProviderInfo | undefined): number => {
  if (provider === undefined) return 2;
  if (provider.status.kind === 'OFF' && provider.status.needsEndpoint === true) return 2;
  return isReseller(provider) ? 1 : 0;
};

type Ranked = {
  readonly candidate: Candidate;
  readonly reach: number;
  readonly kind: number;
};

const soonest = ({ measured }: Candidate): number => measured.ttft?.p50 ?? Number.POSITIVE_INFINITY;

const compareIds = ({ id: one }: Offering, { id: other }: Offering): number =>
  one === other ? 0 : one.length - other.length || (one < other ? -1 : 1);

const compareRanked = (one: Ranked, other: Ranked): number =>
  one.reach - other.reach ||
  (one.candidate.nearly === other.candidate.nearly
    ? 0
    : perRequestOf(one.candidate).comparedTo(perRequestOf(other.candidate))) ||
  one.kind - other.kind ||
  (soonest(one.candidate) === soonest(other.candidate)
    ? 0
    : soonest(one.candidate) - soonest(other.candidate)) ||
  compareIds(one.candidate.offering, other.candidate.offering);

/**
 * Puts the candidates of one model together. Its best offering is the cheapest for the workload; at the same price the
 * lab's own, then clouds, hosts and resellers, then the one that answers sooner. While `availability` is ANY, offerings
 * that need no more than a key go first, then resellers', then those without a known endpoint, whatever they cost.
 */
export const groupRows = (
  catalogue: Catalogue,
  candidates: readonly Candidate[],
  grouping: Grouping,
  availability: Availability,
): readonly RowGroup[] => {
  if (grouping === 'NONE') return candidates.map((best) => ({ best, others: [] }));
  const byModel = new Map<ModelSlug, Candidate[]>();
  for (const candidate of candidates) {
    const { modelSlug } = candidate.offering;
    const group = byModel.get(modelSlug);
    if (group === undefined) byModel.set(modelSlug, [candidate]);
    else group.push(candidate);
  }
  const groups: RowGroup[] = [];
  for (const group of byModel.values()) {
    const [only, second] = group;
    if (only === undefined) continue;
    if (second === undefined) {
      groups.push({ best: only, others: [] });
      continue;
    }
    const [best, ...others] = group
      .map((candidate): Ranked => {
        const provider = catalogue.provider(candidate.offering.providerId);
        return {
          candidate,
          reach: availability === 'ANY' && !catalogue.isOn(candidate.offering) ? reachRank(provider) : 0,
          kind: provider === undefined ? KIND_RANK.HOST : KIND_RANK[provider.kind],
        };
      })
      .sort(compareRanked);
    if (best !== undefined)
      groups.push({ best: best.candidate, others: others.map(({ candidate }) => candidate) });
  }
  return groups;
};

/** Offerings of one provider, model and region that cost and take the same are one offering with several names; all but one are left out. */
export const findDuplicates = (candidates: readonly Candidate[]): ReadonlyMap<Candidate, Offering> => {
  const kept = new Map<string, Candidate[]>();
  const duplicates = new Map<Candidate, Offering>();
  for (const candidate of candidates) {
    const { providerId, modelSlug } = candidate.offering;
    const key = `${providerId} ${modelSlug}`;
    const siblings = kept.get(key);
    if (siblings === undefined) {
      kept.set(key, [candidate]);
      continue;
    }
    const place = siblings.findIndex(
      (sibling) =>
        sibling.offering.region === candidate.offering.region && sibling.nearly === candidate.nearly,
    );
    const twin = siblings[place];
    if (twin === undefined) siblings.push(candidate);
    else if (compareIds(candidate.offering, twin.offering) < 0) {
      siblings[place] = candidate;
      duplicates.set(twin, candidate.offering);
    } else duplicates.set(candidate, twin.offering);
  }
  return duplicates;
};
