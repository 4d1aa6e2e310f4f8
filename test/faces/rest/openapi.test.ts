import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ANSWER_SCHEMAS } from '../../../src/faces/rest/manual/answer-schemas.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';
import { send } from '../../support/raw-request.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

// biome-ignore lint/suspicious/noExplicitAny: a document of a shape that the validator checks
const document = async (): Promise<any> => (await fetch(`${server.url}/openapi.json`)).json();

// biome-ignore lint/suspicious/noExplicitAny: as above
const resolved = (manual: any, schema: any): any =>
  '$ref' in schema
    ? schema.$ref
        .slice(2)
        .split('/')
        .reduce((at: Record<string, unknown>, name: string) => at[name], manual)
    : schema;

const schemaNamed = (reference: string): z.ZodType => {
  const found = Object.entries(ANSWER_SCHEMAS).find(([name]) => reference.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`no schema ${reference}`);
  return found[1];
};

/** The data of a stream's events, as far as it is JSON. */
const dataOf = (text: string): readonly unknown[] =>
  [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''));

type Operation = {
  readonly operationId: string;
  readonly path: string;
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly content: Record<string, { readonly schema: any; readonly example?: Record<string, string> }>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly responses: any;
};

// biome-ignore lint/suspicious/noExplicitAny: as above
const operationsOf = ({ paths }: any): readonly Operation[] =>
  Object.entries<Record<string, Operation & { requestBody?: { content: Operation['content'] } }>>(
    paths,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, requestBody, responses }]) => ({
      operationId,
      path,
      method: method.toUpperCase(),
      content: requestBody?.content ?? {},
      responses,
    })),
  );

type Media = Operation['content'][string];

/** One of these says what a value may be. */
const SAYS_TYPE = ['type', 'anyOf', 'oneOf', 'allOf', '$ref', 'const', 'enum'];

const formOf = (example: Record<string, string>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(example)) {
    if (name === 'file') form.append(name, new Blob([value], { type: 'audio/wav' }), 'a.wav');
    else form.append(name, value);
  }
  return form;
};

