import type { CostInput } from '../../../src/catalogue/price-engine.ts';
import type { ServiceTier } from '../../../src/domain/completion-request.ts';
import type { Meter, Price, PriceConditions } from '../../../src/domain/price.ts';
import type { Usage } from '../../../src/domain/usage.ts';
import { row } from '../price-rows.ts';
import type { Evidence } from './price-evidence.ts';

/** A line as `meterKey`, quantity, price of the row's `per` units, amount. */
export type ExpectedLine = readonly [meter: string, quantity: number, unitPrice: string, amount: string];

/** One bill, worked out by hand. */
export type PriceFixture = Partial<Omit<CostInput, 'prices' | 'usage' | 'at'>> & {
  readonly name: string;
  /** Where the rates are from. */
  readonly evidence: Evidence;
  readonly prices: readonly Price[];
  readonly usage: Partial<Usage>;
  /** Absent: a moment of no meaning. */
  readonly at?: string;
  readonly lines: readonly ExpectedLine[];
  /** `amount currency`, or the reason for which there is none. */
  readonly total: string;
};

export const INPUT = 'tokens.input.text.plain';
export const OUTPUT = 'tokens.output.text.plain';
export const CACHE_READ = 'tokens.input.text.cache_read';
export const CACHE_WRITE_5M = 'tokens.input.text.cache_write_5m';
export const CACHE_WRITE_1H = 'tokens.input.text.cache_write_1h';
export const REASONING = 'tokens.output.text.reasoning';

export const output: Partial<Meter> = { direction: 'OUTPUT' };
export const cacheRead: Partial<Meter> = { tokenType: 'CACHE_READ' };
export const cacheWrite5m: Partial<Meter> = { tokenType: 'CACHE_WRITE_5M' };
export const cacheWrite1h: Partial<Meter> = { tokenType: 'CACHE_WRITE_1H' };
export const reasoning: Partial<Meter> = { direction: 'OUTPUT', tokenType: 'REASONING' };

export const when = (conditions: PriceConditions) => ({ conditions });

/** Two rows that part at a number of input tokens, which is the first of the upper tier. */
export const parted = (bound: number, which: Partial<Meter>, low: string, high: string): readonly Price[] => [
  row(low, which, when({ promptTokens: { from: 0, to: bound } })),
  row(high, which, when({ promptTokens: { from: bound } })),
];

export const inTier = (serviceTier: ServiceTier, rates: readonly [string, string, string]) => [
  row(rates[0], {}, { serviceTier }),
  row(rates[1], cacheRead, { serviceTier }),
  row(rates[2], output, { serviceTier }),
];
