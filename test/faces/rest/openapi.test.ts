import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(() => server?.stop());

// biome-ignore lint/suspicious/noExplicitAny: a document of a shape that the validator checks
const document = async (): Promise<any> => (await fetch(`${server.url}/openapi.json`)).json();

describe('the reference manual of the REST base', () => {
  it('is OpenAPI 3.1 by the word of its own schema', async () => {
    const manual = await document();
    expect(manual.openapi).toBe('3.1.0');
    expect(await new Validator().validate(manual)).toEqual({ valid: true });
  });

  it('lists every endpoint, each of which is there', async () => {
    const { paths } = await document();
    const listed = Object.entries<object>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(listed.toSorted()).toEqual(
      [
        'GET /v1/models',
        'GET /v1/models/{id}',
        'POST /v1/audio/speech',
        'POST /v1/audio/transcriptions',
        'POST /v1/audio/translations',
        'POST /v1/chat/completions',
        'POST /v1/completions',
        'POST /v1/embeddings',
        'POST /v1/images/edits',
        'POST /v1/images/generations',
        'POST /v1/messages',
        'POST /v1/messages/count_tokens',
        'POST /v1/moderations',
        'POST /v1/rerank',
        'POST /v1/responses',
      ].toSorted(),
    );
    for (const each of listed) {
      const [method = '', path = ''] = each.split(' ');
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'text/csv' },
      });
      expect([each, response.status]).toEqual([
        each,
        method === 'POST' ? 415 : path.includes('{') ? 404 : 200,
      ]);
    }
  });

  it('tells of what requests are held against', async () => {
    const { paths, components } = await document();
    const { schema } = paths['/v1/chat/completions'].post.requestBody.content['application/json'];
    expect(schema.required).toEqual(expect.arrayContaining(['model', 'messages']));
    expect(schema.properties.modelgraph).toEqual({ $ref: '#/components/schemas/Modelgraph' });
    expect(Object.keys(components.schemas.Modelgraph.properties)).toEqual(
      expect.arrayContaining(['routing', 'tags', 'onDisconnect', 'unsupported', 'unknownFields', 'timeouts']),
    );
    expect(paths['/v1/messages'].post.requestBody.content['application/json'].schema.required).toContain(
      'max_tokens',
    );
    const form = paths['/v1/audio/transcriptions'].post.requestBody.content;
    expect(Object.keys(form)).toEqual(['multipart/form-data']);
  });

  it('says nothing of keys or providers', async () => {
    expect(JSON.stringify(await document())).not.toContain(server.adminKey);
  });
});
