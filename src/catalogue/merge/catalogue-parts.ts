import type { FxRate } from '../../domain/fx.ts';
import type { ModelSlug, OfferingId } from '../../domain/ids.ts';
import type { Model, Offering } from '../../domain/model.ts';
import type { PerfStat } from '../../domain/performance.ts';
import type { Price, QuarantinedPrice } from '../../domain/price.ts';
import type { ProviderInfo } from '../../domain/provider.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { Catalogue } from '../catalogue.ts';
import type { CatalogueProvider } from '../catalogue-input.ts';
import type { ModelIndex, NamedModel } from '../identity/model-index.ts';
import { assemble } from './assemble.ts';
import { createObservations } from './observations.ts';
import type { Statement } from './statement.ts';

/** What is known, in plain values: a catalogue is this and ways to look it up. */
export type CatalogueParts = {
  /** As of when it was built. */
  readonly readAt: Date;
  /** Providers that nobody configured. */
  readonly unlisted: readonly ProviderInfo[];
  readonly models: ReadonlyMap<ModelSlug, Model>;
  readonly offerings: ReadonlyMap<OfferingId, Offering>;
  readonly prices: ReadonlyMap<OfferingId, readonly Price[]>;
  readonly names: readonly NamedModel[];
  readonly fx: readonly FxRate[];
  readonly quarantine: readonly QuarantinedPrice[];
};

/** What is read of it now and then; each may be worked out when it is first asked for. */
export type Evidence = {
  /** What every source says of each group of rows. */
  statements(): ReadonlyMap<OfferingId, ReadonlyMap<string, readonly Statement[]>>;
  performance(): ReadonlyMap<OfferingId, readonly PerfStat[]>;
  quality(): ReadonlyMap<ModelSlug, readonly QualityScore[]>;
};

/** Yields where it may be interrupted. */
export const catalogueOf = (
  { readAt, unlisted, models, offerings, prices, fx, quarantine }: CatalogueParts,
  { statements, performance, quality }: Evidence,
  index: ModelIndex,
  configured: readonly CatalogueProvider[],
): Generator<void, Catalogue> =>
  assemble({
    infos: [...configured.map(({ info }) => info), ...unlisted],
    models,
    offerings,
    index,
    configured,
    prices,
    readAt,
    ...createObservations(statements, prices, readAt),
    performanceOf: (id) => performance().get(id) ?? [],
    qualityOf: (slug) => quality().get(slug) ?? [],
    fx,
    quarantine,
  });
