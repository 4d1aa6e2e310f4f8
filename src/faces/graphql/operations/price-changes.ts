import { GraphQLError } from 'graphql';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { wantedModels } from '../../../catalogue/comparison/named.ts';
import type { FilterContext } from '../../../catalogue/filter/filter-check.ts';
import { offeringCheck } from '../../../catalogue/filter/offering-check.ts';
import { type PriceChangeFilter, SlowWatcher } from '../../../catalogue/price-history.ts';
import { asModelSlug, asOfferingId } from '../../../domain/ids.ts';
import { isJsonObject } from '../../../domain/json.ts';
import type { OfferingFilter } from '../../../domain/offering-filter.ts';
import type { PriceChange } from '../../../domain/price.ts';
import { builder } from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { invalidInput } from '../errors.ts';
import { STORED_WEIGHT, type WeighField, weight } from '../field-weight.ts';
import { filterContext, OfferingFilterInput, readOfferingFilter } from '../inputs/offering-filter.ts';
import { pageOfStore } from '../page.ts';
import { present } from '../present.ts';
import { PriceChangeKindEnum } from '../types/catalogue-enums.ts';
import { PriceChangeConnection, PriceChangeRef } from '../types/price-change.ts';

const PriceChangeFilterInput = builder.inputType('PriceChangeFilter', {
  description: 'Which changes of prices; everything that is given must hold.',
  fields: (t) => ({
    offering: t.field({
      type: OfferingFilterInput,
      description:
        'Of any offering that passes. `offerings`, `providers` and slugs in `models` alone also find changes of offerings that are no longer listed; other conditions are checked against the offerings that are listed at the time of the request.',
    }),
    kinds: t.field({ type: [PriceChangeKindEnum], description: 'Of any of these kinds.' }),
    minRatio: t.float({
      description:
        'Least factor by which the rate moved up or down, 1 or more, e.g. 1.1; rates that began or ended, or moved from or to 0, pass.',
    }),
  }),
});

type OfferingPart = Pick<PriceChangeFilter, 'offeringIds' | 'providerIds' | 'modelSlugs'>;

/** In the words of the record, which knows of offerings that are gone no more than these three things. */
const offeringPart = (filter: OfferingFilter, context: FilterContext): OfferingPart => {
  const { offerings, providers, models, ...rest } = filter;
  const { catalogue } = context;
  const wanted = models === undefined ? [] : [...wantedModels(catalogue, models)];
  const isRecorded =
    Object.values(rest).every((value) => value === undefined) &&
    wanted.every((name) => catalogue.offering(asOfferingId(name)) === undefined || isSlug(catalogue, name));
  if (!isRecorded) {
    const check = offeringCheck(filter, context);
    return {
      offeringIds: catalogue.offerings.filter((each) => check(each) === undefined).map(({ id }) => id),
    };
  }
  return {
    ...(offerings !== undefined && { offeringIds: offerings.map(asOfferingId) }),
    ...(providers !== undefined && { providerIds: providers.map((id) => id.toLowerCase()) }),
    ...(models !== undefined && { modelSlugs: wanted }),
  };
};

const isSlug = (catalogue: Catalogue, name: string): boolean =>
  catalogue.model(asModelSlug(name)) !== undefined;

const filterOf = (
  { offering, kinds, minRatio }: typeof PriceChangeFilterInput.$inferInput,
  context: GraphContext,
): PriceChangeFilter => {
  if (minRatio != null && !(minRatio >= 1))
    throw invalidInput('filter.minRatio', `takes 1 or more; got ${minRatio}.`);
  return {
    ...present({ kinds, minRatio }),
    ...(offering != null &&
      offeringPart(
        readOfferingFilter(offering, context.catalogue.current(), 'filter.offering'),
        filterContext(context),
      )),
  };
};

/** A filter is tried on all offerings. */
const WEIGHT_OF_FILTER = 1_000;
const weighChanges: WeighField = (args, below) =>
  STORED_WEIGHT.weight(args, below) +
  (isJsonObject(args.filter) && args.filter.offering != null ? WEIGHT_OF_FILTER : 0);

builder.queryField('priceChanges', (t) =>
  t.connection(
    {
      type: PriceChangeRef,
      extensions: weight(weighChanges),
      description:
        "Rates that began, changed or ended, newest first, from this server's own record. Read forwards.",
      args: {
        since: t.arg({ type: 'DateTime', description: 'At this moment or later.' }),
        filter: t.arg({ type: PriceChangeFilterInput, description: 'Which of them.' }),
      },
      resolve: (_root, { since, filter, ...args }, context) =>
        pageOfStore(
          args,
          (change: PriceChange) => change.id,
          (page) =>
            context.priceHistory.changes({ ...filterOf(filter ?? {}, context), ...present({ since }) }, page),
        ),
    },
    PriceChangeConnection,
  ),
);

/** Names the one failure that a client can do something about. */
const told = (changes: AsyncIterableIterator<PriceChange>): AsyncIterableIterator<PriceChange> => ({
  [Symbol.asyncIterator]() {
    return this;
  },
  next: () =>
    changes.next().catch((error: unknown) => {
      if (!(error instanceof SlowWatcher)) throw error;
      throw new GraphQLError(error.message, { extensions: { code: 'SLOW_SUBSCRIBER' } });
    }),
  async return() {
    await changes.return?.();
    return { done: true, value: undefined };
  },
});

builder.subscriptionField('priceChanges', (t) =>
  t.field({
    type: PriceChangeRef,
    description:
      'Rates that begin, change or end, as this node comes to know it. A subscriber that falls 20,000 behind is ended with SLOW_SUBSCRIBER: `Query.priceChanges(since:)` has what it missed.',
    args: { filter: t.arg({ type: PriceChangeFilterInput, description: 'Which of them.' }) },
    subscribe: (_root, { filter }, context) =>
      told(context.priceHistory.watch(filterOf(filter ?? {}, context), context.gone)),
    resolve: (change) => change,
  }),
);
