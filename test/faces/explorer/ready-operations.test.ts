import { getOperationAST, parse } from 'graphql';
import { beforeAll, expect, it } from 'vitest';
import { READY_OPERATIONS } from '../../../src/faces/explorer/page/operations.ts';
import { graphqlWs } from '../../support/graph-clients.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

const NAMED = READY_OPERATIONS.map((operation) => {
  const definition = getOperationAST(parse(operation.query));
  return { ...operation, name: definition?.name?.value, isStream: definition?.operation === 'subscription' };
});

/** Names of failures anywhere in an answer: they have a message and nothing else. */
const failuresIn = (value: unknown): readonly unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  if ('message' in value) return [value.message];
  return Object.values(value).flatMap(failuresIn);
};

it.each(NAMED.filter(({ isStream }) => !isStream))(
  '$name works at once, with no provider configured',
  async ({ query, variables }) => {
    const { status, body } = await server.post(query, { ...variables });
    expect(status).toBe(200);
    expect(body.errors).toBeUndefined();
    expect(failuresIn(body.data)).toEqual([]);
    for (const value of Object.values(body.data)) expect(value).not.toEqual({});
  },
);

it.each(NAMED.filter(({ isStream }) => isStream))('$name streams at once', async ({ query }) => {
  const client = graphqlWs.connect(server);
  const types: string[] = [];
  for await (const { data, errors } of client.iterate(query, { pace: { 'sandbox.words': '3' } })) {
    expect(errors).toBeUndefined();
    types.push(data.completion.__typename);
  }
  await client.dispose();
  expect(types.at(-1)).toBe('CompletionFinished');
});
