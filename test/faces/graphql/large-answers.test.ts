import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

const LARGE =
  '{ __schema { types { name description fields { name description args { name type { name } } type { name } } } } }';
const LIGHT = '{ __typename }';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(() => server?.stop());

describe('an answer that is written in slices is the same as one that is not', () => {
  it.each(TRANSPORTS)('over $name', async (transport) => {
    const client = transport.connect(server);
    const { value } = await client.iterate(LARGE, {}).next();
    const { body } = await server.post(LARGE);
    expect(body.data.__schema.types.length).toBeGreaterThan(200);
    expect(value).toEqual(body);
    expect((await client.iterate(LIGHT, {}).next()).value).toEqual({ data: { __typename: 'Query' } });
    await client.dispose();
  });

  it('over GET', async () => {
    const response = await fetch(`${server.url}/graphql?${new URLSearchParams({ query: LARGE })}`, {
      headers: { authorization: `Bearer ${server.adminKey}`, accept: 'application/json' },
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual((await server.post(LARGE)).body);
  });
});

describe('a document', () => {
  it('longer than can be read in a moment is refused as such', async () => {
    const { body } = await server.post(`{ __typename } # ${'a'.repeat(1_100_000)}`);
    expect(body.errors).toEqual([
      { message: expect.stringContaining('variables'), extensions: { code: 'OPERATION_TOO_COMPLEX' } },
    ]);
  });

  it('of very many lines has its errors told without their places', async () => {
    const wrong = `{ ${Array.from({ length: 90 }, (_, n) => `wrong${n}`).join(' ')} }`;
    const { body } = await server.post(`${'\n'.repeat(60_000)}${wrong}`);
    expect(body.errors.length).toBeGreaterThan(80);
    expect(body.errors.every((error: object) => !('locations' in error))).toBe(true);
    expect((await server.post(wrong)).body.errors[0].locations).toEqual([{ line: 1, column: 3 }]);
  });

  it('in a form is refused where its JSON would take long to read', async () => {
    const form = new FormData();
    form.set('operations', `${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    form.set('map', '{}');
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminKey}` },
      body: form,
    });
    expect(JSON.stringify(await response.json())).toContain('too many levels');
  });
});

describe('an answer that has data and errors', () => {
  const withoutPlaces = ({ errors = [], ...rest }: ExecutionResult): object => ({
    ...rest,
    errors: errors.map(({ locations: _, ...error }) => error),
  });
  // A cursor that is none: that field alone fails.
  const PARTLY = `{ ${LARGE.slice(1, -1)} wrong: models(after: "none") { nodes { slug } } }`;
  const LIGHTER = '{ __typename wrong: models(after: "none") { nodes { slug } } }';

  it('is the same in slices, over every transport', async () => {
    const { body: light } = await server.post(LIGHTER);
    expect(light.errors).toHaveLength(1);
    for (const transport of TRANSPORTS) {
      const client = transport.connect(server);
      const { value } = await client.iterate(PARTLY, {}).next();
      const { status, body } = await server.post(PARTLY);
      expect(status).toBe(200);
      expect(body.errors).toMatchObject([
        { message: light.errors[0].message, path: ['wrong'], extensions: light.errors[0].extensions },
      ]);
      expect(JSON.stringify(value)).not.toContain('"http"');
      // Clients print documents anew, so that places differ.
      expect(withoutPlaces(value)).toEqual(withoutPlaces(body));
      await client.dispose();
    }
  });
});
