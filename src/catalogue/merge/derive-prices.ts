import { perOf } from '../../domain/meters.ts';
import { Decimal } from '../../domain/money.ts';
import type { Price, UnboundPrice } from '../../domain/price.ts';
import { isSameRegion } from '../../domain/region.ts';
import { bindPrice, bindPrices } from '../declared-prices.ts';
import type { FactorRule, FeeRule, PriceRule } from '../price-rules.ts';
import { meterOfWord } from '../shipped/shipped-list.ts';
import { RULES_SOURCE } from '../source-precedence.ts';
import { groupKeyOf } from './price-group.ts';

/** `*` stands for any text, `[4-9]` for one of these characters. */
const patternOf = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|\\]/g, '\\$&').replaceAll('*', '.*')}$`);

type Names = { readonly models: readonly RegExp[]; readonly except: readonly RegExp[] };
type CompiledFactor = Names & { readonly rule: FactorRule; readonly factor: Decimal };
type CompiledFees = Names & { readonly rule: FeeRule; readonly fees: readonly UnboundPrice[] };
type CompiledRule = CompiledFactor | CompiledFees;

const feesOf = ({ says, fees, sourceUrl, day }: FeeRule): readonly UnboundPrice[] =>
  fees.flatMap(({ rates, currency, effectiveFrom, effectiveTo }) =>
    Object.entries(rates).map(([word, amount]): UnboundPrice => {
      const meter = meterOfWord(word);
      return {
        meter,
        amount: new Decimal(amount),
        per: perOf(meter),
        currency: currency ?? 'USD',
        serviceTier: 'STANDARD',
        conditions: {},
        tierMode: 'CLIFF',
        billing: 'METERED',
        ...(effectiveFrom === undefined ? {} : { effectiveFrom: new Date(effectiveFrom) }),
        ...(effectiveTo === undefined ? {} : { effectiveTo: new Date(effectiveTo) }),
        provenance: {
          source: RULES_SOURCE,
          sourceUrl,
          observedAt: new Date(day),
          explanation: says,
        },
      };
    }),
  );

/** The rules by provider. */
export type CompiledRules = ReadonlyMap<string, readonly CompiledRule[]>;

export const compileRules = (rules: readonly PriceRule[]): CompiledRules => {
  const compiled = new Map<string, CompiledRule[]>();
  for (const rule of rules) {
    const names: Names = {
      models: rule.models.map(patternOf),
      except: (rule.except ?? []).map(patternOf),
    };
    const one: CompiledRule =
      'fees' in rule
        ? { ...names, rule, fees: feesOf(rule) }
        : { ...names, rule, factor: new Decimal(rule.factor) };
    for (const provider of rule.providers) compiled.set(provider, [...(compiled.get(provider) ?? []), one]);
  }
  return compiled;
};

const isBaseOf = ({ of, gives }: FactorRule, row: Price): boolean =>
  row.meter.family === 'TOKENS' &&
  row.billing === 'METERED' &&
  row.conditions.region === undefined &&
  row.provenance.source !== 'overrides' &&
  (of.serviceTier === undefined || of.serviceTier === row.serviceTier) &&
  (of.direction === undefined || of.direction === row.meter.direction) &&
  (of.tokenTypes === undefined || of.tokenTypes.includes(row.meter.tokenType)) &&
  (of.modalities === undefined || of.modalities.includes(row.meter.modality)) &&
  (of.lowestPromptTier !== true || (row.conditions.promptTokens?.from ?? 0) === 0) &&
  (gives.serviceTier === undefined || gives.serviceTier !== row.serviceTier);

const derived = ({ rule, factor }: CompiledFactor, base: Price, region: string | undefined): Price => {
  const { id: ruleId, says, gives, sourceUrl, day, effectiveFrom: since } = rule;
  const { statedAt, observedAt, explanation } = base.provenance;
  const began = since === undefined ? undefined : new Date(`${since}T00:00:00Z`);
  const effectiveFrom =
    began !== undefined && (base.effectiveFrom === undefined || base.effectiveFrom < began)
      ? began
      : base.effectiveFrom;
  const said = `${says}: ${rule.factor} x ${base.amount} ${base.currency} (${base.provenance.source})`;
  return bindPrice(base.offeringId, {
    ...base,
    meter: gives.tokenType === undefined ? base.meter : { ...base.meter, tokenType: gives.tokenType },
    amount: base.amount.times(factor),
    serviceTier: gives.serviceTier ?? base.serviceTier,
    conditions: region === undefined ? base.conditions : { ...base.conditions, region },
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
    provenance: {
      source: RULES_SOURCE,
      sourceUrl,
      observedAt: new Date(`${day}T00:00:00Z`),
      // It is as old as the rate from which it follows.
      statedAt: base.provenance.checkedAt ?? statedAt ?? observedAt,
      explanation: explanation === undefined ? said : `${said}; ${explanation}`,
    },
    derivation: {
      ruleId,
      rule: says,
      factor,
      base: { id: base.id, amount: base.amount, source: base.provenance.source },
    },
  });
};

/** The regions for which a rule gives rates, the configured one too if it says any; one undefined if it is of none. */
const regionsFor = (
  { gives }: FactorRule,
  configured: string | undefined,
): readonly (string | undefined)[] => {
  const { regions, anyRegion } = gives;
  if (regions === undefined) return [undefined];
  return anyRegion !== true ||
    configured === undefined ||
    [...regions, 'global'].some((one) => isSameRegion(one, configured))
    ? regions
    : [...regions, configured];
};

const multiplied = (
  rule: CompiledFactor,
  bases: readonly Price[],
  region: string | undefined,
): readonly Price[] => {
  const of = bases.filter((row) => isBaseOf(rule.rule, row));
  return regionsFor(rule.rule, region).flatMap((one) => of.map((row) => derived(rule, row, one)));
};

/** What rules are looked up by. */
export type RuledOffering = {
  readonly providerId: string;
  /** Id of the provider whose lists are taken for this one: its rules hold if this one has none. */
  readonly seedId: string;
  readonly providerModelId: string;
  /** In which it is served; absent: not known. */
  readonly region?: string | undefined;
};

/** Rates that follow from the served ones, by group. */
export type DerivedPrices = ReadonlyMap<string, readonly Price[]>;

const NONE: DerivedPrices = new Map();

/**
 * What the rules say of an offering whose served rates are `rows`, groups included that sources state themselves: those
 * are compared, and only the others served. Later rules go on from what earlier ones gave, unless it is stated.
 */
export const derivePrices = (
  { providerId, seedId, providerModelId, region }: RuledOffering,
  rows: readonly Price[],
  rules: CompiledRules,
): DerivedPrices => {
  const ofProvider = rules.get(providerId) ?? rules.get(seedId);
  if (ofProvider === undefined) return NONE;
  const [first] = rows;
  if (first === undefined) return NONE;
  const name = providerModelId.toLowerCase();
  const stated = new Set(rows.map(groupKeyOf));
  const groups = new Map<string, Price[]>();
  const bases = [...rows];
  for (const each of ofProvider) {
    if (!each.models.some((pattern) => pattern.test(name))) continue;
    if (each.except.some((pattern) => pattern.test(name))) continue;
    const made = 'fees' in each ? bindPrices(first.offeringId, each.fees) : multiplied(each, bases, region);
    for (const [key, ofGroup] of Map.groupBy(made, groupKeyOf)) {
      // The first rule that speaks of a rate is the one that holds.
      if (groups.has(key)) continue;
      groups.set(key, ofGroup);
      if (!stated.has(key)) bases.push(...ofGroup);
    }
  }
  return groups;
};
