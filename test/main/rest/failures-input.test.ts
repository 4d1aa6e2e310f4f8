import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { bodyOf, ENDPOINTS, type Endpoint } from './endpoints.ts';

const MOST_BYTES = 100_000;

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph({ env: { MODELGRAPH_MAX_REQUEST_BYTES: String(MOST_BYTES) } });
});
afterAll(() => server?.stop());

const send = (
  { path }: Endpoint,
  { body, headers }: { readonly body: BodyInit; readonly headers: { readonly [name: string]: string } },
): Promise<Response> => {
  const given = { authorization: `Bearer ${server.adminKey}`, ...headers };
  const isStream = body instanceof ReadableStream;
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: given,
    body,
    ...(isStream && { duplex: 'half' }),
  });
};

const JSON_TYPE = { 'content-type': 'application/json' };

/** The error as the endpoint's family tells it, once it has that shape. */
const errorIn = async (
  { family }: Endpoint,
  response: Response,
): Promise<{ readonly message: string; readonly param?: string | null; readonly code?: string }> => {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  // biome-ignore lint/suspicious/noExplicitAny: what a client gets
  const body: any = await response.json();
  if (family === 'ANTHROPIC') {
    expect(body).toMatchObject({
      type: 'error',
      error: { type: expect.any(String), message: expect.stringMatching(/\S/) },
    });
  } else {
    expect(body).toMatchObject({
      error: {
        message: expect.stringMatching(/\S/),
        type: expect.any(String),
        code: expect.any(String),
      },
    });
    expect(body.error).toHaveProperty('param');
  }
  return body.error;
};

const refused = async (
  endpoint: Endpoint,
  status: number,
  given: Parameters<typeof send>[1],
): ReturnType<typeof errorIn> => {
  const response = await send(endpoint, given);
  const error = await errorIn(endpoint, response);
  expect({ status: response.status, error }).toMatchObject({ status });
  return error;
};

describe.each(ENDPOINTS)('$path', (endpoint) => {
  const { path, family, takes, valid, required, wrong } = endpoint;

  it('takes what is right', async () => {
    const response = await send(endpoint, bodyOf(endpoint, valid));
    expect({ status: response.status, body: response.ok || (await response.text()) }).toEqual({
      status: 200,
      body: true,
    });
    expect(response.headers.get('x-request-id')).toMatch(/\S/);
  });

  it.each(required)('needs %s', async (field) => {
    const error = await refused(endpoint, 400, bodyOf(endpoint, { ...valid, [field]: undefined }));
    expect(error.message).toContain(field);
    if (family === 'OPENAI') expect(error.param).toBe(field);
  });

  const values = Object.entries(wrong).flatMap(([field, each]) => each.map((value) => ({ field, value })));
  it.each(values)('takes no $field of $value', async ({ field, value }) => {
    const error = await refused(endpoint, 400, bodyOf(endpoint, { ...valid, [field]: value }));
    expect(error.message).toContain(field);
    if (family === 'OPENAI') expect(error.param).toMatch(new RegExp(`^${field}`));
  });

  it('takes fields that it does not know, or refuses them if that is asked for', async () => {
    const given = bodyOf(endpoint, { ...valid, entirely_new: 'yes' });
    const passed = await send(endpoint, given);
    expect(passed.status).toBe(200);
    expect(Number(passed.headers.get('x-modelgraph-warnings'))).toBeGreaterThanOrEqual(1);
    const headers = { ...given.headers, 'x-modelgraph-unknown-fields': 'REFUSE' };
    const error = await refused(endpoint, 400, { ...given, headers });
    expect(error.message).toContain('entirely_new');
  });

  it.each(['with its length', 'in chunks'])('takes no body that is too large: %s', async (way) => {
    const bytes = new Uint8Array(MOST_BYTES + 1).fill(32);
    const type = takes === 'FORM' ? 'multipart/form-data; boundary=x' : 'application/json';
    const body = way === 'in chunks' ? new Blob([bytes]).stream() : bytes;
    const error = await refused(endpoint, 413, { body, headers: { 'content-type': type } });
    expect(error.message).toContain(String(MOST_BYTES));
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'image/png', 'nonsense'])(
    'takes no %s',
    async (type) => {
      await refused(endpoint, 415, { body: 'model=1', headers: { 'content-type': type } });
    },
  );

  // Edits are taken in either form.
  const others =
    path === '/v1/images/edits' ? [] : takes === 'JSON' ? (['FORM'] as const) : (['JSON'] as const);
  it.each(others)('takes no %s', async (kind) => {
    const other: Endpoint = { ...endpoint, takes: kind };
    await refused(endpoint, 415, bodyOf(other, { model: 'sandbox/echo' }));
  });

  it('takes no compressed body', async () => {
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    await refused(endpoint, 415, { body: new Uint8Array([31, 139, 8, 0]), headers });
  });

  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const broken: readonly (readonly [string, string | Uint8Array])[] = [
    ['no JSON', '{"model": '],
    ['an empty body', ''],
    ['a list', '[]'],
    ['a text', '"Hello."'],
    ['null', 'null'],
    ['JSON in another encoding', Buffer.from('{"model":"caf\u00e9"}', 'latin1')],
    [
      'half a character',
      Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xe2, 0x82]), Buffer.from('"}')]),
    ],
    ['JSON that is too deep', `{"model":"sandbox/echo","messages":${deep}}`],
  ];
  // An endpoint of forms refuses JSON before it reads it.
  it.each(takes === 'FORM' ? [] : broken)('takes no body that is %s', async (_what, body) => {
    await refused(endpoint, 400, { body: Buffer.from(body), headers: JSON_TYPE });
  });

  const forms: readonly (readonly [string, string])[] = [
    ['without an end', '--x\r\ncontent-disposition: form-data; name="model"\r\n\r\nsandbox/echo'],
    ['that is no form', 'Hello.'],
    ['that is empty', ''],
  ];
  // And one of JSON refuses forms.
  it.each(takes === 'JSON' ? [] : forms)('takes no form %s', async (_what, body) => {
    await refused(endpoint, 400, { body, headers: { 'content-type': 'multipart/form-data; boundary=x' } });
  });

  it('tells a stranger nothing', async () => {
    const response = await send(endpoint, {
      ...bodyOf(endpoint, valid),
      headers: { authorization: 'Bearer mg_nobody' },
    });
    expect(response.status).toBe(401);
    await errorIn(endpoint, response);
  });

  it('tells that there is no such model', async () => {
    const error = await refused(endpoint, 404, bodyOf(endpoint, { ...valid, model: 'no/such-model' }));
    expect(error.message).toContain('no/such-model');
    if (family === 'OPENAI') expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
  });
});
