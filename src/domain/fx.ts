import type { Currency, Decimal } from './money.ts';
import type { Provenance } from './price.ts';

/** What one unit of `base` is worth in `quote` on a day. */
export type FxRate = {
  readonly base: Currency;
  readonly quote: Currency;
  readonly rate: Decimal;
  /** The day for which it is stated, `YYYY-MM-DD`. */
  readonly date: string;
  readonly provenance: Provenance;
};
