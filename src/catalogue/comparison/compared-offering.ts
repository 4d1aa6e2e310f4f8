import type { Cost } from '../../domain/cost.ts';
import type { ModelSlug, OfferingId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { type Decimal, ZERO } from '../../domain/money.ts';
import type { Price } from '../../domain/price.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { Release } from '../../domain/release.ts';
import type { Conversion } from '../fx.ts';
import type { PriceClass } from '../price-class.ts';
import type { Criterion } from './criteria.ts';
import type { Measured } from './measured.ts';
import { billOf, type CostNote, type WorkloadTotal } from './price-workload.ts';
import type { RankedGroup } from './rank-groups.ts';
import { type ScorePart, scoreParts } from './score.ts';

/** An offering with what the workload costs there. */
export type PricedOffering = {
  readonly offering: Offering;
  /** One request, on average, as the provider bills it. */
  readonly cost: Cost;
  readonly notes: readonly CostNote[];
  /** The same in the currency of the comparison. */
  readonly perRequest: Decimal;
  readonly perMonth: Decimal;
  /**
   * 1,000,000 plain text tokens, three in for each one out, as a short prompt in the STANDARD tier pays them, in the currency of
   * the comparison. Absent where a rate is missing or nothing is charged.
   */
  readonly blendedPrice: Decimal | undefined;
  /** Absent where the provider bills in the currency of the comparison, or nothing. */
  readonly conversion?: Conversion;
  readonly measured: Measured;
};

export type ComparedOffering = PricedOffering & {
  /** From 1 in each group; see `Comparison`. */
  readonly rank: number;
  /** 0 to 1: the sum of each part's weight times its normalised value. Comparable within a group alone. */
  readonly score: number;
  /** Whether every criterion that counts is known of it. */
  readonly comparable: boolean;
  /** Criteria that count and are unknown of it: the same for all of its group. */
  readonly unknownCriteria: readonly Criterion[];
  readonly parts: readonly ScorePart[];
  /** At the benchmark of the comparison. */
  readonly quality?: QualityScore;
  /** Where its model stands among its lab's by price. Absent where no price is known. */
  readonly priceClass: PriceClass | undefined;
  /** Of its model, else of the offering. */
  readonly release: Release;
  /**
   * Whether no other offering of its group is at least as good at every criterion that is known of them and better at one.
   * Offerings of which different criteria are known never beat each other.
   */
  readonly paretoOptimal: boolean;
  /** Other offerings of its model that pass the filter, in the order in which they would stand for it. */
  readonly others: readonly PricedOffering[];
};

/** What is known of an offering before all are ranked. */
export type Candidate = Pick<PricedOffering, 'offering' | 'notes' | 'measured'> & {
  readonly conversion: Conversion | undefined;
  /** Of the offering in the catalogue. */
  readonly place: number;
  readonly priced: WorkloadTotal;
  /** Nearly what a request costs in the currency of the comparison; equal for what costs the same. */
  readonly nearly: number;
  readonly quality: QualityScore | undefined;
};

/** A row to be: its best offering, and those of the same model that are folded into it. */
export type RowGroup = { readonly best: Candidate; readonly others: readonly Candidate[] };

/** Exactly, in the currency of the comparison. */
export const perRequestOf = ({
  priced: { cost },
  conversion,
}: Pick<Candidate, 'priced' | 'conversion'>): Decimal => {
  if (cost.kind !== 'PRICED') return ZERO;
  return conversion === undefined ? cost.total : cost.total.times(conversion.factor);
};

/** Digits that tell costs apart by which rows are ordered; beyond them floating point is noise. */
const DIGITS = 12;

/** Powers of ten that floating point holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** To so many significant digits. Text would do it too, and takes ten times as long. */
const rounded = (value: number): number => {
  const scale = POWERS[DIGITS - 1 - Math.floor(Math.log10(value))];
  return scale === undefined ? Number(value.toPrecision(DIGITS)) : Math.round(value * scale) / scale;
};

/** Nearly what a request costs, times `factor`, and equal for what costs the same. */
export const nearlyPerRequest = (cost: WorkloadTotal['cost'], factor: number): number =>
  cost.kind === 'PRICED' ? rounded(cost.nearly * factor) : 0;

/** What all rows of one comparison have in common. */
export type Shared = {
  readonly prices: (id: OfferingId) => readonly Price[];
  readonly requestsPerMonth: number;
  readonly blendedPrice: (offering: Offering) => Decimal | undefined;
  readonly release: (offering: Offering) => Release;
  readonly classes: ReadonlyMap<ModelSlug, PriceClass>;
};

/** An offering whose bill is written only when it is read: few of thousands are. */
export class PricedRow implements PricedOffering {
  readonly offering: Offering;
  readonly notes: readonly CostNote[];
  readonly conversion?: Conversion;
  readonly measured: Measured;
  readonly #candidate: Candidate;
  readonly #shared: Shared;
  #cost: Cost | undefined;
  #perRequest: Decimal | undefined;

  constructor(candidate: Candidate, shared: Shared) {
    const { offering, notes, conversion, measured } = candidate;
    this.offering = offering;
    this.notes = notes;
    if (conversion !== undefined) this.conversion = conversion;
    this.measured = measured;
    this.#candidate = candidate;
    this.#shared = shared;
  }

  get cost(): Cost {
    this.#cost ??= billOf(this.#candidate.priced, this.offering, this.#shared.prices(this.offering.id));
    return this.#cost;
  }

  get perRequest(): Decimal {
    this.#perRequest ??= perRequestOf(this.#candidate);
    return this.#perRequest;
  }

  get perMonth(): Decimal {
    return this.perRequest.times(this.#shared.requestsPerMonth);
  }

  get blendedPrice(): Decimal | undefined {
    return this.#shared.blendedPrice(this.offering);
  }
}

/** Where a row stands in its group. */
export type Place = {
  readonly rank: number;
  readonly score: number;
  readonly paretoOptimal: boolean;
  readonly group: Pick<RankedGroup, 'unknown' | 'judges'>;
  /** Its place in the columns that judge it. */
  readonly row: number;
};

/** A row of the comparison; what few rows are asked for is worked out when it is read. */
export class Ranked extends PricedRow implements ComparedOffering {
  readonly rank: number;
  readonly score: number;
  readonly comparable: boolean;
  readonly unknownCriteria: readonly Criterion[];
  readonly quality?: QualityScore;
  readonly paretoOptimal: boolean;
  readonly #place: Place;
  readonly #entry: RowGroup;
  readonly #shared: Shared;

  constructor(entry: RowGroup, place: Place, shared: Shared) {
    const { best } = entry;
    super(best, shared);
    const { rank, score, group, paretoOptimal } = place;
    this.rank = rank;
    this.score = score;
    this.comparable = group.unknown.length === 0;
    this.unknownCriteria = group.unknown;
    if (best.quality !== undefined) this.quality = best.quality;
    this.paretoOptimal = paretoOptimal;
    this.#place = place;
    this.#entry = entry;
    this.#shared = shared;
  }

  get parts(): readonly ScorePart[] {
    const { group, row } = this.#place;
    return scoreParts(group.judges, group.unknown, row);
  }

  get priceClass(): PriceClass | undefined {
    return this.#shared.classes.get(this.offering.modelSlug);
  }

  get release(): Release {
    return this.#shared.release(this.offering);
  }

  get others(): readonly PricedOffering[] {
    return this.#entry.others.map((candidate) => new PricedRow(candidate, this.#shared));
  }
}
