import type { ShippedList } from '../../src/catalogue/shipped/shipped-list.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { SourcePrice } from '../../src/ports/catalogue-source.ts';

/** Which version of a list was taken. */
export type Edition = { readonly version: string; readonly publishedAt: string };

export const editionOf = (
  { version, publishedAt }: Edition,
  about: Pick<ShippedList, 'source' | 'name' | 'licence' | 'attribution' | 'pageUrl'>,
): Omit<ShippedList, 'providers' | 'models'> => {
  const { source, name, ...rest } = about;
  return { source, name, version, publishedAt, ...rest };
};

/** No provider sells a million tokens for less: lists put 1e-9 for a token where they know no rate. */
const MIN_PER_MILLION = new Decimal('0.0011');

/** Rates for 1,000,000 tokens as decimal text; undefined where all are 0 or placeholders. */
export const ratesOf = (rates: {
  readonly [meter: string]: number | undefined;
}): { readonly [meter: string]: string } | undefined => {
  const stated = Object.entries(rates).flatMap(([meter, rate]): readonly [string, string][] => {
    if (rate === undefined || !Number.isFinite(rate)) return [];
    // Lists that were computed in floating point write 0.6000000000000001.
    const amount = new Decimal(String(rate)).toSignificantDigits(12);
    return amount.lt(MIN_PER_MILLION) ? [] : [[meter, amount.toFixed()]];
  });
  return stated.length === 0 ? undefined : Object.fromEntries(stated);
};

/** Whether a rate of tokens stands where a list knows none. */
export const isPlaceholder = ({ meter, amount }: Pick<SourcePrice, 'meter' | 'amount'>): boolean =>
  meter.family === 'TOKENS' && new Decimal(amount).lt(MIN_PER_MILLION);
