import { graphql } from 'graphql';
import { expect, it } from 'vitest';
import { builder } from '../../../src/faces/graphql/builder.ts';
import { buildSubgraphSchema } from '../../../src/faces/graphql/schema.ts';

it('names all directives of federation that it uses: the schema is what it is where the builder looks for them', async () => {
  const source = '{ _service { sdl } }';
  const found = builder.toSubGraphSchema({ linkUrl: 'https://specs.apollo.dev/federation/v2.3' });
  const told = await graphql({ schema: buildSubgraphSchema(), source });
  const read = await graphql({ schema: found, source });
  expect(told.errors).toBeUndefined();
  expect(told).toEqual(read);
  expect(JSON.stringify(told)).toContain('@key');
});
