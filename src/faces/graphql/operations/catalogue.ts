import type { Catalogue } from '../../../catalogue/catalogue.ts';
import {
  type OfferingFilter,
  selectModels,
  selectOfferings,
  selectProviders,
} from '../../../catalogue/catalogue-query.ts';
import { asModelSlug, asOfferingId, asProviderId } from '../../../domain/ids.ts';
import type { Model, Offering } from '../../../domain/model.ts';
import type { ProviderInfo } from '../../../domain/provider.ts';
import { refusalMessage } from '../../../domain/refusal.ts';
import { builder } from '../builder.ts';
import { invalidInput } from '../errors.ts';
import { pageOfList } from '../page.ts';
import { present } from '../present.ts';
import { ModelRef, OfferingRef, ProviderRef } from '../refs.ts';
import { CapabilityEnum } from '../types/catalogue-enums.ts';
import { ModelConnection, OfferingConnection, ProviderConnection } from '../types/connections.ts';
import { BillingEnum, ModalityEnum, ModelJoinEnum, ProviderKindEnum } from '../types/enums.ts';
import { MoneyInput } from '../types/money.ts';

const SortDirectionEnum = builder.enumType('SortDirection', {
  description: 'Which way a list is sorted. Unknown values come last either way.',
  values: {
    ASC: { description: 'Least first.' },
    DESC: { description: 'Greatest first.' },
  },
});

const ModelFilterInput = builder.inputType('ModelFilter', {
  description: 'Which models; everything that is given must hold.',
  fields: (t) => ({
    search: t.string({ description: 'Part of the slug or the name, without regard to case.' }),
    lab: t.string({ description: 'Trained by this lab.' }),
    on: t.boolean({ description: 'Whether a provider that is on serves it.' }),
    minContextWindow: t.int({
      description: 'Least context window in tokens; models of unknown window do not pass.',
    }),
    deprecated: t.boolean({ description: 'Whether the source calls it deprecated.' }),
    capabilities: t.field({
      type: [CapabilityEnum],
      description: 'Known to be able to do all of these.',
    }),
    inputModalities: t.field({ type: [ModalityEnum], description: 'Known to take all of these.' }),
    outputModalities: t.field({ type: [ModalityEnum], description: 'Known to give all of these.' }),
    openWeights: t.boolean({ description: 'Whether its weights can be downloaded; unknown does not pass.' }),
    releasedAfter: t.field({
      type: 'DateTime',
      description: 'Released at this moment or later; unknown does not pass.',
    }),
  }),
});

const ModelOrderInput = builder.inputType('ModelOrder', {
  description: 'How models are sorted; ties by slug.',
  fields: (t) => ({
    field: t.field({
      type: builder.enumType('ModelOrderField', {
        description: 'What models are sorted by.',
        values: {
          SLUG: { description: 'The slug.' },
          NAME: { description: 'The name for people.' },
          CONTEXT_WINDOW: { description: 'Context window in tokens.' },
        },
      }),
      required: true,
      description: 'By what.',
    }),
    direction: t.field({
      type: SortDirectionEnum,
      required: true,
      defaultValue: 'ASC',
      description: 'Which way.',
    }),
  }),
});

const OfferingFilterInput = builder.inputType('OfferingFilter', {
  description: 'Which offerings; everything that is given must hold.',
  fields: (t) => ({
    providerId: t.id({ description: 'Served by this provider.' }),
    model: t.string({
      description:
        'Of this model: a slug, or an unqualified name or alias that means one; an offering id is itself alone.',
    }),
    on: t.boolean({ description: 'Whether this server can call it.' }),
    billing: t.field({ type: BillingEnum, description: 'Charged for this way.' }),
    region: t.string({ description: 'Served from this region.' }),
    join: t.field({ type: ModelJoinEnum, description: 'Joined to its model this way.' }),
    minContextWindow: t.int({
      description: 'Least context window in tokens; offerings of unknown window do not pass.',
    }),
    capabilities: t.field({
      type: [CapabilityEnum],
      description: 'Known to be able to do all of these.',
    }),
    inputModalities: t.field({ type: [ModalityEnum], description: 'Known to take all of these.' }),
    outputModalities: t.field({ type: [ModalityEnum], description: 'Known to give all of these.' }),
    openWeights: t.boolean({ description: 'Whether its weights can be downloaded; unknown does not pass.' }),
    releasedAfter: t.field({
      type: 'DateTime',
      description: 'Released at this moment or later; unknown does not pass.',
    }),
    maxInputPrice: t.field({
      type: MoneyInput,
      description:
        'Most that 1,000,000 plain input tokens may cost, as a short prompt pays it; rates in other currencies and unknown ones do not pass.',
    }),
    maxOutputPrice: t.field({
      type: MoneyInput,
      description: 'The same for output tokens.',
    }),
  }),
});

