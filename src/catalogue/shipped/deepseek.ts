import type { Currency } from '../../domain/money.ts';
import type { TimeWindow } from '../../domain/price.ts';
import {
  type DatedReading,
  EMPTY_READING,
  type SourceOffering,
  type SourcePrice,
} from '../../ports/catalogue-source.ts';
import { METER_OF_USAGE } from '../meter.ts';

/**
 * DeepSeek's own page of prices, with what no list can say: that its peak hours are on Beijing weekdays alone since
 * 2026-08-23 and leave out public holidays. Off-peak is half of peak in every period.
 */
const PAGE = 'https://api-docs.deepseek.com/quick_start/pricing';
const PAGE_CNY = 'https://api-docs.deepseek.com/zh-cn/quick_start/pricing';
/**
 * The page was read between this day, of which it names a model version, and 2026-11-01, of which it announces a change:
 * the earlier of them is stated.
 */
const CHECKED_AT = '2026-10-17';

/** Midnight in Beijing of 2026-08-17: peak and off-peak begin, on every day of the week. */
const PEAKS_BEGIN = '2026-08-16T16:00:00.000Z';
/** Midnight in Beijing of 2026-08-23: weekends are off-peak. */
const WEEKENDS_OFF_PEAK = '2026-08-22T16:00:00.000Z';
/** The page first excludes public holidays on 2026-09-21; no holiday lies between the page before and this one. */
const HOLIDAYS_OFF_PEAK = '2026-09-20T16:00:00.000Z';
/** DeepSeek-V4.1-Flash serves `deepseek-v4-flash` from noon in Beijing, at its own price. */
const FLASH_V41 = '2026-09-10T04:00:00.000Z';
const V4_BEGINS = '2026-04-24T00:00:00.000Z';
const V32_BEGINS = '2025-09-29T00:00:00.000Z';
/** The names answer with an error from then on. */
const OLD_NAMES_END = '2026-07-24T15:59:00.000Z';

type Period = { readonly effectiveFrom?: string; readonly effectiveTo?: string };
type PeakPeriod = Period & Pick<TimeWindow, 'weekdays' | 'holidays'>;

const WORKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'] as const;
const HOURS = [
  { from: '09:00', to: '12:00' },
  { from: '14:00', to: '18:00' },
] as const;
const PEAK_PERIODS: readonly PeakPeriod[] = [
  { effectiveFrom: PEAKS_BEGIN, effectiveTo: WEEKENDS_OFF_PEAK },
  { effectiveFrom: WEEKENDS_OFF_PEAK, effectiveTo: HOLIDAYS_OFF_PEAK, weekdays: WORKDAYS },
  {
    effectiveFrom: HOLIDAYS_OFF_PEAK,
    weekdays: WORKDAYS,
    holidays: { calendar: 'CN', rule: 'EXCLUDE' },
  },
];

/** For 1,000,000 tokens: input, input read from the cache, output. */
type Rates = readonly [input: string, cacheRead: string, output: string];
type Card = Period & { readonly currency: Currency; readonly rates: Rates; readonly peak?: Rates };

const KINDS = ['input', 'cacheRead', 'output'] as const;

const rowsOf = (
  rates: Rates,
  currency: Currency,
  { effectiveFrom, effectiveTo }: Period,
  timeWindow?: TimeWindow,
): readonly SourcePrice[] =>
  KINDS.map((kind, column) => ({
    meter: METER_OF_USAGE[kind],
    amount: rates[column] ?? '',
    per: 1_000_000,
    currency,
    serviceTier: 'STANDARD',
    conditions: timeWindow === undefined ? {} : { timeWindow },
    tierMode: 'CLIFF',
    billing: 'METERED',
    ...(effectiveFrom !== undefined && { effectiveFrom }),
    ...(effectiveTo !== undefined && { effectiveTo }),
    sourceUrl: currency === 'CNY' ? PAGE_CNY : PAGE,
    checkedAt: CHECKED_AT,
  }));

/** The part of two periods that is in both; undefined if there is none. ISO texts in UTC sort as their moments do. */
const overlap = (one: Period, other: Period): Period | undefined => {
  const [effectiveFrom] = [one.effectiveFrom, other.effectiveFrom]
    .filter((date) => date !== undefined)
    .sort()
    .reverse();
  const [effectiveTo] = [one.effectiveTo, other.effectiveTo].filter((date) => date !== undefined).sort();
  if (effectiveFrom !== undefined && effectiveTo !== undefined && effectiveFrom >= effectiveTo)
    return undefined;
  return {
    ...(effectiveFrom !== undefined && { effectiveFrom }),
    ...(effectiveTo !== undefined && { effectiveTo }),
  };
};

