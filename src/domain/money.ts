import { Decimal as DecimalJs } from 'decimal.js';

/**
 * Exact decimal arithmetic for money and rates; 50 significant digits, so that a rate per million tokens
 * times any token count is exact. Never build one from a computed float.
 */
export const Decimal = DecimalJs.clone({ precision: 50, toExpNeg: -40, toExpPos: 40 });
export type Decimal = DecimalJs;

/** ISO 4217 code, e.g. `USD`, `CNY`. */
export type Currency = string;

export const ZERO: Decimal = new Decimal(0);

/** An exact amount of one currency. */
export type Money = { readonly amount: Decimal; readonly currency: Currency };

/** ISO 4217's code for no currency: of amounts that were stored before their currency was. */
export const NO_CURRENCY: Currency = 'XXX';
