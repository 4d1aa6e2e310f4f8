import type { Catalogue } from '../../catalogue/catalogue.ts';
import { conversionOf } from '../../catalogue/fx.ts';
import { type CostInput, costOf } from '../../catalogue/price-engine.ts';
import type { ServiceTier } from '../../domain/completion-request.ts';
import type { Cost, CostLine } from '../../domain/cost.ts';
import type { FxRate } from '../../domain/fx.ts';
import type { Offering } from '../../domain/model.ts';
import type { MeterAttributes, Price } from '../../domain/price.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';

/** Tokens of a request, as far as they can be told before it is sent. */
export type ExpectedTokens = {
  /** All input tokens, cached ones included. */
  readonly input: number;
  /** Of these, likely to be read from the prompt cache. */
  readonly cacheRead: number;
  readonly output: number;
};

/**
 * What requests to one offering cost, about, for ordering alone: money that is billed or shown comes from the price
 * engine. Made once for an offering and a catalogue.
 */
export type RateCard = {
  /** In US dollars; 0 where it is free; NaN where a price or an exchange rate is not known. Under 0.2 µs. */
  costOf(tokens: ExpectedTokens, at: Date, terms: RateTerms): number;
  /** The same of anything that is used, worked out by the price engine each time. */
  billOf(usage: Usage, at: Date, attributes?: MeterAttributes): number;
  /** What a request without cached tokens is priced by, for whoever asks the like of many cards. */
  pieceOf(input: number, output: number, at: Date, terms: RateTerms): RatePiece;
};

/** What rates go by beside sizes and times. `thinks`: the request asks the model to reason. */
export type RateTerms = { readonly serviceTier: ServiceTier; readonly thinks: boolean };

/** Straight rates, in US dollars, with the sizes and the time in which they hold: `from` inclusive, `to` exclusive. */
export type RatePiece = {
  readonly base: number;
  /** For each token. */
  readonly input: number;
  readonly output: number;
  readonly inputFrom: number;
  readonly inputTo: number;
  readonly outputFrom: number;
  readonly outputTo: number;
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
};

/** What holds in one segment of sizes: a cost is `base` plus each count times its rate. */
type Rates = {
  readonly base: number;
  readonly input: number;
  readonly cacheRead: number;
  readonly output: number;
};

/** The rates of one tier while the same rows are in force. */
type Sheet = {
  /** Milliseconds, inclusive and exclusive. */
  readonly from: number;
  readonly to: number;
  /** By the number of the segment, filled as they are asked for. */
  readonly segments: (Rates | undefined)[];
};

/** Sizes at which rates change, ascending. Nothing at all is a segment of its own: what is not used needs no price. */
type Bounds = {
  readonly input: readonly number[];
  readonly cacheRead: readonly number[];
  readonly output: readonly number[];
};

const MINUTE = 60_000;
const UNKNOWN: Rates = { base: Number.NaN, input: 0, cacheRead: 0, output: 0 };

