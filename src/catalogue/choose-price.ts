import type { ServiceTier } from '../domain/completion-request.ts';
import { METERS } from '../domain/meters.ts';
import type { Offering } from '../domain/model.ts';
import type { Currency } from '../domain/money.ts';
import type { Meter, MeterAttributes, Price } from '../domain/price.ts';
import { conditionWords } from './condition-words.ts';
import { SUBSTITUTES } from './demand.ts';
import { METER_OF_USAGE, meterOfTool } from './meter.ts';
import { applies } from './price-selection.ts';
import { byTier, isOfTier, rateKey } from './tariff.ts';

/** What can be asked for a price: kinds of usage, and what is billed besides. */
export const PRICE_KINDS = {
  ...METER_OF_USAGE,
  videoInput: METERS.videoInput,
  videoOutput: METERS.videoOutput,
  citation: METERS.citation,
  videoSeconds: METERS.videoSecondsOut,
  pages: METERS.pages,
  cacheStorage: METERS.cacheStorage,
  webSearch: meterOfTool('web_search'),
  fileSearch: meterOfTool('file_search'),
  codeExecution: meterOfTool('code_interpreter'),
} as const satisfies { readonly [name: string]: Meter };
export type PriceKind = keyof typeof PRICE_KINDS;

const SUBSTITUTE_OF: { readonly [Kind in PriceKind]?: Meter } = SUBSTITUTES;

/** Why there is no row. CONDITIONS_UNMET: there are rows of it, for other sizes, times, regions or attributes. */
export const PRICE_UNKNOWN_CODES = [
  'FREE',
  'PLAN',
  'COMMITMENT',
  'NO_PRICE',
  'TIER_UNPRICED',
  'CURRENCY_UNPRICED',
  'METER_UNPRICED',
  'CONDITIONS_UNMET',
] as const;
export type PriceUnknownCode = (typeof PRICE_UNKNOWN_CODES)[number];

export type PriceQuestion = {
  readonly kind: PriceKind;
  readonly at: Date;
  readonly serviceTier: ServiceTier;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Absent: true for reasoning, else false. */
  readonly thinking?: boolean | undefined;
  /** Absent: the offering's own. */
  readonly region?: string | undefined;
  /** Absent: that of the first row. */
  readonly currency?: Currency | undefined;
  readonly attributes?: MeterAttributes | undefined;
};

export type ChosenPrice =
  | { readonly kind: 'PRICE'; readonly price: Price }
  | { readonly kind: 'UNKNOWN'; readonly code: PriceUnknownCode; readonly message: string };

const unknown = (code: PriceUnknownCode, message: string): ChosenPrice => ({
  kind: 'UNKNOWN',
  code,
  message,
});

const MAX_LISTED = 6;
const listed = (values: Iterable<string>): string => [...new Set(values)].slice(0, MAX_LISTED).join('; ');

const whenWords = ({ conditions, meter }: Price): string =>
  [
    ...conditionWords(conditions).map(({ text }) => text),
    ...Object.entries(meter.attributes ?? {}).map(([name, value]) => `${name}=${value}`),
  ].join(', ');

const isOfMeter =
  (wanted: Meter) =>
  ({ meter }: Price): boolean =>
    rateKey(meter) === rateKey(wanted) &&
    (wanted.attributes?.tool === undefined ||
      meter.attributes?.tool === undefined ||
      meter.attributes.tool === wanted.attributes.tool);

/**
 * The row that prices one kind of usage of a request, as the price engine chooses it, or why none does. `rows` are those whose
 * dates include the moment.
 */
export const choosePrice = (
  offering: Pick<Offering, 'billing' | 'region'>,
  rows: readonly Price[],
  asked: PriceQuestion,
): ChosenPrice => {
  const usable = rows.filter(({ billing }) => billing === 'METERED' || billing === 'FREE');
  if (usable.length === 0)
    switch (offering.billing) {
      case 'FREE':
        return unknown('FREE', 'The provider charges nothing for it.');
      case 'PLAN':
        return unknown('PLAN', 'It is covered by a subscription: no single request has a price.');
      case 'COMMITMENT':
        return unknown('COMMITMENT', 'Only capacity that is bought ahead has a price.');
      case 'METERED':
      case 'UNKNOWN':
        return unknown('NO_PRICE', 'No source states a price of it for that moment.');
    }
  const own = usable.filter(({ serviceTier }) => serviceTier === asked.serviceTier);
  const currency = asked.currency ?? own[0]?.currency;
  if (own.length === 0)
    return unknown(
      'TIER_UNPRICED',
      `No source states a price for the tier ${asked.serviceTier}; stated: ${listed(usable.map(({ serviceTier }) => serviceTier))}.`,
    );
  const ofCurrency = usable.filter((row) => row.currency === currency && isOfTier(row, asked.serviceTier));
  if (!own.some((row) => row.currency === currency))
    return unknown(
      'CURRENCY_UNPRICED',
      `No source states a price in ${currency}; stated: ${listed(own.map((row) => row.currency))}.`,
    );
  const meter: Meter = PRICE_KINDS[asked.kind];
  const substitute = SUBSTITUTE_OF[asked.kind];
  const stated = ofCurrency.filter(isOfMeter(meter));
  const ofMeter =
    stated.length > 0 || substitute === undefined ? stated : ofCurrency.filter(isOfMeter(substitute));
  if (ofMeter.length === 0)
    return unknown(
      'METER_UNPRICED',
      'No source states a price of this kind of usage, nor one that covers it.',
    );
  const attributes = { ...meter.attributes, ...asked.attributes };
  const thinking = asked.thinking ?? asked.kind === 'reasoning';
  const region = asked.region ?? offering.region;
  const [best] = ofMeter
    .filter((row) => applies(row, { ...asked, thinking, region }, attributes))
    .toSorted(byTier(asked.serviceTier));
  return best === undefined
    ? unknown(
        'CONDITIONS_UNMET',
        `Prices of it are stated for other cases only: ${listed(ofMeter.map(whenWords))}.`,
      )
    : { kind: 'PRICE', price: best };
};
