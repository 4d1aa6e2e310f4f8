import type { Catalogue } from '../../catalogue/catalogue.ts';
import { wantedModels } from '../../catalogue/comparison/named.ts';
import { conversionOf } from '../../catalogue/fx.ts';
import { placesOf, placesText } from '../../catalogue/offering-regions.ts';
import type { RejectionReason } from '../../domain/attempt.ts';
import type { Capability, Offering } from '../../domain/model.ts';
import { reaches, scoreAt } from '../../domain/quality.ts';
import { areWithin } from '../../domain/region.ts';
import type { CandidateFilter, QualityFloor } from '../../domain/route.ts';

/** Why an offering does not pass, and what was found and asked, for a person. */
export type Misfit = { readonly reason: RejectionReason; readonly detail: string };

/** Undefined: it passes. */
export type OfferingCheck = (offering: Offering) => Misfit | undefined;

const misfit = (reason: RejectionReason, detail: string): Misfit => ({ reason, detail });

/** The beginning of a list; the whole of it would stand with each offering that is passed over. */
const LISTED = 10;

const listed = (names: readonly string[]): string =>
  names.length <= LISTED
    ? names.join(', ')
    : `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`;

const lowerCase = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.map((name) => name.toLowerCase()));

/** Switched off on that day. */
export const retiredMisfit = (retiresAt: Date): Misfit =>
  misfit('RETIRED', `It was switched off on ${retiresAt.toISOString().slice(0, 10)}.`);

/** The offering's own, else its provider's; in lower case. */
export const regionOf = (catalogue: Catalogue, offering: Offering): string | undefined =>
  (offering.region ?? catalogue.provider(offering.providerId)?.region)?.toLowerCase();

const inRegions = (catalogue: Catalogue, asked: readonly string[]): OfferingCheck => {
  const wanted = listed(asked);
  return (offering) => {
    const places = placesOf(catalogue, offering);
    if (areWithin(places, asked) === true) return undefined;
    return misfit('REGION', `${placesText(places)}; asked for ${wanted}.`);
  };
};

const capable =
  (asked: readonly Capability[]): OfferingCheck =>
  ({ capabilities, lacks }) => {
    const missing = asked.find((each) => !capabilities.includes(each));
    if (missing === undefined) return undefined;
    return misfit(
      'CAPABILITY',
      lacks.includes(missing) ? `It lacks ${missing}.` : `No source says that it has ${missing}.`,
    );
  };

const goodEnough =
  (catalogue: Catalogue, { benchmark, score }: QualityFloor): OfferingCheck =>
  ({ modelSlug }) => {
    const found = scoreAt(catalogue.qualityOf(modelSlug), benchmark);
    if (found !== undefined && reaches(found, score)) return undefined;
    return misfit(
      'QUALITY',
      found === undefined
        ? `No comparable score of ${modelSlug} at ${benchmark} is known.`
        : `${modelSlug} scores ${found.score} at ${benchmark}; asked for ${score}.`,
    );
  };

/** What of a filter does not depend on the request. The cheapest checks come first. */
export const filterCheck = (catalogue: Catalogue, filter: CandidateFilter): OfferingCheck => {
  const { providers, models, capabilities, regions, kinds, openWeights, minContext, minQuality } = filter;
  const checks: OfferingCheck[] = [];
  if (providers !== undefined) {
    const wanted = lowerCase(providers);
    const names = listed(providers);
    checks.push(({ providerId }) =>
      wanted.has(providerId.toLowerCase())
        ? undefined
        : misfit('PROVIDER', `${providerId} is not one of ${names}.`),
    );
  }
  if (kinds !== undefined)
    checks.push(({ providerId }) => {
      const kind = catalogue.provider(providerId)?.kind;
      return kind !== undefined && kinds.includes(kind)
        ? undefined
        : misfit(
            'PROVIDER',
            `${providerId} is of the kind ${kind ?? 'unknown'}; asked for ${kinds.join(', ')}.`,
          );
    });
  if (models !== undefined) {
    const wanted = wantedModels(catalogue, models);
    checks.push(({ id, modelSlug }) =>
      wanted.has(id) || wanted.has(modelSlug)
        ? undefined
        : misfit('MODEL', `${modelSlug} is not one of the models asked for.`),
    );
  }
  if (openWeights !== undefined)
    checks.push((offering) =>
      offering.openWeights === openWeights
        ? undefined
        : misfit(
            'WEIGHTS',
            offering.openWeights === undefined
              ? 'No source says whether its weights are open.'
              : `Its weights are ${offering.openWeights ? 'open' : 'closed'}.`,
          ),
    );
  if (minContext !== undefined)
    checks.push(({ limits: { contextWindow } }) =>
      contextWindow !== undefined && contextWindow >= minContext
        ? undefined
        : misfit(
            'CONTEXT',
            contextWindow === undefined
              ? 'No source states its context window.'
              : `Its context window is ${contextWindow} tokens; asked for ${minContext}.`,
          ),
    );
  if (capabilities !== undefined) checks.push(capable(capabilities));
  if (regions !== undefined) checks.push(inRegions(catalogue, regions));
  if (minQuality !== undefined) checks.push(goodEnough(catalogue, minQuality));
  return firstMisfit(checks);
};

/** The first thing that does not fit. */
export const firstMisfit =
  (checks: readonly OfferingCheck[]): OfferingCheck =>
  (offering) => {
    for (const check of checks) {
      const found = check(offering);
      if (found !== undefined) return found;
    }
    return undefined;
  };

/** The most that a request may cost by a filter, in US dollars; NaN where no exchange rate leads there. */
export const ceilingOf = ({ fx }: Catalogue, { maxCostPerRequest }: CandidateFilter): number | undefined => {
  if (maxCostPerRequest === undefined) return undefined;
  const { amount, currency } = maxCostPerRequest;
  const factor = conversionOf(currency, 'USD', fx)?.factor;
  return factor === undefined ? Number.NaN : amount.times(factor).toNumber();
};

/** The lower of two ceilings, of which one that is not known counts as the lowest. */
export const lowerCeiling = (one: number | undefined, other: number | undefined): number | undefined => {
  if (one === undefined) return other;
  return other === undefined ? one : Math.min(one, other);
};
