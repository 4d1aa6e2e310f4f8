import type { ServiceTier } from '../domain/completion-request.ts';
import type { Cost, CostLine, UnpricedReason } from '../domain/cost.ts';
import type { Offering } from '../domain/model.ts';
import { type Currency, type Decimal, ZERO } from '../domain/money.ts';
import type { Meter, MeterAttributes, Price } from '../domain/price.ts';
import { inputTokensOf, outputTokensOf, type Usage, usageOf } from '../domain/usage.ts';
import { rowFor, rowsFor, type TieredBy, tieredBy } from './applicable-row.ts';
import { type Demand, demandOfExtra, demandsOf, PLAIN_RATES, REQUEST_DEMAND } from './demand.ts';
import { METER_OF_USAGE } from './meter.ts';
import { isInForce, type PriceCase } from './price-selection.ts';
import { type RatedRow, rateKey, type Tariff, tariffsOf } from './tariff.ts';

/** The rows whose dates include `at`, whatever their other conditions, in the order given. */
export const currentPrices = (prices: readonly Price[], at: Date): readonly Price[] =>
  prices.filter((price) => isInForce(price, at));

/** What is billed, whoever serves it. */
export type Billed = {
  /** Absent where the provider did not report it. */
  readonly usage: Usage | undefined;
  /** When the request was sent. */
  readonly at: Date;
  /** The tier in which it was served. Absent: STANDARD. */
  readonly serviceTier?: ServiceTier | undefined;
  /** Whether the model was let think. Absent: not known; reasoning tokens show that it did. */
  readonly thinking?: boolean | undefined;
  /** The region that served it. Absent: the offering's own. */
  readonly region?: string | undefined;
  /** What is known of that which was made, e.g. quality and size of images. */
  readonly attributes?: MeterAttributes | undefined;
  /** What was used besides, e.g. calls of tools, pages, images of several sizes. */
  readonly extras?: readonly { readonly meter: Meter; readonly quantity: number }[] | undefined;
};

/** What a cost is worked out from. */
export type CostInput = Billed & {
  readonly offering: Pick<Offering, 'billing' | 'region'>;
  /** The offering's rows, past and future ones included. Never changed: what is worked out of a list is kept with it. */
  readonly prices: readonly Price[];
};

/** A stretch of one demand with the row that prices it. */
type Charge = { readonly demand: Demand; quantity: number; readonly row: RatedRow };

const amountOf = ({ quantity, row: { price, perUnit } }: Charge): Decimal =>
  perUnit === undefined ? price.amount.times(quantity).dividedBy(price.per) : perUnit.times(quantity);

const lineOf = (charge: Charge): CostLine => {
  const { price } = charge.row;
  const { meter } = charge.demand;
  const { attributes } = price.meter;
  return {
    meter: attributes === undefined ? meter : { ...meter, attributes },
    quantity: charge.quantity,
    unitPrice: price.amount,
    per: price.per,
    amount: amountOf(charge),
    priceId: price.id,
  };
};

/** The bounds of tiers between two positions of tokens, both inclusive; the first position is the first. */
const startsOf = (
  rows: readonly RatedRow[],
  tieredBy: TieredBy,
  first: number,
  last: number,
): readonly number[] => {
  const bounds = rows
    .flatMap(({ price: { conditions } }) => [conditions[tieredBy]?.from, conditions[tieredBy]?.to])
    .filter((bound): bound is number => bound !== undefined && bound > first && bound <= last);
  return [...new Set([first, ...bounds])].toSorted((one, other) => one - other);
};

/** Each token at its own tier, one charge a tier; false where any of it has no price. */
const chargeByTier = (
  demand: Demand,
  rows: readonly RatedRow[],
  asked: PriceCase,
  tieredBy: TieredBy,
  charges: Charge[],
): boolean => {
  const { quantity, first, attributes } = demand;
  const last = first + quantity - 1;
  const starts = startsOf(rows, tieredBy, first, last);
  const stretches: Charge[] = [];
  for (const [index, start] of starts.entries()) {
    const row = rowFor(rows, { ...asked, [tieredBy]: start }, attributes);
    if (row === undefined) return false;
    const count = (starts[index + 1] ?? last + 1) - start;
    const before = stretches.at(-1);
    if (before?.row === row) before.quantity += count;
    else stretches.push({ demand, row, quantity: count });
  }
  charges.push(...stretches);
  return true;
};

