import type { Catalogue } from '../../../catalogue/catalogue.ts';
import {
  prepareSelection,
  selectModels,
  selectOfferings,
  selectProviders,
} from '../../../catalogue/catalogue-query.ts';
import type { FilterContext } from '../../../catalogue/filter/filter-check.ts';
import { isCurrency } from '../../../catalogue/filter/filter-problem.ts';
import { rateProblem } from '../../../catalogue/filter/rate-problem.ts';
import type { ModelColumn, OfferingColumn, SortDirection, Sorting } from '../../../catalogue/sort-values.ts';
import { asModelSlug, asOfferingId } from '../../../domain/ids.ts';
import type { OfferingFilter } from '../../../domain/offering-filter.ts';
import type { ProviderInfo } from '../../../domain/provider.ts';
import { builder } from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { invalidInput } from '../errors.ts';
import { CATALOGUE_WEIGHT } from '../field-weight.ts';
import {
  filterContext,
  OfferingFilterInput,
  type OfferingFilterShape,
  readOfferingFilter,
} from '../inputs/offering-filter.ts';
import { COLUMN_VALUES, SortDirectionEnum } from '../inputs/sort-columns.ts';
import { pageOfList } from '../page.ts';
import { present } from '../present.ts';
import { ModelRef, OfferingRef, ProviderRef } from '../refs.ts';
import { ModelConnection, OfferingConnection, ProviderConnection } from '../types/connections.ts';
import { ProviderKindEnum } from '../types/enums.ts';
import { pauseOf } from '../work/pace.ts';

type OrderFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

const orderFields = (t: OrderFields) => ({
  direction: t.field({
    type: SortDirectionEnum,
    required: true,
    defaultValue: 'ASC',
    description: 'Ascending or descending.',
  }),
  currency: t.string({
    required: true,
    defaultValue: 'USD',
    description:
      'For prices: ISO 4217 code that they are converted to by the known exchange rates; a price that no rate leads from counts as unknown.',
  }),
  benchmark: t.string({ description: 'For QUALITY: name of the benchmark; `index` if not given.' }),
});

const ModelOrderInput = builder.inputType('ModelOrder', {
  description:
    'How models are sorted; ties by slug. Prices, speeds and uptime are the best of the offerings that pass the filter. Models without a known value come last in either direction; `unknownCount` of the page says how many.',
  fields: (t) => ({
    field: t.field({
      type: builder.enumType('ModelOrderField', {
        description: 'What models are sorted by.',
        values: { SLUG: { description: 'The slug.' }, ...COLUMN_VALUES } satisfies {
          readonly [Column in ModelColumn]: object;
        },
      }),
      required: true,
      description: 'The column.',
    }),
    ...orderFields(t),
  }),
});

const OfferingOrderInput = builder.inputType('OfferingOrder', {
  description:
    'How offerings are sorted; ties by id. Offerings without a known value come last in either direction; `unknownCount` of the page says how many.',
  fields: (t) => ({
    field: t.field({
      type: builder.enumType('OfferingOrderField', {
        description: 'What offerings are sorted by.',
        values: {
          ID: { description: 'The id.' },
          PROVIDER: { description: "The provider's id." },
          ...COLUMN_VALUES,
        } satisfies { readonly [Column in OfferingColumn]: object },
      }),
      required: true,
      description: 'The column.',
    }),
    ...orderFields(t),
  }),
});

const PRICE_COLUMNS: ReadonlySet<string> = new Set(['INPUT_PRICE', 'OUTPUT_PRICE', 'BLENDED_PRICE']);

/** Refuses what makes no sense, with its path. */
const readOrder = <Column extends string>(
  catalogue: Catalogue,
  order:
    | {
        readonly field: Column;
        readonly direction: SortDirection;
        readonly currency: string;
        readonly benchmark?: string | null | undefined;
      }
    | null
    | undefined,
): Sorting<Column> | undefined => {
  if (order == null) return undefined;
  const { field, direction, currency, benchmark } = order;
  if (!isCurrency(currency))
    throw invalidInput(
      'order.currency',
      `takes an ISO 4217 code, e.g. USD or CNY; got "${currency.slice(0, 20)}".`,
    );
  const problem = PRICE_COLUMNS.has(field) ? rateProblem(catalogue, currency) : undefined;
  if (problem !== undefined) throw invalidInput('order.currency', problem);
  return { field, direction, currency, ...(benchmark != null && { benchmark }) };
};

type ReadSelection<Column extends string> = readonly [
  FilterContext,
  OfferingFilter,
  Sorting<Column> | undefined,
];

/** Reads which rows are asked for, and works out in slices what all of them are sorted or filtered by. */
const readSelection = async <Column extends OfferingColumn | ModelColumn>(
  filter: OfferingFilterShape | null | undefined,
  order: Parameters<typeof readOrder<Column>>[1],
  context: GraphContext,
): Promise<ReadSelection<Column>> => {
  const selection = filterContext(context);
  const asked = readOfferingFilter(filter, selection.catalogue);
  const sorting = readOrder(selection.catalogue, order);
  await prepareSelection(selection, asked, sorting, pauseOf(context));
  return [selection, asked, sorting];
};

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
      description: 'Models, independent of who serves them.',
      extensions: CATALOGUE_WEIGHT,
      args: {
        filter: t.arg({
          type: OfferingFilterInput,
          description:
            "Those of which an offering passes, or that pass by the model's own facts where no other are asked for; `search` and `deprecated` look at the model.",
        }),
        order: t.arg({ type: ModelOrderInput, description: 'How they are sorted; by slug if not given.' }),
      },
      resolve: async (_root, { filter, order, ...args }, context) => {
        const { rows, unknownCount } = selectModels(...(await readSelection(filter, order, context)));
        return { ...pageOfList(rows, args, ({ slug }) => slug), unknownCount };
      },
    },
    ModelConnection,
  ),
);

builder.queryField('model', (t) =>
  t.field({
    type: ModelRef,
    nullable: true,
    description: 'A model by its canonical slug; null if it does not exist.',
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
    description: 'A provider by its id; null if it does not exist.',
    args: { id: t.arg.id({ required: true, description: 'e.g. `openai`.' }) },
    resolve: (_root, { id }) => id,
  }),
);

builder.queryField('offerings', (t) =>
  t.connection(
    {
      type: OfferingRef,
      description: 'Models as served by providers, each at its own price.',
      extensions: CATALOGUE_WEIGHT,
      args: {
        filter: t.arg({ type: OfferingFilterInput, description: 'Which of them.' }),
        order: t.arg({ type: OfferingOrderInput, description: 'How they are sorted; by id if not given.' }),
      },
      resolve: async (_root, { filter, order, ...args }, context) => {
        const { rows, unknownCount } = selectOfferings(...(await readSelection(filter, order, context)));
        return { ...pageOfList(rows, args, ({ id }) => id), unknownCount };
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
      'An offering by its id; null if it does not exist. One that no source lists exists for a day after it was called.',
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
