import type { Catalogue } from '../catalogue/catalogue.ts';
import { type CostInput, costOf } from '../catalogue/price-engine.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Cost } from '../domain/cost.ts';
import { asOfferingId, type OfferingId } from '../domain/ids.ts';
import { METERS } from '../domain/meters.ts';
import type { Offering } from '../domain/model.ts';
import type { ModelCall } from '../domain/provider-billing.ts';
import { mergeLines, sumOfCosts } from '../domain/sum-costs.ts';
import { usageOf } from '../domain/usage.ts';

/** What prices depend on besides usage and time, as an offering was asked. */
export type AskedTerms = Pick<CostInput, 'serviceTier' | 'thinking' | 'attributes' | 'region'>;

/** By the offering that was asked; undefined where nothing is known. */
export type TermsOf = (offeringId: OfferingId) => AskedTerms | undefined;

/** A model that a provider called, which nothing lists: it has no rates. */
const UNLISTED: CostInput['offering'] = { billing: 'METERED' };

/** A snapshot has the rates of its model, where no list names it: `claude-opus-4-8-20260301`. */
const undated = (id: OfferingId): OfferingId =>
  asOfferingId(id.replace(/[-@](\d{8}|\d{4}-\d{2}-\d{2})$/, ''));

const withOffering = (cost: Cost, offeringId: OfferingId): Cost => {
  switch (cost.kind) {
    case 'FREE':
      return cost;
    case 'PRICED':
      return { ...cost, lines: cost.lines.map((line) => ({ ...line, offeringId })) };
    case 'UNPRICED':
      return { ...cost, lines: cost.lines.map((line) => ({ ...line, offeringId })) };
  }
};

/**
 * What our rates make of an attempt, in the tier and the region in which the provider says it served it, else those that
 * were asked. Each call of a model inside the answer is billed by its own size and at its own model's rates.
 */
export const costOfAttempt = (
  attempt: Attempt,
  offering: Offering,
  catalogue: Catalogue,
  termsOf: TermsOf,
): Cost => {
  const terms = termsOf(offering.id);
  const { calls, units } = attempt.billing ?? {};
  const common = {
    at: attempt.startedAt,
    serviceTier: attempt.serviceTier ?? terms?.serviceTier,
    region: attempt.region ?? terms?.region,
  };
  const own = {
    ...common,
    offering,
    prices: catalogue.pricesOf(offering.id),
    thinking: terms?.thinking,
    attributes: terms?.attributes,
  };
  if (calls === undefined) return costOf({ ...own, usage: attempt.usage, extras: units });
  // Tools are charged for beside the calls, once.
  let extras = units;
  const costs = calls.map(({ model, usage }: ModelCall): Cost => {
    const id = model === undefined ? undefined : asOfferingId(`${offering.providerId}/${model}`);
    if (id === undefined || id === offering.id) {
      const cost = costOf({ ...own, usage, extras });
      extras = undefined;
      return cost;
    }
    const other =
      catalogue.offering(id) ?? catalogue.offering(undated(id)) ?? catalogue.unlisted(id)?.offering;
    return withOffering(
      costOf({
        ...common,
        offering: other ?? UNLISTED,
        prices: other === undefined ? [] : catalogue.pricesOf(other.id),
        usage,
      }),
      other?.id ?? id,
    );
  });
  if (extras !== undefined) costs.push(costOf({ ...own, usage: usageOf({}), extras }));
  return mergeLines(sumOfCosts(costs));
};

/**
 * What the provider says it charged, as the bill: of one that passes requests on to others, whose rates are theirs, and
 * where our rates do not make a whole bill. Undefined: our rates are the bill.
 */
export const chargedCost = (
  { billing, providerId }: Attempt,
  computed: Cost,
  catalogue: Catalogue,
): Cost | undefined => {
  const charge = billing?.charge;
  if (charge === undefined) return undefined;
  const isAggregator = catalogue.provider(providerId)?.kind === 'AGGREGATOR';
  if (!isAggregator && computed.kind !== 'UNPRICED') return undefined;
  const { total, currency } = charge;
  return {
    kind: 'PRICED',
    lines: [{ meter: METERS.requests, quantity: 1, unitPrice: total, per: 1, amount: total }],
    total,
    currency,
  };
};
