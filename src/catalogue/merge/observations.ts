import type { OfferingId, PriceId } from '../../domain/ids.ts';
import {
  type Disagreement,
  type Price,
  type PriceObservation,
  type QuarantineReason,
  statedAtOf,
} from '../../domain/price.ts';
import { amountFor, counterpartOf } from './counterpart.ts';

import { groupKeyOf } from './price-group.ts';
import type { Statement } from './statement.ts';

export type Observations = {
  observationsOf(price: Price): readonly PriceObservation[];
  disagreementOf(id: PriceId): Disagreement | undefined;
};

/** Whether a statement in doubt for a reason may yet be right, so that it is shown beside what is served. */
const COUNTS: { readonly [Reason in QuarantineReason]: boolean } = {
  JUMP: true,
  MULTIPLE: true,
  UNCONFIRMED: true,
  NEGATIVE: false,
  ABSURD: false,
  PLACEHOLDER: false,
  UNIT: false,
  CONVERTED: false,
  MALFORMED: false,
};

/** What all sources say of the rates that are served. Worked out when asked for, and kept. */
export const createObservations = (
  statements: () => ReadonlyMap<OfferingId, ReadonlyMap<string, readonly Statement[]>>,
  prices: ReadonlyMap<OfferingId, readonly Price[]>,
  now: Date,
): Observations => {
  let byId: Map<PriceId, Price> | undefined;
  const servedRow = (id: PriceId): Price | undefined => {
    byId ??= new Map([...prices.values()].flatMap((rows) => rows.map((row) => [row.id, row])));
    return byId.get(id);
  };
  const found = new Map<PriceId, Disagreement | undefined>();
  const listOf = (price: Price): readonly Statement[] =>
    statements().get(price.offeringId)?.get(groupKeyOf(price)) ?? [];

  const observationsOf = (price: Price): readonly PriceObservation[] => {
    if (prices.get(price.offeringId)?.some(({ id }) => id === price.id) !== true) return [];
    const own: PriceObservation = { amount: price.amount, provenance: price.provenance };
    // A past row is compared with what others said of its time.
    const at = price.effectiveTo !== undefined && price.effectiveTo <= now ? undefined : now;
    const others = listOf(price).flatMap((statement): readonly PriceObservation[] => {
      if (at === undefined) return [];
      if (statement.source === price.provenance.source && statement.doubt === undefined) return [];
      const row = counterpartOf(price, statement.rows, at);
      if (row === undefined) return [];
      return [
        {
          amount: amountFor(price, row),
          provenance: row.provenance,
          ...(statement.doubt === undefined ? {} : { quarantined: statement.doubt.reason }),
        },
      ];
    });
    return [own, ...others];
  };

  const disagreementIn = (price: Price): Disagreement | undefined => {
    const list = listOf(price);
    if (list.length < 2 && list.every(({ doubt }) => doubt === undefined)) return undefined;
    const counted = observationsOf(price).filter(
      ({ quarantined, provenance }) =>
        (quarantined === undefined || COUNTS[quarantined]) &&
        // What was said before the row began was said of the rate before.
        (price.effectiveFrom === undefined || statedAtOf(provenance) >= price.effectiveFrom),
    );
    const differing = counted.filter(({ amount }) => !amount.equals(price.amount));
    const sources = [...new Set(differing.map(({ provenance }) => provenance.source))];
    if (sources.length === 0) return undefined;
    const amounts = counted.map(({ amount }) => amount);
    const lowest = amounts.reduce((least, amount) => (amount.lt(least) ? amount : least));
    const highest = amounts.reduce((most, amount) => (amount.gt(most) ? amount : most));
    return {
      lowest,
      highest,
      ...(lowest.isZero() ? {} : { ratio: highest.dividedBy(lowest).toNumber() }),
      sources,
      observations: differing,
    };
  };

  return {
    observationsOf,
    disagreementOf(id) {
      if (found.has(id)) return found.get(id);
      const price = servedRow(id);
      const disagreement = price === undefined ? undefined : disagreementIn(price);
      found.set(id, disagreement);
      return disagreement;
    },
  };
};
