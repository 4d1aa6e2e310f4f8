import type { UnpricedReason } from '../../domain/cost.ts';
import type { Offering } from '../../domain/model.ts';
import type { Currency, Decimal } from '../../domain/money.ts';
import { FILTER_REASONS, type OfferingFilter } from '../../domain/offering-filter.ts';
import type { Catalogue } from '../catalogue.ts';
import { day, type FilterContext } from '../filter/filter-check.ts';
import { offeringCheck } from '../filter/offering-check.ts';
import { movingAliases } from '../moving-aliases.ts';
import { otherOperation } from '../offering-operation.ts';
import type { ResolvedComparison } from './resolve-comparison.ts';

/** Why an offering is not ranked: it does not pass the filter, or for a reason of comparisons alone. */
export const EXCLUSION_REASONS = [
  ...FILTER_REASONS,
  'SANDBOX',
  'OUTPUT_TOO_LONG',
  'OPERATION',
  'PLAN',
  'COMMITMENT',
  'UNPRICED',
  'DUPLICATE',
] as const;
export type ExclusionReason = (typeof EXCLUSION_REASONS)[number];

export type Exclusion = {
  readonly reason: ExclusionReason;
  /** What was found and what was asked, for a person. */
  readonly detail: string;
  /** Where the reason is that there is no total. */
  readonly unpriced?: UnpricedReason;
};

const excluded = (reason: ExclusionReason, detail: string): Exclusion => ({ reason, detail });

type Check = (offering: Offering) => Exclusion | undefined;

/** Whether it is known, or its name says, that it does something else than the task needs. */
const doesOperation = (catalogue: Catalogue, { operation }: ResolvedComparison): Check => {
  if (operation === undefined) return () => undefined;
  return (offering) => {
    const other = otherOperation(offering, operation, catalogue.provider(offering.providerId));
    return other === undefined ? undefined : excluded('OPERATION', `It is for ${other}, not ${operation}.`);
  };
};

/** A name that moves from model to model is compared only if it is asked for by name: the model that it means has a row. */
const standsStill = (catalogue: Catalogue, { filter }: ResolvedComparison): Check => {
  if (filter.models !== undefined || filter.movingAliases !== undefined) return () => undefined;
  const aliases = movingAliases(catalogue);
  return ({ id }) => {
    if (!aliases.has(id)) return undefined;
    const sibling = aliases.get(id)?.id;
    return excluded(
      'DUPLICATE',
      `Its name moves from model to model${sibling === undefined ? '' : `; ${sibling} is listed by its own`}.`,
    );
  };
};

/** Whether single models or offerings are asked for, so that nothing else speaks for leaving them out. */
const namesSome = ({ filter: { models, offerings, search } }: ResolvedComparison): boolean =>
  models !== undefined || offerings !== undefined || search !== undefined;

/** Another way to serve a model is compared only if it is asked for by name: the model has a row. */
const isNoVariant = (catalogue: Catalogue, input: ResolvedComparison): Check => {
  if (namesSome(input)) return () => undefined;
  const isThere = (offering: Offering): boolean =>
    input.availability !== 'CALLABLE' || catalogue.isOn(offering);
  return ({ modelSlug }) => {
    const base = catalogue.model(modelSlug)?.variantOf;
    if (base === undefined || !catalogue.offeringsOf(base).some(isThere)) return undefined;
    return excluded('DUPLICATE', `It serves ${base} in another way; name it to compare it.`);
  };
};

/**
 * What its lab has ended or calls deprecated is no first choice, though a cloud may serve it for a while. Open weights go on
 * where others serve them.
 */
const isCurrent = ({ catalogue, at }: FilterContext, input: ResolvedComparison): Check => {
  if (namesSome(input)) return () => undefined;
  const { retired, deprecated } = input.filter;
  return ({ modelSlug }) => {
    const model = catalogue.model(modelSlug);
    if (model === undefined || model.openWeights === true) return undefined;
    const { retiresAt } = model;
    if (retired === undefined && retiresAt !== undefined && retiresAt <= at)
      return excluded('RETIRED', `Its lab switched the model off on ${day(retiresAt)}.`);
    return deprecated === undefined && model.deprecated
      ? excluded('DEPRECATED', 'Its lab calls the model deprecated.')
      : undefined;
  };
};

/** While nothing is on, what needs more than a key is no first choice: it is compared if it is asked for. */
const needsOnlyKey = (catalogue: Catalogue, { filter, needsOnlyKey: asked }: ResolvedComparison): Check => {
  if (!asked || filter.providers !== undefined || filter.models !== undefined) return () => undefined;
  return ({ providerId }) => {
    const status = catalogue.provider(providerId)?.status;
    if (status?.kind !== 'OFF' || status.needsEndpoint !== true) return undefined;
    return excluded('OFF', status.reason);
  };
};

