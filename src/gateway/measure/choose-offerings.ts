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
import { meaningOf } from '../stages/resolve-model.ts';

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

type Chosen =
  | { readonly kind: 'CHOSEN'; readonly offerings: readonly Offering[] }
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
  const meaning = meaningOf(name, catalogue);
  const offering = meaning.kind === 'REFUSED' ? undefined : meaning.value.offerings[0];
  return offering?.unlisted === undefined ? undefined : offering;
};

/**
 * The offerings to measure: those that can be called and answer prompts, are not at their end, and each model once at each
 * provider, newest first. What is named is measured as it is named; the sandbox only then.
 */
export const chooseOfferings = (
  catalogue: Catalogue,
  completing: ReadonlySet<ProviderId>,
  { models, providers, filter = {}, limit }: MeasureSelection,
  at: Date,
  measured?: FilterContext['measured'],
): Chosen => {
  const unlistedByName = new Map((models ?? []).map((name) => [name, unlistedCalled(name, catalogue)]));
  const listedNames = models?.filter((name) => unlistedByName.get(name) === undefined);
  const problem = filterProblem(catalogue, {
    ...(listedNames !== undefined && listedNames.length > 0 && { models: listedNames }),
    ...(providers !== undefined && { providers }),
  });
  if (problem !== undefined)
    return { kind: 'INVALID', path: problem.path.replace(/^filter\./, ''), problem: problem.problem };
  if (filter.maxCostPerRequest !== undefined)
    return {
      kind: 'INVALID',
      path: 'filter.maxCostPerRequest',
      problem: 'is not taken here; `budget` limits what all calls may cost.',
    };
  const unfit = filterProblem(catalogue, filter);
  if (unfit !== undefined) return { kind: 'INVALID', ...unfit };
  const check = offeringCheck(filter, { catalogue, at, ...(measured !== undefined && { measured }) });
  const passes = (offering: Offering): boolean => check(offering) === undefined;
  /** What is asked for by name is measured though it is deprecated or the sandbox's. */
  const takesDeprecated =
    filter.models !== undefined || filter.offerings !== undefined || filter.deprecated !== undefined;
  const takesSandbox =
    filter.models !== undefined ||
    filter.offerings !== undefined ||
    filter.providers !== undefined ||
    filter.providerKinds !== undefined;
  const wanted = listedNames && wantedModels(catalogue, listedNames);
  const ids = providers && new Set(providers.map((id) => id.toLowerCase()));
  const usable = (offering: Offering): boolean =>
    catalogue.isOn(offering) &&
    completing.has(offering.providerId) &&
    otherOperation(offering, 'COMPLETION') === undefined &&
    (offering.retiresAt === undefined || offering.retiresAt > at);
  const isNamed = (offering: Offering): boolean =>
    wanted?.has(offering.id) === true || wanted?.has(offering.modelSlug) === true;
  const isSandbox = (offering: Offering): boolean =>
    catalogue.provider(offering.providerId)?.kind === 'SANDBOX';
  const found = catalogue.offerings.filter(
    (offering) =>
      (wanted === undefined ? takesDeprecated || !offering.deprecated : isNamed(offering)) &&
      (ids === undefined
        ? wanted !== undefined || takesSandbox || !isSandbox(offering)
        : ids.has(offering.providerId)) &&
      usable(offering) &&
      passes(offering),
  );
  const offeringIds = new Set(filter.offerings);
  const unlisted = [...new Set(unlistedByName.values())].filter(
    (offering): offering is Offering =>
      offering !== undefined &&
      (ids === undefined || ids.has(offering.providerId)) &&
      usable(offering) &&
      passes(offering),
  );
  const seen = new Set<string>();
  const once = found.toSorted(newestFirst).filter(({ id, providerId, modelSlug }) => {
    const key = wanted?.has(id) || offeringIds.has(id) ? id : `${providerId} ${modelSlug}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
  return { kind: 'CHOSEN', offerings: inTurns([...unlisted, ...once]).slice(0, limit) };
};