/** Adds what one demand is charged; false, and nothing is added, where any of it has no price. */
const charge = (demand: Demand, tariff: Tariff, asked: PriceCase, charges: Charge[]): boolean => {
  if (!Number.isFinite(demand.quantity)) return false;
  const rows = rowsFor(demand, tariff, asked.at);
  const row = rowFor(rows, asked, demand.attributes);
  if (row === undefined) return false;
  const splitBy = row.price.tierMode === 'GRADUATED' ? tieredBy(demand, rows) : undefined;
  if (splitBy !== undefined) return chargeByTier(demand, rows, asked, splitBy, charges);
  charges.push({ demand, row, quantity: demand.quantity });
  return true;
};

type Bill = {
  readonly tariff: Tariff;
  readonly charges: readonly Charge[];
  readonly missing: readonly Meter[];
};

const REQUEST_RATE = rateKey(REQUEST_DEMAND.meter);

/** A request that is charged for by how much it searches has no other fee. */
const isFeeOfCall = ({ meter, attributes }: Demand): boolean =>
  meter.family === 'REQUESTS' || attributes?.search_context_size !== undefined;

/** Whether a call is itself billed by this tariff, and nobody counted it. */
const countsCall = (tariff: Tariff, demands: readonly Demand[], at: Date): boolean =>
  tariff.byRequest &&
  !demands.some(isFeeOfCall) &&
  (tariff.rows.get(REQUEST_RATE)?.some(({ price }) => isInForce(price, at)) ?? false);

const NOTHING_MISSING: readonly Meter[] = [];

/** What was made or heard, counted in another way than in tokens. */
const UNITS: ReadonlySet<Meter> = new Set([
  METER_OF_USAGE.images,
  METER_OF_USAGE.seconds,
  METER_OF_USAGE.characters,
]);

const isOfTokens = ({ demand: { meter } }: Charge): boolean => meter.family === 'TOKENS';

/** Whether what is charged is the price of tokens that have no rate: of units, or of the call where nothing has a rate by tokens. */
const arePaidOtherwise = (tariff: Tariff, charges: readonly Charge[], at: Date): boolean =>
  charges.some(({ demand: { meter } }) => UNITS.has(meter)) ||
  (charges.some(({ demand: { meter } }) => meter.family === 'REQUESTS' && meter.attributes === undefined) &&
    !tariff.prices.some((price) => price.meter.family === 'TOKENS' && isInForce(price, at)));

/** Units of what is charged in tokens: images by the tokens that came out, sound and characters by any. */
const isPaidInTokens = ({ demand: { meter } }: Charge, charges: readonly Charge[]): boolean =>
  UNITS.has(meter) &&
  charges.some(
    (charge) =>
      isOfTokens(charge) && (meter.family !== 'IMAGES' || charge.demand.meter.direction === 'OUTPUT'),
  );

const billIn = (tariff: Tariff, demands: readonly Demand[], asked: PriceCase): Bill => {
  const charges: Charge[] = [];
  let missing: Meter[] | undefined;
  let hasUnits = false;
  const all = countsCall(tariff, demands, asked.at) ? [...demands, REQUEST_DEMAND] : demands;
  for (const demand of all) {
    if (charge(demand, tariff, asked, charges)) {
      hasUnits ||= demand.meter.family !== 'TOKENS';
      continue;
    }
    missing ??= [];
    missing.push(demand.meter);
  }
  if (!hasUnits) return { tariff, charges, missing: missing ?? NOTHING_MISSING };
  if (missing === undefined)
    return {
      tariff,
      charges: charges.filter((each) => !isPaidInTokens(each, charges)),
      missing: NOTHING_MISSING,
    };
  return arePaidOtherwise(tariff, charges, asked.at)
    ? { tariff, charges, missing: missing.filter(({ family }) => family !== 'TOKENS') }
    : { tariff, charges, missing };
};

/**
 * Whether a row counts what the usage does not tell: an image, say, of which neither the number nor any token was
 * reported. Usage in tokens tells all there is to bill, as the provider then does not count the other.
 */
const isUntold = ({ meter: { family } }: Price, usage: Usage): boolean => {
  switch (family) {
    case 'CHARACTERS':
      return usage.characters === 0;
    case 'SECONDS':
      return usage.seconds === 0;
    case 'IMAGES':
      return usage.images === 0;
    case 'TOKENS':
    case 'PIXELS':
    case 'PAGES':
    case 'REQUESTS':
    case 'TOOL_CALLS':
    case 'TOKEN_HOURS':
      return false;
  }
};

/** Rates, of which all that are in force are 0 without being called free: a list that left them out, a plan, a trial. */
const isBlank = (tariff: Tariff, at: Date): boolean =>
  tariff.prices.every(
    (price) => !isInForce(price, at) || (price.billing !== 'FREE' && price.amount.isZero()),
  );

