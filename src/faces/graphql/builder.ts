import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import DirectivesPlugin from '@pothos/plugin-directives';
import ErrorsPlugin from '@pothos/plugin-errors';
import FederationPlugin from '@pothos/plugin-federation';
import RelayPlugin from '@pothos/plugin-relay';
import { GraphQLError } from 'graphql';
import { DateTimeResolver, JSONObjectResolver, NonNegativeIntResolver, URLResolver } from 'graphql-scalars';
import type { JsonObject } from '../../domain/json.ts';
import type { Decimal } from '../../domain/money.ts';
import type { GraphContext } from './context.ts';
import { weightByArguments } from './field-weight.ts';
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

/** Largest weight of an operation: each field counts 1, and a list's fields as often as the list is long. */
const MAX_COMPLEXITY = 50_000;

/** The one builder of the graph. Files under types/ and operations/ add to it when they are imported. */
export const builder = new SchemaBuilder<GraphTypes>({
  plugins: [
    ErrorsPlugin,
    DataloaderPlugin,
    RelayPlugin,
    ComplexityPlugin,
    DirectivesPlugin,
    FederationPlugin,
    NullableRootsPlugin,
  ],
  defaultFieldNullability: false,
  errors: { directResult: true },
  relay: {
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: decodeGlobalId,
    cursorType: 'String',
    idFieldOptions: { description: 'Global id; `node(id:)` takes it.' },
    nodeTypeOptions: { description: 'Anything with a global id.' },
    pageInfoTypeOptions: { description: 'Where a page of a connection lies.' },
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
  complexity: {
    limit: { complexity: MAX_COMPLEXITY, depth: 14 },
    defaultComplexity: 1,
    defaultListMultiplier: 5,
    fieldComplexity: weightByArguments,
    complexityError: (kind, result) =>
      new GraphQLError(
        `The operation asks for too much at once (${kind.toLowerCase()} ${result[kind === 'Complexity' ? 'complexity' : kind === 'Depth' ? 'depth' : 'breadth']}). Ask for smaller pages or fewer levels.`,
        { extensions: { code: 'OPERATION_TOO_COMPLEX' } },
      ),
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
