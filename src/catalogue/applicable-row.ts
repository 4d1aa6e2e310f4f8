import type { MeterAttributes } from '../domain/price.ts';
import type { Demand } from './demand.ts';
import { applies, isInForce, type PriceCase } from './price-selection.ts';
import type { RatedRow, Tariff } from './tariff.ts';

/** The rows that are the demand's own, or those that price it for want of such. */
export const rowsFor = ({ rates }: Pick<Demand, 'rates'>, tariff: Tariff, at: Date): readonly RatedRow[] => {
  for (const rate of rates) {
    const rows = tariff.rows.get(rate);
    if (rows?.some(({ price }) => isInForce(price, at))) return rows;
  }
  return [];
};

/** The row that prices a demand, of those that are its own. */
export const rowFor = (
  rows: readonly RatedRow[],
  asked: PriceCase,
  attributes: MeterAttributes | undefined,
): RatedRow | undefined => rows.find(({ price }) => applies(price, asked, attributes));

export type TieredBy = 'promptTokens' | 'outputTokens';

/** By what a graduated row splits a demand; undefined: it goes by the whole request. */
export const tieredBy = ({ meter }: Demand, rows: readonly RatedRow[]): TieredBy | undefined => {
  if (meter.family !== 'TOKENS') return undefined;
  if (meter.direction === 'INPUT') return 'promptTokens';
  return rows.some(({ price }) => price.conditions.outputTokens !== undefined) ? 'outputTokens' : undefined;
};
