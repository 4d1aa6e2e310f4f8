import type { ServiceTier } from '../domain/completion-request.ts';
import type { Currency } from '../domain/money.ts';
import type { CountRange, Price } from '../domain/price.ts';
import { USAGE_KINDS, type Usage } from '../domain/usage.ts';
import { rowFor, rowsFor } from './applicable-row.ts';
import type { Catalogue } from './catalogue.ts';
import { type Demand, demandsOf } from './demand.ts';
import { METER_OF_USAGE } from './meter.ts';
import { inForce } from './price-engine.ts';
import type { PriceCase } from './price-selection.ts';
import { type Tariff, tariffsOf } from './tariff.ts';

const KINDS = USAGE_KINDS.length;
const KIND_OF_METER = new Map(USAGE_KINDS.map((kind, place) => [METER_OF_USAGE[kind], place]));

/** No row prices a part of the work. */
export const MISSING = -1;
/** Numbers do not tell what it costs: the price engine does. */
export const IN_FULL = -2;

/** A number of a request that conditions of rows are about, as bounds between which the same rows apply. */
const BOUNDS = { prompt: 0, output: 2, time: 4 } as const;
const BOUNDS_SIZE = 6;

/** UNSEEN: nothing is known of the offering. RATED: by its rates. ENGINE: never by rates alone. */
const STATES = { UNSEEN: 0, RATED: 1, ENGINE: 2 } as const;

/** One request, as a sheet prices it. */
export type SheetWork = {
  readonly demands: readonly { readonly kind: number; readonly demand: Demand }[];
  readonly asked: Omit<PriceCase, 'region'>;
  readonly time: number;
};

/** Undefined for what no sheet prices: work without tokens, and images of a stated size or quality. */
export const sheetWork = (usage: Usage, asked: SheetWork['asked']): SheetWork | undefined => {
  if (asked.promptTokens + asked.outputTokens === 0) return undefined;
  const demands = demandsOf(usage, undefined).flatMap((demand) => {
    const kind = KIND_OF_METER.get(demand.meter);
    return kind === undefined ? [] : [{ kind, demand }];
  });
  return { demands, asked, time: asked.at.getTime() };
};

/** Whether a row's price depends on the clock, not only on dates. */
const goesByClock = ({ conditions }: Price): boolean => conditions.timeWindow !== undefined;

/**
 * The rates of one service tier at all offerings of a catalogue, as numbers: a request is priced by some multiplications in
 * place of a walk through rows. A rate is looked up when it is first needed, and again when the size or time of a request
 * leaves the bounds within which the same rows apply.
 */
export class RateSheet {
  readonly #catalogue: Catalogue;
  readonly #tier: ServiceTier;
  readonly #states: Uint8Array;
  /** By place, then kind of usage: for one unit. MISSING, IN_FULL, or NaN where it was not looked up yet. */
  readonly #rates: Float64Array;
  /** By place: see `BOUNDS`; the first inclusive, the second exclusive. */
  readonly #bounds: Float64Array;
  readonly #currencies: Currency[] = [];

  constructor(catalogue: Catalogue, tier: ServiceTier) {
    const { length } = catalogue.offerings;
    this.#catalogue = catalogue;
    this.#tier = tier;
    this.#states = new Uint8Array(length);
    this.#rates = new Float64Array(length * KINDS);
    this.#bounds = new Float64Array(length * BOUNDS_SIZE);
  }

  /** What a request costs in floating point, to order by and never to bill by: above 0, or MISSING or IN_FULL. */
  nearly(place: number, { demands, asked, time }: SheetWork): number {
    if (this.#states[place] === STATES.ENGINE) return IN_FULL;
    if (this.#states[place] === STATES.UNSEEN || !this.#isWithin(place, asked, time)) {
      this.#open(place, asked, time);
      if (this.#states[place] === STATES.ENGINE) return IN_FULL;
    }
    const rates = this.#rates;
    const from = place * KINDS;
    let sum = 0;
    for (const { kind, demand } of demands) {
      let rate = rates[from + kind] ?? Number.NaN;
      if (Number.isNaN(rate)) {
        rate = this.#rateOf(place, demand, asked);
        rates[from + kind] = rate;
      }
      if (rate < 0) return rate;
      sum += rate * demand.quantity;
    }
    return sum > 0 ? sum : IN_FULL;
  }

  /** Of an offering that has been priced by its rates. */
  currency(place: number): Currency {
    return this.#currencies[place] ?? '';
  }

  #isWithin(place: number, { promptTokens, outputTokens }: SheetWork['asked'], time: number): boolean {
    const from = place * BOUNDS_SIZE;
    return (
      this.#holds(from + BOUNDS.prompt, promptTokens) &&
      this.#holds(from + BOUNDS.output, outputTokens) &&
      this.#holds(from + BOUNDS.time, time)
    );
  }

  #holds(at: number, value: number): boolean {
    const bounds = this.#bounds;
    return value >= (bounds[at] ?? Number.NaN) && value < (bounds[at + 1] ?? Number.NaN);
  }

