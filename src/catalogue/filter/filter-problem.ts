import type { Currency } from '../../domain/money.ts';
import type { OfferingFilter } from '../../domain/offering-filter.ts';
import { refusalMessage } from '../../domain/refusal.ts';
import { isRegionWord } from '../../domain/region.ts';
import type { Catalogue } from '../catalogue.ts';
import { nearestNames } from '../nearest-names.ts';
import { ceilingProblem } from './rate-problem.ts';

/** What makes no sense in a filter; `path` is the member, e.g. `minQuality.score`. */
export type FilterProblem = {
  readonly path: string;
  readonly problem: string;
  /** The currency that no known exchange rate leads to. */
  readonly needsRate?: Currency;
};

const MAX_ENTRIES = 1_000;
const MAX_TEXT = 300;
const MAX_TOKENS = 1_000_000_000;

const LISTS = [
  'models',
  'offerings',
  'labs',
  'families',
  'providers',
  'excludeProviders',
  'providerKinds',
  'excludeProviderKinds',
  'regions',
  'capabilities',
  'inputModalities',
  'outputModalities',
  'billing',
  'modelJoins',
] as const satisfies readonly (keyof OfferingFilter)[];

/** Lists of which all entries must hold: an empty one asks for nothing. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['capabilities', 'inputModalities', 'outputModalities']);

const CEILINGS = [
  'maxInputPrice',
  'maxOutputPrice',
  'maxBlendedPrice',
  'maxCostPerRequest',
] as const satisfies readonly (keyof OfferingFilter)[];

/** Codes that are or were in use. */
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

const shown = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

/** Least and most of each number. */
const RANGES = {
  minContextWindow: { least: 0, most: MAX_TOKENS, whole: true },
  minOutputTokens: { least: 0, most: MAX_TOKENS, whole: true },
  maxTtftMs: { least: 0, most: 3_600_000, whole: false },
  minOutputTps: { least: 0, most: 1_000_000, whole: false },
  minUptime: { least: 0, most: 1, whole: false },
} as const satisfies { readonly [Name in keyof OfferingFilter]?: object };

const rangeProblem = (filter: OfferingFilter): FilterProblem | undefined => {
  for (const name of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
    const value = filter[name];
    if (value === undefined) continue;
    const { least, most, whole } = RANGES[name];
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) continue;
    return {
      path: name,
      problem: `takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}; got ${value}.`,
    };
  }
  return undefined;
};

const shapeProblem = (filter: OfferingFilter): FilterProblem | undefined => {
  for (const path of LISTS) {
    const list = filter[path];
    if (list === undefined) continue;
    if (list.length === 0 && !MAY_BE_EMPTY.has(path))
      return { path, problem: 'takes at least one entry; leave it out for any.' };
    if (list.length > MAX_ENTRIES)
      return { path, problem: `takes at most ${MAX_ENTRIES} entries; got ${list.length}.` };
    const long = list.find((text) => text.length > MAX_TEXT);
    if (long !== undefined)
      return { path, problem: `takes texts of at most ${MAX_TEXT} characters; got ${long.length}.` };
  }
  if (filter.search !== undefined && filter.search.length > MAX_TEXT)
    return {
      path: 'search',
      problem: `takes at most ${MAX_TEXT} characters; got ${filter.search.length}.`,
    };
  for (const path of CEILINGS) {
    const ceiling = filter[path];
    if (ceiling === undefined) continue;
    const { amount, currency } = ceiling;
    if (!amount.isFinite() || amount.isNegative())
      return { path: `${path}.amount`, problem: `takes 0 or more; got ${amount.toString()}.` };
    if (!isCurrency(currency))
      return {
        path: `${path}.currency`,
        problem: `takes an ISO 4217 code, e.g. USD or CNY; got "${shown(currency)}".`,
      };
  }
  const score = filter.minQuality?.score;
  if (score !== undefined && !Number.isFinite(score))
    return { path: 'minQuality.score', problem: `takes a number; got ${score}.` };
  const { releasedAfter, releasedBefore } = filter;
  if (releasedAfter !== undefined && releasedBefore !== undefined && releasedAfter >= releasedBefore)
    return { path: 'releasedBefore', problem: 'must lie after `releasedAfter`.' };
  return undefined;
};

