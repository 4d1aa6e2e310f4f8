import type { FxRate } from '../../domain/fx.ts';
import { Decimal } from '../../domain/money.ts';
import type { QuarantinedPrice } from '../../domain/price.ts';
import { fxRank } from '../source-precedence.ts';
import { type Origin, provenanceOf } from './draft.ts';

/** The newest rate of each pair and source, in order of precedence of sources; what is no rate goes to `refuse`. */
export const mergeFx = (
  origins: readonly Origin[],
  refuse: (row: QuarantinedPrice) => void,
): readonly FxRate[] => {
  const newest = new Map<string, FxRate>();
  for (const origin of origins) {
    const { dated } = origin;
    for (const { base, quote, rate, date } of dated.reading.fx) {
      if (!/^\d{1,20}(\.\d{1,30})?$/.test(rate) || !/^\d{4}-\d\d-\d\d$/.test(date) || Number(rate) === 0) {
        refuse({
          source: dated.sourceId,
          subject: `${base}/${quote}`,
          reason: 'MALFORMED',
          detail: `states a rate of "${rate.slice(0, 40)}" for ${date.slice(0, 40)}`,
          at: dated.observedAt,
        });
        continue;
      }
      const key = `${dated.sourceId} ${base} ${quote}`;
      const known = newest.get(key);
      if (known !== undefined && known.date >= date) continue;
      newest.set(key, { base, quote, rate: new Decimal(rate), date, provenance: provenanceOf(origin) });
    }
  }
  return [...newest.values()].toSorted(
    (one, other) => fxRank(one.provenance.source) - fxRank(other.provenance.source),
  );
};