/** What is charged, before it is written as a bill. */
type Settled =
  | { readonly kind: 'PRICED'; readonly charges: readonly Charge[]; readonly currency: Currency }
  | { readonly kind: 'FREE' }
  | {
      readonly kind: 'UNPRICED';
      readonly reason: UnpricedReason;
      readonly charges: readonly Charge[];
      readonly missing: readonly Meter[];
    };

const unpriced = (reason: UnpricedReason): Settled => ({
  kind: 'UNPRICED',
  reason,
  charges: [],
  missing: NOTHING_MISSING,
});

/** Why no row in force prices a tier. */
const reasonOf = (prices: readonly Price[], at: Date): UnpricedReason => {
  const billings = new Set(currentPrices(prices, at).map(({ billing }) => billing));
  if (billings.has('METERED') || billings.has('FREE')) return 'TIER_UNPRICED';
  if (billings.has('PLAN')) return 'PLAN';
  return billings.has('COMMITMENT') ? 'COMMITMENT' : 'NO_PRICE';
};

/** The tariffs of which some row is in force. */
export const inForce = (tariffs: readonly Tariff[], at: Date): readonly Tariff[] => {
  const isOn = (tariff: Tariff): boolean => tariff.prices.some((price) => isInForce(price, at));
  return tariffs.every(isOn) ? tariffs : tariffs.filter(isOn);
};

const settle = (
  { usage: reported, at, serviceTier = 'STANDARD', attributes, extras, thinking, region }: Billed,
  offering: CostInput['offering'],
  prices: readonly Price[],
  known?: readonly Demand[],
): Settled => {
  if (offering.billing === 'FREE') return { kind: 'FREE' };
  if (offering.billing === 'PLAN' || offering.billing === 'COMMITMENT') return unpriced(offering.billing);
  const tariffs = offering.billing === 'UNKNOWN' ? [] : inForce(tariffsOf(prices, serviceTier), at);
  const usage = reported ?? (areByRequest(tariffs, at) ? usageOf({ requests: 1 }) : undefined);
  if (usage === undefined) return unpriced('NO_USAGE');
  const [only] = tariffs;
  if (only === undefined) return unpriced(offering.billing === 'UNKNOWN' ? 'NO_PRICE' : reasonOf(prices, at));

  const asked: PriceCase = {
    at,
    promptTokens: inputTokensOf(usage),
    outputTokens: outputTokensOf(usage),
    thinking: usage.reasoning > 0 || thinking === true,
    region: region ?? offering.region,
  };
  const demands = known ?? demandsIn(usage, attributes, extras);
  let bill = billIn(only, demands, asked);
  for (let index = 1; index < tariffs.length && bill.missing.length > 0; index += 1) {
    const tariff = tariffs[index];
    const other = tariff && billIn(tariff, demands, asked);
    if (other !== undefined && other.missing.length < bill.missing.length) bill = other;
  }
  const { tariff, charges, missing } = bill;
  if (missing.length > 0) return { kind: 'UNPRICED', reason: 'METER_UNPRICED', charges, missing };
  if (
    extras === undefined &&
    (asked.promptTokens + asked.outputTokens === 0 || !charges.some(isOfTokens)) &&
    tariff.prices.some((price) => isUntold(price, usage) && isInForce(price, at))
  )
    return { kind: 'UNPRICED', reason: 'NO_USAGE', charges, missing };
  if (charges.every(({ row }) => row.price.amount.isZero()) && isBlank(tariff, at))
    return unpriced('NO_PRICE');
  return { kind: 'PRICED', charges, currency: tariff.currency };
};

const demandsIn = (
  usage: Usage,
  attributes: MeterAttributes | undefined,
  extras: Billed['extras'],
): readonly Demand[] => {
  const demands = demandsOf(usage, attributes);
  if (extras === undefined) return demands;
  for (const extra of extras) if (!(extra.quantity <= 0)) demands.push(demandOfExtra(extra));
  return demands;
};

