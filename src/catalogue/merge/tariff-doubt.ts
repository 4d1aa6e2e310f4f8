import { isOperators, isOwnList, isOwnPage } from '../source-precedence.ts';
import { amountFor, counterpartOf, inForce } from './counterpart.ts';
import { isInputCore, isOutputCore } from './price-group.ts';
import { type Doubt, onePerSource, SAME_AGE_MS, type Statement } from './statement.ts';

/** Statements of each group, by key. */
type Groups = ReadonlyMap<string, readonly Statement[]>;

const AGREEMENT = 0.01;
const FACTORS = [2, 3, 4, 5];
/** Yuan for a dollar, as far as it went in 2025 and 2026. */
const [MIN_YUAN, MAX_YUAN] = [6.3, 7.8];
const YUAN_TOLERANCE = 0.02;
/** Price lists have fewer digits: 0.28 for ¥2 is a list of dollars, 1.103 for ¥8 is a conversion. */
const MIN_CONVERTED_DIGITS = 4;

const isNear = (one: number, other: number, tolerance: number): boolean =>
  Math.abs(one / other - 1) <= tolerance;

/** By how much the first row of one statement differs from what another says of the same. */
const ratioOf = (one: Statement, other: Statement, now: Date): number | undefined => {
  const row = one.rows.find((each) => inForce(each, now));
  const found = row === undefined ? undefined : counterpartOf(row, other.rows, now);
  if (row === undefined || found === undefined || found.amount.isZero()) return undefined;
  return row.amount.dividedBy(amountFor(row, found)).toNumber();
};

/** How a statement stands to what two other sources of the same age agree upon; undefined if no two do, or others agree with it. */
const ratioToPair = (one: Statement, list: readonly Statement[], now: Date): number | undefined => {
  const others = list.filter(
    ({ source, day, doubt }) =>
      source !== one.source && doubt === undefined && Math.abs(day - one.day) <= SAME_AGE_MS,
  );
  const ratiosTo = (statements: readonly Statement[]): readonly number[] =>
    statements.flatMap((other) => ratioOf(one, other, now) ?? []);
  if (ratiosTo(others).some((ratio) => isNear(ratio, 1, AGREEMENT))) return undefined;
  const ratios = ratiosTo(onePerSource(others));
  return ratios.find((ratio, index) =>
    ratios.some((other, place) => place !== index && isNear(other, ratio, AGREEMENT)),
  );
};

const isMultiple = (ratio: number): boolean =>
  FACTORS.some((factor) => isNear(ratio < 1 ? 1 / ratio : ratio, factor, AGREEMENT));

/** A source whose plain rates, in and out, are one multiple of what others agree upon, e.g. those of batches. */
const multiples = (groups: Groups, now: Date): ReadonlyMap<string, Doubt> => {
  const ratios = new Map<string, (number | undefined)[]>();
  for (const list of groups.values()) {
    const row = list[0]?.rows[0];
    if (list.length < 3 || row === undefined || row.serviceTier !== 'STANDARD') continue;
    if (!isInputCore(row) && !isOutputCore(row)) continue;
    for (const one of list) {
      if (isOperators(one.rank) || isOwnList(one.rank) || isOwnPage(one.rank)) continue;
      const key = `${row.currency}|${row.conditions.region ?? ''}|${one.source} ${one.rank}`;
      ratios.set(key, [...(ratios.get(key) ?? []), ratioToPair(one, list, now)]);
    }
  }
  const doubts = new Map<string, Doubt>();
  for (const [key, [first, ...others]] of ratios) {
    if (first === undefined || others.length === 0 || !isMultiple(first)) continue;
    if (!others.every((ratio) => ratio !== undefined && isNear(ratio, first, AGREEMENT))) continue;
    doubts.set(key, {
      reason: 'MULTIPLE',
      detail: `states ${first.toPrecision(3)} times what several other sources say, in and out`,
    });
  }
  return doubts;
};

/** A source whose dollars are another's yuan at one exchange rate. */
const conversions = (groups: Groups, now: Date): ReadonlyMap<string, Doubt> => {
  const rates = new Map<string, { readonly rates: number[]; digits: number }>();
  for (const [key, list] of groups) {
    if (!key.startsWith('USD|')) continue;
    const yuan = groups.get(`CNY|${key.slice(4)}`)?.find(({ doubt }) => doubt === undefined);
    if (yuan === undefined) continue;
    for (const one of list) {
      if (isOperators(one.rank) || isOwnList(one.rank) || isOwnPage(one.rank)) continue;
      const ratio = ratioOf(yuan, one, now);
      const isAgreed = list.some((other) => {
        const same = other.source === one.source ? undefined : ratioOf(one, other, now);
        return same !== undefined && isNear(same, 1, AGREEMENT);
      });
      if (ratio === undefined || isAgreed) continue;
      const known = rates.get(`${one.source} ${one.rank}`) ?? { rates: [], digits: 0 };
      known.rates.push(ratio);
      const current = one.rows.filter((row) => inForce(row, now));
      known.digits = Math.max(known.digits, ...current.map(({ amount }) => amount.precision()));
      rates.set(`${one.source} ${one.rank}`, known);
    }
  }
  const doubts = new Map<string, Doubt>();
  for (const [source, { rates: found, digits }] of rates) {
    const [first, ...others] = found;
    if (first === undefined || others.length === 0 || digits < MIN_CONVERTED_DIGITS) continue;
    if (first < MIN_YUAN || first > MAX_YUAN) continue;
    if (!others.every((rate) => isNear(rate, first, YUAN_TOLERANCE))) continue;
    doubts.set(source, {
      reason: 'CONVERTED',
      detail: `states a list in yuan as dollars, at ${first.toPrecision(4)} yuan for a dollar`,
    });
  }
  return doubts;
};

/**
 * Doubts that only show across the groups of an offering. MULTIPLE: both plain rates of one source are the same simple
 * multiple of what two others of the same age agree upon. CONVERTED: the dollars of one are the yuan of another.
 */
export const withTariffDoubts = (groups: Groups, now: Date): Groups => {
  const isAlone = [...groups.values()].every(({ length }) => length < 3);
  const hasYuan = [...groups.keys()].some((key) => key.startsWith('CNY|'));
  if (isAlone && !hasYuan) return groups;
  const multiple = multiples(groups, now);
  const converted = hasYuan ? conversions(groups, now) : new Map<string, Doubt>();
  if (multiple.size === 0 && converted.size === 0) return groups;
  return new Map(
    [...groups].map(([key, list]) => [
      key,
      list.map((one) => {
        if (one.doubt !== undefined || isOperators(one.rank)) return one;
        const [row] = one.rows;
        const name = `${one.source} ${one.rank}`;
        const isPlain = row !== undefined && (isInputCore(row) || isOutputCore(row));
        const doubt =
          (row?.currency === 'USD' ? converted.get(name) : undefined) ??
          (isPlain && row.serviceTier === 'STANDARD'
            ? multiple.get(`${row.currency}|${row.conditions.region ?? ''}|${name}`)
            : undefined);
        return doubt === undefined ? one : { ...one, doubt };
      }),
    ]),
  );
};
