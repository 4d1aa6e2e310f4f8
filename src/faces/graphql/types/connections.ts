import { builder } from '../builder.ts';
import {
  CompletionRef,
  KeyRef,
  ModelRef,
  NamedRouteRef,
  OfferingRef,
  OperationRef,
  ProviderRef,
} from '../refs.ts';

/** Named connections, shared by every field that pages through the same type. */

/** The count of all rows, for lists in memory; a stored list is not counted. */
export const totalOf = (rows: string) => ({
  description: `Number of ${rows} on all pages together.`,
  resolve: ({ totalCount }: { totalCount?: number }) => totalCount ?? 0,
});

const UNKNOWN = {
  description:
    'Number of rows, at the end of the list, without a known value for what it is sorted by; 0 if it is not sorted.',
  resolve: ({ unknownCount }: { unknownCount?: number }) => unknownCount ?? 0,
};

export const ModelConnection = builder.connectionObject(
  {
    type: ModelRef,
    name: 'ModelConnection',
    description: 'A page of models.',
    fields: (t) => ({
      totalCount: t.int(totalOf('models')),
      unknownCount: t.int(UNKNOWN),
    }),
  },
  { name: 'ModelEdge', description: 'A model with its cursor.' },
);

export const ProviderConnection = builder.connectionObject(
  {
    type: ProviderRef,
    name: 'ProviderConnection',
    description: 'A page of providers.',
    fields: (t) => ({
      totalCount: t.int(totalOf('providers')),
    }),
  },
  { name: 'ProviderEdge', description: 'A provider with its cursor.' },
);

export const OfferingConnection = builder.connectionObject(
  {
    type: OfferingRef,
    name: 'OfferingConnection',
    description: 'A page of offerings.',
    fields: (t) => ({
      totalCount: t.int(totalOf('offerings')),
      unknownCount: t.int(UNKNOWN),
    }),
  },
  { name: 'OfferingEdge', description: 'An offering with its cursor.' },
);

export const CompletionConnection = builder.connectionObject(
  { type: CompletionRef, name: 'CompletionConnection', description: 'A page of completions.' },
  { name: 'CompletionEdge', description: 'A completion with its cursor.' },
);

export const OperationConnection = builder.connectionObject(
  { type: OperationRef, name: 'OperationConnection', description: 'A page of operations.' },
  { name: 'OperationEdge', description: 'An operation with its cursor.' },
);

export const KeyConnection = builder.connectionObject(
  { type: KeyRef, name: 'KeyConnection', description: 'A page of keys.' },
  { name: 'KeyEdge', description: 'A key with its cursor.' },
);

export const RouteConnection = builder.connectionObject(
  {
    type: NamedRouteRef,
    name: 'RouteConnection',
    description: 'A page of routes.',
    fields: (t) => ({
      totalCount: t.int(totalOf('routes')),
    }),
  },
  { name: 'RouteEdge', description: 'A route with its cursor.' },
);
