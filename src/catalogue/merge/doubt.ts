import type { UnboundPrice } from '../../domain/price.ts';
import { isOperators, isOwnList, isOwnPage, isShipped } from '../source-precedence.ts';
import { amountFor, counterpartOf } from './counterpart.ts';
import { needsSecondSource } from './price-floors.ts';
import { type Doubt, dayOf, onePerSource, SAME_AGE_MS, type Statement } from './statement.ts';

const JUMP = 3;
const AGREEMENT = 0.01;
const UNIT_FACTORS = [100, 1_000, 10_000, 1_000_000];
const UNIT_TOLERANCE = 0.001;
const DAY_MS = 86_400_000;
/** A rate that was said for a day so much earlier keeps no newer one from being believed: prices live that long at most. */
const MAX_SHIELD_MS = 120 * DAY_MS;

/** `stated / expected`, both for the same number of units; undefined where either is 0. */
const ratioOf = (row: UnboundPrice, other: UnboundPrice): number | undefined => {
  const expected = amountFor(row, other);
  if (expected.isZero() || row.amount.isZero()) return undefined;
  return expected.equals(row.amount) ? 1 : row.amount.dividedBy(expected).toNumber();
};

const isUnitFactor = (ratio: number): boolean =>
  UNIT_FACTORS.some((factor) => Math.abs((ratio > 1 ? ratio : 1 / ratio) / factor - 1) <= UNIT_TOLERANCE);

const isJump = (ratio: number): boolean => ratio > JUMP || ratio < 1 / JUMP;

const agrees = (ratio: number): boolean => Math.abs(ratio - 1) <= AGREEMENT;

const isPast = ({ effectiveTo }: UnboundPrice, now: Date): boolean =>
  effectiveTo !== undefined && effectiveTo <= now;

/** What another source says of the same rate. */
type Elsewhere = {
  readonly ratio: number;
  readonly row: UnboundPrice;
  readonly statement: Statement;
};

/** Whether a row says something of the case that another is for: a flat rate does not contradict that of a tier. */
const speaksOf = ({ conditions: theirs }: UnboundPrice, { conditions }: UnboundPrice): boolean =>
  ((conditions.promptTokens?.from ?? 0) === 0 || theirs.promptTokens !== undefined) &&
  ((conditions.outputTokens?.from ?? 0) === 0 || theirs.outputTokens !== undefined) &&
  (conditions.thinking !== true || theirs.thinking !== undefined);

/**
 * Of those that say much else, two sources that say the same as each other and are not older: they know of no later
 * change. `elsewhere` has one statement of each source.
 */
const hasPairAgainst = (elsewhere: readonly Elsewhere[], day: number): boolean => {
  const against = elsewhere.filter(
    ({ ratio, statement }) => isJump(ratio) && statement.day >= day - SAME_AGE_MS,
  );
  return against.some((one, index) =>
    against.slice(index + 1).some((other) => agrees(one.ratio / other.ratio)),
  );
};

/**
 * Whether the rows of one source are believed; no operator and no second source that says the same within 1 % is doubted.
 *
 * UNIT: off by a factor that a wrong unit makes from everybody else, and from what is served. UNCONFIRMED: cheaper than
 * nearly everything. JUMP: more than 3 times up or down from what is served, for a source that is read live; or from
 * what two others of no lesser age agree upon, for any. What is served shields itself for 120 days: a statement that is newer by more is
 * believed, as prices live no longer.
 *
 * `served`: the rows that are served, or would be without live sources.
 */
export const doubtOf = (
  { source, rank, rows, day }: Statement,
  statements: readonly Statement[],
  served: readonly UnboundPrice[],
  now: Date,
): Doubt | undefined => {
  if (isOperators(rank)) return undefined;
  const isOwn = isOwnList(rank) || isOwnPage(rank);
  const isServed = rows === served;
  const others = statements.length === 1 ? [] : statements.filter((other) => other.source !== source);
  if (others.length === 0 && (isServed || served.length === 0) && (isOwn || !rows.some(needsSecondSource)))
    return undefined;
  const isFresh = isServed || dayOf(served, now) >= day - MAX_SHIELD_MS;
  for (const row of rows) {
    if (isPast(row, now)) continue;
    const before = isServed ? undefined : counterpartOf(row, served, now);
    const jump = before === undefined ? undefined : ratioOf(row, before);
    const elsewhere: Elsewhere[] = [];
    for (const statement of others) {
      const found = counterpartOf(row, statement.rows, now);
      const ratio = found === undefined ? undefined : ratioOf(row, found);
      if (found !== undefined && ratio !== undefined) elsewhere.push({ ratio, row: found, statement });
    }
    if (elsewhere.some(({ ratio }) => agrees(ratio))) continue;
    const stated = `states ${row.amount} ${row.currency} for ${row.per}`;
    const trusted =
      jump !== undefined ||
      new Set(elsewhere.map(({ statement }) => statement.source)).size > 1 ||
      elsewhere.some(({ statement }) => statement.rank < rank);
    const ratios = [...(jump === undefined ? [] : [jump]), ...elsewhere.map(({ ratio }) => ratio)];
    if (trusted && ratios.length > 0 && ratios.every(isUnitFactor))
      return {
        reason: 'UNIT',
        detail: `${stated}, which is ${ratios[0]?.toPrecision(4)} times what everybody else says: a wrong unit`,
      };
    if (!isOwn && needsSecondSource(row))
      return { reason: 'UNCONFIRMED', detail: `${stated}, and no other source agrees` };
    if (!isShipped(rank) && isFresh && before !== undefined && jump !== undefined && isJump(jump))
      return {
        reason: 'JUMP',
        detail: `${stated}; ${amountFor(row, before)} is served (${before.provenance.source}), and no other source agrees`,
      };
    const current = onePerSource(others);
    const sameCase = elsewhere.filter(
      (other) => current.includes(other.statement) && speaksOf(other.row, row),
    );
    if (!isOwn && hasPairAgainst(sameCase, day)) {
      const [against] = sameCase.filter(({ ratio }) => isJump(ratio));
      return {
        reason: 'JUMP',
        detail: `${stated}, which is ${against?.ratio.toPrecision(4)} times what several other sources say`,
      };
    }
  }
  return undefined;
};
