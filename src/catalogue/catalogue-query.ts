import type { ModelSlug, OfferingId, ProviderId } from '../domain/ids.ts';
import type { Billing, Capability, Model, ModelFacts, ModelJoin, Offering } from '../domain/model.ts';
import { type Currency, Decimal, type Money } from '../domain/money.ts';
import type { Modality } from '../domain/price.ts';
import type { ProviderInfo, ProviderKind } from '../domain/provider.ts';
import { isSameRegion } from '../domain/region.ts';
import type { Catalogue } from './catalogue.ts';
import { ratePerMillion } from './price-engine.ts';

/** Of what is known; what is not known does not pass. Every condition that is present must hold. */
export type FactsFilter = {
  /** Tokens. */
  readonly minContextWindow?: number;
  /** All of these. */
  readonly capabilities?: readonly Capability[];
  readonly inputModalities?: readonly Modality[];
  readonly outputModalities?: readonly Modality[];
  readonly openWeights?: boolean;
  /** That moment itself included. */
  readonly releasedAfter?: Date;
};

/** Every condition that is present must hold. */
export type ModelFilter = FactsFilter & {
  /** Part of the slug or the name, without regard to case. */
  readonly search?: string;
  readonly lab?: string;
  /** Whether a provider that is on serves it. */
  readonly on?: boolean;
  readonly deprecated?: boolean;
};

/** Every condition that is present must hold. */
export type OfferingFilter = FactsFilter & {
  /** This one alone. */
  readonly offeringId?: OfferingId;
  readonly providerId?: ProviderId;
  readonly modelSlug?: ModelSlug;
  readonly on?: boolean;
  readonly billing?: Billing;
  readonly join?: ModelJoin;
  readonly region?: string;
  /** Most for 1,000,000 plain text tokens, as a short prompt pays them. Offerings whose rate in that currency is not known do not pass; free ones do. */
  readonly maxInputPrice?: Money;
  readonly maxOutputPrice?: Money;
};

/** Every condition that is present must hold. */
export type ProviderFilter = { readonly on?: boolean; readonly kind?: ProviderKind };

export type SortDirection = 'ASC' | 'DESC';
export type ModelOrder = {
  readonly field: 'SLUG' | 'NAME' | 'CONTEXT_WINDOW';
  readonly direction: SortDirection;
};
export type OfferingOrder = {
  readonly field: 'ID' | 'INPUT_PRICE' | 'OUTPUT_PRICE' | 'CONTEXT_WINDOW';
  readonly direction: SortDirection;
  /** For prices: the currency that is compared; rates in others count as unknown. Absent: USD. */
  readonly currency?: Currency;
};

type SortValue = string | number | Decimal;

const compareValues = (one: SortValue, other: SortValue): number => {
  if (one instanceof Decimal && other instanceof Decimal) return one.comparedTo(other);
  return one === other ? 0 : one < other ? -1 : 1;
};

/** Sorted by value; unknown values last in either direction, ties by id upwards. Ids are unique, so the order is total. */
const ordered = <Row>(
  rows: readonly Row[],
  direction: SortDirection,
  sortValueOf: (row: Row) => SortValue | undefined,
  idOf: (row: Row) => string,
): readonly Row[] => {
  const sign = direction === 'ASC' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: sortValueOf(row), id: idOf(row) }))
    .toSorted((one, other) => {
      if (one.value === undefined || other.value === undefined) {
        if (one.value !== undefined) return -1;
        if (other.value !== undefined) return 1;
        return compareValues(one.id, other.id);
      }
      return sign * compareValues(one.value, other.value) || compareValues(one.id, other.id);
    })
    .map(({ row }) => row);
};

const hasAll = <Word>(known: readonly Word[] | undefined, wanted: readonly Word[] | undefined): boolean =>
  wanted === undefined || wanted.every((word) => known?.includes(word) === true);

