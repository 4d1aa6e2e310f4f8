import type { Decimal } from '../../domain/money.ts';
import type { CountRange, TimeWindow, UnboundPrice } from '../../domain/price.ts';
import { isOpen } from '../price-selection.ts';

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

export const inForce = ({ effectiveFrom, effectiveTo }: UnboundPrice, at: Date): boolean =>
  (effectiveFrom === undefined || effectiveFrom <= at) && (effectiveTo === undefined || at < effectiveTo);

/** A size inside the range that is inside the neighbours' too where their bounds differ by one token. */
const sizeIn = (range: CountRange | undefined): number =>
  range === undefined ? 1 : range.from === 0 ? 1 : range.from + 1;

const HALF_HOUR_MS = 1_800_000;
/** A window that opens at all opens within a year. Most do within a week. */
const MAX_STEPS = 366 * 48;
const opened = new WeakMap<TimeWindow, { readonly from: number; readonly moment: Date | undefined }>();

/** A moment from `from` on at which a window is open; undefined if none is found. */
const momentIn = (window: TimeWindow, from: Date): Date | undefined => {
  const start = Math.ceil(from.getTime() / HALF_HOUR_MS) * HALF_HOUR_MS;
  const known = opened.get(window);
  if (known?.from === start) return known.moment;
  let moment: Date | undefined;
  for (let step = 0; step < MAX_STEPS && moment === undefined; step += 1) {
    const at = new Date(start + step * HALF_HOUR_MS);
    if (isOpen(window, at)) moment = at;
  }
  opened.set(window, { from: start, moment });
  return moment;
};

/**
 * What `rows`, all of one group, say where `row` applies: of those in force whose conditions hold there, the one with most of
 * the same conditions. A window is compared with the same window, however it is written: with one that is open when it
 * is; else with the rate outside of windows.
 */
export const counterpartOf = (
  row: UnboundPrice,
  rows: readonly UnboundPrice[],
  now: Date,
): UnboundPrice | undefined => {
  const at = row.effectiveFrom !== undefined && row.effectiveFrom > now ? row.effectiveFrom : now;
  const { promptTokens, outputTokens, thinking, timeWindow } = row.conditions;
  let best: UnboundPrice | undefined;
  let bestScore = -1;
  for (const other of rows) {
    const theirs = other.conditions;
    if (!inForce(other, at)) continue;
    if (!includes(theirs.promptTokens, sizeIn(promptTokens))) continue;
    if (!includes(theirs.outputTokens, sizeIn(outputTokens))) continue;
    if (theirs.thinking !== undefined && theirs.thinking !== thinking) continue;
    const window = sameWindow(theirs.timeWindow, timeWindow);
    if (theirs.timeWindow !== undefined && !window) {
      if (timeWindow === undefined) continue;
      const moment = momentIn(timeWindow, at);
      if (moment === undefined || !isOpen(theirs.timeWindow, moment)) continue;
    }
    const score =
      (window ? 16 : theirs.timeWindow === undefined ? 0 : 8) +
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
export const amountFor = (row: Pick<UnboundPrice, 'per'>, other: UnboundPrice): Decimal =>
  row.per === other.per ? other.amount : other.amount.times(row.per).dividedBy(other.per);
