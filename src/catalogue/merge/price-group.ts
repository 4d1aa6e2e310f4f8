import { Decimal } from '../../domain/money.ts';
import type { Price, Provenance, QuarantineReason, UnboundPrice } from '../../domain/price.ts';
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
export const groupKeyOf = ({
  meter,
  currency,
  serviceTier,
  conditions,
}: Pick<UnboundPrice, 'meter' | 'currency' | 'serviceTier' | 'conditions'>): string =>
  [
    currency,
    serviceTier,
    conditions.region ?? '',
    meter.family,
    meter.direction,
    meter.modality,
    meter.tokenType,
    ...attributeWords(meter.attributes),
  ].join('|');

/** The part of a group's key that says in which tariff it is. */
export const tariffOf = ({
  currency,
  serviceTier,
  conditions,
}: Pick<UnboundPrice, 'currency' | 'serviceTier' | 'conditions'>): string =>
  [currency, serviceTier, conditions.region ?? ''].join('|');

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

const attributeWords = (attributes: Price['meter']['attributes']): readonly string[] =>
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

const dateOf = (text: string): Date | undefined => {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

export type RefusedRow = { readonly refused: QuarantineReason; readonly detail: string };

/** A source's row in exact terms, or why it cannot be read. */
export const rowOf = (stated: SourcePrice, provenance: Provenance): UnboundPrice | RefusedRow => {
  const { amount, discount, effectiveFrom, effectiveTo, sourceUrl, checkedAt, ...rest } = stated;
  if (amount.startsWith('-')) return { refused: 'NEGATIVE', detail: `states ${amount.slice(0, 40)}` };
  if (!EXACT.test(amount) || !(rest.per > 0) || !Number.isFinite(rest.per))
    return { refused: 'MALFORMED', detail: `states "${amount.slice(0, 40)}" for ${rest.per}` };
  if (discount !== undefined && !EXACT.test(discount))
    return { refused: 'MALFORMED', detail: `states a discount of "${discount.slice(0, 40)}"` };
  const from = effectiveFrom === undefined ? undefined : dateOf(effectiveFrom);
  const to = effectiveTo === undefined ? undefined : dateOf(effectiveTo);
  if ((effectiveFrom !== undefined && from === undefined) || (effectiveTo !== undefined && to === undefined))
    return { refused: 'MALFORMED', detail: 'states a date that is none' };
  const row = { ...rest, amount: new Decimal(amount) };
  if (rest.billing === 'METERED' && isPlaceholder(row))
    return {
      refused: 'PLACEHOLDER',
      detail: `states ${amount} ${rest.currency} for ${rest.per}: no price is as small`,
    };
  const checked = checkedAt === undefined ? undefined : dateOf(checkedAt);
  return {
    ...row,
    conditions: withPageBounds(rest.conditions),
    ...(discount === undefined ? {} : { discount: new Decimal(discount) }),
    ...(from === undefined ? {} : { effectiveFrom: from }),
    ...(to === undefined ? {} : { effectiveTo: to }),
    provenance: {
      ...provenance,
      ...(sourceUrl === undefined ? {} : { sourceUrl }),
      ...(checked === undefined ? {} : { checkedAt: checked, statedAt: checked }),
    },
  };
};