const passesFacts = (facts: ModelFacts, filter: FactsFilter): boolean =>
  (filter.minContextWindow === undefined || (facts.limits.contextWindow ?? -1) >= filter.minContextWindow) &&
  hasAll(facts.capabilities, filter.capabilities) &&
  hasAll(facts.inputModalities, filter.inputModalities) &&
  hasAll(facts.outputModalities, filter.outputModalities) &&
  (filter.openWeights === undefined || facts.openWeights === filter.openWeights) &&
  (filter.releasedAfter === undefined ||
    (facts.releaseDate !== undefined && facts.releaseDate >= filter.releasedAfter));

const modelValue = (model: Model, field: ModelOrder['field']): SortValue | undefined => {
  switch (field) {
    case 'SLUG':
      return model.slug;
    case 'NAME':
      return model.name.toLowerCase();
    case 'CONTEXT_WINDOW':
      return model.limits.contextWindow;
  }
};

/** The models that pass the filter, in a total order; ties by slug. */
export const selectModels = (
  catalogue: Catalogue,
  filter: ModelFilter = {},
  order: ModelOrder = { field: 'SLUG', direction: 'ASC' },
): readonly Model[] => {
  const search = filter.search?.toLowerCase();
  const passes = (model: Model): boolean =>
    (search === undefined ||
      model.slug.toLowerCase().includes(search) ||
      model.name.toLowerCase().includes(search)) &&
    (filter.lab === undefined || model.lab === filter.lab) &&
    (filter.deprecated === undefined || model.deprecated === filter.deprecated) &&
    passesFacts(model, filter) &&
    (filter.on === undefined || catalogue.offeringsOf(model.slug).some(catalogue.isOn) === filter.on);
  return ordered(
    catalogue.models.filter(passes),
    order.direction,
    (model) => modelValue(model, order.field),
    (model) => model.slug,
  );
};

/** The offerings that pass the filter, in a total order; ties by id. Prices are those of `at`. */
export const selectOfferings = (
  catalogue: Catalogue,
  filter: OfferingFilter,
  order: OfferingOrder,
  at: Date,
): readonly Offering[] => {
  const rate = (offering: Offering, direction: 'INPUT' | 'OUTPUT', currency: Currency): Decimal | undefined =>
    ratePerMillion(offering, catalogue.pricesOf(offering.id), direction, currency, at);
  const under = (offering: Offering, direction: 'INPUT' | 'OUTPUT', ceiling: Money | undefined): boolean =>
    ceiling === undefined || rate(offering, direction, ceiling.currency)?.lte(ceiling.amount) === true;
  const passes = (offering: Offering): boolean =>
    (filter.offeringId === undefined || offering.id === filter.offeringId) &&
    (filter.providerId === undefined || offering.providerId === filter.providerId) &&
    (filter.modelSlug === undefined || offering.modelSlug === filter.modelSlug) &&
    (filter.billing === undefined || offering.billing === filter.billing) &&
    (filter.join === undefined || offering.join === filter.join) &&
    passesFacts(offering, filter) &&
    (filter.region === undefined || isSameRegion(filter.region, offering.region)) &&
    (filter.on === undefined || catalogue.isOn(offering) === filter.on) &&
    under(offering, 'INPUT', filter.maxInputPrice) &&
    under(offering, 'OUTPUT', filter.maxOutputPrice);
  const currency = order.currency ?? 'USD';
  const sortValueOf = (offering: Offering): SortValue | undefined => {
    switch (order.field) {
      case 'ID':
        return offering.id;
      case 'INPUT_PRICE':
        return rate(offering, 'INPUT', currency);
      case 'OUTPUT_PRICE':
        return rate(offering, 'OUTPUT', currency);
      case 'CONTEXT_WINDOW':
        return offering.limits.contextWindow;
    }
  };
  return ordered(catalogue.offerings.filter(passes), order.direction, sortValueOf, (offering) => offering.id);
};

/** The providers that pass the filter, in the catalogue's own order: those that are on first. */
export const selectProviders = (catalogue: Catalogue, filter: ProviderFilter = {}): readonly ProviderInfo[] =>
  catalogue.providers.filter(
    (provider) =>
      (filter.on === undefined || (provider.status.kind === 'ON') === filter.on) &&
      (filter.kind === undefined || provider.kind === filter.kind),
  );
