import type { Offering } from '../domain/model.ts';
import type { Decimal } from '../domain/money.ts';
import type { Price, PriceDerivation, Provenance, QuarantineReason } from '../domain/price.ts';
import { regionsOfProvider } from '../domain/provider-regions.ts';
import type { Catalogue } from './catalogue.ts';
import { type ConditionKind, conditionWords } from './condition-words.ts';
import { knownHolidayYears } from './holidays.ts';
import { regionInName } from './offering-regions.ts';
import { isInForce, isOpen } from './price-selection.ts';
import { localTimeIn } from './zone-clock.ts';

export type ExplainedCondition = {
  readonly kind: ConditionKind;
  readonly text: string;
  /** At the moment of the explanation; undefined for what a request decides. */
  readonly holds?: boolean;
};

/** What another source says of the same rate, and why the row stands before it. */
export type OtherStatement = {
  readonly amount: Decimal;
  readonly provenance: Provenance;
  readonly quarantined?: QuarantineReason;
  readonly reason: string;
};

/** STATED: by a source, as it is. DERIVED: another rate times a factor. OPERATOR: by whoever runs this server. */
export const PRICE_BASES = ['STATED', 'DERIVED', 'OPERATOR'] as const;
export type PriceBasis = (typeof PRICE_BASES)[number];

export type ExplainedDerivation = PriceDerivation & {
  /** The row that is multiplied; absent if it is no longer served, or the operator's stands in its place. */
  readonly baseRow?: Price;
};

export type PriceExplanation = {
  readonly at: Date;
  /** Whether its dates and its times of day include `at`. */
  readonly applies: boolean;
  readonly basis: PriceBasis;
  readonly provenance: Provenance;
  /** Present for DERIVED. */
  readonly derivation?: ExplainedDerivation;
  readonly conditions: readonly ExplainedCondition[];
  readonly chosenOver: readonly OtherStatement[];
  /** What to beware of. */
  readonly warnings: readonly string[];
  readonly text: string;
};

const dayText = (date: Date): string => date.toISOString().slice(0, 10);
const saidOn = ({ checkedAt, observedAt }: Provenance): Date => checkedAt ?? observedAt;

const otherStatement = (
  price: Price,
  other: {
    readonly amount: Decimal;
    readonly provenance: Provenance;
    readonly quarantined?: QuarantineReason;
  },
): OtherStatement => {
  const { amount, provenance, quarantined } = other;
  const [own, theirs] = [dayText(saidOn(price.provenance)), dayText(saidOn(provenance))];
  const reason = (): string => {
    if (quarantined !== undefined) return `not believed: ${quarantined}`;
    if (amount.equals(price.amount)) return `says the same, for ${theirs}`;
    if (theirs < own) return `says otherwise, for ${theirs}, which is before ${own}`;
    return `says otherwise, for ${theirs}; ${price.provenance.source} comes first by precedence or detail`;
  };
  return {
    amount,
    provenance,
    ...(quarantined !== undefined && { quarantined }),
    reason: reason(),
  };
};

/** Whether the operator chooses the region, and rates of some models differ by it. */
const hasRegionalRates = ({ providerId, providerModelId }: Offering): boolean =>
  regionsOfProvider(providerId)?.variable !== undefined &&
  regionInName(providerId, providerModelId) === undefined;

const warningsOf = (price: Price, catalogue: Catalogue, at: Date): readonly string[] => {
  const { timeWindow, region: ofRow } = price.conditions;
  const warnings: string[] = [];
  if (timeWindow?.holidays !== undefined) {
    const day = localTimeIn(timeWindow.zone, at)?.day;
    const year = day === undefined ? undefined : new Date(day * 86_400_000).getUTCFullYear();
    const { calendar } = timeWindow.holidays;
    if (year !== undefined && !knownHolidayYears(calendar).includes(year))
      warnings.push(`The ${calendar} holidays of ${year} are not known here: no day of it counts as one.`);
  }
  const offering = catalogue.offering(price.offeringId);
  if (offering?.region !== undefined && ofRow === undefined && hasRegionalRates(offering))
    warnings.push(`No source states a rate for ${offering.region}: this one is stated without a region.`);
  return warnings;
};

const agreement = (others: number): string => {
  if (others === 0) return 'No other source states it.';
  return others === 1 ? 'One other source says the same.' : `${others} other sources say the same.`;
};

const explainDerivation = (
  catalogue: Catalogue,
  { offeringId, derivation }: Price,
): ExplainedDerivation | undefined => {
  if (derivation === undefined) return undefined;
  const baseRow = catalogue.pricesOf(offeringId).find(({ id }) => id === derivation.base.id);
  return { ...derivation, ...(baseRow !== undefined && { baseRow }) };
};

const BASIS_WORDS: { readonly [Basis in PriceBasis]: (source: string) => string } = {
  STATED: (source) => `stated by ${source}`,
  DERIVED: () => 'worked out by a rule of the provider',
  OPERATOR: () => 'set by the operator',
};

/** Why a row is what a rate costs: who says so since when, for which cases, and what others say. */
export const explainPrice = (catalogue: Catalogue, price: Price, at: Date): PriceExplanation => {
  const { provenance, conditions } = price;
  const explained = conditionWords(conditions).map((condition): ExplainedCondition => {
    const { timeWindow } = conditions;
    return condition.kind === 'TIME_WINDOW' && timeWindow !== undefined
      ? { ...condition, holds: isOpen(timeWindow, at) }
      : condition;
  });
  const [, ...others] = catalogue.observationsOf(price);
  const chosenOver = others.map((other) => otherStatement(price, other));
  const derivation = explainDerivation(catalogue, price);
  const basis: PriceBasis =
    provenance.source === 'config' || provenance.source === 'overrides'
      ? 'OPERATOR'
      : derivation === undefined
        ? 'STATED'
        : 'DERIVED';
  const warnings = warningsOf(price, catalogue, at);
  const dates = [
    ...(price.effectiveFrom === undefined ? [] : [`from ${price.effectiveFrom.toISOString()}`]),
    ...(price.effectiveTo === undefined ? [] : [`until ${price.effectiveTo.toISOString()}`]),
  ].join(' ');
  const differing = chosenOver.filter(({ amount }) => !amount.equals(price.amount));
  const text = [
    `${price.amount} ${price.currency} for ${price.per}: ${BASIS_WORDS[basis](provenance.source)} for ${dayText(saidOn(provenance))}${provenance.sourceUrl === undefined ? '' : `, ${provenance.sourceUrl}`}.`,
    ...(derivation === undefined
      ? []
      : [
          `It is ${derivation.factor} times ${derivation.base.amount} (${derivation.base.source}): ${derivation.rule}.`,
        ]),
    ...(dates === '' ? [] : [`In force ${dates}.`]),
    explained.length === 0
      ? 'It has no conditions.'
      : `It applies to: ${explained.map(({ text: words, holds }) => (holds === undefined ? words : `${words} (${holds ? 'now' : 'not now'})`)).join('; ')}.`,
    ...(differing.length === 0
      ? [agreement(chosenOver.length)]
      : differing.map(
          ({ amount, provenance: other, reason }) => `${other.source} has ${amount}: ${reason}.`,
        )),
    ...warnings,
  ].join(' ');
  return {
    at,
    applies: isInForce(price, at) && explained.every(({ holds }) => holds !== false),
    basis,
    provenance,
    ...(derivation !== undefined && { derivation }),
    conditions: explained,
    chosenOver,
    warnings,
    text,
  };
};
