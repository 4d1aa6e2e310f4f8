import type { ModelSlug } from '../domain/ids.ts';
import { releasedSince } from '../domain/release.ts';
import type { Catalogue } from './catalogue.ts';
import { writesText } from './offering-operation.ts';
import { blendedPriceIn } from './text-rates.ts';

/** Where a model stands among its lab's own by price. */
export const PRICE_CLASSES = ['FLAGSHIP', 'MID', 'SMALL'] as const;
export type PriceClass = (typeof PRICE_CLASSES)[number];

/** Models older than this do not shape the classes of those that are sold today. */
const MAX_AGE_MS = 2 * 365.25 * 86_400_000;
/** Fewer different prices than this have no quartiles of their own. */
const MIN_PRICES = 4;

/** Models that are looked at between two pauses. */
const SLICE = 50;

type Priced = {
  readonly slug: ModelSlug;
  readonly lab: string;
  readonly price: number;
  readonly isRecent: boolean;
};

type Bounds = { readonly upper: number; readonly lower: number };

/** The value below which a share of the sorted values lies, between two of them in proportion. */
const quantile = (sorted: readonly number[], share: number): number => {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
};

const boundsOf = (models: readonly Priced[]): Bounds | undefined => {
  const pricesOf = (some: readonly Priced[]): readonly number[] =>
    [...new Set(some.map(({ price }) => price))].sort((one, other) => one - other);
  const recent = pricesOf(models.filter(({ isRecent }) => isRecent));
  const prices = recent.length >= MIN_PRICES ? recent : pricesOf(models);
  return prices.length < MIN_PRICES
    ? undefined
    : { upper: quantile(prices, 0.75), lower: quantile(prices, 0.25) };
};

/** The middle price of a million tokens, blended, over the offerings that are paid for in US dollars or convertible to it. */
const medianPrice = (
  catalogue: Catalogue,
  slug: ModelSlug,
  blendedPrice: ReturnType<typeof blendedPriceIn>,
): number | undefined => {
  const prices: number[] = [];
  for (const offering of catalogue.offeringsOf(slug)) {
    if (offering.billing !== 'METERED' || !writesText(offering)) continue;
    const price = blendedPrice(offering)?.toNumber() ?? 0;
    if (price > 0) prices.push(price);
  }
  return prices.length === 0
    ? undefined
    : quantile(
        prices.toSorted((one, other) => one - other),
        0.5,
      );
};

/** Yields where it may be interrupted. */
function* classify(catalogue: Catalogue, at: Date): Generator<void, ReadonlyMap<ModelSlug, PriceClass>> {
  const blendedPrice = blendedPriceIn(catalogue, 'USD', at);
  const priced: Priced[] = [];
  let looked = 0;
  for (const model of catalogue.models) {
    const { slug, lab, deprecated, retiresAt, variantOf } = model;
    looked += 1;
    if (looked % SLICE === 0) yield;
    if (deprecated || (retiresAt !== undefined && retiresAt <= at)) continue;
    const price = medianPrice(catalogue, slug, blendedPrice);
    if (price === undefined) continue;
    const since = releasedSince(model);
    const isRecent = since !== undefined && at.getTime() - since.getTime() <= MAX_AGE_MS;
    priced.push({ slug, lab, price, isRecent: isRecent && variantOf === undefined });
  }
  const byLab = Map.groupBy(priced, ({ lab }) => lab);
  const overall = boundsOf(priced);
  const classes = new Map<ModelSlug, PriceClass>();
  for (const models of byLab.values()) {
    const bounds = boundsOf(models) ?? overall;
    if (bounds === undefined) continue;
    for (const { slug, price } of models)
      classes.set(slug, price >= bounds.upper ? 'FLAGSHIP' : price < bounds.lower ? 'SMALL' : 'MID');
  }
  return classes;
}

const DAY_MS = 86_400_000;
const known = new WeakMap<
  Catalogue,
  { readonly day: number; readonly classes: ReadonlyMap<ModelSlug, PriceClass> }
>();

/**
 * FLAGSHIP: at or above the upper quartile of the blended prices of a lab's models, SMALL: below the lower one, MID: between.
 * Different prices count once each, those of models that write text, are not retired and are at most two years old (all, if
 * fewer than four prices are left); labs with fewer than four different prices are held to the quartiles of all labs. Worked
 * out once a day for each catalogue. Yields where it may be interrupted.
 */
export function* workOutPriceClasses(
  catalogue: Catalogue,
  at: Date,
): Generator<void, ReadonlyMap<ModelSlug, PriceClass>> {
  const day = Math.floor(at.getTime() / DAY_MS);
  const found = known.get(catalogue);
  if (found !== undefined && found.day === day) return found.classes;
  const classes = yield* classify(catalogue, at);
  known.set(catalogue, { day, classes });
  return classes;
}
