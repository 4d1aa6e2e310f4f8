import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph({
    lists: 'SMALL',
    config:
      'routes:\n  both:\n    candidates:\n      - offering: sandbox/lorem\n      - offering: sandbox/echo\n',
  });
});
afterAll(() => server?.stop());

const CHAT = { model: 'sandbox/echo', messages: [{ role: 'user', content: 'two words' }] };

const ask = async (body: object, headers: Record<string, string> = {}, path = '/v1/chat/completions') => {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const inLedger = async (id: string) => {
  const { body } = await server.post(
    `query ($id: ID!) { completion(id: $id) { id metadata status route { requested strategy candidates savedRoute { name } } } }`,
    { id },
  );
  return body.data?.completion;
};

describe('what is said to this server itself', () => {
  it('stands in the body, and is not passed on', async () => {
    const { status, body } = await ask({
      ...CHAT,
      modelgraph: { tags: { team: 'search' }, routing: { strategy: 'CHEAPEST', conversation: 'c-1' } },
    });
    expect(status).toBe(200);
    expect(body.modelgraph.warnings).toEqual([]);
    expect(await inLedger(body.modelgraph.id)).toMatchObject({
      metadata: { team: 'search' },
      route: { requested: 'sandbox/echo', strategy: 'CHEAPEST' },
    });
  });

  it('stands in headers, for clients whose bodies cannot be changed', async () => {
    const { body } = await ask(CHAT, {
      'x-modelgraph-tags': 'team=search, stage=test',
      'x-modelgraph-routing': '{"strategy":"FASTEST"}',
      'x-modelgraph-on-disconnect': 'drain',
    });
    expect(await inLedger(body.modelgraph.id)).toMatchObject({
      metadata: { team: 'search', stage: 'test' },
      route: { strategy: 'FASTEST' },
    });
  });

  it('is what the body says where both say something', async () => {
    const { body } = await ask(
      { ...CHAT, metadata: { own: 'kept' }, modelgraph: { tags: { team: 'body' } } },
      { 'x-modelgraph-tags': '{"team":"header"}' },
    );
    expect((await inLedger(body.modelgraph.id)).metadata).toEqual({ own: 'kept', team: 'body' });
  });

  it('finds saved routes among the models, so that programs can offer them', async () => {
    const get = async (path: string) =>
      (
        await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${server.adminKey}` } })
      ).json();
    const { data } = await get('/v1/models');
    expect(data.map(({ id }: { id: string }) => id)).toEqual(['sandbox/echo', 'sandbox/lorem', 'route:both']);
    expect(await get('/v1/models/route:both')).toMatchObject({ id: 'route:both', owned_by: 'modelgraph' });
  });

  it('names a saved route as the model, and the answer says which offering it came from', async () => {
    const { headers, body } = await ask({ ...CHAT, model: 'route:both' });
    expect(headers.get('x-modelgraph-offering')).toBe('sandbox/lorem');
    expect(body.model).toBe('sandbox/lorem');
    expect((await inLedger(body.modelgraph.id)).route.savedRoute).toEqual({ name: 'both' });
  });

  it.each([
    ['modelgraph', { modelgraph: 'x' }, {}],
    ['modelgraph.tags', { modelgraph: { tags: [] } }, {}],
    ['modelgraph.tags.team', { modelgraph: { tags: { team: 1 } } }, {}],
    ['modelgraph.onDisconnect', { modelgraph: { onDisconnect: 'DETACH' } }, {}],
    ['modelgraph.unsupported', {}, { 'x-modelgraph-unsupported': 'perhaps' }],
    ['modelgraph.timeouts.totalMs', { modelgraph: { timeouts: { totalMs: 0 } } }, {}],
    ['modelgraph.routing.strategy', { modelgraph: { routing: { strategy: 'LUCK' } } }, {}],
    ['modelgraph', { modelgraph: { rooting: {} } }, {}],
    ['x-modelgraph-routing', {}, { 'x-modelgraph-routing': 'FASTEST' }],
    ['x-modelgraph-tags', {}, { 'x-modelgraph-tags': 'team' }],
  ])('is told where it makes no sense: %s', async (param, extra, headers) => {
    const { status, body } = await ask({ ...CHAT, ...extra }, headers);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', param });
    expect(body.error.message.length).toBeGreaterThan(10);
  });

  it('has time-outs of its own', async () => {
    const { status, body } = await ask({
      ...CHAT,
      metadata: { 'sandbox.hang': '0' },
      modelgraph: { timeouts: { totalMs: 50 } },
    });
    expect(status).toBe(504);
    expect(body.error.code).toBe('timeout');
  });
});

describe('what the head of an answer says', () => {
  it('tells the id in the ledger, who answered, how often was asked, what it cost, and our own part of the time', async () => {
    const { headers, body } = await ask(CHAT);
    expect(headers.get('x-request-id')).toBe(body.modelgraph.id);
    expect(headers.get('request-id')).toBe(body.modelgraph.id);
    expect(headers.get('x-modelgraph-provider')).toBe('sandbox');
    expect(headers.get('x-modelgraph-offering')).toBe('sandbox/echo');
    expect(headers.get('x-modelgraph-attempts')).toBe('1');
    expect(headers.get('x-modelgraph-cost')).toBe('free');
    expect(Number(headers.get('x-modelgraph-overhead-ms'))).toBeGreaterThan(0);
    expect(headers.get('x-modelgraph-warnings')).toBeNull();
  });

  it('counts warnings, which the body tells', async () => {
    const { headers, body } = await ask({ ...CHAT, logit_bias: { 5: 1 } });
    expect(headers.get('x-modelgraph-warnings')).toBe('1');
    expect(body.modelgraph.warnings).toMatchObject([
      { code: 'UNSUPPORTED_PARAMETER', parameter: 'logit_bias' },
    ]);
  });

  it('tells of all answers together where several were asked for', async () => {
    const { headers, body } = await ask({ ...CHAT, n: 3, logit_bias: { 5: 1 } });
    expect(body.choices).toHaveLength(3);
    expect(body.modelgraph.attempts).toBe(3);
    expect(headers.get('x-modelgraph-attempts')).toBe('3');
    expect(headers.get('x-modelgraph-warnings')).toBe('1');
  });

  it('has an id for each request that came to nothing', async () => {
    const ids = new Set<string | null>();
    for (const body of [
      { ...CHAT, model: 'nothing' },
      { ...CHAT, messages: 5 },
    ]) {
      const { headers } = await ask(body);
      expect(headers.get('request-id')).toBe(headers.get('x-request-id'));
      ids.add(headers.get('x-request-id'));
    }
    const stranger = await fetch(`${server.url}/v1/models`);
    ids.add(stranger.headers.get('x-request-id'));
    expect([...ids].map((id) => id?.slice(0, 4))).toEqual(['req_', 'req_', 'req_']);
  });

  it('may be read by pages of other origins that are allowed', async () => {
    const { headers } = await ask(CHAT, { origin: 'https://app.example' });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    const same = await ask(CHAT, { origin: server.url });
    expect(same.headers.get('access-control-expose-headers')).toContain('x-modelgraph-cost');
  });
});

describe("Anthropic's clients", () => {
  it('send their key in a header of its own', async () => {
    const body = JSON.stringify({ ...CHAT, max_tokens: 10 });
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...headers },
        body,
      });
    expect((await post({ 'x-api-key': server.adminKey })).status).toBe(200);
    const refused = await post({ 'x-api-key': 'mg_wrong' });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
  });

  it('get the list of models in their shape', async () => {
    const get = async (path: string) => {
      const headers = { 'x-api-key': server.adminKey, 'anthropic-version': '2023-06-01' };
      return (await fetch(`${server.url}${path}`, { headers })).json();
    };
    expect(await get('/v1/models')).toMatchObject({ has_more: false, first_id: 'sandbox/echo' });
    expect(await get('/v1/models/sandbox/echo')).toMatchObject({ type: 'model', id: 'sandbox/echo' });
    expect(await get('/v1/models/none')).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });
});
