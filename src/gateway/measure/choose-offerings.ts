import type { Catalogue } from '../../catalogue/catalogue.ts';
import { wantedModels } from '../../catalogue/comparison/named.ts';
import type { FilterContext } from '../../catalogue/filter/filter-check.ts';
import { filterProblem } from '../../catalogue/filter/filter-problem.ts';
import { offeringCheck } from '../../catalogue/filter/offering-check.ts';
import { otherOperation } from '../../catalogue/offering-operation.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { OfferingFilter } from '../../domain/offering-filter.ts';
import { releasedSince } from '../../domain/release.ts';
import { meantBy } from '../stages/resolve-model.ts';

/** Which offerings to measure. Absent: some of each provider that can be called. */
export type MeasureSelection = {
  /** Slugs, names or ids of offerings: any of these. */
  readonly models?: readonly string[];
  readonly providers?: readonly string[];
  /** What they must hold besides. */
  readonly filter?: OfferingFilter;
  /** The most offerings. */
  readonly limit: number;
};

/**
 * Why an offering was not called. OFF: its provider is not on, e.g. has no key. UNKNOWN: nothing has the name. OPERATION: it
 * answers no prompts. RETIRED: it is switched off. LIMIT: more were chosen than the limit allows. BUDGET: what is left does not
 * cover a call. UNPRICED: what a call costs is not known. TIME: the time was over. REFUSED: this server does not call it now,
 * e.g. while its breaker is open.
 */
export const MEASURE_SKIPS = [
  'OFF',
  'UNKNOWN',
  'OPERATION',
  'RETIRED',
  'LIMIT',
  'BUDGET',
  'UNPRICED',
  'TIME',
  'REFUSED',
] as const;
export type MeasureSkip = (typeof MEASURE_SKIPS)[number];

export type Skipped = { readonly reason: MeasureSkip; readonly detail: string };

/** What was asked for by name and is not called. */
export type SkippedOffering = {
  /** As it was asked for; of an offering its id. */
  readonly name: string;
  /** Absent where the name means nothing. */
  readonly offering?: Offering;
  readonly skipped: Skipped;
};

type Chosen =
  | {
      readonly kind: 'CHOSEN';
      readonly offerings: readonly Offering[];
      /** Of what was named. */
      readonly skipped: readonly SkippedOffering[];
      /** Of all that passes, how many are not called for which reason. */
      readonly counts: ReadonlyMap<MeasureSkip, number>;
    }
  | { readonly kind: 'INVALID'; readonly path: string; readonly problem: string };

const newestFirst = (one: Offering, other: Offering): number =>
  (releasedSince(other)?.getTime() ?? 0) - (releasedSince(one)?.getTime() ?? 0) ||
  (one.id < other.id ? -1 : 1);

/** One of each provider, then a second of each, and so on. */
const inTurns = (offerings: readonly Offering[]): readonly Offering[] => {
  const lists = [...Map.groupBy(offerings, ({ providerId }) => providerId).values()];
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat();
};

/** The offering that calls with this name are sent to, where no list has it. */
const unlistedCalled = (name: string, catalogue: Catalogue): Offering | undefined => {
  const offering = meantBy(name, catalogue)?.offerings[0];
  return offering?.unlisted === undefined ? undefined : offering;
};

