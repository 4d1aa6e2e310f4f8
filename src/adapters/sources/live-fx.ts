import type { SourceFx, SourceProblem } from '../../ports/catalogue-source.ts';
import { decimalIn } from '../../price-lists/price-rows.ts';
import { dayIn } from '../../price-lists/read-values.ts';

export type ExchangeRateReading =
  | { readonly kind: 'RATE'; readonly fx: SourceFx }
  | { readonly kind: 'PROBLEM'; readonly problem: SourceProblem };

const isCurrency = (value: unknown): value is string => typeof value === 'string' && /^[A-Z]{3}$/.test(value);

/** Reads what a list says that one unit of `base` is worth in `quote`. */
export const exchangeRate = (row: {
  readonly base: unknown;
  readonly quote: unknown;
  readonly rate: unknown;
  readonly date: unknown;
}): ExchangeRateReading => {
  const { base, quote } = row;
  const date = dayIn(row.date);
  const subject = `${isCurrency(base) ? base : '?'}/${isCurrency(quote) ? quote : '?'}`;
  const problem = (reason: SourceProblem['reason'], detail: string): ExchangeRateReading => ({
    kind: 'PROBLEM',
    problem: { subject, reason, detail },
  });
  if (!isCurrency(base) || !isCurrency(quote)) return problem('MALFORMED', 'takes two ISO 4217 codes');
  if (date === undefined) return problem('MALFORMED', 'takes a day, YYYY-MM-DD');
  const rate = decimalIn(row.rate);
  if (rate === undefined) return problem('MALFORMED', 'takes a number as rate');
  if (rate.lte(0)) return problem('NEGATIVE', `the rate is ${rate.toString()}; takes one above 0`);
  if (rate.gt('1e9') || rate.lt('1e-9')) return problem('ABSURD', `the rate is ${rate.toString()}`);
  return { kind: 'RATE', fx: { base, quote, rate: rate.toFixed(), date } };
};
