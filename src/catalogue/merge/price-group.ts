import { keepResults } from '../../domain/keep-results.ts';
import { Decimal } from '../../domain/money.ts';
import type { Meter, Provenance, QuarantineReason, UnboundPrice } from '../../domain/price.ts';
import type { SourcePrice } from '../../ports/catalogue-source.ts';
import { isPlaceholder } from './price-floors.ts';
import { withPageBounds } from './prompt-bounds.ts';

/** All rows that one source states of one offering, with the rank of the source. */
export type Candidate = {
  readonly source: string;
  readonly rank: number;
  readonly groups: ReadonlyMap<string, readonly UnboundPrice[]>;
};

/**
 * Rows that belong together: those of one meter in one currency, service tier and region. One source gives all of them, for
 * the tiers and windows of two lists do not fit each other.
 */
export const groupKeyOf = (
  row: Pick<UnboundPrice, 'meter' | 'currency' | 'serviceTier' | 'conditions'>,
): string => {
  const { meter } = row;
  const tariff = tariffOf(row);
  const keys = groupKeys.get(meter) ?? new Map<string, string>();
  if (keys.size === 0) groupKeys.set(meter, keys);
  const known = keys.get(tariff);
  if (known !== undefined) return known;
  const { family, direction, modality, tokenType, attributes } = meter;
  const key = [tariff, family, direction, modality, tokenType, ...attributeWords(attributes)].join('|');
  keys.set(tariff, key);
  return key;
};

/** By meter and tariff: nearly all rows have one of some dozen meters, and few have a tariff of their own. */
const groupKeys = new WeakMap<Meter, Map<string, string>>();

/** The part of a group's key that says in which tariff it is. */
export const tariffOf = ({
  currency,
  serviceTier,
  conditions: { region },
}: Pick<UnboundPrice, 'currency' | 'serviceTier' | 'conditions'>): string =>
  currency === 'USD' && serviceTier === 'STANDARD' && region === undefined
    ? 'USD|STANDARD|'
    : `${currency}|${serviceTier}|${region?.toLowerCase() ?? ''}`;

const isPlainText = ({ meter }: UnboundPrice): boolean =>
  meter.family === 'TOKENS' &&
  meter.modality === 'TEXT' &&
  meter.tokenType === 'PLAIN' &&
  meter.attributes === undefined;

/** Whether a row prices what every chat model counts: plain text tokens that are sent. */
export const isInputCore = (row: UnboundPrice): boolean =>
  isPlainText(row) && row.meter.direction === 'INPUT';

/** As `isInputCore`, of those that are answered. */
export const isOutputCore = (row: UnboundPrice): boolean =>
  isPlainText(row) && row.meter.direction === 'OUTPUT';

const attributeWords = (attributes: Meter['attributes']): readonly string[] =>
  attributes === undefined
    ? []
    : Object.entries(attributes)
        .map(([name, value]) => `${name}=${value}`)
        .sort();

export const candidateOf = (source: string, rank: number, rows: readonly UnboundPrice[]): Candidate => {
  const groups = new Map<string, UnboundPrice[]>();
  for (const row of rows) {
    const key = groupKeyOf(row);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return { source, rank, groups };
};

const EXACT = /^\d{1,30}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,2})?$/;

/** Undefined for what is not an exact amount. */
const amountOf = keepResults((text) => (EXACT.test(text) ? new Decimal(text) : undefined));

const dateOf = keepResults((text) => {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
});

export type RefusedRow = { readonly refused: QuarantineReason; readonly detail: string };

/** A source's row in exact terms, or why it cannot be read. */
export const rowOf = (
  stated: SourcePrice,
  provenance: Provenance,
  providerId: string,
): UnboundPrice | RefusedRow => {
  const { meter, per, currency, serviceTier, tierMode, billing, effectiveFrom, effectiveTo } = stated;
  const amount = amountOf(stated.amount);
  if (stated.amount.startsWith('-'))
    return { refused: 'NEGATIVE', detail: `states ${stated.amount.slice(0, 40)}` };
  if (amount === undefined || !(per > 0) || !Number.isFinite(per))
    return { refused: 'MALFORMED', detail: `states "${stated.amount.slice(0, 40)}" for ${per}` };
  const discount = stated.discount === undefined ? undefined : amountOf(stated.discount);
  if (stated.discount !== undefined && discount === undefined)
    return { refused: 'MALFORMED', detail: `states a discount of "${stated.discount.slice(0, 40)}"` };
  const from = effectiveFrom === undefined ? undefined : dateOf(effectiveFrom);
  const to = effectiveTo === undefined ? undefined : dateOf(effectiveTo);
  if ((effectiveFrom !== undefined && from === undefined) || (effectiveTo !== undefined && to === undefined))
    return { refused: 'MALFORMED', detail: 'states an invalid date' };
  if (billing === 'METERED' && isPlaceholder({ meter, amount, per }))
    return {
      refused: 'PLACEHOLDER',
      detail: `states ${stated.amount} ${currency} for ${per}: no price is as small`,
    };
  const row: Writable<UnboundPrice> = {
    meter,
    amount,
    per,
    currency,
    serviceTier,
    conditions: withPageBounds(stated.conditions, providerId),
    tierMode,
    billing,
    provenance: provenanceOf(stated, provenance),
  };
  if (discount !== undefined) row.discount = discount;
  if (from !== undefined) row.effectiveFrom = from;
  if (to !== undefined) row.effectiveTo = to;
  return row;
};

type Writable<Members> = { -readonly [Name in keyof Members]: Members[Name] };

/** Where a row is stated, if its source says more of it than of the whole offering. */
const provenanceOf = ({ sourceUrl, checkedAt }: SourcePrice, ofOffering: Provenance): Provenance => {
  const checked = checkedAt === undefined ? undefined : dateOf(checkedAt);
  if (sourceUrl === undefined && checked === undefined) return ofOffering;
  const provenance: Writable<Provenance> = { ...ofOffering };
  if (sourceUrl !== undefined) provenance.sourceUrl = sourceUrl;
  if (checked !== undefined) {
    provenance.checkedAt = checked;
    provenance.statedAt = checked;
  }
  return provenance;
};
