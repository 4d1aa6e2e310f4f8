import { Decimal } from '../../domain/money.ts';
import { type QuarantineReason, statedAtOf, type UnboundPrice } from '../../domain/price.ts';
import { isOperators, isOwnList, OPINION_RANK } from '../source-precedence.ts';
import { amountFor, counterpartOf, inForce } from './counterpart.ts';

/** Why a source's rows of a group are not believed. */
export type Doubt = { readonly reason: QuarantineReason; readonly detail: string };

/** What one source says of a group of rows. */
export type Statement = {
  readonly source: string;
  readonly rank: number;
  readonly rows: readonly UnboundPrice[];
  /** The day for which it is said, in milliseconds. */
  readonly day: number;
  readonly doubt?: Doubt;
};

/**
 * Statements of days no further apart than this are of the same age, and precedence decides: lists follow a change
 * of price within a week or two, and which of them was refreshed last within that time says little.
 */
export const SAME_AGE_MS = 14 * 86_400_000;

/** The day for which rows are said: the newest of them, which is no earlier than the day on which one in force began. */
export const dayOf = (rows: readonly UnboundPrice[], now: Date): number => {
  let newest = 0;
  for (const row of rows) {
    const began = row.effectiveFrom !== undefined && inForce(row, now) ? row.effectiveFrom.getTime() : 0;
    newest = Math.max(newest, statedAtOf(row.provenance).getTime(), began);
  }
  return newest;
};

/**
 * One statement of each source, its newest and of those its best: the shipped and the live list of one source are no two
 * that agree.
 */
export const onePerSource = (statements: readonly Statement[]): readonly Statement[] => {
  if (statements.length < 2) return statements;
  const current = new Map<string, Statement>();
  for (const one of statements) {
    const known = current.get(one.source);
    if (known === undefined || one.day > known.day || (one.day === known.day && one.rank < known.rank))
      current.set(one.source, one);
  }
  return current.size === statements.length ? statements : [...current.values()];
};

/** What is believed whatever its age: 0 the operator, 1 the provider's own list; 2 all others; 3 what is only shown. */
const classOf = (rank: number): number =>
  isOperators(rank) ? 0 : isOwnList(rank) ? 1 : rank >= OPINION_RANK ? 3 : 2;

const byRank = (one: Statement, other: Statement): number =>
  one.rank - other.rank ||
  other.day - one.day ||
  (one.source < other.source ? -1 : one.source > other.source ? 1 : 0);

/**
 * The best first: the operator, then the provider's own list as read live, then by the age of what is said. Of those no more
 * than two weeks older than the newest, the precedence of sources decides; then the same among the others.
 */
export const inOrder = (statements: readonly Statement[]): readonly Statement[] => {
  if (statements.length < 2) return statements;
  const ranked = statements.toSorted(
    (one, other) => classOf(one.rank) - classOf(other.rank) || byRank(one, other),
  );
  const aged = ranked.filter(({ rank }) => classOf(rank) === 2);
  if (aged.length < 2) return ranked;
  const ordered: Statement[] = [];
  let left = aged;
  while (left.length > 0) {
    const since = Math.max(...left.map(({ day }) => day)) - SAME_AGE_MS;
    ordered.push(...left.filter(({ day }) => day >= since));
    left = left.filter(({ day }) => day < since);
  }
  return [
    ...ranked.filter(({ rank }) => classOf(rank) < 2),
    ...ordered,
    ...ranked.filter(({ rank }) => classOf(rank) > 2),
  ];
};

/** Whether the first is said for a day so much earlier that the other is newer. */
export const isOlder = (one: Statement, other: Statement): boolean =>
  classOf(one.rank) === 2 && classOf(other.rank) <= 2 && one.day < other.day - SAME_AGE_MS;

/** Rates are rounded to cents, not to dimes: 5 is no rounding of 5.5, which is a surcharge of a tenth. */
const MIN_ROUNDED_PLACES = 2;
/** Largest share by which a rounded rate differs from the precise one. */
const MAX_ROUNDING = 0.05;
const HALF_OF_LAST_PLACE = new Decimal('0.5');

/** Whether the row's amount is a rounding of the other's, which has more digits: 0.28 of 0.275. */
export const isRoundingOf = (row: UnboundPrice, other: UnboundPrice): boolean => {
  const precise = amountFor(row, other);
  const places = row.amount.decimalPlaces();
  if (places < MIN_ROUNDED_PLACES || precise.decimalPlaces() <= places) return false;
  const off = row.amount.minus(precise).abs();
  return off.lte(HALF_OF_LAST_PLACE.times(`1e-${places}`)) && off.lte(precise.times(MAX_ROUNDING));
};

/** Whether two rows state the same rate, as precisely as each of them does. */
export const isSameRate = (row: UnboundPrice, other: UnboundPrice): boolean =>
  amountFor(row, other).equals(row.amount) || isRoundingOf(row, other) || isRoundingOf(other, row);

/** Whether one of the rows states the same in a window of the day or week. */
const isSaidInWindow = (row: UnboundPrice, others: readonly UnboundPrice[], now: Date): boolean =>
  row.conditions.timeWindow === undefined &&
  others.some(
    (other) =>
      other.conditions.timeWindow !== undefined &&
      inForce(other, now) &&
      isSameRate(row, other) &&
      counterpartOf(other, [row], now) !== undefined,
  );

/**
 * Whether everything that the first rows say now is said by the others too. A list without windows may state the rate of
 * either side of one.
 */
export const areConfirmedBy = (
  rows: readonly UnboundPrice[],
  others: readonly UnboundPrice[],
  now: Date,
): boolean => {
  let compared = 0;
  for (const row of rows) {
    if (!inForce(row, now)) continue;
    const other = counterpartOf(row, others, now);
    if ((other === undefined || !isSameRate(row, other)) && !isSaidInWindow(row, others, now)) return false;
    compared += 1;
  }
  return compared > 0;
};

/** How much rows tell apart: sizes, windows, thinking, days to come. */
export const detailOf = (rows: readonly UnboundPrice[], now: Date): number =>
  rows.filter(({ effectiveTo }) => effectiveTo === undefined || effectiveTo > now).length;
