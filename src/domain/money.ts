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

/** Digits in a word of a Decimal's coefficient. */
const WORD = 7;
const WORD_BASE = 10 ** WORD;
/** The powers of ten that floating point holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/**
 * The nearest floating-point number, as `toNumber` gives it: to order by and never to bill by. Amounts of two words are no
 * more than one exact integer by one exact power of ten, which needs no text.
 */
export const nearNumber = (amount: Decimal): number => {
  const [first, second, third] = amount.d ?? [];
  if (first === undefined || third !== undefined) return amount.toNumber();
  const digits = second === undefined ? first : first * WORD_BASE + second;
  const power = Math.floor(amount.e / WORD) * WORD - (second === undefined ? 0 : WORD);
  const scale = POWERS[Math.abs(power)];
  if (scale === undefined) return amount.toNumber();
  return amount.s * (power < 0 ? digits / scale : digits * scale);
};

/** Digits behind the point of minor units: at them a token's share of a rate per million with six decimals is whole. */
const MINOR_DIGITS = 12;

/** An exact amount: as a whole number of trillionths of its currency, or in digits where it is none that a number holds. */
export type ExactAmount = number | string;

export const exactAmount = (amount: Decimal): ExactAmount => {
  if (amount.s !== 1 || !amount.isFinite()) return amount.toString();
  let power = Math.floor(amount.e / WORD) * WORD + MINOR_DIGITS;
  let units = 0;
  for (const word of amount.d) {
    const scale = POWERS[Math.abs(power)];
    const part = scale === undefined ? Number.NaN : power < 0 ? word / scale : word * scale;
    if (!Number.isInteger(part)) return amount.toString();
    units += part;
    power -= WORD;
  }
  return units <= Number.MAX_SAFE_INTEGER ? units : amount.toString();
};

/** In digits, with an exponent of ten where that is how it is known. */
export const digitsOfExact = (exact: ExactAmount): string =>
  typeof exact === 'number' ? `${exact}e-${MINOR_DIGITS}` : exact;
