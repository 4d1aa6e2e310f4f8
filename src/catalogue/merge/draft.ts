import { type OfferingId, offeringIdOf } from '../../domain/ids.ts';
import type { Provenance } from '../../domain/price.ts';
import type { ProviderInfo } from '../../domain/provider.ts';
import type { DeclaredOffering } from '../../domain/provider-settings.ts';
import type { DatedReading, SourceOffering } from '../../ports/catalogue-source.ts';

/** A reading, and whether it was shipped with this server. */
export type Origin = { readonly dated: DatedReading; readonly shipped: boolean };

/** What one source says of one offering. */
export type Claim = {
  readonly source: string;
  readonly rank: number;
  readonly stated: SourceOffering;
  readonly provenance: Provenance;
};

/** An offering, and all that is said of it. */
export type Draft = {
  readonly id: OfferingId;
  readonly info: ProviderInfo;
  /** Id of the provider whose lists are taken for this one. */
  readonly seedId: string;
  readonly providerModelId: string;
  /** In order of precedence. */
  readonly claims: Claim[];
  readonly declared?: DeclaredOffering;
};

/** Every offering by its id in lower case, in the order in which they were met. */
export type Drafts = Map<string, Draft>;

/** The draft of a provider's model, a new one where there is none. */
export const draftOf = (
  drafts: Drafts,
  info: ProviderInfo,
  seedId: string,
  providerModelId: string,
): Draft => {
  const id = offeringIdOf(info.id, providerModelId);
  const known = drafts.get(id.toLowerCase());
  if (known !== undefined) return known;
  const made: Draft = {
    id,
    info,
    seedId,
    providerModelId,
    claims: [],
  };
  drafts.set(id.toLowerCase(), made);
  return made;
};

/**
 * What two declarations of one model say: of a local server that names it, and of the operator who says more. A price that is
 * stated is to be paid, whatever was said of billing before.
 */
const both = (earlier: DeclaredOffering | undefined, later: DeclaredOffering): DeclaredOffering => {
  if (earlier === undefined) return later;
  const { billing, prices, isProvidersName: _, ...rest } = earlier;
  return {
    ...rest,
    ...(prices === undefined ? {} : { prices }),
    ...(billing === undefined || later.prices !== undefined ? {} : { billing }),
    ...later,
  };
};

/** Puts a declaration into the drafts. Its spelling of the name is the one that is sent. */
export const declare = (
  drafts: Drafts,
  info: ProviderInfo,
  seedId: string,
  declared: DeclaredOffering,
): void => {
  const id = offeringIdOf(info.id, declared.providerModelId);
  const known = draftOf(drafts, info, seedId, declared.providerModelId);
  drafts.set(id.toLowerCase(), {
    ...known,
    id,
    providerModelId: declared.providerModelId,
    declared: both(known.declared, declared),
  });
};

/** Where and when a reading states something. */
export const provenanceOf = ({ dated, shipped }: Origin, sourceUrl?: string): Provenance => {
  const url = sourceUrl ?? dated.sourceUrl;
  return {
    source: dated.sourceId,
    ...(url === undefined ? {} : { sourceUrl: url }),
    observedAt: dated.observedAt,
    ...(shipped
      ? dated.dataDay === undefined
        ? {}
        : { statedAt: dated.dataDay }
      : { statedAt: dated.dataDay ?? dated.observedAt, readAt: dated.checkedAt }),
  };
};
