import { asPriceId, type OfferingId } from '../domain/ids.ts';
import type { UnboundPrice } from '../domain/price.ts';
import {
  type CountRange,
  type Meter,
  type Price,
  type Provenance,
  type TimeWindow,
  WEEKDAYS,
} from '../domain/price.ts';
import type { DeclaredPrices } from '../domain/provider-settings.ts';
import { attributesKey, METER_OF_USAGE, meterKey } from './meter.ts';

const rangeWord = ({ from, to }: CountRange): string => `${from}-${to ?? ''}`;

const windowWord = ({ from, to, weekdays, holidays, zone }: TimeWindow): string => {
  const days = weekdays === undefined ? '' : `/${WEEKDAYS.filter((day) => weekdays.includes(day)).join('+')}`;
  const rule = holidays === undefined ? '' : `/${holidays.rule}:${holidays.calendar}`;
  return `${from ?? ''}-${to ?? ''}@${zone}${days}${rule}`;
};

/**
 * The same for the same rate of the same source, and different once anything in it changes: who observed it when is no
 * part of the rate. What is as usual is left out.
 */
const priceIdOf = (offeringId: OfferingId, row: UnboundPrice): string => {
  const { promptTokens, outputTokens, thinking, timeWindow, region } = row.conditions;
  const words: string[] = [offeringId, row.provenance.source, meterKey(row.meter)];
  if (row.meter.attributes !== undefined) {
    const attributes = attributesKey(row.meter.attributes);
    if (attributes !== '') words.push(`of=${attributes}`);
  }
  if (row.serviceTier !== 'STANDARD') words.push(`tier=${row.serviceTier.toLowerCase()}`);
  if (row.billing !== 'METERED') words.push(`billing=${row.billing.toLowerCase()}`);
  if (row.tierMode !== 'CLIFF') words.push(`mode=${row.tierMode.toLowerCase()}`);
  if (row.effectiveFrom !== undefined) words.push(`since=${row.effectiveFrom.toISOString()}`);
  if (row.effectiveTo !== undefined) words.push(`until=${row.effectiveTo.toISOString()}`);
  if (promptTokens !== undefined) words.push(`prompt=${rangeWord(promptTokens)}`);
  if (outputTokens !== undefined) words.push(`output=${rangeWord(outputTokens)}`);
  if (thinking !== undefined) words.push(`thinking=${thinking}`);
  if (timeWindow !== undefined) words.push(`time=${windowWord(timeWindow)}`);
  if (region !== undefined) words.push(`region=${encodeURIComponent(region)}`);
  if (row.discount !== undefined) words.push(`discount=${row.discount.toString()}`);
  words.push(`${row.amount.toString()}${row.currency}/${row.per}`);
  return words.join('#');
};

/** Gives a row the offering that it prices, and the id that follows from it. */
export const bindPrice = (offeringId: OfferingId, row: UnboundPrice): Price => ({
  ...row,
  id: asPriceId(priceIdOf(offeringId, row)),
  offeringId,
});

export const bindPrices = (offeringId: OfferingId, rows: readonly UnboundPrice[]): readonly Price[] =>
  rows.map((row) => bindPrice(offeringId, row));

type DeclaredKind = Exclude<keyof DeclaredPrices, 'currency'>;
type DeclaredRate = { readonly kind: DeclaredKind; readonly meter: Meter; readonly per: number };

/** What each of an operator's prices is a price of. */
const DECLARED_RATES: readonly DeclaredRate[] = [
  ...(['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'reasoning'] as const).map((kind) => ({
    kind,
    meter: METER_OF_USAGE[kind],
    per: 1_000_000,
  })),
  { kind: 'perImage', meter: METER_OF_USAGE.images, per: 1 },
  { kind: 'perSecond', meter: METER_OF_USAGE.seconds, per: 1 },
  { kind: 'perMillionCharacters', meter: METER_OF_USAGE.characters, per: 1_000_000 },
  { kind: 'perRequest', meter: METER_OF_USAGE.requests, per: 1 },
];

/** An operator's prices as rows, without conditions or dates. */
export const declaredPricesOf = (
  offeringId: OfferingId,
  declared: DeclaredPrices,
  provenance: Provenance,
): readonly Price[] =>
  bindPrices(
    offeringId,
    DECLARED_RATES.flatMap(({ kind, meter, per }) => {
      const amount = declared[kind];
      return amount === undefined
        ? []
        : [
            {
              meter,
              amount,
              per,
              currency: declared.currency,
              conditions: {},
              serviceTier: 'STANDARD',
              tierMode: 'CLIFF',
              billing: 'METERED',
              provenance,
            } as const,
          ];
    }),
  );

/**
 * What is left of an offering's rows once an operator's stand in front: those of other meters, if they are of
 * the same currency. Rows of another currency are another tariff, and tariffs are not mixed.
 */
export const withDeclared = (rows: readonly Price[], declared: readonly Price[]): readonly Price[] => {
  const [first] = declared;
  if (first === undefined) return rows;
  const replaced = new Set(declared.map((row) => meterKey(row.meter)));
  return [
    ...declared,
    ...rows.filter((row) => row.currency === first.currency && !replaced.has(meterKey(row.meter))),
  ];
};
