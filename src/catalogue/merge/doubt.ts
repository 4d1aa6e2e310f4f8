import type { QuarantineReason, UnboundPrice } from '../../domain/price.ts';
import { isOperators, isShipped } from '../source-precedence.ts';
import { amountFor, counterpartOf } from './counterpart.ts';
import type { Candidate } from './price-group.ts';

/** Why a source's rows of a group are not believed. */
export type Doubt = { readonly reason: QuarantineReason; readonly detail: string };

const JUMP = 3;
const AGREEMENT = 0.01;
const UNIT_FACTORS = [100, 1_000, 10_000, 1_000_000];
const UNIT_TOLERANCE = 0.001;

/** `stated / expected`, both for the same number of units; undefined where either is 0. */
const ratioOf = (row: UnboundPrice, other: UnboundPrice): number | undefined => {
  const expected = amountFor(row, other);
  return expected.isZero() || row.amount.isZero() ? undefined : row.amount.dividedBy(expected).toNumber();
};

const isUnitFactor = (ratio: number): boolean =>
  UNIT_FACTORS.some((factor) => Math.abs((ratio > 1 ? ratio : 1 / ratio) / factor - 1) <= UNIT_TOLERANCE);

const isPast = ({ effectiveTo }: UnboundPrice, now: Date): boolean =>
  effectiveTo !== undefined && effectiveTo <= now;

type Group = { readonly candidate: Candidate; readonly rows: readonly UnboundPrice[] };

/**
 * Whether the rows of one source are believed. UNIT: off by a factor that a wrong unit makes from everybody else, and from
 * what is served. JUMP: a source that is read live moved a rate more than 3 times up or down from what is served,
 * and no other source says the same within 1 %. What the operator says is never doubted.
 */
export const doubtOf = (
  { candidate, rows }: Group,
  others: readonly Group[],
  served: readonly UnboundPrice[],
  now: Date,
): Doubt | undefined => {
  if (isOperators(candidate.rank)) return undefined;
  for (const row of rows) {
    if (isPast(row, now)) continue;
    const before = counterpartOf(row, served, now);
    const jump = before === undefined ? undefined : ratioOf(row, before);
    const stated = `states ${row.amount} ${row.currency} for ${row.per}`;
    const elsewhere = others.flatMap((other) => {
      const found = counterpartOf(row, other.rows, now);
      const ratio = found === undefined ? undefined : ratioOf(row, found);
      return ratio === undefined ? [] : [{ ratio, rank: other.candidate.rank }];
    });
    const trusted =
      jump !== undefined || elsewhere.length > 1 || elsewhere.some(({ rank }) => rank < candidate.rank);
    const ratios = [...(jump === undefined ? [] : [jump]), ...elsewhere.map(({ ratio }) => ratio)];
    if (trusted && ratios.length > 0 && ratios.every(isUnitFactor))
      return {
        reason: 'UNIT',
        detail: `${stated}, which is ${ratios[0]?.toPrecision(4)} times what everybody else says: a wrong unit`,
      };
    if (isShipped(candidate.rank) || before === undefined || jump === undefined) continue;
    if (jump <= JUMP && jump >= 1 / JUMP) continue;
    if (elsewhere.some(({ ratio }) => Math.abs(ratio - 1) <= AGREEMENT)) continue;
    return {
      reason: 'JUMP',
      detail: `${stated}; ${amountFor(row, before)} is served (${before.provenance.source}), and no other source agrees`,
    };
  }
  return undefined;
};
