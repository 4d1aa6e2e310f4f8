import type { Offering } from '../../domain/model.ts';
import type { ProviderInfo, ProviderKind } from '../../domain/provider.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Candidate, RowGroup } from './compared-offering.ts';
import { offeringColumns } from './offering-columns.ts';
import type { ResolvedComparison } from './resolve-comparison.ts';

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
const reachRank = ({ status, ...provider }: ProviderInfo): number => {
  if (status.kind === 'ON') return 0;
  if (status.needsEndpoint === true) return 2;
  return isReseller({ ...provider, status }) ? 1 : 0;
};

type Place = { readonly reach: number; readonly kind: number };
const UNKNOWN_PLACE: Place = { reach: 2, kind: KIND_RANK.HOST };

const soonest = ({ measured }: Candidate): number => measured.ttft?.p50 ?? Number.POSITIVE_INFINITY;

const compareIds = ({ id: one }: Offering, { id: other }: Offering): number =>
  one === other ? 0 : one.length - other.length || (one < other ? -1 : 1);

type Compare = (one: Candidate, other: Candidate) => number;

/** The order in which the offerings of one model would stand for it. */
const createOrder = (catalogue: Catalogue, availability: ResolvedComparison['availability']): Compare => {
  const { values, numbers } = offeringColumns(catalogue).providers;
  /** By number of the provider. */
  const places = values.map((id): Place => {
    const provider = catalogue.provider(id);
    if (provider === undefined) return UNKNOWN_PLACE;
    return { reach: availability === 'ANY' ? reachRank(provider) : 0, kind: KIND_RANK[provider.kind] };
  });
  const placeOf = ({ place }: Candidate): Place => places[numbers[place] ?? -1] ?? UNKNOWN_PLACE;
  return (one, other) => {
    const [mine, theirs] = [placeOf(one), placeOf(other)];
    if (mine.reach !== theirs.reach) return mine.reach - theirs.reach;
    if (one.nearly !== other.nearly) return one.nearly - other.nearly;
    if (mine.kind !== theirs.kind) return mine.kind - theirs.kind;
    const [soon, later] = [soonest(one), soonest(other)];
    return soon === later ? compareIds(one.offering, other.offering) : soon - later;
  };
};

/** Whether two are one offering under two names: of one provider, model and region, at the same cost. */
const areTwins = (
  { offering: one, nearly }: Candidate,
  { offering: other, nearly: cost }: Candidate,
): boolean => nearly === cost && one.providerId === other.providerId && one.region === other.region;

/** Keeps one of each set of twins, that with the shortest name. */
const dropTwins = (
  group: readonly Candidate[],
  drop: (twin: Candidate, kept: Candidate) => void,
): Candidate[] => {
  const kept: Candidate[] = [];
  for (const candidate of group) {
    const place = kept.findIndex((each) => areTwins(each, candidate));
    const twin = kept[place];
    if (twin === undefined) kept.push(candidate);
    else if (compareIds(candidate.offering, twin.offering) < 0) {
      kept[place] = candidate;
      drop(twin, candidate);
    } else drop(candidate, twin);
  }
  return kept;
};

/** A row whose folded offerings are put into order when they are read. */
class ModelRow implements RowGroup {
  readonly best: Candidate;
  readonly #group: readonly Candidate[];
  readonly #compare: Compare;

  constructor(group: readonly [Candidate, ...Candidate[]], compare: Compare) {
    this.best = group.reduce((best, each) => (compare(each, best) < 0 ? each : best));
    this.#group = group;
    this.#compare = compare;
  }

  get others(): readonly Candidate[] {
    return this.#group.filter((each) => each !== this.best).sort(this.#compare);
  }
}

const NO_OTHERS: readonly Candidate[] = [];

const isFilled = (group: readonly Candidate[]): group is readonly [Candidate, ...Candidate[]] =>
  group.length > 0;

/**
 * Puts the candidates into rows. `drop` is told of those that are another name of one that is kept; nothing is dropped if the
 * filter names models.
 *
 * With the grouping MODEL, a row is a model at its best offering: the cheapest for the workload; at the same price the lab's
 * own, then clouds, hosts and resellers, then the one that answers sooner. While the availability is ANY, offerings that are on
 * or need no more than a key go first, then resellers', then those without a known endpoint, whatever they cost.
 */
export const groupRows = (
  catalogue: Catalogue,
  candidates: readonly Candidate[],
  { grouping, availability, filter }: Pick<ResolvedComparison, 'grouping' | 'availability' | 'filter'>,
  drop: (twin: Candidate, kept: Candidate) => void,
): readonly RowGroup[] => {
  const { values, numbers } = offeringColumns(catalogue).models;
  /** By number of the model. */
  const byModel: (Candidate[] | undefined)[] = values.map(() => undefined);
  const groups: Candidate[][] = [];
  for (const candidate of candidates) {
    const model = numbers[candidate.place] ?? 0;
    const group = byModel[model];
    if (group !== undefined) {
      group.push(candidate);
      continue;
    }
    const started = [candidate];
    byModel[model] = started;
    groups.push(started);
  }
  const compare = createOrder(catalogue, availability);
  const rows: RowGroup[] = [];
  for (const group of groups) {
    const kept = group.length === 1 || filter.models !== undefined ? group : dropTwins(group, drop);
    if (grouping === 'NONE') for (const best of kept) rows.push({ best, others: NO_OTHERS });
    else if (isFilled(kept)) rows.push(new ModelRow(kept, compare));
  }
  return rows;
};
