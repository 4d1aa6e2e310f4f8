import { asOfferingId, asProviderId } from '../domain/ids.ts';
import type { Model, Offering } from '../domain/model.ts';
import type { Currency } from '../domain/money.ts';
import type { OfferingFilter } from '../domain/offering-filter.ts';
import type { Pause } from '../domain/pause.ts';
import type { ProviderInfo, ProviderKind } from '../domain/provider.ts';
import type { Catalogue } from './catalogue.ts';
import type { FilterContext } from './filter/filter-check.ts';
import { offeringCheck } from './filter/offering-check.ts';
import {
  type ModelColumn,
  modelValues,
  type OfferingColumn,
  offeringValues,
  type Sorted,
  type Sorting,
  sorted,
} from './sort-values.ts';
import { workOutTextRates } from './text-rates.ts';

/** Every condition that is present must hold. */
export type ProviderFilter = { readonly on?: boolean; readonly kind?: ProviderKind };

export type ModelOrder = Sorting<ModelColumn>;
export type OfferingOrder = Sorting<OfferingColumn>;

/** Members that a model can pass by its own facts, without any offering. */
const MODEL_MEMBERS: ReadonlySet<keyof OfferingFilter> = new Set<keyof OfferingFilter>([
  'models',
  'labs',
  'families',
  'openWeights',
  'capabilities',
  'inputModalities',
  'outputModalities',
  'minContextWindow',
  'minOutputTokens',
  'releasedAfter',
  'releasedBefore',
  'retired',
  'minQuality',
]);

/** Columns that are worked out from rates of text tokens. */
const PRICE_COLUMNS: ReadonlySet<ModelColumn | OfferingColumn> = new Set<ModelColumn | OfferingColumn>([
  'INPUT_PRICE',
  'OUTPUT_PRICE',
  'BLENDED_PRICE',
]);

/** Does beforehand, in slices, what a selection takes longest for: a catalogue that is new has no rates worked out. */
export const prepareSelection = async (
  { catalogue, at }: FilterContext,
  { maxInputPrice, maxOutputPrice, maxBlendedPrice }: OfferingFilter,
  order: Sorting<ModelColumn | OfferingColumn> | undefined,
  pause: Pause,
): Promise<void> => {
  const currencies = new Set<Currency>();
  for (const ceiling of [maxInputPrice, maxOutputPrice, maxBlendedPrice])
    if (ceiling !== undefined) currencies.add(ceiling.currency);
  if (order !== undefined && PRICE_COLUMNS.has(order.field)) currencies.add(order.currency ?? 'USD');
  for (const currency of currencies)
    for (const _ of workOutTextRates(catalogue, currency, at)) {
      const paused = pause();
      if (paused !== undefined) await paused;
    }
};

/** A model's own facts in the shape of an offering, for checks that look at nothing else. */
const asOffering = (model: Model): Offering => ({
  ...model,
  id: asOfferingId(model.slug),
  providerId: asProviderId(''),
  providerModelId: model.slug,
  modelSlug: model.slug,
  join: 'EXPLICIT',
  joinReason: "The model's own facts.",
  billing: 'UNKNOWN',
});

const matches = (search: string | undefined): ((model: Model) => boolean) => {
  const part = search?.toLowerCase();
  if (part === undefined) return () => true;
  return ({ slug, name }) => slug.toLowerCase().includes(part) || name.toLowerCase().includes(part);
};

const isWanted = (deprecated: OfferingFilter['deprecated']): ((model: Model) => boolean) => {
  if (deprecated === undefined || deprecated === 'INCLUDE') return () => true;
  return (model) => model.deprecated === (deprecated === 'ONLY');
};

/**
 * The models of which an offering passes the filter, or that pass by their own facts where those are all that is asked for;
 * `search` and `deprecated` look at the model itself. In a total order; ties by slug.
 */
export const selectModels = (
  context: FilterContext,
  { search, deprecated, ...filter }: OfferingFilter = {},
  order: ModelOrder = { field: 'SLUG', direction: 'ASC' },
): Sorted<Model> => {
  const { catalogue } = context;
  const check = offeringCheck(filter, context);
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined);
  const isAboutModels = asked.every(([name]) => [...MODEL_MEMBERS].some((member) => member === name));
  const found = matches(search);
  const wanted = isWanted(deprecated);
  const passes = (model: Model): boolean =>
    found(model) &&
    wanted(model) &&
    ((isAboutModels && check(asOffering(model)) === undefined) ||
      catalogue.offeringsOf(model.slug).some((offering) => check(offering) === undefined));
  const offeringsOf = ({ slug }: Model): readonly Offering[] =>
    catalogue.offeringsOf(slug).filter((offering) => check(offering) === undefined);
  return sorted(
    catalogue.models.filter(passes),
    order.direction,
    modelValues(order, context, offeringsOf),
    ({ slug }) => slug,
  );
};

/** The offerings that pass the filter, in a total order; ties by id. Prices are those of `context.at`. */
export const selectOfferings = (
  context: FilterContext,
  filter: OfferingFilter = {},
  order: OfferingOrder = { field: 'ID', direction: 'ASC' },
  offerings: readonly Offering[] = context.catalogue.offerings,
): Sorted<Offering> => {
  const check = offeringCheck(filter, context);
  return sorted(
    offerings.filter((offering) => check(offering) === undefined),
    order.direction,
    offeringValues(order, context),
    ({ id }) => id,
  );
};

/** The providers that pass the filter, in the catalogue's own order: those that are on first. */
export const selectProviders = (catalogue: Catalogue, filter: ProviderFilter = {}): readonly ProviderInfo[] =>
  catalogue.providers.filter(
    (provider) =>
      (filter.on === undefined || (provider.status.kind === 'ON') === filter.on) &&
      (filter.kind === undefined || provider.kind === filter.kind),
  );