/** Each model once at each provider, unless it is asked for by its id. */
const onceEach = (
  offerings: readonly Offering[],
  isAskedFor: (id: string) => boolean,
): readonly Offering[] => {
  const seen = new Set<string>();
  return offerings.filter(({ id, providerId, modelSlug }) => {
    const key = isAskedFor(id) ? id : `${providerId} ${modelSlug}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
};

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** Whether an offering can be called with a prompt, and if not why. */
const usability =
  (catalogue: Catalogue, completing: ReadonlySet<ProviderId>, at: Date) =>
  (offering: Offering): Skipped | undefined => {
    const { providerId, retiresAt } = offering;
    if (!catalogue.isOn(offering)) {
      const status = catalogue.provider(providerId)?.status;
      return {
        reason: 'OFF',
        detail: status?.kind === 'OFF' ? status.reason : `${providerId} is not configured.`,
      };
    }
    if (retiresAt !== undefined && retiresAt <= at)
      return { reason: 'RETIRED', detail: `It was switched off on ${day(retiresAt)}.` };
    const other = otherOperation(offering, 'COMPLETION');
    if (other !== undefined) return { reason: 'OPERATION', detail: `It is for ${other}, not for prompts.` };
    return completing.has(providerId)
      ? undefined
      : { reason: 'OPERATION', detail: `${providerId} answers no prompts.` };
  };

/**
 * The offerings to measure: those that can be called and answer prompts, are not at their end, and each model once at each
 * provider, newest first. What is named is measured as it is named, or has a reason why not; the sandbox only then.
 */
export const chooseOfferings = (
  catalogue: Catalogue,
  completing: ReadonlySet<ProviderId>,
  { models, providers, filter = {}, limit }: MeasureSelection,
  at: Date,
  measured?: FilterContext['measured'],
): Chosen => {
  const problem = filterProblem(catalogue, providers === undefined ? {} : { providers });
  if (problem !== undefined)
    return { kind: 'INVALID', path: problem.path.replace(/^filter\./, ''), problem: problem.problem };
  if (filter.maxCostPerRequest !== undefined)
    return {
      kind: 'INVALID',
      path: 'filter.maxCostPerRequest',
      problem: 'is not taken here; `budget` limits what all calls may cost.',
    };
  const unfit = filterProblem(catalogue, filter);
  if (unfit !== undefined) return { kind: 'INVALID', path: unfit.path, problem: unfit.problem };

  const unlisted = new Set<Offering>();
  const listedNames: string[] = [];
  const skipped: SkippedOffering[] = [];
  for (const name of models ?? []) {
    const offering = unlistedCalled(name, catalogue);
    const problemOfName = offering === undefined ? filterProblem(catalogue, { models: [name] }) : undefined;
    if (offering !== undefined) unlisted.add(offering);
    else if (problemOfName === undefined) listedNames.push(name);
    else skipped.push({ name, skipped: { reason: 'UNKNOWN', detail: problemOfName.problem } });
  }

  const check = offeringCheck(filter, { catalogue, at, ...(measured !== undefined && { measured }) });
  /** What is asked for by name is measured though it is deprecated or the sandbox's. */
  const isFilterNamed = filter.models !== undefined || filter.offerings !== undefined;
  const takesDeprecated = isFilterNamed || filter.deprecated !== undefined;
  const takesSandbox = isFilterNamed || filter.providers !== undefined || filter.providerKinds !== undefined;
  const wanted = models && wantedModels(catalogue, listedNames);
  const ids = providers && new Set(providers.map((id) => id.toLowerCase()));
  const isWanted = ({ id, modelSlug }: Offering): boolean =>
    wanted?.has(id) || wanted?.has(modelSlug) || false;
  const isSandbox = ({ providerId }: Offering): boolean => catalogue.provider(providerId)?.kind === 'SANDBOX';
  const passes = (offering: Offering): boolean =>
    (ids === undefined || ids.has(offering.providerId)) && check(offering) === undefined;
  const found = catalogue.offerings.filter(
    (offering) =>
      (wanted === undefined ? takesDeprecated || !offering.deprecated : isWanted(offering)) &&
      (ids !== undefined || wanted !== undefined || takesSandbox || !isSandbox(offering)) &&
      passes(offering),
  );

  const askedIds = new Set<string>([...(filter.offerings ?? []), ...listedNames]);
  const isAskedFor = (id: string): boolean => askedIds.has(id);
  const whyNot = usability(catalogue, completing, at);
  const usable: Offering[] = [];
  const unusable = new Map<Offering, Skipped>();
  for (const offering of [...[...unlisted].filter(passes), ...found.toSorted(newestFirst)]) {
    const why = whyNot(offering);
    if (why === undefined) usable.push(offering);
    else unusable.set(offering, why);
  }
  const chosen = onceEach(usable, isAskedFor);
  const counts = new Map<MeasureSkip, number>();
  const count = (reason: MeasureSkip, more = 1): void => {
    if (more > 0) counts.set(reason, (counts.get(reason) ?? 0) + more);
  };
  count('UNKNOWN', skipped.length);
  count('LIMIT', chosen.length - limit);
  for (const { reason } of unusable.values()) count(reason);

  // Of a model that can be called somewhere, offerings elsewhere that cannot are no news.
  const callable = new Set(usable.map(({ modelSlug }) => modelSlug));
  const isNamed =
    models !== undefined || providers !== undefined || isFilterNamed || filter.providers !== undefined;
  const missing = onceEach([...unusable.keys()], isAskedFor).filter(
    ({ id, modelSlug }) => isAskedFor(id) || providers !== undefined || !callable.has(modelSlug),
  );
  for (const offering of isNamed ? missing.slice(0, limit) : []) {
    const why = unusable.get(offering);
    if (why !== undefined) skipped.push({ name: offering.id, offering, skipped: why });
  }
  return { kind: 'CHOSEN', offerings: inTurns(chosen).slice(0, limit), skipped, counts };
};
