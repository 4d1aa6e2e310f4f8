import { readFile } from 'node:fs/promises';
import { buildSchema, type GraphQLSchema, getVariableValues, Kind, parse, validate } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { READY_OPERATIONS } from '../../../src/faces/explorer/page/operations.ts';

describe("the explorer's ready operations", () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = buildSchema(
      await readFile(new URL('../../../schema/schema.graphql', import.meta.url), { encoding: 'utf8' }),
    );
  });

  it.each(READY_OPERATIONS)('are not cut off at the edge of the editor: %#', ({ query }) => {
    expect(query.split('\n').filter((line) => line.length > 47)).toEqual([]);
  });

  it.each(READY_OPERATIONS)('fit the graph: %#', ({ query, variables }) => {
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    const [operation] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    expect(operation?.name?.value).toBeDefined();
    const { errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], { ...variables });
    expect(errors).toBeUndefined();
  });
});