/** The same whatever is asked. */
const flatCard = (usd: number): RateCard => {
  const [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const sizes = { inputFrom: from, inputTo: to, outputFrom: from, outputTo: to };
  const piece: RatePiece = { base: usd, input: 0, output: 0, ...sizes, from, to };
  return { costOf: () => usd, billOf: () => usd, pieceOf: () => piece };
};
const FREE = flatCard(0);
const NO_PRICE = flatCard(Number.NaN);

const ascending = (bounds: Iterable<number>): readonly number[] =>
  [...new Set(bounds)].sort((one, other) => one - other);

const boundsOf = (prices: readonly Price[]): Bounds => {
  const input = new Set([1]);
  const cacheRead = new Set([1]);
  const output = new Set([1]);
  for (const { conditions, tierMode } of prices) {
    for (const bound of [conditions.promptTokens?.from, conditions.promptTokens?.to]) {
      if (bound === undefined || bound <= 1) continue;
      input.add(bound);
      // Each token at its own tier: it matters where the cached ones end, and where the others begin.
      if (tierMode === 'GRADUATED') cacheRead.add(bound - 1).add(bound);
    }
    for (const bound of [conditions.outputTokens?.from, conditions.outputTokens?.to])
      if (bound !== undefined && bound > 1) output.add(bound);
  }
  return { input: ascending(input), cacheRead: ascending(cacheRead), output: ascending(output) };
};

const segmentOf = (bounds: readonly number[], count: number): number => {
  let segment = 0;
  for (let index = 0; index < bounds.length; index += 1) if (count >= (bounds[index] ?? 0)) segment += 1;
  return segment;
};

/** The bounds of the segment that a count lies in. */
const rangeOf = (bounds: readonly number[], count: number): readonly [number, number] => {
  const segment = segmentOf(bounds, count);
  return [bounds[segment - 1] ?? Number.NEGATIVE_INFINITY, bounds[segment] ?? Number.POSITIVE_INFINITY];
};

/** Of a bill of one case, what each further token of each kind would add, as far as the segment reaches. */
const ratesIn = (cost: Cost, { input, cacheRead }: ExpectedTokens, toUsd: number): Rates => {
  if (cost.kind === 'FREE') return { ...UNKNOWN, base: 0 };
  if (cost.kind === 'UNPRICED') return UNKNOWN;
  let base = 0;
  /** Of the first and of the last token of a kind: they differ where tiers are graduated. */
  const firsts = { input: 0, cacheRead: 0, output: 0 };
  const lasts = { input: 0, cacheRead: 0, output: 0 };
  const seen = { input: 0, cacheRead: 0, output: 0 };
  let uncached = 0;
  for (const line of cost.lines) {
    const kind = kindOf(line);
    const amount = line.amount.toNumber();
    if (kind === undefined) {
      base += amount;
      continue;
    }
    const rate = line.unitPrice.toNumber() / line.per;
    if (seen[kind] === 0) firsts[kind] = rate;
    seen[kind] += line.quantity;
    lasts[kind] = rate;
    if (kind === 'input') uncached += amount;
    else base += amount;
  }
  // Uncached tokens lie between the end of the cached ones and the end of the prompt.
  base += uncached - lasts.input * input + firsts.input * cacheRead;
  base -= lasts.cacheRead * seen.cacheRead + lasts.output * seen.output;
  return {
    base: base * toUsd,
    input: lasts.input * toUsd,
    cacheRead: (lasts.cacheRead - firsts.input) * toUsd,
    output: lasts.output * toUsd,
  };
};

const kindOf = ({ meter }: CostLine): keyof ExpectedTokens | undefined => {
  if (meter.family !== 'TOKENS') return undefined;
  if (meter.direction === 'OUTPUT') return 'output';
  return meter.tokenType === 'CACHE_READ' ? 'cacheRead' : 'input';
};

/** From when to when the same rows are in force; a minute where some come and go by the clock. */
const stretchAround = (prices: readonly Price[], at: number): { from: number; to: number } => {
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (const { effectiveFrom, effectiveTo, conditions } of prices) {
    for (const date of [effectiveFrom?.getTime(), effectiveTo?.getTime()]) {
      if (date === undefined) continue;
      if (date <= at) from = Math.max(from, date);
      else to = Math.min(to, date);
    }
    if (conditions.timeWindow === undefined) continue;
    from = Math.max(from, Math.floor(at / MINUTE) * MINUTE);
    to = Math.min(to, (Math.floor(at / MINUTE) + 1) * MINUTE);
  }
  return { from, to };
};

/**
 * The rates of an offering as the price engine applies them, so that both agree: tiers of sizes, CLIFF and GRADUATED,
 * service tiers, dates and hours, and whether the model is asked to think. As the engine has it, cached tokens that have no
 * rate have no price.
 */
export const createRateCard = (
  offering: CostInput['offering'],
  prices: readonly Price[],
  fx: readonly FxRate[],
): RateCard => {
  if (offering.billing === 'FREE') return FREE;
  if (offering.billing !== 'METERED') return NO_PRICE;
  const bounds = boundsOf(prices);
  const afterInput = bounds.input.length + 1;
  const afterCache = afterInput * (bounds.cacheRead.length + 1);
  const afterOutput = afterCache * (bounds.output.length + 1);
  /** For most it is all the same whether they think. */
  const asksThinking = prices.some(({ conditions }) => conditions.thinking !== undefined);
  const plain = new Map<ServiceTier, Sheet>();
  const thinking = asksThinking ? new Map<ServiceTier, Sheet>() : plain;

  const toUsd = (cost: Cost): number =>
    cost.kind === 'PRICED' ? (conversionOf(cost.currency, 'USD', fx)?.factor.toNumber() ?? Number.NaN) : 1;
  const sheetOf = ({ serviceTier, thinks }: RateTerms, at: number): Sheet => {
    const sheets = thinks ? thinking : plain;
    let sheet = sheets.get(serviceTier);
    if (sheet === undefined || at < sheet.from || at >= sheet.to) {
      sheet = { ...stretchAround(prices, at), segments: [] };
      sheets.set(serviceTier, sheet);
    }
    return sheet;
  };
  const ratesOf = (tokens: ExpectedTokens, at: Date, terms: RateTerms, sheet: Sheet): Rates => {
    const { input, cacheRead, output } = tokens;
    const segment =
      segmentOf(bounds.input, input) +
      afterInput * segmentOf(bounds.cacheRead, cacheRead) +
      afterCache * segmentOf(bounds.output, output) +
      (input > cacheRead ? afterOutput : 0);
    let rates = sheet.segments[segment];
    if (rates === undefined) {
      const usage = usageOf({ input: input - cacheRead, cacheRead, output });
      const { serviceTier, thinks: thinking } = terms;
      const cost = costOf({ offering, prices, usage, at, serviceTier, thinking });
      rates = ratesIn(cost, tokens, toUsd(cost));
      sheet.segments[segment] = rates;
    }
    return rates;
  };

  return {
    costOf(tokens, at, terms) {
      const rates = ratesOf(tokens, at, terms, sheetOf(terms, at.getTime()));
      const { input, cacheRead, output } = tokens;
      return rates.base + rates.input * input + rates.cacheRead * cacheRead + rates.output * output;
    },
    billOf(usage, at, attributes) {
      const cost = costOf({ offering, prices, usage, at, ...(attributes !== undefined && { attributes }) });
      if (cost.kind === 'FREE') return 0;
      return cost.kind === 'PRICED' ? cost.total.toNumber() * toUsd(cost) : Number.NaN;
    },
    pieceOf(input, output, at, terms) {
      const sheet = sheetOf(terms, at.getTime());
      const rates = ratesOf({ input, cacheRead: 0, output }, at, terms, sheet);
      const [inputFrom, inputTo] = rangeOf(bounds.input, input);
      const [outputFrom, outputTo] = rangeOf(bounds.output, output);
      return { ...rates, inputFrom, inputTo, outputFrom, outputTo, from: sheet.from, to: sheet.to };
    },
  };
};

const cardsOf = new WeakMap<Catalogue, Map<string, RateCard>>();

/** The card of an offering, in the region that its requests ask for; the same for as long as the catalogue stands. */
export const rateCardOf = (catalogue: Catalogue, offering: Offering, region?: string): RateCard => {
  let cards = cardsOf.get(catalogue);
  if (cards === undefined) {
    cards = new Map();
    cardsOf.set(catalogue, cards);
  }
  const key = region === undefined ? offering.id : `${offering.id} ${region}`;
  let card = cards.get(key);
  if (card === undefined) {
    const served = region === undefined ? offering : { ...offering, region };
    card = createRateCard(served, catalogue.pricesOf(offering.id), catalogue.fx);
    cards.set(key, card);
  }
  return card;
};