/**
 * What one call cost, exactly.
 *
 * Each kind of usage is billed by the row of its meter that applies; see `bySpecificity` for which of several. CLIFF: the
 * size of the whole request decides for every token. GRADUATED: the n-th input token is priced like a prompt of n
 * tokens, and the n-th output token like an answer of n tokens where rows are told apart by the length of the answer;
 * reasoning comes first in an answer. Reasoning without a row of its own is billed as plain output, and seconds and
 * characters by a row that names no direction. Nothing else falls back: cached, audio and image tokens without a row are
 * METER_UNPRICED, and so is what has a price for some attributes, regions or lengths only that are not those of the
 * request. What was counted both in tokens and in images, seconds or characters is charged once: in tokens where all of
 * them have a rate, else by those, and tokens without a rate need none. Nor do they where all that has a price is the
 * call. A call to an offering that is priced by the request is one request unless it is counted otherwise, and needs
 * no usage where nothing else is priced.
 *
 * Only rows of the tier that was used price it: with none in force it is TIER_UNPRICED. Calls of tools, pages and fees for a
 * request cost in a tier what they cost in STANDARD where the tier has no rate of its own for them. Rows of plans and commitments
 * price no request, and rates that are all 0 without being called free are NO_PRICE. Whether the model thought is what
 * reasoning tokens show, else what the caller says; with neither it did not. Where rows are of several currencies, the
 * bill is in the one that prices most meters, the first of them if several do, for tariffs are not mixed.
 */
export const costOf = (input: CostInput): Cost => {
  const settled = settle(input, input.offering, input.prices);
  if (settled.kind === 'FREE') return settled;
  if (settled.kind === 'UNPRICED') {
    const { reason, missing, charges } = settled;
    const lines = charges.map((charge) => ({ ...lineOf(charge), currency: charge.row.price.currency }));
    return { kind: 'UNPRICED', reason, lines, missing };
  }
  const lines = settled.charges.map(lineOf);
  let total: Decimal | undefined;
  for (const { amount } of lines) total = total === undefined ? amount : total.plus(amount);
  return { kind: 'PRICED', lines, total: total ?? ZERO, currency: settled.currency };
};

/** A cost without its lines. */
export type CostTotal =
  | {
      readonly kind: 'PRICED';
      /** Exact. */
      readonly total: Decimal;
      /** The total in floating point, to order by and never to bill by; 0 only where the total is. */
      readonly nearly: number;
      readonly currency: Currency;
    }
  | { readonly kind: 'FREE' }
  | { readonly kind: 'UNPRICED'; readonly reason: UnpricedReason; readonly missing: readonly Meter[] };

/** A total that is worked out exactly when it is read: of thousands that are ordered, few are. */
class ChargedTotal {
  readonly kind = 'PRICED';
  readonly nearly: number;
  readonly currency: Currency;
  readonly #charges: readonly Charge[];
  #total: Decimal | undefined;

  constructor(charges: readonly Charge[], currency: Currency) {
    let nearly = 0;
    for (const { quantity, row } of charges) nearly += row.nearly * quantity;
    this.nearly = nearly;
    this.currency = currency;
    this.#charges = charges;
  }

  get total(): Decimal {
    this.#total ??= this.#charges.reduce((sum, charge) => sum.plus(amountOf(charge)), ZERO);
    return this.#total;
  }
}

/** The total of `costOf` for one request at many offerings: what is the same for all of them is worked out once. */
export const totalsOf = (
  billed: Billed & { readonly usage: Usage },
): ((offering: CostInput['offering'], prices: readonly Price[]) => CostTotal) => {
  const demands = demandsIn(billed.usage, billed.attributes, billed.extras);
  return (offering, prices) => {
    const settled = settle(billed, offering, prices, demands);
    if (settled.kind !== 'PRICED') return settled;
    return new ChargedTotal(settled.charges, settled.currency);
  };
};

/** Whether there is something in force and all of it is billed by the call. */
const areByRequest = (tariffs: readonly Tariff[], at: Date): boolean => {
  const rows = tariffs.flatMap((tariff) => currentPrices(tariff.prices, at));
  return rows.length > 0 && rows.every((row) => row.meter.family === 'REQUESTS');
};

/**
 * The amount of one currency for 1,000,000 plain text tokens in or out in the STANDARD tier, as a request with a short
 * prompt and a short answer, without thinking, pays it at `at`. 0 where the provider charges nothing; undefined where no
 * row states it, and for plans and commitments.
 */
export const ratePerMillion = (
  offering: Pick<Offering, 'billing' | 'region'>,
  prices: readonly Price[],
  direction: 'INPUT' | 'OUTPUT',
  currency: Currency,
  at: Date,
): Decimal | undefined => {
  if (offering.billing === 'FREE') return ZERO;
  if (offering.billing !== 'METERED') return undefined;
  const tariff = tariffsOf(prices, 'STANDARD').find((each) => each.currency === currency);
  if (tariff === undefined) return undefined;
  const asked = { at, promptTokens: 1, outputTokens: 1, thinking: false, region: offering.region };
  const row = rowFor(rowsFor({ rates: PLAIN_RATES[direction] }, tariff, at), asked, undefined);
  if (row === undefined) return undefined;
  const { amount, per } = row.price;
  return per === 1_000_000 ? amount : amount.times(1_000_000).dividedBy(per);
};
