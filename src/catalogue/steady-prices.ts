import type { OfferingId } from '../domain/ids.ts';
import type { Offering } from '../domain/model.ts';
import type { Price } from '../domain/price.ts';
import type { Catalogue } from './catalogue.ts';

const lastChangeIn = (prices: readonly Price[]): number => {
  let last = Number.NEGATIVE_INFINITY;
  for (const { effectiveFrom, effectiveTo, conditions } of prices) {
    if (conditions.timeWindow !== undefined) return Number.POSITIVE_INFINITY;
    last = Math.max(last, effectiveFrom?.getTime() ?? last, effectiveTo?.getTime() ?? last);
  }
  return last;
};

const changes = new WeakMap<Catalogue, Map<OfferingId, number>>();

/** When rows of an offering begin or end for the last time, in milliseconds; Infinity: some go by the clock. */
export const lastPriceChange = (catalogue: Catalogue, id: OfferingId): number => {
  let known = changes.get(catalogue);
  if (known === undefined) {
    known = new Map();
    changes.set(catalogue, known);
  }
  let last = known.get(id);
  if (last === undefined) {
    last = lastChangeIn(catalogue.pricesOf(id));
    known.set(id, last);
  }
  return last;
};

/** Of one catalogue: each is a map of all its offerings. */
const MAX_KEYS = 12;

/**
 * Keeps what is worked out from the prices of offerings, by a key, for as long as a catalogue stands: of those whose prices
 * change no more.
 */
export const createSteadyMemo = <Value>() => {
  const kept = new WeakMap<Catalogue, Map<string, Map<OfferingId, Value>>>();
  const valuesOf = (catalogue: Catalogue, key: string): Map<OfferingId, Value> => {
    let byKey = kept.get(catalogue);
    if (byKey === undefined) {
      byKey = new Map();
      kept.set(catalogue, byKey);
    }
    let values = byKey.get(key);
    if (values === undefined) {
      values = new Map();
      const [oldest] = byKey.keys();
      if (oldest !== undefined && byKey.size >= MAX_KEYS) byKey.delete(oldest);
      byKey.set(key, values);
    }
    return values;
  };
  return (
    catalogue: Catalogue,
    key: string,
    at: Date,
    work: (offering: Offering) => Value,
  ): ((offering: Offering) => Value) => {
    const values = valuesOf(catalogue, key);
    return (offering) => {
      const { id } = offering;
      if (at.getTime() < lastPriceChange(catalogue, id)) return work(offering);
      const known = values.get(id);
      if (known !== undefined) return known;
      const value = work(offering);
      values.set(id, value);
      return value;
    };
  };
};
