import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { amountFor, inForce } from '../../src/catalogue/merge/counterpart.ts';
import { rowOf } from '../../src/catalogue/merge/price-group.ts';
import { meterKey } from '../../src/catalogue/meter.ts';
import { applies, bySpecificity } from '../../src/catalogue/price-selection.ts';
import type { Offering } from '../../src/domain/model.ts';
import type { Price } from '../../src/domain/price.ts';
import type { DatedReading, SourceOffering } from '../../src/ports/catalogue-source.ts';

/**
 * How the rate that a source states compares with the one that is served. AGREE: equal within 0.1 %. DISPUTED: another one is
 * served, and the graph shows this one beside it. DIFFERS: another one is served, and this one is not shown. UNPRICED: the
 * offering has no such rate. OTHER_CURRENCY: it is priced in another currency only. NO_OFFERING: the catalogue lacks it.
 */
export const OUTCOMES = [
  'AGREE',
  'DISPUTED',
  'DIFFERS',
  'UNPRICED',
  'OTHER_CURRENCY',
  'NO_OFFERING',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One rate of one source, judged. */
export type Verdict = {
  readonly source: string;
  readonly provider: string;
  /** What is priced, e.g. `input`, `long context`, `batch`. */
  readonly kind: string;
  readonly outcome: Outcome;
  /** The offering, the rate and the served rate, for a person. */
  readonly detail: string;
};

const TOLERANCE = 0.001;

/** A word for what a row prices: that it is for one region, else its tier, else that it is for long prompts, else its meter. */
export const kindOf = (row: Pick<Price, 'meter' | 'serviceTier' | 'conditions'>): string => {
  if (row.conditions.region !== undefined) return 'in one region';
  if (row.serviceTier !== 'STANDARD') return row.serviceTier.toLowerCase();
  if ((row.conditions.promptTokens?.from ?? 0) > 0) return 'long context';
  const { family, direction, modality, tokenType } = row.meter;
  if (family !== 'TOKENS') return family.toLowerCase().replaceAll('_', ' ');
  if (modality !== 'TEXT') return modality.toLowerCase();
  return tokenType === 'PLAIN' ? direction.toLowerCase() : tokenType.toLowerCase().replaceAll('_', ' ');
};

type Found = (stated: SourceOffering) => Offering | undefined;

/** Finds the offering that a source's name means: that id, else the provider's one offering of the model that the name means. */
const createFinder = (catalogue: Catalogue): Found => {
  const byId = new Map(catalogue.offerings.map((offering) => [offering.id.toLowerCase(), offering]));
  return ({ providerId, providerModelId }) => {
    const exact = byId.get(`${providerId}/${providerModelId}`.toLowerCase());
    if (exact !== undefined) return exact;
    const resolution = catalogue.resolve(`${providerId}/${providerModelId}`);
    if (resolution.kind === 'OFFERING')
      return resolution.offering.providerId === providerId ? resolution.offering : undefined;
    if (resolution.kind !== 'MODEL') return undefined;
    const [only, ...others] = catalogue
      .offeringsOf(resolution.model.slug)
      .filter((offering) => offering.providerId === providerId);
    return others.length === 0 ? only : undefined;
  };
};

/** The served row that prices what a stated row prices, at the smallest request for which that holds. */
const findServed = (
  catalogue: Catalogue,
  offering: Offering,
  row: Omit<Price, 'id' | 'offeringId'>,
  at: Date,
): Price | undefined => {
  const { promptTokens, outputTokens, thinking = false, region } = row.conditions;
  const asked = {
    at,
    // One token above the bound: lists differ on whether the bound itself belongs to the tier.
    promptTokens: promptTokens === undefined || promptTokens.from === 0 ? 1 : promptTokens.from + 1,
    outputTokens: outputTokens === undefined || outputTokens.from === 0 ? 1 : outputTokens.from + 1,
    thinking,
    region: region ?? offering.region,
  };
  const key = meterKey(row.meter);
  const [served] = catalogue
    .pricesOf(offering.id)
    .filter(
      (price) =>
        price.serviceTier === row.serviceTier &&
        price.currency === row.currency &&
        meterKey(price.meter) === key &&
        applies(price, asked, row.meter.attributes),
    )
    .toSorted(bySpecificity);
  return served;
};

/** Judges every rate that a reading states for `at`. Rates of plans and commitments, and rates of 0, are left out. */
export const compareStatements = (
  catalogue: Catalogue,
  dated: DatedReading,
  at: Date,
  /** Gives an id the spelling that the catalogue has for it; default: it has it already. */
  fold: (stated: SourceOffering) => SourceOffering = (stated) => stated,
): readonly Verdict[] => {
  const verdicts: Verdict[] = [];
  const find = createFinder(catalogue);
  const provenance = { source: dated.sourceId, observedAt: dated.observedAt, checkedAt: dated.checkedAt };
  for (const given of dated.reading.offerings) {
    const stated = fold(given);
    if (stated.billing !== undefined && stated.billing !== 'METERED') continue;
    const offering = find(stated);
    for (const price of stated.prices) {
      const row = rowOf(price, provenance, stated.providerId);
      if ('refused' in row || row.amount.isZero() || row.billing !== 'METERED') continue;
      if (row.conditions.timeWindow !== undefined) continue;
      if (!inForce(row, at)) continue;
      const judge = (outcome: Outcome, served?: Price): void => {
        verdicts.push({
          source: dated.sourceId,
          provider: stated.providerId,
          kind: kindOf(row),
          outcome,
          detail: `${stated.providerId}/${stated.providerModelId}: ${row.amount} ${row.currency} for ${row.per}${
            served === undefined
              ? ''
              : `, served ${amountFor(row, served)} ${served.currency} (${served.provenance.source})`
          }`,
        });
      };
      if (offering === undefined) {
        judge('NO_OFFERING');
        continue;
      }
      const served = findServed(catalogue, offering, row, at);
      if (served === undefined) {
        const others = catalogue.pricesOf(offering.id);
        judge(
          others.some(({ currency }) => currency !== row.currency) &&
            others.every(({ currency }) => currency !== row.currency)
            ? 'OTHER_CURRENCY'
            : 'UNPRICED',
        );
        continue;
      }
      const isEqual = (amount: typeof row.amount): boolean =>
        amount.minus(row.amount).abs().lte(row.amount.times(TOLERANCE));
      if (isEqual(amountFor(row, served))) judge('AGREE', served);
      else {
        const shown = catalogue
          .observationsOf(served)
          .some(({ amount }) => isEqual(amount.times(row.per).dividedBy(served.per)));
        judge(shown ? 'DISPUTED' : 'DIFFERS', served);
      }
    }
  }
  return verdicts;
};