/** The first name that stands for nothing, with the nearest ones. */
const idProblem = (
  path: string,
  what: string,
  names: readonly string[],
  known: Iterable<string>,
): FilterProblem | undefined => {
  const all = [...new Set(known)];
  const folded = new Set(all.map((name) => name.toLowerCase()));
  const unknown = names.find((name) => !folded.has(name.toLowerCase()));
  if (unknown === undefined) return undefined;
  const nearest = nearestNames(unknown, all);
  return {
    path,
    problem: `No ${what} has the id "${shown(unknown)}". ${nearest.length > 0 ? `Nearest: ${nearest.join(', ')}.` : `Query \`${what}s\` lists the ones there are.`}`,
  };
};

/** The first lab or family that no model is of. */
const modelWordsProblem = (
  { models }: Catalogue,
  { labs = [], families = [] }: OfferingFilter,
): FilterProblem | undefined => {
  const problem =
    (labs.length === 0
      ? undefined
      : idProblem(
          'labs',
          'lab',
          labs,
          models.map(({ lab }) => lab),
        )) ??
    (families.length === 0
      ? undefined
      : idProblem(
          'families',
          'family',
          families,
          models.flatMap(({ family }) => family ?? []),
        ));
  return (
    problem && { ...problem, problem: problem.problem.replace(/Query `(?:labs|familys)`/, 'Query `models`') }
  );
};

/**
 * The first word that is neither shaped like a region nor the region of an offering here: operators may name places in their
 * own words.
 */
const regionsProblem = (
  { offerings, providers }: Catalogue,
  regions: readonly string[],
): FilterProblem | undefined => {
  const strange = regions.filter((each) => !isRegionWord(each));
  if (strange.length === 0) return undefined;
  const named = new Set<string>();
  for (const { region } of offerings) if (region !== undefined) named.add(region.toLowerCase());
  for (const { region, regions: others = [] } of providers)
    for (const each of region === undefined ? others : [region, ...others]) named.add(each.toLowerCase());
  const unknown = strange.find((each) => !named.has(each.toLowerCase()));
  return unknown === undefined
    ? undefined
    : {
        path: 'regions',
        problem: `takes a country's code, an area or a cloud's region, e.g. DE, EU or us-east-1; got "${shown(unknown)}".`,
      };
};

const namesProblem = (catalogue: Catalogue, filter: OfferingFilter): FilterProblem | undefined => {
  const { models = [], offerings = [], providers = [], excludeProviders = [] } = filter;
  for (const name of models) {
    const found = catalogue.resolve(name);
    if (found.kind === 'UNKNOWN')
      return {
        path: 'models',
        problem: refusalMessage({ code: 'UNKNOWN_MODEL', name, suggestions: found.suggestions() }),
      };
  }
  if (offerings.some((id) => catalogue.unlisted(id) === undefined)) {
    const problem = idProblem(
      'offerings',
      'offering',
      offerings.filter((id) => catalogue.unlisted(id) === undefined),
      catalogue.offerings.map(({ id }) => id),
    );
    if (problem !== undefined) return problem;
  }
  const ofModels = modelWordsProblem(catalogue, filter);
  if (ofModels !== undefined) return ofModels;
  const ofRegions = regionsProblem(catalogue, filter.regions ?? []);
  if (ofRegions !== undefined) return ofRegions;
  if (providers.length + excludeProviders.length === 0) return undefined;
  const ids = [
    ...catalogue.providers.map(({ id }) => id),
    ...catalogue.offerings.map(({ providerId }) => providerId),
  ];
  return (
    idProblem('providers', 'provider', providers, ids) ??
    idProblem('excludeProviders', 'provider', excludeProviders, ids)
  );
};

/** The first thing in a filter that makes no sense whatever the catalogue holds: ranges, sizes and currencies. */
export const filterShapeProblem = (filter: OfferingFilter): FilterProblem | undefined =>
  shapeProblem(filter) ?? rangeProblem(filter);

const below = (prefix: string, found: FilterProblem | undefined): FilterProblem | undefined =>
  found && { ...found, path: `${prefix}.${found.path}` };

/** The first problem of a filter that is kept, such as a route's: exchange rates may be known later. */
export const keptFilterProblem = (
  catalogue: Catalogue,
  filter: OfferingFilter,
  prefix = 'filter',
): FilterProblem | undefined => below(prefix, filterShapeProblem(filter) ?? namesProblem(catalogue, filter));

/** The first problem of a filter that is used now; `path` is below `prefix`. */
export const filterProblem = (
  catalogue: Catalogue,
  filter: OfferingFilter,
  prefix = 'filter',
): FilterProblem | undefined =>
  keptFilterProblem(catalogue, filter, prefix) ?? below(prefix, ceilingProblem(catalogue, filter));
