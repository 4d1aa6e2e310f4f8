import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { possibleTypes } from '../../../src/faces/graphql/possible-types.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { closedServer, plainServer } from '../../support/plain-server.ts';

const committed = (name: string): string =>
  readFileSync(new URL(`../../../schema/${name}`, import.meta.url), 'utf8');

let server: Modelgraph;
let closed: Modelgraph;
beforeAll(async () => {
  [server, closed] = await Promise.all([plainServer(), closedServer()]);
});

const ask = (init: RequestInit = {}, of = server) => {
  const headers = new Headers(init.headers);
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${of.adminKey}`);
  return fetch(`${of.url}/graphql/schema.graphql`, { ...init, headers });
};

describe('GET /graphql/schema.graphql', () => {
  it('is the committed schema', async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/graphql; charset=utf-8');
    expect(await response.text()).toBe(committed('schema.graphql'));
  });

  it('is not sent again to a client that has it', async () => {
    const etag = (await ask()).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"\S+"$/);
    for (const known of [etag, `W/${etag}`, `"another", ${etag}`, '*']) {
      const response = await ask({ headers: { 'if-none-match': known } });
      expect(response.status).toBe(304);
      expect(response.headers.get('etag')).toBe(etag);
      expect(await response.text()).toBe('');
    }
    expect((await ask({ headers: { 'if-none-match': '"another"' } })).status).toBe(200);
  });

  it('answers HEAD with the same headers, and no other method', async () => {
    const head = await ask({ method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(Number(head.headers.get('content-length'))).toBe(Buffer.byteLength(committed('schema.graphql')));
    expect(await head.text()).toBe('');
    const post = await ask({ method: 'POST', body: '{}' });
    expect(post.status).toBe(405);
    expect(post.headers.get('allow')).toBe('GET, HEAD');
  });

  it('needs a key, and introspection, as introspection itself does', async () => {
    expect((await ask({ headers: { authorization: 'Bearer mg_wrong' } })).status).toBe(401);
    const response = await ask({}, closed);
    expect(response.status).toBe(403);
    expect((await response.json()).errors[0].message).toContain('MODELGRAPH_INTROSPECTION');
  });
});

it('possible-types.json has the members of every union and interface', () => {
  const schema = buildSchema(committed('schema.graphql'));
  const members: { readonly [name: string]: readonly string[] } = JSON.parse(
    committed('possible-types.json'),
  );
  expect(members, 'run `npm run codegen`').toEqual(possibleTypes(schema));
  expect(members.CompleteResult).toContain('UnknownModelError');
  expect(members.Error).toContain('UpstreamError');
});
