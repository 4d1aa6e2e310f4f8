import { createHash } from 'node:crypto';
import type { OfferingId } from '../../domain/ids.ts';
import { Decimal } from '../../domain/money.ts';
import type { Price, PriceChange } from '../../domain/price.ts';
import type { RecordedPriceChange, ServedPrice } from '../../ports/store.ts';
import type { Catalogue } from '../catalogue.ts';
import { meterKey } from '../meter.ts';
import { currentPrices } from '../price-engine.ts';

/** What became of the rates of one offering at one moment. */
export type PriceDifference = {
  readonly at: Date;
  readonly began: readonly ServedPrice[];
  readonly ended: readonly Price[];
  readonly changes: readonly RecordedPriceChange[];
};

const digestOf = (...parts: readonly (string | undefined)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);

export const servedPriceOf = (price: Price, at: Date): ServedPrice => ({
  id: `srv_${digestOf(price.id, at.toISOString())}`,
  price,
  servedFrom: at,
});

/** Equal for rows that price the same thing under the same conditions: one follows the other. */
const groupOf = ({ meter, serviceTier, currency, conditions, billing }: Price): string => {
  const { promptTokens, outputTokens, thinking, timeWindow, region } = conditions;
  return JSON.stringify([
    meterKey(meter),
    Object.entries(meter.attributes ?? {}).toSorted(),
    serviceTier,
    currency,
    billing,
    [promptTokens?.from, promptTokens?.to, outputTokens?.from, outputTokens?.to, thinking, region],
    [timeWindow?.from, timeWindow?.to, timeWindow?.weekdays, timeWindow?.zone],
    [timeWindow?.holidays?.calendar, timeWindow?.holidays?.rule],
  ]);
};

/** By group the row that is in force; of several the one that started last. */
const inForce = (prices: readonly Price[], at: Date): ReadonlyMap<string, Price> => {
  const rows = new Map<string, Price>();
  for (const row of currentPrices(prices, at)) {
    const group = groupOf(row);
    const other = rows.get(group);
    if (other === undefined || (row.effectiveFrom ?? 0) > (other.effectiveFrom ?? 0)) rows.set(group, row);
  }
  return rows;
};

/** Factor by which a rate moved up or down, 1 or more; undefined where one of the two is 0. */
const ratioOf = (before: Price, after: Price): number | undefined => {
  if (before.amount.isZero() || after.amount.isZero()) return undefined;
  const factor = new Decimal(after.amount).times(before.per).dividedBy(before.amount).dividedBy(after.per);
  return (factor.lt(1) ? new Decimal(1).dividedBy(factor) : factor).toNumber();
};

const isSameRate = (one: Price, other: Price): boolean =>
  new Decimal(one.amount).times(other.per).eq(new Decimal(other.amount).times(one.per));

/** The same id on every node that sees the same: it names the row that came and when its source first stated it. */
const changeId = ({ before, after }: Pick<PriceChange, 'before' | 'after'>): string =>
  `pch_${digestOf(before?.id, after?.id, (after ?? before)?.provenance.observedAt.toISOString())}`;

/** The provider's part of an offering's id. */
const providerOf = (id: OfferingId): string => id.slice(0, id.indexOf('/'));

type Change = Omit<PriceChange, 'id' | 'at' | 'offeringId'>;

const changesOf = (was: ReadonlyMap<string, Price>, is: ReadonlyMap<string, Price>): readonly Change[] => {
  return [
    ...[...is].flatMap(([group, after]): Omit<PriceChange, 'id' | 'at' | 'offeringId'>[] => {
      const before = was.get(group);
      if (before === undefined) return [{ kind: 'ADDED', after }];
      return isSameRate(before, after) ? [] : [{ kind: 'CHANGED', before, after }];
    }),
    ...[...was].flatMap(([group, before]): Omit<PriceChange, 'id' | 'at' | 'offeringId'>[] =>
      is.has(group) ? [] : [{ kind: 'REMOVED', before }],
    ),
  ];
};

const areSameRows = (previous: readonly Price[], next: readonly Price[]): boolean =>
  previous === next ||
  (previous.length === next.length && previous.every((row, index) => row.id === next[index]?.id));

const recorded = (change: PriceChange, modelSlug: string): RecordedPriceChange => {
  const { before, after, offeringId } = change;
  const ratio = before === undefined || after === undefined ? undefined : ratioOf(before, after);
  return { change, providerId: providerOf(offeringId), modelSlug, ...(ratio !== undefined && { ratio }) };
};

/** What became of one offering's rates; undefined where nothing did. */
export const offeringDifference = (
  offeringId: OfferingId,
  modelSlug: string,
  previous: readonly Price[],
  next: readonly Price[],
  at: Date,
): PriceDifference | undefined => {
  if (areSameRows(previous, next)) return undefined;
  const [was, is] = [new Set(previous.map(({ id }) => id)), new Set(next.map(({ id }) => id))];
  const began = next.filter(({ id }) => !was.has(id)).map((price) => servedPriceOf(price, at));
  const ended = previous.filter(({ id }) => !is.has(id));
  if (began.length + ended.length === 0) return undefined;
  const changes = changesOf(inForce(previous, at), inForce(next, at)).map((change) =>
    recorded({ id: changeId(change), offeringId, at, ...change }, modelSlug),
  );
  return { at, began, ended, changes };
};

/** The moments after `from`, up to and with `to`, at which rows start or end by their own dates; ascending. */
export const datesBetween = (rows: readonly Price[], from: Date, to: Date): readonly number[] => {
  const moments = new Set<number>();
  for (const { effectiveFrom, effectiveTo } of rows)
    for (const date of [effectiveFrom, effectiveTo]) {
      const moment = date?.getTime();
      if (moment !== undefined && moment > from.getTime() && moment <= to.getTime()) moments.add(moment);
    }
  return [...moments].sort((one, other) => one - other);
};

/**
 * What becomes of an offering's rates by their own dates after `from`, up to and with `to`: a difference for each moment.
 * Ids and moments are the same on every node, as they follow from the rows alone.
 */
export const datedDifferences = (
  offeringId: OfferingId,
  modelSlug: string,
  rows: readonly Price[],
  from: Date,
  to: Date,
): readonly PriceDifference[] =>
  datesBetween(rows, from, to).flatMap((moment) => {
    const at = new Date(moment);
    const changes = changesOf(inForce(rows, new Date(moment - 1)), inForce(rows, at)).map((change) => {
      const id = `pch_${digestOf(change.before?.id, change.after?.id, at.toISOString())}`;
      return recorded({ id, offeringId, at, ...change }, modelSlug);
    });
    return changes.length === 0 ? [] : [{ at, began: [], ended: [], changes }];
  });

/**
 * What became of the rates of all offerings from one catalogue to the next. Yields for every offering, undefined where
 * nothing did, so that whoever asks can pause anywhere. Rates that start or end by their own dates meanwhile are
 * `datedDifferences`.
 */
export function* pricesDiffer(
  previous: Catalogue,
  next: Catalogue,
  at: Date,
): Generator<PriceDifference | undefined, void> {
  for (const { id, modelSlug } of next.offerings)
    yield offeringDifference(id, modelSlug, previous.pricesOf(id), next.pricesOf(id), at);
  for (const { id, modelSlug } of previous.offerings)
    yield next.offering(id) === undefined
      ? offeringDifference(id, modelSlug, previous.pricesOf(id), [], at)
      : undefined;
}
