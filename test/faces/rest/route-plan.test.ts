import { beforeAll, describe, expect, it } from 'vitest';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

const plan = async (body: object, headers: { readonly [name: string]: string } = {}) => {
  const answer = await fetch(`${server.url}/v1/route/plan`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};

const messages = [{ role: 'user', content: 'Prove that 12 + 3 is 15.' }];

describe('POST /v1/route/plan', () => {
  it.each([
    ['chat completions', { model: 'sandbox/echo', messages }, {}],
    ['responses', { model: 'sandbox/echo', input: 'Prove that 12 + 3 is 15.' }, {}],
    ['messages', { model: 'sandbox/echo', max_tokens: 10, messages }, { 'anthropic-version': '2023-06-01' }],
  ])('tells where a request would go, in the format of %s', async (_format, body, headers) => {
    const { status, body: told } = await plan(body, headers);
    expect(status).toBe(200);
    expect(told).toMatchObject({
      object: 'route.plan',
      requested: 'sandbox/echo',
      dispatch: { kind: 'SERIAL' },
      candidates: [
        {
          rank: 1,
          offering: 'sandbox/echo',
          is_fallback: false,
          estimated_cost: { kind: 'FREE' },
          breaker: 'CLOSED',
        },
      ],
      rejected: [],
    });
    expect(told.expected_tokens.input).toBeGreaterThan(5);
  });

  it('names what decided, and what is left out with its reason', async () => {
    const { body: told } = await plan({
      model: 'auto',
      messages,
      modelgraph: {
        routing: {
          strategy: 'COMPLEXITY',
          candidates: [{ offering: 'sandbox/echo' }, { offering: 'openai/gpt-4o-mini', upTo: 0.9 }],
        },
      },
    });
    expect(told).toMatchObject({ strategy: 'COMPLEXITY', requested: 'auto' });
    expect(told.complexity).toBeGreaterThan(0);
    expect(told.candidates[0].parts.map(({ criterion }: { criterion: string }) => criterion)).toEqual(
      expect.arrayContaining(['complexity', 'complexity.opening']),
    );
    expect(told.rejected).toEqual([
      expect.objectContaining({
        offering: 'openai/gpt-4o-mini',
        reason: expect.any(String),
        detail: expect.any(String),
      }),
    ]);
  });

  it('leaves no row in the ledger', async () => {
    const ids = async () =>
      (await server.post('{ completions(first: 3) { edges { node { id } } } }')).body.data.completions.edges;
    const before = await ids();
    await plan({ model: 'sandbox/echo', messages });
    expect(await ids()).toEqual(before);
  });

  it('says what is wrong in the shape of its client', async () => {
    expect(await plan({ model: 'sandbox/echo' })).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', param: 'messages' } },
    });
    expect(await plan({ model: 'no-such-model', messages })).toMatchObject({
      status: 404,
      body: { error: { code: expect.any(String) } },
    });
    expect(
      await plan({ model: 'no-such-model', max_tokens: 1, messages }, { 'anthropic-version': '2023-06-01' }),
    ).toMatchObject({ status: 404, body: { type: 'error', error: { type: 'not_found_error' } } });
  });
});
