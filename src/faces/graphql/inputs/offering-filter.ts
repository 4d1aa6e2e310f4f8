import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { FilterContext } from '../../../catalogue/filter/filter-check.ts';
import { filterProblem } from '../../../catalogue/filter/filter-problem.ts';
import { offeringCheck } from '../../../catalogue/filter/offering-check.ts';
import type { Offering } from '../../../domain/model.ts';
import type { OfferingFilter } from '../../../domain/offering-filter.ts';
import { builder } from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { invalidInput } from '../errors.ts';
import { present } from '../present.ts';
import { CapabilityEnum } from '../types/catalogue-enums.ts';
import { BillingEnum, ModalityEnum, ModelJoinEnum, ProviderKindEnum } from '../types/enums.ts';
import { AvailabilityEnum, InclusionEnum } from '../types/filter-enums.ts';
import { MoneyInput } from '../types/money.ts';
import { MinQualityInput } from './min-quality.ts';

export const OfferingFilterInput = builder.inputType('OfferingFilter', {
  description:
    'Which offerings: the same words wherever offerings are chosen, in the graph, in routes of the config file and in the terminal. Everything that is given must hold; of a list, any entry, unless it says "all". What is demanded and no source states does not hold.',
  fields: (t) => ({
    search: t.string({
      description: "Part of the id, the slug or the model's name, without regard to case.",
    }),
    models: t.stringList({
      description:
        'Any of these: slugs, unqualified names, aliases or offering ids. An ambiguous name means all that it matches.',
    }),
    offerings: t.idList({ description: 'Any of these offering ids, `provider/providerModelId`.' }),
    labs: t.stringList({
      description:
        'Trained by any of these labs: the part of the slug before the slash, without regard to case.',
    }),
    families: t.stringList({
      description:
        'Of any of these families, as `Model.family` states them, e.g. `claude-sonnet`, `qwen`, without regard to case.',
    }),
    providers: t.idList({
      description: 'Served by any of these providers, ids without regard to case.',
    }),
    excludeProviders: t.idList({ description: 'Served by none of these providers.' }),
    providerKinds: t.field({
      type: [ProviderKindEnum],
      description: 'Served by a provider of any of these kinds.',
    }),
    excludeProviderKinds: t.field({
      type: [ProviderKindEnum],
      description: 'Served by a provider of none of these kinds.',
    }),
    regions: t.stringList({
      description:
        "Served from these regions alone, without regard to case: every place that may serve a request lies in one of them, e.g. `eu-west-1` and `de` in `eu`. The places are the offering's own region, else those that its provider names; an offering of which no place is known does not pass. One whose provider takes a region for each request (Anthropic: `us`) passes if that lies in one of them: it is sent, and priced.",
    }),
    zeroRetention: t.boolean({
      description:
        'true: the provider documents that it keeps nothing of requests by default, or it runs on this machine; false: it documents that it does keep them. See `Provider.dataRetention`. What a host passes on to the maker of a closed model is unknown, whatever the host says, and passes neither.',
    }),
    openWeights: t.boolean({ description: 'Whether its weights can be downloaded.' }),
    capabilities: t.field({ type: [CapabilityEnum], description: 'Known to be able to do all of these.' }),
    inputModalities: t.field({ type: [ModalityEnum], description: 'Known to take all of these.' }),
    outputModalities: t.field({ type: [ModalityEnum], description: 'Known to give all of these.' }),
    minContextWindow: t.int({ description: 'Least context window in tokens: prompt plus answer.' }),
    minOutputTokens: t.int({ description: 'Least number of tokens that one answer may have.' }),
    releasedAfter: t.field({
      type: 'DateTime',
      description:
        'Released at this moment or later; where no source states the day, by the earliest day that `releaseRange` states.',
    }),
    releasedBefore: t.field({
      type: 'DateTime',
      description:
        'Released before this moment; where no source states the day, by the latest day that `releaseRange` states.',
    }),
    retired: t.field({
      type: InclusionEnum,
      description:
        'What was switched off. INCLUDE if not given, but EXCLUDE where offerings are compared or routed to.',
    }),
    deprecated: t.field({
      type: InclusionEnum,
      description:
        'What a source calls deprecated. INCLUDE if not given, but EXCLUDE where offerings are compared or routed to.',
    }),
    movingAliases: t.field({
      type: InclusionEnum,
      description: 'Names that move from model to model, e.g. `gpt-latest`. INCLUDE if not given.',
    }),
    billing: t.field({ type: [BillingEnum], description: 'Charged for in any of these ways.' }),
    free: t.field({
      type: InclusionEnum,
      description:
        'What costs nothing. INCLUDE if not given, but EXCLUDE where offerings are compared, for free offerings have limits that a workload cannot count on.',
    }),
    modelJoins: t.field({
      type: [ModelJoinEnum],
      description: 'Joined to its model in any of these ways.',
    }),
    availability: t.field({
      type: AvailabilityEnum,
      description:
        'Whether this server can call it. ANY if not given, but CALLABLE in routes, which can use nothing else.',
    }),
    maxInputPrice: t.field({
      type: MoneyInput,
      description:
        'Most that 1,000,000 plain input tokens may cost, as a short prompt in the STANDARD tier pays them now; rates in other currencies are converted by the known exchange rates.',
    }),
    maxOutputPrice: t.field({ type: MoneyInput, description: 'The same for output tokens.' }),
    maxBlendedPrice: t.field({
      type: MoneyInput,
      description:
        'The same for a blend of both: (3 x input + output) / 4, fees per request left out; the input rate of what writes no tokens, as embeddings.',
    }),
    maxCostPerRequest: t.field({
      type: MoneyInput,
      description:
        'Most that one request may cost: of the workload where offerings are compared, of this prompt, as estimated, where it is routed. Not taken where there is no request.',
    }),
    minQuality: t.field({ type: MinQualityInput, description: 'Scores at least so much.' }),
    maxTtftMs: t.float({
      description:
        "Most milliseconds to the first token, as the median: this server's own traffic from 20 calls on, else what others measured.",
    }),
    minOutputTps: t.float({
      description: 'Fewest output tokens a second after it, as the median; sources as for `maxTtftMs`.',
    }),
    minUptime: t.float({
      description: 'Least share of calls that were answered, 0 to 1; sources as for `maxTtftMs`.',
    }),
  }),
});

