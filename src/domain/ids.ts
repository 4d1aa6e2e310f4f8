/** Branded identifiers: strings that the compiler keeps apart. Made only by the `as…` functions here. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Canonical model slug, `lab/model`, e.g. `anthropic/claude-sonnet-4-5`. */
export type ModelSlug = Branded<'ModelSlug'>;
/** Provider id, e.g. `openai`, `my-relay`. Has no slash. */
export type ProviderId = Branded<'ProviderId'>;
/** Offering id, `provider/providerModelId`; the part after the first slash may contain slashes itself. */
export type OfferingId = Branded<'OfferingId'>;
/** Identity of one dated price row. */
export type PriceId = Branded<'PriceId'>;
/** Identity of one operation: `cmp_` for completions, `op_` for others, and a UUIDv7, so that ids sort by creation time. */
export type OperationId = Branded<'OperationId'>;
/** Identity of a virtual key (not its secret): `key_` and a UUIDv7. */
export type KeyId = Branded<'KeyId'>;

/** Name of a saved route, used as `route:<name>`: lower-case letters, digits, dots, dashes and underscores. */
export type RouteName = Branded<'RouteName'>;

export const asModelSlug = (value: string): ModelSlug => value as ModelSlug;
export const asProviderId = (value: string): ProviderId => value as ProviderId;
export const asPriceId = (value: string): PriceId => value as PriceId;
export const asOperationId = (value: string): OperationId => value as OperationId;
export const asRouteName = (value: string): RouteName => value as RouteName;
export const asKeyId = (value: string): KeyId => value as KeyId;
/** Accepts a whole offering id, e.g. as read from the store. */
export const asOfferingId = (value: string): OfferingId => value as OfferingId;
/** Builds the offering id of a provider's model. */
export const offeringIdOf = (provider: ProviderId, providerModelId: string): OfferingId =>
  `${provider}/${providerModelId}` as OfferingId;
