import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { FilterContext } from '../../catalogue/filter/filter-check.ts';
import { offeringCheck } from '../../catalogue/filter/offering-check.ts';
import { conversionOf } from '../../catalogue/fx.ts';
import { lastPriceChange } from '../../catalogue/steady-prices.ts';
import type { RejectionReason } from '../../domain/attempt.ts';
import type { Offering } from '../../domain/model.ts';
import type { FilterMiss, OfferingFilter } from '../../domain/offering-filter.ts';
import { omitUndefined } from '../../domain/omit-undefined.ts';

/** Why an offering does not pass, and what was found and asked, for a person. */
export type Misfit = { readonly reason: RejectionReason; readonly detail: string };

/** Undefined: it passes. */
export type OfferingCheck = (offering: Offering) => Misfit | undefined;
/** The same of one offering at the moment of a request. */
export type MomentaryCheck = (at: Date) => Misfit | undefined;

/** A filter for as long as a catalogue stands. */
export type RouteFilter = {
  /** What the moment of a request changes nothing about. */
  readonly lasting: OfferingCheck;
  /** Where requests must be served; absent: anywhere. */
  readonly regions?: readonly string[];
  /** What it does: prices that come and go, and measurements. Undefined: nothing of this offering. */
  momentary(offering: Offering): MomentaryCheck | undefined;
};

/** Switched off on that day. */
export const retiredMisfit = (retiresAt: Date): Misfit => ({
  reason: 'RETIRED',
  detail: `It was switched off on ${retiresAt.toISOString().slice(0, 10)}.`,
});

/** The offering's own, else its provider's; in lower case. */
export const regionOf = (catalogue: Catalogue, offering: Offering): string | undefined =>
  (offering.region ?? catalogue.provider(offering.providerId)?.region)?.toLowerCase();

/** Whether rows begin, end or go by the clock from a moment on. */
const pricesChange = (catalogue: Catalogue, { id }: Offering, at: Date): boolean =>
  lastPriceChange(catalogue, id) > at.getTime();

/** How long an answer holds: measurements are no fresher, and prices change at full seconds. */
const SECOND = 1_000;

/** Of all offerings by one filter; what is worked out once a second serves all requests of that second. */
const everySecond = (filter: OfferingFilter, context: FilterContext) => {
  let second = Number.NaN;
  let check: (offering: Offering) => FilterMiss | undefined = () => undefined;
  const checkAt = (now: number) => {
    if (now !== second) {
      second = now;
      check = offeringCheck(filter, { ...context, at: new Date(now * SECOND) });
    }
    return check;
  };
  return (offering: Offering): MomentaryCheck => {
    let asked = Number.NaN;
    let answer: FilterMiss | undefined;
    return (at) => {
      const now = Math.floor(at.getTime() / SECOND);
      if (now !== asked) {
        answer = checkAt(now)(offering);
        asked = now;
      }
      return answer;
    };
  };
};

const isEmpty = (filter: OfferingFilter): boolean => Object.keys(filter).length === 0;

/**
 * A filter in two parts, so that requests ask only what may have changed. The cost of a request is checked where that is
 * known.
 */
export const compileFilter = (filter: OfferingFilter, context: FilterContext): RouteFilter => {
  const { maxTtftMs, minOutputTps, minUptime, ...rest } = filter;
  const { free, maxInputPrice, maxOutputPrice, maxBlendedPrice, ...facts } = rest;
  const priced: OfferingFilter = omitUndefined({ free, maxInputPrice, maxOutputPrice, maxBlendedPrice });
  const measured: OfferingFilter = omitUndefined({ maxTtftMs, minOutputTps, minUptime });
  const { catalogue, at } = context;
  const factsCheck = offeringCheck(facts, context);
  const pricesCheck = offeringCheck(priced, context);
  const ofMeasurements = isEmpty(measured) ? undefined : everySecond(measured, context);
  const ofBoth = everySecond({ ...priced, ...measured }, context);
  return {
    ...(filter.regions !== undefined && { regions: filter.regions }),
    lasting: (offering) =>
      factsCheck(offering) ?? (pricesChange(catalogue, offering, at) ? undefined : pricesCheck(offering)),
    momentary: (offering) =>
      !isEmpty(priced) && pricesChange(catalogue, offering, at)
        ? ofBoth(offering)
        : ofMeasurements?.(offering),
  };
};

/** The first thing that does not fit. */
export const firstFound = <Given>(
  checks: readonly ((given: Given) => Misfit | undefined)[],
  given: Given,
): Misfit | undefined => {
  for (const check of checks) {
    const found = check(given);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The most that a request may cost by a filter, in US dollars; NaN where no exchange rate leads there. */
export const ceilingOf = ({ fx }: Catalogue, { maxCostPerRequest }: OfferingFilter): number | undefined => {
  if (maxCostPerRequest === undefined) return undefined;
  const { amount, currency } = maxCostPerRequest;
  const factor = conversionOf(currency, 'USD', fx)?.factor;
  return factor === undefined ? Number.NaN : amount.times(factor).toNumber();
};

/** The lower of two ceilings, of which one that is not known counts as the lowest. */
export const lowerCeiling = (one: number | undefined, other: number | undefined): number | undefined => {
  if (one === undefined) return other;
  return other === undefined ? one : Math.min(one, other);
};
