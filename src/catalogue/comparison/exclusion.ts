import type { UnpricedReason } from '../../domain/cost.ts';
import type { Offering } from '../../domain/model.ts';
import type { Currency, Decimal } from '../../domain/money.ts';
import type { Modality } from '../../domain/price.ts';
import { type QualityScore, reaches, scoreAt } from '../../domain/quality.ts';
import { areWithin } from '../../domain/region.ts';
import type { Catalogue } from '../catalogue.ts';
import { otherOperation } from '../offering-operation.ts';
import { placesOf, placesText } from '../offering-regions.ts';
import type { ComparisonFilter } from './comparison-input.ts';
import type { Measured } from './measured.ts';
import { movingAliases } from './moving-aliases.ts';
import { wantedModels } from './named.ts';
import type { ResolvedComparison } from './resolve-comparison.ts';

/** Why an offering is not ranked. UNKNOWN_…: it is demanded, and no source says it of the offering. */
export const EXCLUSION_REASONS = [
  'SEARCH',
  'PROVIDER',
  'MODEL',
  'REGION',
  'SANDBOX',
  'OFF',
  'RETIRED',
  'DEPRECATED',
  'CONTEXT_TOO_SMALL',
  'UNKNOWN_CONTEXT',
  'OUTPUT_TOO_LONG',
  'OPERATION',
  'MODALITY',
  'UNKNOWN_MODALITY',
  'CAPABILITY',
  'UNKNOWN_CAPABILITY',
  'CLOSED_WEIGHTS',
  'OPEN_WEIGHTS',
  'UNKNOWN_WEIGHTS',
  'QUALITY_BELOW',
  'UNKNOWN_QUALITY',
  'TTFT_ABOVE',
  'UNKNOWN_TTFT',
  'THROUGHPUT_BELOW',
  'UNKNOWN_THROUGHPUT',
  'FREE',
  'PLAN',
  'COMMITMENT',
  'UNPRICED',
  'NO_FX_RATE',
  'COST_ABOVE',
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

const lacking = (
  asked: readonly Modality[] | undefined,
  known: readonly Modality[] | undefined,
  verb: string,
): Exclusion | undefined => {
  if (asked === undefined || asked.length === 0) return undefined;
  if (known === undefined) return excluded('UNKNOWN_MODALITY', `No source says what it ${verb}.`);
  const missing = asked.find((modality) => !known.includes(modality));
  return (
    missing && excluded('MODALITY', `It ${verb} ${known.join(', ') || 'nothing known'}, not ${missing}.`)
  );
};

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
  if (filter.models !== undefined) return () => undefined;
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

/** The sandbox answers nothing real: it is compared only if it is asked for by name. */
const isReal = (catalogue: Catalogue, { filter }: ResolvedComparison): Check => {
  if (filter.providers !== undefined || filter.models !== undefined) return () => undefined;
  return ({ providerId }) =>
    catalogue.provider(providerId)?.kind === 'SANDBOX'
      ? excluded('SANDBOX', 'It is the sandbox, which answers nothing real.')
      : undefined;
};

const searched = (catalogue: Catalogue, search: string | undefined): Check => {
  const part = search?.toLowerCase();
  if (part === undefined || part === '') return () => undefined;
  return ({ id, modelSlug }) =>
    id.toLowerCase().includes(part) ||
    modelSlug.toLowerCase().includes(part) ||
    catalogue.model(modelSlug)?.name.toLowerCase().includes(part)
      ? undefined
      : excluded('SEARCH', 'Neither its id nor its name holds what was searched.');
};

const fits = ({ workload, filter }: ResolvedComparison): Check => {
  const output = workload.outputTokens + (workload.reasoningTokens ?? 0);
  const whole = workload.inputTokens + output;
  return ({ limits: { contextWindow, maxInputTokens, maxOutputTokens } }) => {
    const { minContext } = filter;
    if (minContext !== undefined && contextWindow === undefined)
      return excluded('UNKNOWN_CONTEXT', 'No source states its context window.');
    const needed = Math.max(whole, minContext ?? 0);
    if (contextWindow !== undefined && contextWindow < needed)
      return excluded('CONTEXT_TOO_SMALL', `Its context window is ${contextWindow} tokens of ${needed}.`);
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

const capable =
  ({ capabilities = [] }: ComparisonFilter): Check =>
  (offering) => {
    for (const capability of capabilities) {
      if (offering.lacks.includes(capability)) return excluded('CAPABILITY', `It lacks ${capability}.`);
      if (!offering.capabilities.includes(capability))
        return excluded('UNKNOWN_CAPABILITY', `No source says whether it has ${capability}.`);
    }
    return undefined;
  };

const weighted =
  ({ openWeights }: ComparisonFilter): Check =>
  (offering) => {
    if (openWeights === undefined || offering.openWeights === openWeights) return undefined;
    if (offering.openWeights === undefined)
      return excluded('UNKNOWN_WEIGHTS', 'No source says whether its weights can be had.');
    return openWeights
      ? excluded('CLOSED_WEIGHTS', 'Its weights cannot be had.')
      : excluded('OPEN_WEIGHTS', 'Its weights can be had.');
  };

/** All that can be said without prices and measurements, cheapest first. */
export const factsCheck = (catalogue: Catalogue, input: ResolvedComparison, at: Date): Check => {
  const { filter } = input;
  const providers = filter.providers && new Set(filter.providers.map((id) => id.toLowerCase()));
  const models = filter.models && wantedModels(catalogue, filter.models);
  const { regions } = filter;
  const checks: readonly Check[] = [
    ({ providerId }) =>
      providers === undefined || providers.has(providerId.toLowerCase())
        ? undefined
        : excluded('PROVIDER', `${providerId} is not among the providers asked for.`),
    ({ id, modelSlug }) =>
      models === undefined || models.has(id) || models.has(modelSlug)
        ? undefined
        : excluded('MODEL', `${modelSlug} is not among the models asked for.`),
    searched(catalogue, filter.search),
    (offering) => {
      if (regions === undefined) return undefined;
      const places = placesOf(catalogue, offering);
      return areWithin(places, regions) === true ? undefined : excluded('REGION', `${placesText(places)}.`);
    },
    isReal(catalogue, input),
    standsStill(catalogue, input),
    (offering) => {
      if (input.availability === 'ANY' || catalogue.isOn(offering)) return undefined;
      const status = catalogue.provider(offering.providerId)?.status;
      return excluded('OFF', status?.kind === 'OFF' ? status.reason : 'Its provider is not configured.');
    },
    ({ retiresAt }) =>
      retiresAt !== undefined && retiresAt <= at
        ? excluded('RETIRED', `It was switched off on ${retiresAt.toISOString().slice(0, 10)}.`)
        : undefined,
    ({ deprecated }) =>
      deprecated && filter.includeDeprecated !== true
        ? excluded('DEPRECATED', 'A source calls it deprecated; `includeDeprecated` ranks it.')
        : undefined,
    doesOperation(catalogue, input),
    fits(input),
    ({ inputModalities }) => lacking(filter.modalities, inputModalities, 'takes'),
    ({ outputModalities }) => lacking(filter.outputModalities, outputModalities, 'gives'),
    capable(filter),
    weighted(filter),
  ];
  return (offering) => {
    for (const check of checks) {
      const found = check(offering);
      if (found !== undefined) return found;
    }
    return undefined;
  };
};

export const speedExclusion = (
  { maxTtftMs, minOutputTps }: ComparisonFilter,
  { ttft, outputTps }: Measured,
): Exclusion | undefined => {
  if (maxTtftMs !== undefined) {
    if (ttft === undefined) return excluded('UNKNOWN_TTFT', 'Nobody measured its time to the first token.');
    if (ttft.p50 > maxTtftMs) return excluded('TTFT_ABOVE', `Its median is ${ttft.p50} ms.`);
  }
  if (minOutputTps !== undefined) {
    if (outputTps === undefined) return excluded('UNKNOWN_THROUGHPUT', 'Nobody measured its output.');
    if (outputTps.p50 < minOutputTps)
      return excluded('THROUGHPUT_BELOW', `Its median is ${outputTps.p50} tokens a second.`);
  }
  return undefined;
};

export const qualityExclusion = (
  { minQuality }: ComparisonFilter,
  scores: readonly QualityScore[],
): Exclusion | undefined => {
  if (minQuality === undefined) return undefined;
  const { benchmark, score: floor } = minQuality;
  const found = scoreAt(scores, benchmark);
  if (found === undefined)
    return excluded('UNKNOWN_QUALITY', `No comparable score of it at ${benchmark} is known.`);
  if (reaches(found, floor)) return undefined;
  const less = found.lessIsBetter ? ', and less is better' : '';
  return excluded('QUALITY_BELOW', `It scores ${found.score} at ${benchmark}; asked for ${floor}${less}.`);
};

const UNPRICED_WORDS: { readonly [Reason in UnpricedReason]: string } = {
  NO_PRICE: 'No source states a price.',
  METER_UNPRICED: 'Part of the workload has no rate',
  NO_USAGE: 'What it bills is not told by the workload.',
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
  'It is free, with limits that a workload cannot count on; `filter.includeFree: true` ranks it.',
);

export const noRateExclusion = (from: Currency, to: Currency): Exclusion => ({
  reason: 'NO_FX_RATE',
  detail: `It is billed in ${from}, and no exchange rate leads to ${to}. State one as \`catalogue.rates\` in the configuration, turn the source \`ecb\` or \`frankfurter\` on, or compare in ${from}.`,
  unpriced: 'NO_FX_RATE',
});

export const costExclusion = (perRequest: Decimal, currency: Currency): Exclusion =>
  excluded('COST_ABOVE', `A request costs ${perRequest.toSignificantDigits(6)} ${currency}.`);

export const duplicateExclusion = (listed: Offering): Exclusion =>
  excluded('DUPLICATE', `It is another name of ${listed.id} at the same price.`);
