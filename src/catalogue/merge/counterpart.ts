import type { Decimal } from '../../domain/money.ts';
import type { CountRange, TimeWindow } from '../../domain/price.ts';
import type { SeedPrice } from '../seed-prices.ts';

const includes = (range: CountRange | undefined, count: number): boolean =>
  range === undefined || (count >= range.from && (range.to === undefined || count < range.to));

const sameWindow = (one: TimeWindow | undefined, other: TimeWindow | undefined): boolean =>
  one === other ||
  (one !== undefined &&
    other !== undefined &&
    one.from === other.from &&
    one.to === other.to &&
    one.zone === other.zone &&
    one.weekdays?.join() === other.weekdays?.join() &&
    one.holidays?.calendar === other.holidays?.calendar &&
    one.holidays?.rule === other.holidays?.rule);

export const inForce = ({ effectiveFrom, effectiveTo }: SeedPrice, at: Date): boolean =>
  (effectiveFrom === undefined || effectiveFrom <= at) && (effectiveTo === undefined || at < effectiveTo);

/** A size inside the range that is inside the neighbours' too where their bounds differ by one token. */
const sizeIn = (range: CountRange | undefined): number =>
  range === undefined ? 1 : range.from === 0 ? 1 : range.from + 1;

/**
 * What `rows`, all of one group, say where `row` applies: of those in force whose conditions hold there, the one with most of
 * the same conditions. A window of the day is compared with the same window, else with the rate outside of windows.
 */
export const counterpartOf = (
  row: SeedPrice,
  rows: readonly SeedPrice[],
  now: Date,
): SeedPrice | undefined => {
  const at = row.effectiveFrom !== undefined && row.effectiveFrom > now ? row.effectiveFrom : now;
  const { promptTokens, outputTokens, thinking, timeWindow } = row.conditions;
  let best: SeedPrice | undefined;
  let bestScore = -1;
  for (const other of rows) {
    const theirs = other.conditions;
    if (!inForce(other, at)) continue;
    if (!includes(theirs.promptTokens, sizeIn(promptTokens))) continue;
    if (!includes(theirs.outputTokens, sizeIn(outputTokens))) continue;
    if (theirs.thinking !== undefined && theirs.thinking !== thinking) continue;
    const window = sameWindow(theirs.timeWindow, timeWindow);
    if (theirs.timeWindow !== undefined && !window) continue;
    const score =
      (window ? 8 : 0) +
      (theirs.thinking === undefined ? 0 : 4) +
      (theirs.promptTokens === undefined ? 0 : 2) +
      (theirs.outputTokens === undefined ? 0 : 1);
    if (score <= bestScore) continue;
    best = other;
    bestScore = score;
  }
  return best;
};

/** The other's amount for as many units as `row` is stated for. */
export const amountFor = (row: Pick<SeedPrice, 'per'>, other: SeedPrice): Decimal =>
  row.per === other.per ? other.amount : other.amount.times(row.per).dividedBy(other.per);