/** Sends an operation's own example. */
const sendExample = ({ path, method, content }: Operation, type: string | undefined, extra: object = {}) => {
  const example = { ...(type === undefined ? {} : content[type]?.example), ...extra };
  const isForm = type === 'multipart/form-data';
  return fetch(`${server.url}${path.replace('{id}', 'sandbox%2Fecho')}`, {
    method,
    headers: {
      authorization: `Bearer ${server.adminKey}`,
      ...(type !== undefined && !isForm && { 'content-type': type }),
    },
    ...(type !== undefined && { body: isForm ? formOf(example) : JSON.stringify(example) }),
  });
};

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
        'POST /v1/route/plan',
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
    const bodyOf = (path: string, type = 'application/json') =>
      resolved({ paths, components }, paths[path].post.requestBody.content[type].schema);
    const schema = bodyOf('/v1/chat/completions');
    expect(schema.required).toEqual(expect.arrayContaining(['model', 'messages']));
    expect(schema.properties.modelgraph).toEqual({ $ref: '#/components/schemas/Modelgraph' });
    expect(Object.keys(components.schemas.Modelgraph.properties)).toEqual(
      expect.arrayContaining(['routing', 'tags', 'onDisconnect', 'unsupported', 'unknownFields', 'timeouts']),
    );
    expect(bodyOf('/v1/messages').required).toContain('max_tokens');
    expect(bodyOf('/v1/messages/count_tokens').required).not.toContain('max_tokens');
    const form = paths['/v1/audio/transcriptions'].post.requestBody.content;
    expect(Object.keys(form)).toEqual(['multipart/form-data']);
  });

  it('has an id for each operation, by which generators name their functions', async () => {
    const ids = operationsOf(await document()).map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-zA-Z]+$/);
    expect(ids).toEqual(expect.arrayContaining(['createChatCompletion', 'createMessage', 'listModels']));
  });

  it('names the address by which it was reached', async () => {
    expect((await document()).servers).toEqual([{ url: server.url }]);
    const { text } = await send(server.url, '/openapi.json', {
      method: 'GET',
      headers: { host: 'models.internal', 'x-forwarded-proto': 'https' },
    });
    expect(JSON.parse(text).servers).toEqual([{ url: 'https://models.internal' }]);
  });

  it('refers only to what it has, leaves no schema empty and bounds no integer by what JavaScript can hold', async () => {
    const manual = await document();
    const text = JSON.stringify(manual);
    expect(text).not.toContain('9007199254740991');
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? '');
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\//);
      expect([reference, typeof resolved(manual, { $ref: reference })]).toEqual([reference, 'object']);
    }
    const empty: string[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const look = (schema: any, path: string): void => {
      if (typeof schema !== 'object') return;
      if (!SAYS_TYPE.some((keyword) => keyword in schema)) empty.push(path);
      for (const [name, each] of Object.entries(schema.properties ?? {})) look(each, `${path}.${name}`);
      for (const keyword of ['items', 'additionalProperties'])
        if (schema[keyword] !== undefined) look(schema[keyword], `${path}.${keyword}`);
      for (const keyword of ['anyOf', 'oneOf', 'allOf'])
        for (const [at, each] of (schema[keyword] ?? []).entries()) look(each, `${path}.${keyword}[${at}]`);
    };
    for (const [name, schema] of Object.entries(manual.components.schemas)) look(schema, name);
    for (const { operationId, content, responses } of operationsOf(manual))
      for (const media of [...Object.values(content), ...Object.values<Media>(responses[200].content)])
        look(media.schema, operationId);
    expect(empty).toEqual([]);
  });

  it('has requests and answers for examples: each request works, and answers are of their schema', async () => {
    for (const operation of operationsOf(await document())) {
      const types = Object.keys(operation.content);
      for (const type of types.length === 0 ? [undefined] : types) {
        const response = await sendExample(operation, type);
        const said = [operation.operationId, type, response.status];
        expect(said).toEqual([operation.operationId, type, 200]);
        const answerType = response.headers.get('content-type')?.split(';')[0] ?? '';
        const answers = operation.responses[200].content;
        const answer = answers[answerType] ?? answers[answerType.replace(/\/.*/, '/*')];
        expect([operation.operationId, answerType, answer]).toEqual([
          operation.operationId,
          answerType,
          expect.anything(),
        ]);
        if (answerType !== 'application/json') continue;
        const schema = schemaNamed(answer.schema.$ref);
        for (const body of [await response.json(), answer.example])
          expect([operation.operationId, schema.safeParse(body).error?.message]).toEqual([
            operation.operationId,
            undefined,
          ]);
      }
    }
  });

  it('says how each operation streams', async () => {
    for (const operation of operationsOf(await document())) {
      const stream = operation.responses[200].content['text/event-stream'];
      if (stream === undefined) continue;
      expect(dataOf(stream.example).length).toBeGreaterThan(0);
      const [type] = Object.keys(operation.content);
      const extra = operation.operationId === 'createSpeech' ? { stream_format: 'sse' } : { stream: true };
      const response = await sendExample(operation, type, extra);
      expect([operation.operationId, response.headers.get('content-type')?.split(';')[0]]).toEqual([
        operation.operationId,
        'text/event-stream',
      ]);
      const schema = schemaNamed(stream['x-event-schema'].$ref);
      for (const data of [...dataOf(await response.text()), ...dataOf(stream.example)])
        expect([operation.operationId, schema.safeParse(data).error?.message]).toEqual([
          operation.operationId,
          undefined,
        ]);
    }
  });

  it('says what errors there are, each in the format of its family', async () => {
    const manual = await document();
    for (const { path, method, responses } of operationsOf(manual)) {
      const statuses = Object.keys(responses);
      expect(statuses).toEqual(expect.arrayContaining(['401', '404', '500', 'default']));
      if (method === 'POST') expect(statuses).toEqual(expect.arrayContaining(['400', '413', '415', '429']));
      const { content } = resolved(manual, responses[401]);
      const [example] = Object.values<{ value: { type?: string; error: object } }>(
        content['application/json'].examples,
      );
      const answer = await fetch(`${server.url}${path.replace('{id}', 'x')}`, { method });
      const { error } = await answer.json();
      expect(Object.keys(example?.value.error ?? {}).toSorted()).toEqual(Object.keys(error).toSorted());
      expect(error).toEqual(example?.value.error);
    }
  });

  it('says nothing of keys or providers', async () => {
    expect(JSON.stringify(await document())).not.toContain(server.adminKey);
  });
});
