import type { Offering } from '../domain/model.ts';
import type { Currency, Decimal } from '../domain/money.ts';
import type { Price } from '../domain/price.ts';
import type { Catalogue } from './catalogue.ts';
import { conversionOf } from './fx.ts';
import { readsOnly } from './offering-operation.ts';
import { currentPrices, ratePerMillion } from './price-engine.ts';
import { createSteadyMemo } from './steady-prices.ts';
import { tariffsOf } from './tariff.ts';

type Rate = Decimal | 'NO_FX_RATE' | undefined;

/** What 1,000,000 plain text tokens cost in one currency, as a short prompt in the STANDARD tier pays them. */
export type TextRates = {
  /** In the currency as a row states it, else converted from the first one that has a row. */
  readonly INPUT: Rate;
  readonly OUTPUT: Rate;
  /**
   * (3 x input + output) / 4, fees per request left out; the input rate of what only reads. Undefined where a rate or a conversion
   * is missing or nothing is charged for tokens.
   */
  readonly blended: Decimal | undefined;
};

type Direction = 'INPUT' | 'OUTPUT';
type FactorFrom = (from: Currency) => Decimal | undefined;

const blend = (
  offering: Offering,
  prices: readonly Price[],
  input: Decimal | undefined,
  output: Decimal | undefined,
  at: Date,
): Decimal | undefined => {
  if (input === undefined || offering.billing !== 'METERED') return undefined;
  const hasNoOutput = (output === undefined || output.isZero()) && readsOnly(offering);
  const blended = hasNoOutput ? input : output && input.times(3).plus(output).dividedBy(4);
  if (blended?.isZero() && !currentPrices(prices, at).some(({ billing }) => billing === 'FREE'))
    return undefined;
  return blended;
};

const workOut = (
  offering: Offering,
  prices: readonly Price[],
  currency: Currency,
  factorFrom: FactorFrom,
  at: Date,
): TextRates => {
  const stated = (direction: Direction, from: Currency) =>
    ratePerMillion(offering, prices, direction, from, at);
  const [input, output] = [stated('INPUT', currency), stated('OUTPUT', currency)];
  const blended = blend(offering, prices, input, output, at);
  if (offering.billing !== 'METERED' || blended !== undefined)
    return { INPUT: input, OUTPUT: output, blended };
  const rates: { INPUT: Rate; OUTPUT: Rate; blended: Decimal | undefined } = {
    INPUT: input,
    OUTPUT: output,
    blended,
  };
  for (const { currency: from } of tariffsOf(prices, 'STANDARD')) {
    if (from === currency) continue;
    const [theirInput, theirOutput] = [stated('INPUT', from), stated('OUTPUT', from)];
    const factor = factorFrom(from);
    if (theirInput !== undefined) rates.INPUT ??= factor?.times(theirInput) ?? 'NO_FX_RATE';
    if (theirOutput !== undefined) rates.OUTPUT ??= factor?.times(theirOutput) ?? 'NO_FX_RATE';
    if (factor !== undefined)
      rates.blended ??= blend(offering, prices, theirInput, theirOutput, at)?.times(factor);
  }
  return rates;
};

const keepRates = createSteadyMemo<TextRates>();

/** At `at`; kept for each catalogue and currency where prices change no more. */
export const textRatesIn = (
  catalogue: Catalogue,
  currency: Currency,
  at: Date,
): ((offering: Offering) => TextRates) => {
  const factors = new Map<Currency, Decimal | undefined>();
  const factorFrom: FactorFrom = (from) => {
    if (!factors.has(from)) factors.set(from, conversionOf(from, currency, catalogue.fx)?.factor);
    return factors.get(from);
  };
  return keepRates(catalogue, currency, at, (offering) =>
    workOut(offering, catalogue.pricesOf(offering.id), currency, factorFrom, at),
  );
};

export const blendedPriceIn = (
  catalogue: Catalogue,
  currency: Currency,
  at: Date,
): ((offering: Offering) => Decimal | undefined) => {
  const ratesOf = textRatesIn(catalogue, currency, at);
  return (offering) => ratesOf(offering).blended;
};

/** Offerings that are looked at between two pauses. */
const SLICE = 100;

/** Works out the rates of all offerings, for what asks for them next. Yields where it may be interrupted. */
export function* workOutTextRates(catalogue: Catalogue, currency: Currency, at: Date): Generator<void, void> {
  const ratesOf = textRatesIn(catalogue, currency, at);
  let looked = 0;
  for (const offering of catalogue.offerings) {
    ratesOf(offering);
    looked += 1;
    if (looked % SLICE === 0) yield;
  }
}