const OfferingOrderInput = builder.inputType('OfferingOrder', {
  description: 'How offerings are sorted; ties by id.',
  fields: (t) => ({
    field: t.field({
      type: builder.enumType('OfferingOrderField', {
        description: 'What offerings are sorted by.',
        values: {
          ID: { description: 'The id.' },
          INPUT_PRICE: { description: 'Price of 1,000,000 plain input tokens of a short prompt.' },
          OUTPUT_PRICE: { description: 'Price of 1,000,000 plain output tokens of a short prompt.' },
          CONTEXT_WINDOW: { description: 'Context window in tokens.' },
        },
      }),
      required: true,
      description: 'By what.',
    }),
    direction: t.field({
      type: SortDirectionEnum,
      required: true,
      defaultValue: 'ASC',
      description: 'Which way.',
    }),
    currency: t.string({
      required: true,
      defaultValue: 'USD',
      description: 'For prices: which currency is compared; prices in others count as unknown.',
    }),
  }),
});

const ProviderFilterInput = builder.inputType('ProviderFilter', {
  description: 'Which providers; everything that is given must hold.',
  fields: (t) => ({
    on: t.boolean({ description: 'Whether this server can call it.' }),
    kind: t.field({ type: ProviderKindEnum, description: 'Of this kind.' }),
  }),
});

builder.queryField('models', (t) =>
  t.connection(
    {
      type: ModelRef,
      description: 'Models, whoever serves them.',
      args: {
        filter: t.arg({ type: ModelFilterInput, description: 'Which of them.' }),
        order: t.arg({ type: ModelOrderInput, description: 'How they are sorted; by slug if not given.' }),
      },
      resolve: (_root, { filter, order, ...args }, { catalogue }) =>
        pageOfList(
          selectModels(catalogue.current(), present(filter ?? {}), order ?? undefined),
          args,
          (model: Model) => model.slug,
        ),
    },
    ModelConnection,
  ),
);

builder.queryField('model', (t) =>
  t.field({
    type: ModelRef,
    nullable: true,
    description: 'A model by its canonical slug; null where there is none.',
    args: { slug: t.arg.string({ required: true, description: '`lab/model`.' }) },
    resolve: (_root, { slug }, { catalogue }) =>
      catalogue.current().model(asModelSlug(slug)) === undefined ? null : slug,
  }),
);

builder.queryField('providers', (t) =>
  t.connection(
    {
      type: ProviderRef,
      description: 'Providers: those that are on first, in the order of configuration.',
      args: { filter: t.arg({ type: ProviderFilterInput, description: 'Which of them.' }) },
      resolve: (_root, { filter, ...args }, { catalogue }) =>
        pageOfList(
          selectProviders(catalogue.current(), present(filter ?? {})),
          args,
          (provider: ProviderInfo) => provider.id,
        ),
    },
    ProviderConnection,
  ),
);

builder.queryField('provider', (t) =>
  t.field({
    type: ProviderRef,
    nullable: true,
    description: 'A provider by its id; null where there is none.',
    args: { id: t.arg.id({ required: true, description: 'e.g. `openai`.' }) },
    resolve: (_root, { id }) => id,
  }),
);

/** What a name means, as part of a filter. */
const meaningOf = (name: string, catalogue: Catalogue): Pick<OfferingFilter, 'offeringId' | 'modelSlug'> => {
  const resolution = catalogue.resolve(name);
  switch (resolution.kind) {
    case 'OFFERING':
      return name === resolution.model.slug
        ? { modelSlug: resolution.model.slug }
        : { offeringId: resolution.offering.id };
    case 'MODEL':
      return { modelSlug: resolution.model.slug };
    case 'AMBIGUOUS':
      throw invalidInput(
        'filter.model',
        refusalMessage({ code: 'AMBIGUOUS_MODEL', name, candidates: resolution.candidates }),
      );
    case 'UNKNOWN':
      throw invalidInput(
        'filter.model',
        refusalMessage({ code: 'UNKNOWN_MODEL', name, suggestions: resolution.suggestions }),
      );
  }
};

builder.queryField('offerings', (t) =>
  t.connection(
    {
      type: OfferingRef,
      description: 'Models as served by providers, each at its own price.',
      args: {
        filter: t.arg({ type: OfferingFilterInput, description: 'Which of them.' }),
        order: t.arg({ type: OfferingOrderInput, description: 'How they are sorted; by id if not given.' }),
      },
      resolve: (_root, { filter, order, ...args }, { catalogue, now }) => {
        const { providerId, model, ...rest } = filter ?? {};
        const selected = selectOfferings(
          catalogue.current(),
          {
            ...present(rest),
            ...(providerId != null && { providerId: asProviderId(providerId) }),
            ...(model != null && meaningOf(model, catalogue.current())),
          },
          order ?? { field: 'ID', direction: 'ASC' },
          now(),
        );
        return pageOfList(selected, args, (offering: Offering) => offering.id);
      },
    },
    OfferingConnection,
  ),
);

builder.queryField('offering', (t) =>
  t.field({
    type: OfferingRef,
    nullable: true,
    description:
      'An offering by its id; null where there is none, and for one that nothing lists unless it was called in the last day.',
    args: { id: t.arg.id({ required: true, description: '`provider/providerModelId`.' }) },
    resolve: (_root, { id }, { catalogue, gateway }) => {
      const offeringId = asOfferingId(id);
      const isThere =
        catalogue.current().offering(offeringId) !== undefined ||
        gateway.stats.window(offeringId, 'ONE_DAY').calls > 0;
      return isThere ? id : null;
    },
  }),
);
