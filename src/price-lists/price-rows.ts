import { perOf } from '../domain/meters.ts';
import { Decimal } from '../domain/money.ts';
import type { Meter, PriceConditions } from '../domain/price.ts';
import type { SourcePrice, SourceProblem } from '../ports/catalogue-source.ts';

/**
 * The dearest tokens ever sold cost 600 dollars for a million. From 1,000 on it is the price of something else that is
 * stated as one of tokens, e.g. of a query or a minute, or of a thousand tokens.
 */
const WRONG_UNIT_PER_MILLION_TOKENS = new Decimal(1000);
const ABSURD_PER_MILLION_TOKENS = new Decimal(100_000);
const ABSURD_PER_UNIT = new Decimal(1000);

const isAbsurd = (meter: Meter, amount: Decimal): boolean =>
  meter.family === 'TOKENS'
    ? amount.gt(ABSURD_PER_MILLION_TOKENS)
    : amount.gt(ABSURD_PER_UNIT.times(perOf(meter)));

/**
 * A stated number, exactly as it is written. Lists that were computed in floating point write 6.000000000000001e-07:
 * what is beyond 15 digits is an artefact. Undefined where it is no number.
 */
export const decimalIn = (value: unknown): Decimal | undefined => {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? new Decimal(String(value)).toSignificantDigits(15) : undefined;
  }
  if (
    typeof value !== 'string' ||
    !/^[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})(e[+-]?\d{1,2})?$/i.test(value)
  ) {
    return undefined;
  }
  return new Decimal(value).toSignificantDigits(15);
};

/** Of an amount: lists round a third of a cent at some 15 digits, which times 3,600 is noise. */
const MAX_DIGITS = 12;

/** A rate as a source states it: for `of` units, where 1 is per token, per second, …; `share` 0.01 is for cents. */
export type StatedRate = {
  /** The source's word for it, for messages. */
  readonly word: string;
  readonly amount: unknown;
  readonly meter: Meter;
  readonly of: number;
  readonly share?: string;
  readonly serviceTier?: SourcePrice['serviceTier'];
  readonly conditions?: PriceConditions;
  readonly billing?: SourcePrice['billing'];
  readonly currency?: string;
  readonly effectiveFrom?: string;
  readonly effectiveTo?: string;
};

export type PriceRows = {
  /** Adds a row, or the problem that it is. 0 is no price: it is left out. What is stated twice is taken once. */
  add(rate: StatedRate): void;
  /** Whether a row for the same thing is there. */
  has(rate: Pick<StatedRate, 'meter' | 'serviceTier' | 'conditions'>): boolean;
  readonly rows: readonly SourcePrice[];
};

const keyOf = (rate: Omit<StatedRate, 'word' | 'amount' | 'of'>): string =>
  JSON.stringify([
    rate.meter.family,
    rate.meter.direction,
    rate.meter.modality,
    rate.meter.tokenType,
    Object.entries(rate.meter.attributes ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1)),
    rate.serviceTier ?? 'STANDARD',
    rate.conditions ?? {},
    rate.effectiveFrom ?? '',
    rate.effectiveTo ?? '',
  ]);

/** The rows of one offering. `subject` names it in problems. */
export const createPriceRows = (subject: string, problems: SourceProblem[]): PriceRows => {
  const rows: SourcePrice[] = [];
  const taken = new Set<string>();
  return {
    rows,
    has: (rate) => taken.has(keyOf(rate)),
    add: (rate) => {
      if (rate.amount === undefined || rate.amount === null) return;
      const stated = decimalIn(rate.amount);
      if (stated === undefined) {
        problems.push({ subject, reason: 'MALFORMED', detail: `${rate.word} is not a number.` });
        return;
      }
      if (stated.isNegative() && !stated.isZero()) {
        problems.push({ subject, reason: 'NEGATIVE', detail: `${rate.word} is ${stated.toFixed()}.` });
        return;
      }
      if (stated.isZero()) return;
      const per = perOf(rate.meter);
      const amount = stated
        .times(per)
        .div(rate.of)
        .times(rate.share ?? '1');
      if (isAbsurd(rate.meter, amount)) {
        problems.push({
          subject,
          reason: 'ABSURD',
          detail: `${rate.word} is ${amount.toFixed()} for ${per} ${rate.meter.family.toLowerCase()}.`,
        });
        return;
      }
      if (rate.meter.family === 'TOKENS' && amount.gte(WRONG_UNIT_PER_MILLION_TOKENS)) {
        problems.push({
          subject,
          reason: 'UNIT',
          detail: `${rate.word} is ${amount.toFixed()} for a million tokens, which none cost: another unit is meant.`,
        });
        return;
      }
      const key = keyOf(rate);
      if (taken.has(key)) return;
      taken.add(key);
      rows.push({
        meter: rate.meter,
        amount: amount.toSignificantDigits(MAX_DIGITS).toFixed(),
        per,
        currency: rate.currency ?? 'USD',
        serviceTier: rate.serviceTier ?? 'STANDARD',
        conditions: rate.conditions ?? {},
        tierMode: 'CLIFF',
        billing: rate.billing ?? 'METERED',
        ...(rate.effectiveFrom === undefined ? {} : { effectiveFrom: rate.effectiveFrom }),
        ...(rate.effectiveTo === undefined ? {} : { effectiveTo: rate.effectiveTo }),
      });
    },
  };
};

/** Prompts with more tokens than `lower` and no more than `upper`; 0 and absent: no bound. */
export const promptOver = (lower: number, upper?: number): PriceConditions => ({
  promptTokens: {
    from: lower === 0 ? 0 : lower + 1,
    ...(upper === undefined ? {} : { to: upper + 1 }),
  },
});
