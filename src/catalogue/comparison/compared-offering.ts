import type { Cost } from '../../domain/cost.ts';
import type { OfferingId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { type Decimal, ZERO } from '../../domain/money.ts';
import type { Price } from '../../domain/price.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { Conversion } from '../fx.ts';
import type { Criterion } from './comparison-input.ts';
import type { Measured } from './measured.ts';
import { billOf, type CostNote, type WorkloadTotal } from './price-workload.ts';
import type { RankedGroup } from './rank-groups.ts';
import { type ScorePart, scoreParts } from './score.ts';

export type ComparedOffering = {
  readonly offering: Offering;
  /** From 1 in each group: the better score first, then the cheaper, then by id. */
  readonly rank: number;
  /** 0 to 1: the sum of each part's weight times its normalised value. Comparable within a group alone. */
  readonly score: number;
  /** Whether every criterion that counts is known of it. */
  readonly comparable: boolean;
  /** Criteria that count and are unknown of it: the same for all of its group. */
  readonly unknownCriteria: readonly Criterion[];
  readonly parts: readonly ScorePart[];
  /** One request, on average, as the provider bills it. */
  readonly cost: Cost;
  readonly notes: readonly CostNote[];
  /** The same in the currency of the comparison. */
  readonly perRequest: Decimal;
  readonly perMonth: Decimal;
  /** Absent where the provider bills in the currency of the comparison, or nothing. */
  readonly conversion?: Conversion;
  readonly measured: Measured;
  /** At the benchmark of the comparison. */
  readonly quality?: QualityScore;
  /**
   * Whether no other offering of its group is at least as good at every criterion that is known of them and better at one.
   * Offerings of which different criteria are known never beat each other.
   */
  readonly paretoOptimal: boolean;
};

/** What is known of an offering before all are ranked. */
export type Candidate = Omit<
  ComparedOffering,
  | 'rank'
  | 'score'
  | 'parts'
  | 'comparable'
  | 'unknownCriteria'
  | 'paretoOptimal'
  | 'perRequest'
  | 'perMonth'
  | 'cost'
> & {
  readonly priced: WorkloadTotal;
};

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

/** Nearly `perRequestOf`, and equal for what costs the same. */
export const nearlyPerRequest = ({ priced: { cost }, conversion }: Candidate, factor: number): number =>
  cost.kind !== 'PRICED'
    ? 0
    : Number((conversion === undefined ? cost.nearly : cost.nearly * factor).toPrecision(DIGITS));

/** What all rows of one comparison have in common. */
export type Shared = {
  readonly prices: (id: OfferingId) => readonly Price[];
  readonly requestsPerMonth: number;
};

/** Where a row stands in its group. */
export type Place = {
  readonly rank: number;
  readonly score: number;
  readonly paretoOptimal: boolean;
  readonly group: Pick<RankedGroup, 'unknown' | 'judges'>;
};

/** A row whose bill and parts are written only when they are read: few of thousands are. */
export class Ranked implements ComparedOffering {
  readonly offering: Offering;
  readonly rank: number;
  readonly score: number;
  readonly comparable: boolean;
  readonly unknownCriteria: readonly Criterion[];
  readonly notes: readonly CostNote[];
  readonly conversion?: Conversion;
  readonly measured: Measured;
  readonly quality?: QualityScore;
  readonly paretoOptimal: boolean;
  readonly #group: Place['group'];
  readonly #candidate: Candidate;
  readonly #shared: Shared;
  readonly #row: number;
  #cost: Cost | undefined;
  #perRequest: Decimal | undefined;

  constructor(candidate: Candidate, place: Place, shared: Shared, row: number) {
    const { offering, notes, conversion, measured, quality } = candidate;
    this.offering = offering;
    this.rank = place.rank;
    this.score = place.score;
    this.comparable = place.group.unknown.length === 0;
    this.unknownCriteria = place.group.unknown;
    this.#group = place.group;
    this.notes = notes;
    if (conversion !== undefined) this.conversion = conversion;
    this.measured = measured;
    if (quality !== undefined) this.quality = quality;
    this.paretoOptimal = place.paretoOptimal;
    this.#candidate = candidate;
    this.#shared = shared;
    this.#row = row;
  }

  get cost(): Cost {
    this.#cost ??= billOf(this.#candidate.priced, this.offering, this.#shared.prices(this.offering.id));
    return this.#cost;
  }

  get parts(): readonly ScorePart[] {
    return scoreParts(this.#group.judges, this.#group.unknown, this.#row);
  }

  get perRequest(): Decimal {
    this.#perRequest ??= perRequestOf(this.#candidate);
    return this.#perRequest;
  }

  get perMonth(): Decimal {
    return this.perRequest.times(this.#shared.requestsPerMonth);
  }
}