  #narrow(at: number, value: number, bound: number | undefined): void {
    if (bound === undefined) return;
    const bounds = this.#bounds;
    if (bound <= value) bounds[at] = Math.max(bounds[at] ?? bound, bound);
    else bounds[at + 1] = Math.min(bounds[at + 1] ?? bound, bound);
  }

  #narrowRange(at: number, value: number, range: CountRange | undefined): void {
    if (range === undefined) return;
    this.#narrow(at, value, range.from);
    this.#narrow(at, value, range.to);
  }

  #tariffs(place: number): readonly Tariff[] {
    const offering = this.#catalogue.offerings[place];
    if (offering === undefined || offering.billing !== 'METERED') return [];
    return tariffsOf(this.#catalogue.pricesOf(offering.id), this.#tier);
  }

  /** Forgets what is known of an offering and works out the bounds around a request. */
  #open(place: number, asked: SheetWork['asked'], time: number): void {
    const { promptTokens, outputTokens } = asked;
    const from = place * BOUNDS_SIZE;
    for (let at = from; at < from + BOUNDS_SIZE; at += 2) {
      this.#bounds[at] = Number.NEGATIVE_INFINITY;
      this.#bounds[at + 1] = Number.POSITIVE_INFINITY;
    }
    this.#rates.fill(Number.NaN, place * KINDS, (place + 1) * KINDS);
    this.#states[place] = STATES.RATED;
    const tariffs = this.#tariffs(place);
    if (tariffs.length === 0) this.#states[place] = STATES.ENGINE;
    for (const { rows, byRequest } of tariffs) {
      if (byRequest) this.#states[place] = STATES.ENGINE;
      for (const rated of rows.values())
        for (const { price } of rated) {
          const { conditions, effectiveFrom, effectiveTo } = price;
          if (goesByClock(price)) this.#states[place] = STATES.ENGINE;
          this.#narrowRange(from + BOUNDS.prompt, promptTokens, conditions.promptTokens);
          this.#narrowRange(from + BOUNDS.output, outputTokens, conditions.outputTokens);
          this.#narrow(from + BOUNDS.time, time, effectiveFrom?.getTime());
          this.#narrow(from + BOUNDS.time, time, effectiveTo?.getTime());
        }
    }
  }

  #rateOf(place: number, demand: Demand, asked: SheetWork['asked']): number {
    const [tariff, other] = inForce(this.#tariffs(place), asked.at);
    if (tariff === undefined) return IN_FULL;
    this.#currencies[place] = tariff.currency;
    const region = this.#catalogue.offerings[place]?.region;
    const row = rowFor(rowsFor(demand, tariff, asked.at), { ...asked, region }, undefined);
    // A tariff in another currency may price what this one does not.
    if (row === undefined) return other === undefined ? MISSING : IN_FULL;
    return row.price.tierMode === 'GRADUATED' || row.nearly < 0 ? IN_FULL : row.nearly;
  }
}

const sheets = new WeakMap<Catalogue, Map<string, RateSheet>>();

/** Kept for each catalogue, tier, and whether models are let think. */
export const rateSheet = (catalogue: Catalogue, tier: ServiceTier, thinking: boolean): RateSheet => {
  let known = sheets.get(catalogue);
  if (known === undefined) {
    known = new Map();
    sheets.set(catalogue, known);
  }
  const key = `${tier} ${thinking}`;
  let sheet = known.get(key);
  if (sheet === undefined) {
    sheet = new RateSheet(catalogue, tier);
    known.set(key, sheet);
  }
  return sheet;
};
