import type { Decimal } from '../../domain/money.ts';
import type { Meter } from '../../domain/price.ts';

/**
 * Amounts for one unit, or for a million tokens, characters, pixels or token-hours, at or below which a row is a placeholder
 * such as 1e-9 dollars a token, or the rate of another unit. The cheapest real ones that were seen in 2026 are 0.003
 * (tokens), 0.001 (cached tokens), 0.000011 (a second of sound), 0.02 (characters), 0.0003 (a page), 0.0005 (a request).
 */
const floorOf = ({ family, tokenType }: Meter): number => {
  switch (family) {
    case 'TOKENS':
      return tokenType === 'PLAIN' ? 0.001 : 0.000_5;
    case 'CHARACTERS':
      return 0.001;
    case 'PIXELS':
    case 'TOKEN_HOURS':
      return 0.000_01;
    case 'IMAGES':
    case 'PAGES':
    case 'REQUESTS':
    case 'TOOL_CALLS':
      return 0.000_01;
    case 'SECONDS':
      return 0.000_001;
  }
};

const perUnit = (meter: Meter): number => {
  switch (meter.family) {
    case 'TOKENS':
    case 'CHARACTERS':
    case 'PIXELS':
    case 'TOKEN_HOURS':
      return 1_000_000;
    case 'IMAGES':
    case 'PAGES':
    case 'REQUESTS':
    case 'TOOL_CALLS':
    case 'SECONDS':
      return 1;
  }
};

type Rate = { readonly meter: Meter; readonly amount: Decimal; readonly per: number };

/** Never billed by: precise enough to be held against a bound. */
const nearly = ({ meter, amount, per }: Rate): number => (amount.toNumber() / per) * perUnit(meter);

/** Whether a rate is at least a hundredth, which no floor is: most are, and floating point is slow. */
const isPlain = ({ meter, amount, per }: Rate): boolean => amount.e >= -2 && per === perUnit(meter);

/** Whether a row that is not free is too small to be a price. In whatever currency: yuan only make amounts greater. */
export const isPlaceholder = (rate: Rate): boolean =>
  // The margin is that of floating point.
  !isPlain(rate) && !rate.amount.isZero() && nearly(rate) <= floorOf(rate.meter) * 1.000_001;

/** Plain tokens below this, in dollars a million, are taken from two sources alone: the unit is mostly another one. */
const UNCONFIRMED_BELOW = 0.003;

/** Whether a rate is so low that one source is not enough. */
export const needsSecondSource = (rate: Rate): boolean =>
  rate.meter.family === 'TOKENS' &&
  rate.meter.tokenType === 'PLAIN' &&
  !isPlain(rate) &&
  !rate.amount.isZero() &&
  nearly(rate) < UNCONFIRMED_BELOW;
