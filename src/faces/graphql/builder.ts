import SchemaBuilder from '@pothos/core';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import { DateTimeResolver, JSONObjectResolver, NonNegativeIntResolver, URLResolver } from 'graphql-scalars';
import type { JsonObject } from '../../domain/json.ts';
import type { Decimal } from '../../domain/money.ts';
import type { GraphContext } from './context.ts';
import { SHAREABLE } from './entity.ts';
import { decodeGlobalId, encodeGlobalId } from './global-id.ts';
import NullableRootsPlugin from './nullable-roots.ts';
import { DecimalScalar, VectorScalar } from './scalars.ts';
import { type UploadedFile, UploadScalar } from './upload.ts';

type GraphTypes = {
  Context: GraphContext;
  DefaultFieldNullability: false;
  DefaultNodeNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  Connection: { totalCount?: number; unknownCount?: number };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Decimal: { Input: Decimal; Output: Decimal };
    Vector: { Input: never; Output: readonly number[] };
    JSONObject: { Input: JsonObject; Output: JsonObject };
    NonNegativeInt: { Input: number; Output: number };
    Upload: { Input: UploadedFile; Output: never };
    URL: { Input: URL; Output: URL | string };
  };
};

/** The one builder of the graph. Files under types/ and operations/ add to it when they are imported. */
export const builder = new SchemaBuilder<GraphTypes>({
  plugins: [ErrorsPlugin, DataloaderPlugin, RelayPlugin, NullableRootsPlugin],
  defaultFieldNullability: false,
  errors: { directResult: true },
  relay: {
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: decodeGlobalId,
    cursorType: 'String',
    idFieldOptions: { description: 'Global id; `node(id:)` takes it.' },
    nodeTypeOptions: { description: 'Anything with a global id.' },
    pageInfoTypeOptions: { description: 'Where a page of a connection lies.', extensions: SHAREABLE },
    pageInfoFieldOptions: { description: 'Where the page lies.' },
    nodeQueryOptions: {
      args: { id: { description: 'Global id.' } },
      description: 'Anything by its global id; null if it does not exist, or the key may not see it.',
    },
    nodesQueryOptions: {
      args: { ids: { description: 'Global ids.' } },
      description: 'Several things by their global ids, in their order; null for those that are not there.',
    },
    hasNextPageFieldOptions: { description: 'Whether there is more after `endCursor`.' },
    hasPreviousPageFieldOptions: { description: 'Whether there is more before `startCursor`.' },
    startCursorFieldOptions: { description: 'Cursor of the first edge; null for an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last edge; give it as `after` to read on.' },
    firstArgOptions: {
      description: 'How many from the start; at most 100, 20 if neither `first` nor `last` is given.',
    },
    lastArgOptions: { description: 'How many from the end; at most 100.' },
    afterArgOptions: { description: 'Only what comes after this cursor.' },
    beforeArgOptions: { description: 'Only what comes before this cursor.' },
    nodesOnConnection: { description: 'The rows of the page, without their cursors.' },
    edgesFieldOptions: { description: 'The rows of the page with their cursors.' },
    cursorFieldOptions: { description: 'Position of the row, for `after` and `before`.' },
    nodeFieldOptions: { description: 'The row.', nullable: false },
  },
});

builder.queryType({ description: 'What can be read.' });
builder.mutationType({ description: 'What can be done, with one answer each.' });
builder.subscriptionType({ description: 'What can be watched while it happens.' });

builder.addScalarType('DateTime', DateTimeResolver);
builder.addScalarType('JSONObject', JSONObjectResolver);
builder.addScalarType('NonNegativeInt', NonNegativeIntResolver);
builder.addScalarType('Decimal', DecimalScalar);
builder.addScalarType('Vector', VectorScalar);
builder.addScalarType('Upload', UploadScalar);
builder.addScalarType('URL', URLResolver);