const pricesOf = ({ currency, rates, peak, ...period }: Card): readonly SourcePrice[] => [
  ...rowsOf(rates, currency, period),
  ...(peak === undefined
    ? []
    : PEAK_PERIODS.flatMap(({ weekdays, holidays, ...dates }) => {
        const both = overlap(period, dates);
        return both === undefined
          ? []
          : HOURS.flatMap((hours) =>
              rowsOf(peak, currency, both, {
                ...hours,
                ...(weekdays !== undefined && { weekdays }),
                ...(holidays !== undefined && { holidays }),
                zone: 'Asia/Shanghai',
              }),
            );
      })),
];

const V4_FLASH: readonly Card[] = [
  { currency: 'USD', rates: ['0.14', '0.0028', '0.28'], effectiveTo: PEAKS_BEGIN },
  {
    currency: 'USD',
    rates: ['0.22', '0.007', '0.66'],
    peak: ['0.44', '0.014', '1.32'],
    effectiveFrom: PEAKS_BEGIN,
    effectiveTo: FLASH_V41,
  },
  {
    currency: 'CNY',
    rates: ['1.5', '0.05', '4.5'],
    peak: ['3', '0.1', '9'],
    effectiveFrom: PEAKS_BEGIN,
    effectiveTo: FLASH_V41,
  },
];

const FLASH: readonly Card[] = [
  {
    currency: 'USD',
    rates: ['0.15', '0.003', '0.6'],
    peak: ['0.3', '0.006', '1.2'],
    effectiveFrom: FLASH_V41,
  },
  { currency: 'CNY', rates: ['1', '0.02', '4'], peak: ['2', '0.04', '8'], effectiveFrom: FLASH_V41 },
];

const OLD_NAMES: readonly Card[] = [
  {
    currency: 'USD',
    rates: ['0.28', '0.028', '0.42'],
    effectiveFrom: V32_BEGINS,
    effectiveTo: V4_BEGINS,
  },
  {
    currency: 'USD',
    rates: ['0.14', '0.0028', '0.28'],
    effectiveFrom: V4_BEGINS,
    effectiveTo: OLD_NAMES_END,
  },
];

const CARDS: { readonly [providerModelId: string]: readonly Card[] } = {
  'deepseek-flash': FLASH,
  'deepseek-v4-flash': [...V4_FLASH, ...FLASH],
  'deepseek-v4-flash-vision-exp': [...V4_FLASH.slice(1), ...FLASH],
  'deepseek-v4-pro': [
    { currency: 'USD', rates: ['0.435', '0.003625', '0.87'], effectiveTo: PEAKS_BEGIN },
    {
      currency: 'USD',
      rates: ['0.66', '0.022', '1.98'],
      peak: ['1.32', '0.044', '3.96'],
      effectiveFrom: PEAKS_BEGIN,
    },
    {
      currency: 'CNY',
      rates: ['4.5', '0.15', '13.5'],
      peak: ['9', '0.3', '27'],
      effectiveFrom: PEAKS_BEGIN,
    },
  ],
  'deepseek-chat': OLD_NAMES,
  'deepseek-reasoner': OLD_NAMES,
};

const offerings = (): readonly SourceOffering[] =>
  Object.entries(CARDS).map(([providerModelId, cards]) => ({
    providerId: 'deepseek',
    providerModelId,
    identity: {},
    facts: cards === OLD_NAMES ? { retiresAt: OLD_NAMES_END, deprecated: true } : {},
    prices: cards.flatMap(pricesOf),
    performance: [],
    sourceUrl: PAGE,
  }));

export const readDeepSeekPage = (): DatedReading => ({
  sourceId: 'deepseek-page',
  sourceUrl: PAGE,
  observedAt: new Date(`${CHECKED_AT}T00:00:00Z`),
  checkedAt: new Date(`${CHECKED_AT}T00:00:00Z`),
  edition: {
    name: "DeepSeek's page of prices",
    version: CHECKED_AT,
    licence: 'MIT',
    pageUrl: PAGE,
  },
  reading: { ...EMPTY_READING, offerings: offerings() },
});