export type OfferingFilterShape = typeof OfferingFilterInput.$inferInput;

/** The input in the words of the catalogue. */
export const offeringFilterOf = ({ minQuality, ...rest }: OfferingFilterShape): OfferingFilter => ({
  ...present(rest),
  ...(minQuality != null && { minQuality }),
});

/** For lists that know no request: refuses what makes no sense, with its path. */
export const readOfferingFilter = (
  input: OfferingFilterShape | null | undefined,
  catalogue: Catalogue,
  path = 'filter',
): OfferingFilter => {
  const filter = offeringFilterOf(input ?? {});
  if (filter.maxCostPerRequest !== undefined)
    throw invalidInput(
      `${path}.maxCostPerRequest`,
      'is not taken here, where there is no request; `compareOfferings` takes it, and so do routes.',
    );
  const problem = filterProblem(catalogue, filter, path);
  if (problem !== undefined) throw invalidInput(problem.path, problem.problem);
  return filter;
};

/** What filters of a request are applied to: the catalogue, prices and measurements of now. */
export const filterContext = ({ catalogue, gateway, now }: GraphContext): FilterContext => ({
  catalogue: catalogue.current(),
  at: now(),
  measured: (id) => gateway.stats.of(id),
});

/** Those of a list that pass, in its order. */
export const filteredOfferings = (
  offerings: readonly Offering[],
  input: OfferingFilterShape | null | undefined,
  context: GraphContext,
): readonly Offering[] => {
  if (input == null) return offerings;
  const filter = readOfferingFilter(input, context.catalogue.current());
  const check = offeringCheck(filter, filterContext(context));
  return offerings.filter((offering) => check(offering) === undefined);
};
