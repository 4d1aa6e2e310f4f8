import type { FxRate } from '../domain/fx.ts';
import type { ModelSlug, OfferingId, PriceId, ProviderId } from '../domain/ids.ts';
import type { Model, Offering } from '../domain/model.ts';
import type { PerfStat } from '../domain/performance.ts';
import type { Disagreement, Price, PriceObservation, QuarantinedPrice } from '../domain/price.ts';
import type { ProviderInfo } from '../domain/provider.ts';
import type { QualityScore } from '../domain/quality.ts';

/** What a name in a request means. */
export type ModelResolution =
  /** The name is an offering id. */
  | { readonly kind: 'OFFERING'; readonly offering: Offering; readonly model: Model }
  /** A slug, or an unqualified name or alias that means one model. */
  | { readonly kind: 'MODEL'; readonly model: Model }
  | { readonly kind: 'AMBIGUOUS'; readonly candidates: readonly ModelSlug[] }
  /** `suggestions`: the nearest slugs, best first, at most five; looked for when it is called, which takes its time. */
  | { readonly kind: 'UNKNOWN'; readonly suggestions: () => readonly string[] };

/** A model that no source and no declaration lists, as its provider is asked for it. */
export type UnlistedModel = {
  readonly offering: Offering;
  readonly model: Model;
  /** Rates of the fine-tuned base model; empty unless the name is that of a fine-tuned model. */
  readonly prices: readonly Price[];
};

/** All that is known of models, offerings and prices at one moment. Immutable; look-ups are in memory. */
export type Catalogue = {
  /** Sorted by slug. */
  readonly models: readonly Model[];
  /** Those that are on first; each part in the order of configuration, then of those nobody configured by id. */
  readonly providers: readonly ProviderInfo[];
  /** Sorted by id. */
  readonly offerings: readonly Offering[];
  model(slug: ModelSlug): Model | undefined;
  provider(id: ProviderId): ProviderInfo | undefined;
  offering(id: OfferingId): Offering | undefined;
  /** Those of providers that are on first, in the order of configuration. */
  offeringsOf(slug: ModelSlug): readonly Offering[];
  /** Every dated row, past and future ones included. */
  pricesOf(id: OfferingId): readonly Price[];
  /** What every source says of the rate of a served row, the row's own source first. Empty for a row that is not served. */
  observationsOf(price: Price): readonly PriceObservation[];
  /** Undefined where all sources that are believed agree. */
  disagreementOf(id: PriceId): Disagreement | undefined;
  /** What other sources than this server measured, newest first. */
  performanceOf(id: OfferingId): readonly PerfStat[];
  /** By benchmark, then the best first. */
  qualityOf(slug: ModelSlug): readonly QualityScore[];
  /** The newest rate of each pair and source, in order of precedence of sources. */
  readonly fx: readonly FxRate[];
  /** What sources say and is not believed, by source. */
  readonly quarantine: readonly QuarantinedPrice[];
  /** Whether calls can be sent to the offering's provider. */
  isOn(offering: Offering): boolean;
  /**
   * Without regard to case. A name that is both a slug and an offering's id (`openai/gpt-4o-mini`) means the
   * offering while that is on, else the model.
   */
  resolve(name: string): ModelResolution;
  /**
   * The model that a name stands for which nothing lists: `provider/name` of a provider that can be called and passes
   * such names on, a fine-tuned model's bare name, or the id of such an offering. Undefined for listed offerings and
   * for everything else.
   */
  unlisted(name: string): UnlistedModel | undefined;
};

/** The offering of that id, listed or not: what past and present calls name. */
export const calledOffering = (
  catalogue: Pick<Catalogue, 'offering' | 'unlisted'>,
  id: OfferingId,
): Offering | undefined => catalogue.offering(id) ?? catalogue.unlisted(id)?.offering;
