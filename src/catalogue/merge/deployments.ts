import { type OfferingId, offeringIdOf } from '../../domain/ids.ts';
import type { Price } from '../../domain/price.ts';
import type { Joined } from '../identity/joined.ts';
import { splitSlug } from '../identity/model-index.ts';
import type { Draft, Drafts } from './draft.ts';

/** A draft and the model that it serves. */
export type JoinedDraft = { readonly draft: Draft; readonly joined: Joined };

/** What deployments are looked up in. */
export type DeploymentContext = {
  readonly drafts: Drafts;
  /** The model that lists say a draft serves, whatever its declaration says. */
  listedModel(draft: Draft): Joined;
  /** Every draft of a model. */
  servedAs(joined: Joined): readonly JoinedDraft[];
  /** What a draft costs by what is said of it. */
  rowsOf(draft: Draft): readonly Price[];
};

const hasRates = ({ claims }: Draft): boolean => claims.some(({ stated }) => stated.prices.length > 0);

/**
 * A declared draft without what lists say of its name, where they mean another model: operators name deployments as they
 * like, also after a model that they do not serve.
 */
export const withoutNamesake = (
  { draft, joined }: JoinedDraft,
  { listedModel, servedAs }: Pick<DeploymentContext, 'listedModel' | 'servedAs'>,
): Draft => {
  const { declared, claims } = draft;
  if (declared?.modelSlug === undefined || declared.isProvidersName === true || claims.length === 0)
    return draft;
  const listed = listedModel(draft);
  const isAnother =
    listed.slug !== joined.slug &&
    listed.join !== 'UNJOINED' &&
    servedAs(joined).some((other) => other.draft.id !== draft.id);
  return isAnother ? { ...draft, claims: [] } : draft;
};

/** The rates of a row, for comparison with those of another offering. */
const ratesKey = (rows: readonly Price[]): string =>
  rows
    .map(({ meter, amount, per, currency, serviceTier, conditions }) =>
      JSON.stringify([meter, amount.toString(), per, currency, serviceTier, conditions]),
    )
    .sort()
    .join();

/**
 * The draft by which a declared deployment is priced. If nothing states rates for its own name, that has the name and the
 * claims of the listed offering whose rates it has: that of the same provider and model. It stays as it is if the provider
 * lists the model at different rates, of which one would be a guess.
 */
export const ratesOfDeployment = (
  { draft, joined }: JoinedDraft,
  { drafts, servedAs, rowsOf }: Pick<DeploymentContext, 'drafts' | 'servedAs' | 'rowsOf'>,
): { readonly draft: Draft; readonly pricedAs?: OfferingId } => {
  const { declared, info } = draft;
  if (declared === undefined || declared.prices !== undefined || declared.billing !== undefined)
    return { draft };
  if (hasRates(draft)) return { draft };
  const { name } = splitSlug(declared.modelSlug ?? joined.slug);
  const named = drafts.get(offeringIdOf(info.id, name).toLowerCase());
  const others = servedAs(joined)
    .map((other) => other.draft)
    .filter((other) => other.info.id === info.id && other.id !== draft.id && hasRates(other));
  const isNamed = named !== undefined && named.id !== draft.id && hasRates(named);
  const [first] = isNamed ? [named] : others;
  if (first === undefined) return { draft };
  if (!isNamed && new Set(others.map((other) => ratesKey(rowsOf(other)))).size > 1) return { draft };
  return {
    draft: { ...draft, claims: first.claims, providerModelId: first.providerModelId },
    pricedAs: first.id,
  };
};
