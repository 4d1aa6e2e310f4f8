import type { QuarantinedPrice } from '../../domain/price.ts';
import { correctRates } from '../../price-lists/correct-rates.ts';
import { isOperators, sourceRank } from '../source-precedence.ts';
import { type Drafts, draftOf, type Origin, provenanceOf } from './draft.ts';
import { createIdFolding } from './fold-ids.ts';
import { isProviderId, type ProviderTable } from './merge-providers.ts';

/** Names that an API takes: without spaces and control characters, and not endless. */
const isModelId = (id: string): boolean => /^[^\s\p{Cc}]{1,250}$/u.test(id);

/** Puts what sources say of offerings into drafts, in order of precedence. */
export const addClaims = function* (
  drafts: Drafts,
  origins: readonly Origin[],
  providers: ProviderTable,
  refuse: (row: QuarantinedPrice) => void,
): Generator<void, void> {
  const fold = createIdFolding(origins);
  yield;
  for (const origin of origins) {
    const { sourceId, observedAt, reading } = origin.dated;
    const named = new Set(reading.offerings.map(({ providerId }) => providerId));
    let count = 0;
    for (const given of reading.offerings) {
      const listed = fold(given);
      count += 1;
      if (count % 100 === 0) yield;
      // What the operator says is taken at its word.
      const isOwn = isOperators(sourceRank(sourceId, listed.providerId, origin.shipped));
      const { offering: stated, problems } = isOwn
        ? { offering: listed, problems: [] }
        : correctRates(listed);
      for (const problem of problems) refuse({ source: sourceId, ...problem, at: observedAt });
      if (!isProviderId(stated.providerId) || !isModelId(stated.providerModelId)) {
        refuse({
          source: sourceId,
          subject: `${stated.providerId}/${stated.providerModelId}`.slice(0, 200),
          reason: 'MALFORMED',
          detail: 'the name is not valid in an API',
          at: observedAt,
        });
        continue;
      }
      const provenance = provenanceOf(origin, stated.sourceUrl);
      for (const { info, seedId, serves } of providers.targetsOf(stated.providerId, named)) {
        if (serves?.(stated.providerModelId) === false) continue;
        draftOf(drafts, info, seedId, stated.providerModelId).claims.push({
          source: sourceId,
          rank: sourceRank(sourceId, stated.providerId, origin.shipped),
          stated,
          provenance,
        });
      }
    }
  }
  let count = 0;
  for (const { claims } of drafts.values()) {
    if (claims.length > 1) claims.sort((one, other) => one.rank - other.rank);
    count += 1;
    if (count % 500 === 0) yield;
  }
};
