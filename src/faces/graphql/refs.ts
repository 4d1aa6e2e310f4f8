import type { Attempt, RouteDecision, Timings } from '../../domain/attempt.ts';
import type { CompletionContent } from '../../domain/completion-content.ts';
import type { UnpricedLine } from '../../domain/cost.ts';
import { asKeyId, asModelSlug, asOfferingId, asOperationId, asProviderId } from '../../domain/ids.ts';
import type { Key } from '../../domain/key.ts';
import type { Model, Offering } from '../../domain/model.ts';
import type { Operation } from '../../domain/operation.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { Meter, Price, PriceConditions, Provenance } from '../../domain/price.ts';
import type { ProviderInfo } from '../../domain/provider.ts';
import type { Route } from '../../domain/route.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import { builder } from './builder.ts';
import type { GraphContext } from './context.ts';

/** Named here, given their fields in types/, so that types can name each other without import cycles. */

/** A row of the ledger; of a completion with what was said, where that is still at hand: the ledger does not keep it. */
export type OperationView = { readonly record: OperationRecord; readonly content?: CompletionContent };

const orNull = <Row>(row: Row | undefined): Row | null => row ?? null;

export const ModelRef = builder.loadableNodeRef('Model', {
  id: { resolve: (model: Model) => model.slug },
  load: async (slugs: string[], { catalogue }) =>
    (await catalogue.models(slugs.map(asModelSlug))).map(orNull),
});

export const ProviderRef = builder.loadableNodeRef('Provider', {
  id: { resolve: (provider: ProviderInfo) => provider.id },
  load: async (ids: string[], { catalogue }) =>
    (await catalogue.providers(ids.map(asProviderId))).map(orNull),
});

export const OfferingRef = builder.loadableNodeRef('Offering', {
  id: { resolve: (offering: Offering) => offering.id },
  load: async (ids: string[], { catalogue }) =>
    (await catalogue.offerings(ids.map(asOfferingId))).map(orNull),
});

/** Rows are read in one go, which takes long for many. */
const ROWS_AT_ONCE = { maxBatchSize: 50 };

/** Completions and other operations are of different types, whose ids say which. */
const recordsOf =
  (isOfType: (operation: Operation) => boolean) =>
  async (ids: string[], { history, caller }: GraphContext): Promise<(OperationView | null)[]> =>
    (await history.findMany(caller, ids.map(asOperationId))).map((record) =>
      record !== undefined && isOfType(record.operation) ? { record } : null,
    );

export const CompletionRef = builder.loadableNodeRef('Completion', {
  id: { resolve: ({ record }: OperationView) => record.id },
  load: recordsOf((operation) => operation === 'COMPLETION'),
  loaderOptions: ROWS_AT_ONCE,
});

export const OperationRef = builder.loadableNodeRef('Operation', {
  id: { resolve: ({ record }: OperationView) => record.id },
  load: recordsOf((operation) => operation !== 'COMPLETION'),
  loaderOptions: ROWS_AT_ONCE,
});

export const KeyRef = builder.loadableNodeRef('Key', {
  id: { resolve: (key: Key) => key.id },
  load: async (ids: string[], { keys, caller }) =>
    (await keys.findMany(caller, ids.map(asKeyId))).map(orNull),
});

/** A policy under a name; `RouteRef` is what became of one request. */
export const NamedRouteRef = builder.loadableNodeRef('Route', {
  id: { resolve: (route: Route) => route.name },
  load: async (names: string[], { routes }) => names.map((name) => orNull(routes.find(name))),
});

/** A row, and the moment for which it was asked, if one was named. */
export type PriceView = Price & { readonly askedAt?: Date };
export const PriceRef = builder.objectRef<PriceView>('Price');
export const MeterRef = builder.objectRef<Meter>('Meter');
export const PriceConditionsRef = builder.objectRef<PriceConditions>('PriceConditions');
export const ProvenanceRef = builder.objectRef<Provenance>('Provenance');
export const UsageRef = builder.objectRef<Usage>('Usage');
export const CostLineRef = builder.objectRef<UnpricedLine>('CostLine');
export const TimingsRef = builder.objectRef<Timings>('Timings');
export const RouteRef = builder.objectRef<RouteDecision>('RouteDecision');
export const AttemptRef = builder.objectRef<Attempt>('Attempt');
export const WarningRef = builder.objectRef<Warning>('Warning');
