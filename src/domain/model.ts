import type { ModelSlug, OfferingId, ProviderId } from './ids.ts';
import type { Provenance } from './price.ts';

/** What answers, whoever hosts it. */
export type Model = {
  readonly slug: ModelSlug;
  readonly name: string;
  /** Who trained it: the part of the slug before the slash. */
  readonly lab: string;
  readonly description?: string;
  /** Largest prompt plus answer in tokens, as the lab states it. */
  readonly contextWindow?: number;
  readonly deprecated: boolean;
  readonly provenance: Provenance;
};

/** How it is known that an offering serves a model. Anything short of EXPLICIT can be wrong. */
export type ModelJoin = 'EXPLICIT' | 'ALIAS' | 'HEURISTIC' | 'UNJOINED';

/** METERED: billed by its price rows. FREE: the provider charges nothing. UNKNOWN: no source states a price. */
export type Billing = 'METERED' | 'FREE' | 'UNKNOWN';

/** A model as served by one provider. */
export type Offering = {
  readonly id: OfferingId;
  readonly providerId: ProviderId;
  /** The name that the provider uses in its API. */
  readonly providerModelId: string;
  readonly modelSlug: ModelSlug;
  readonly join: ModelJoin;
  readonly billing: Billing;
  readonly region?: string;
  readonly contextWindow?: number;
  readonly deprecated: boolean;
  readonly provenance: Provenance;
};
