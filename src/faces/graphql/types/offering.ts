import { currentPrices } from '../../../catalogue/price-engine.ts';
import { builder } from '../builder.ts';
import { ModelRef, OfferingRef, PriceRef, ProvenanceRef, ProviderRef } from '../refs.ts';
import { BillingEnum, ModelJoinEnum } from './enums.ts';
import { RateLimitStateRef } from './rate-limit.ts';

builder.asEntity(OfferingRef, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: ({ id }, context) => OfferingRef.getDataloader(context).load(id),
});

OfferingRef.implement({
  description:
    'A model as served by one provider, at its own price. The id is `provider/providerModelId`; every `model` input takes it.',
  fields: (t) => ({
    provider: t.field({
      type: ProviderRef,
      description: 'Who serves it.',
      resolve: (offering) => offering.providerId,
    }),
    model: t.field({
      type: ModelRef,
      description: 'What it serves.',
      resolve: (offering) => offering.modelSlug,
    }),
    providerModelId: t.exposeString('providerModelId', {
      description: 'The name that the provider uses in its API.',
    }),
    join: t.expose('join', {
      type: ModelJoinEnum,
      description: 'How it is known that it serves this model.',
    }),
    billing: t.expose('billing', { type: BillingEnum, description: 'How it is charged for.' }),
    on: t.boolean({
      description: 'Whether this server can call it.',
      resolve: (offering, _args, { catalogue }) => catalogue.current().isOn(offering),
    }),
    region: t.string({
      nullable: true,
      description: 'Where it is served from; null where not stated.',
      resolve: (offering) => offering.region,
    }),
    contextWindow: t.int({
      nullable: true,
      description: 'Largest prompt plus answer in tokens here; null where unknown.',
      resolve: (offering) => offering.limits.contextWindow,
    }),
    deprecated: t.exposeBoolean('deprecated', {
      description: 'Whether the source calls it deprecated here.',
    }),
    rateLimits: t.field({
      type: RateLimitStateRef,
      nullable: true,
      description:
        "What is left of the provider's limits for this offering, read from its answers to this node; null where it has said nothing yet.",
      resolve: (offering, _args, { gateway }) => gateway.rateLimits.of(offering.id),
    }),
    provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Where these facts come from.' }),
    prices: t.field({
      type: [PriceRef],
      description:
        'Its price rows in force at a moment, tiers and windows included. Empty means unknown or free: see `billing`.',
      args: {
        at: t.arg({ type: 'DateTime', description: 'The moment; now if not given.' }),
        all: t.arg.boolean({
          defaultValue: false,
          description: 'true: every dated row, past and future ones too.',
        }),
      },
      resolve: async (offering, { at, all }, { loaders, now }) => {
        const prices = await loaders.pricesOfOffering.load(offering.id);
        return [...(all ? prices : currentPrices(prices, at ?? now()))];
      },
    }),
  }),
});
