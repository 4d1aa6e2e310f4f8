import { GraphQLError } from 'graphql';
import { type PriceChangeFilter, SlowWatcher } from '../../../catalogue/price-history.ts';
import { asOfferingId } from '../../../domain/ids.ts';
import type { PriceChange } from '../../../domain/price.ts';
import { builder } from '../builder.ts';
import { invalidInput } from '../errors.ts';
import { pageOfStore } from '../page.ts';
import { present } from '../present.ts';
import { PriceChangeKindEnum } from '../types/catalogue-enums.ts';
import { PriceChangeConnection, PriceChangeRef } from '../types/price-change.ts';

const MAX_NAMES = 1_000;

const PriceChangeFilterInput = builder.inputType('PriceChangeFilter', {
  description: 'Which changes of prices; everything that is given must hold.',
  fields: (t) => ({
    offeringIds: t.idList({ description: 'Of any of these offerings; at most 1,000.' }),
    providerIds: t.idList({ description: 'At any of these providers; at most 1,000.' }),
    modelSlugs: t.stringList({ description: 'Of any of these models, by slug; at most 1,000.' }),
    kinds: t.field({ type: [PriceChangeKindEnum], description: 'Of any of these kinds.' }),
    minRatio: t.float({
      description:
        'Least factor by which the rate moved up or down, e.g. 1.1; rates that began or ended, or moved from or to 0, pass.',
    }),
  }),
});

const filterOf = (filter: typeof PriceChangeFilterInput.$inferInput): PriceChangeFilter => {
  const { offeringIds, ...rest } = present(filter);
  for (const name of ['offeringIds', 'providerIds', 'modelSlugs'] as const) {
    if ((filter[name]?.length ?? 0) > MAX_NAMES)
      throw invalidInput(`filter.${name}`, `takes up to ${MAX_NAMES}.`);
  }
  if (rest.minRatio !== undefined && !(rest.minRatio >= 1))
    throw invalidInput('filter.minRatio', 'takes 1 or more.');
  return { ...rest, ...(offeringIds !== undefined && { offeringIds: offeringIds.map(asOfferingId) }) };
};

builder.queryField('priceChanges', (t) =>
  t.connection(
    {
      type: PriceChangeRef,
      description:
        "Rates that began, changed or ended, newest first, from this server's own record. Read forwards.",
      args: {
        since: t.arg({ type: 'DateTime', description: 'At this moment or later.' }),
        filter: t.arg({ type: PriceChangeFilterInput, description: 'Which of them.' }),
      },
      resolve: (_root, { since, filter, ...args }, { priceHistory }) =>
        pageOfStore(
          args,
          (change: PriceChange) => change.id,
          (page) => priceHistory.changes({ ...filterOf(filter ?? {}), ...present({ since }) }, page),
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
    subscribe: (_root, { filter }, { priceHistory, gone }) =>
      told(priceHistory.watch(filterOf(filter ?? {}), gone)),
    resolve: (change) => change,
  }),
);
