import type { Billing, ModelFacts, Offering } from '../../domain/model.ts';
import type { Provenance } from '../../domain/price.ts';
import { isOperators } from '../source-precedence.ts';
import type { JoinedDraft, ModelClaim, ModelEnd } from './describe-model.ts';
import type { Draft } from './draft.ts';
import { factsOf, mergeFacts } from './merge-facts.ts';

/** The end of a model as the operator states it, as far as the operator says nothing else of the offering. */
const operatorsEnd = (
  { claims }: Draft,
  ofModel: readonly ModelClaim[],
): Pick<Partial<ModelFacts>, 'retiresAt' | 'deprecated'> => {
  const stated: ModelEnd = Object.assign({}, ...ofModel.map(({ end }) => end ?? {}).toReversed());
  const own = claims.filter(({ rank }) => isOperators(rank)).map((claim) => claim.stated.facts);
  const says = (fact: keyof ModelEnd): boolean => own.some((facts) => facts[fact] !== undefined);
  const { retiresAt } = factsOf(stated);
  return {
    ...(retiresAt !== undefined && !says('retiresAt') && { retiresAt }),
    ...(stated.deprecated !== undefined && !says('deprecated') && { deprecated: stated.deprecated }),
  };
};

/** Whether the operator says when it ends, of the offering or of its model. */
const isEndByOperator = ({ claims }: Draft, ofModel: readonly ModelClaim[]): boolean =>
  ofModel.some(({ end }) => end?.retiresAt !== undefined) ||
  claims.some(({ rank, stated }) => isOperators(rank) && stated.facts.retiresAt !== undefined);

/** What is known of an offering besides its model and its facts. */
type Terms = {
  readonly billing: Billing;
  readonly region: string | undefined;
  readonly pricedAs: Offering['pricedAs'];
  /** Of its model. */
  readonly releaseRange: Offering['releaseRange'];
  readonly provenance: Provenance;
};

/** An offering with its own facts, and those of its model (`lasting`) where nothing is known of it there. */
export const describeOffering = (
  { draft, joined, facts }: JoinedDraft,
  lasting: ModelFacts,
  ofModel: readonly ModelClaim[],
  { billing, region, pricedAs, releaseRange, provenance }: Terms,
): Offering => {
  const merged = mergeFacts([facts, lasting]);
  const { inputModalities, outputModalities, releaseDate, knowledgeCutoff, openWeights, licence, retiresAt } =
    merged;
  // Members that all have come first, and no object is spread: there are thousands, and this is twice as fast.
  const offering: { -readonly [Name in keyof Offering]: Offering[Name] } = {
    id: draft.id,
    providerId: draft.info.id,
    providerModelId: draft.providerModelId,
    modelSlug: joined.slug,
    join: joined.join,
    joinReason: joined.reason,
    billing,
    limits: merged.limits,
    capabilities: merged.capabilities,
    lacks: merged.lacks,
    deprecated: merged.deprecated,
    provenance,
  };
  if (inputModalities !== undefined) offering.inputModalities = inputModalities;
  if (outputModalities !== undefined) offering.outputModalities = outputModalities;
  if (releaseDate !== undefined) offering.releaseDate = releaseDate;
  else if (releaseRange !== undefined) offering.releaseRange = releaseRange;
  if (knowledgeCutoff !== undefined) offering.knowledgeCutoff = knowledgeCutoff;
  if (openWeights !== undefined) offering.openWeights = openWeights;
  if (licence !== undefined) offering.licence = licence;
  if (retiresAt !== undefined) offering.retiresAt = retiresAt;
  if (region !== undefined) offering.region = region;
  if (pricedAs !== undefined) offering.pricedAs = pricedAs;
  if (ofModel.some(({ end }) => end !== undefined)) Object.assign(offering, operatorsEnd(draft, ofModel));
  if (offering.retiresAt !== undefined)
    offering.endStatedBy = isEndByOperator(draft, ofModel) ? 'OPERATOR' : 'LISTS';
  return offering;
};