/** The sandbox answers nothing real: it is compared only if it is asked for by name. */
const isReal = (catalogue: Catalogue, { filter }: ResolvedComparison): Check => {
  if (filter.providers !== undefined || filter.models !== undefined) return () => undefined;
  return ({ providerId }) =>
    catalogue.provider(providerId)?.kind === 'SANDBOX'
      ? excluded('SANDBOX', 'It is the sandbox, which answers nothing real.')
      : undefined;
};

const fits = ({ workload }: ResolvedComparison): Check => {
  const output = workload.outputTokens + (workload.reasoningTokens ?? 0);
  const whole = workload.inputTokens + output;
  return ({ limits: { contextWindow, maxInputTokens, maxOutputTokens } }) => {
    if (contextWindow !== undefined && contextWindow < whole)
      return excluded('CONTEXT_TOO_SMALL', `Its context window is ${contextWindow} tokens of ${whole}.`);
    if (maxInputTokens !== undefined && maxInputTokens < workload.inputTokens)
      return excluded(
        'CONTEXT_TOO_SMALL',
        `It takes ${maxInputTokens} input tokens of ${workload.inputTokens}.`,
      );
    if (maxOutputTokens !== undefined && maxOutputTokens < output)
      return excluded('OUTPUT_TOO_LONG', `It gives at most ${maxOutputTokens} output tokens of ${output}.`);
    return undefined;
  };
};

/** Every condition but those on the cost of a request, which are checked once it is known. */
export const factsCheck = (context: FilterContext, input: ResolvedComparison): Check => {
  const { catalogue } = context;
  const {
    search,
    models,
    offerings,
    labs,
    families,
    providers,
    excludeProviders,
    retired = 'EXCLUDE',
    deprecated = 'EXCLUDE',
    free: _free,
    availability: _availability,
    ...rest
  } = input.filter;
  const named: OfferingFilter = {
    ...(search !== undefined && { search }),
    ...(models !== undefined && { models }),
    ...(offerings !== undefined && { offerings }),
    ...(labs !== undefined && { labs }),
    ...(families !== undefined && { families }),
    ...(providers !== undefined && { providers }),
    ...(excludeProviders !== undefined && { excludeProviders }),
  };
  const checks: readonly Check[] = [
    offeringCheck(named, context),
    isReal(catalogue, input),
    needsOnlyKey(catalogue, input),
    standsStill(catalogue, input),
    offeringCheck({ availability: input.availability, retired, deprecated }, context),
    isCurrent(context, input),
    isNoVariant(catalogue, input),
    doesOperation(catalogue, input),
    fits(input),
    offeringCheck(rest, context),
  ];
  return (offering) => {
    for (const check of checks) {
      const found = check(offering);
      if (found !== undefined) return found;
    }
    return undefined;
  };
};

const UNPRICED_WORDS: { readonly [Reason in UnpricedReason]: string } = {
  NO_PRICE: 'No source states a price.',
  METER_UNPRICED: 'Part of the workload has no rate',
  NO_USAGE: 'The workload does not state what it bills.',
  MIXED_CURRENCIES: 'Its rates are in several currencies.',
  PLAN: 'It is covered by a subscription; no single request has a price.',
  COMMITMENT: 'Only capacity that is bought ahead has a price.',
  TIER_UNPRICED: 'No row prices the service tier that was asked for.',
  NO_FX_RATE: 'No exchange rate is known.',
};

export const unpricedExclusion = (reason: UnpricedReason, missing: readonly string[]): Exclusion => ({
  reason: reason === 'PLAN' || reason === 'COMMITMENT' ? reason : 'UNPRICED',
  detail: missing.length === 0 ? UNPRICED_WORDS[reason] : `${UNPRICED_WORDS[reason]}: ${missing.join(', ')}.`,
  unpriced: reason,
});

export const FREE_EXCLUSION: Exclusion = excluded(
  'FREE',
  'It is free, with limits that a workload cannot count on; `filter.free: INCLUDE` ranks it.',
);

export const NOT_FREE_EXCLUSION: Exclusion = excluded('NOT_FREE', 'It is not free.');

export const noRateExclusion = (from: Currency, to: Currency): Exclusion => ({
  reason: 'NO_FX_RATE',
  detail: `It is billed in ${from}, and no exchange rate leads to ${to}. State one as \`catalogue.rates\` in the configuration, turn the source \`ecb\` or \`frankfurter\` on, or compare in ${from}.`,
  unpriced: 'NO_FX_RATE',
});

export const costExclusion = (perRequest: Decimal, currency: Currency): Exclusion =>
  excluded('COST_ABOVE', `A request costs ${perRequest.toSignificantDigits(6)} ${currency}.`);

export const duplicateExclusion = (listed: Offering): Exclusion =>
  excluded('DUPLICATE', `It is another name of ${listed.id} at the same price.`);
