import { calledOffering } from '../../../catalogue/catalogue.ts';
import type { HistoricPrice } from '../../../catalogue/price-history.ts';
import type { PriceChange } from '../../../domain/price.ts';
import { builder } from '../builder.ts';
import { OfferingRef, PriceRef } from '../refs.ts';
import { PriceChangeKindEnum } from './catalogue-enums.ts';

export const PriceChangeRef = builder.objectRef<PriceChange>('PriceChange').implement({
  description: 'That a rate which this server lists began, changed or ended.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The same for the same change on every node.' }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'What it is a rate of; null if it is no longer listed.',
      resolve: ({ offeringId }, _args, { catalogue }) =>
        calledOffering(catalogue.current(), offeringId) === undefined ? null : offeringId,
    }),
    offeringId: t.exposeID('offeringId', {
      description: 'Id of the offering, also of one that is no longer listed.',
    }),
    at: t.expose('at', {
      type: 'DateTime',
      description:
        'When this server came to know it; of a rate that starts or ends by its own date, that moment.',
    }),
    announced: t.boolean({
      description: 'Whether it is yet to come: a source states from when on it holds, which is `at`.',
      resolve: ({ at }, _args, { now }) => at > now(),
    }),
    kind: t.expose('kind', { type: PriceChangeKindEnum, description: 'How the rate changed.' }),
    before: t.field({
      type: PriceRef,
      nullable: true,
      description: 'The row before; null if it was ADDED.',
      resolve: (change) => change.before,
    }),
    after: t.field({
      type: PriceRef,
      nullable: true,
      description: 'The row from then on; null if it was REMOVED.',
      resolve: (change) => change.after,
    }),
  }),
});

export const PriceChangeConnection = builder.connectionObject(
  { type: PriceChangeRef, name: 'PriceChangeConnection', description: 'A page of changes of prices.' },
  { name: 'PriceChangeEdge', description: 'A change with its cursor.' },
);

export const HistoricPriceRef = builder.objectRef<HistoricPrice>('HistoricPrice').implement({
  description: 'A rate and when this server listed it.',
  fields: (t) => ({
    price: t.expose('price', { type: PriceRef, description: 'The rate.' }),
    servedFrom: t.field({
      type: 'DateTime',
      nullable: true,
      description: "When this server listed it first, from this server's own record, the moment included.",
      resolve: (historic) => historic.servedFrom,
    }),
    servedTo: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When this server no longer listed it, the moment excluded; null while it does.',
      resolve: (historic) => historic.servedTo,
    }),
  }),
});

export const HistoricPriceConnection = builder.connectionObject(
  {
    type: HistoricPriceRef,
    name: 'HistoricPriceConnection',
    description: 'A page of the rates of an offering.',
  },
  { name: 'HistoricPriceEdge', description: 'A rate with its cursor.' },
);
