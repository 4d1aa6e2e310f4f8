import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fails } from '../../support/scriptable-upstream.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'one' | 'two';
let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: {
      one: { region: 'EU', models: [{ id: 'm', model: 'lab/m', prices: { input: 1, output: 1 } }] },
      two: { models: [{ id: 'm', model: 'lab/m', prices: { input: 1000, output: 1000 } }] },
    },
    config: {
      routes: {
        teams: {
          candidates: [{ offering: 'one/m', when: 'headers.x_team == "blue"' }, { offering: 'two/m' }],
        },
      },
    },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const TOOL = { name: 'search', description: 'Looks things up.', parameters: { type: 'object' } };
const LONG = { messages: [{ user: { text: 'word '.repeat(2_000) } }] };

/** One's offering where it holds, else two's. */
const routed = (expression: string, input: Json = {}, policy: object = {}) => {
  const { routing: more, ...rest } = input;
  return {
    ...rest,
    routing: {
      ...policy,
      candidates: [{ offering: 'one/m', when: { expression } }, { offering: 'two/m' }],
      ...more,
    },
  };
};
const first = async (input: object): Promise<string | undefined> => (await routing.order(input))[0];

describe('an expression', () => {
  it.each<readonly [string, Json, Json]>([
    ['promptTokens > 1000', LONG, {}],
    ['maxTokens in [100, 200]', { maxOutputTokens: 200 }, {}],
    ['size(tools) > 0 && tools.exists(t, t.startsWith("sea"))', { tools: [TOOL] }, {}],
    ['output == "jsonSchema"', { output: { jsonSchema: { name: 'x', schema: { type: 'object' } } } }, {}],
    ['user.endsWith("@acme")', { user: 'ann@acme' }, { user: 'ann' }],
    ['metadata.tier == "gold" || metadata.tier == "tin"', { metadata: { tier: 'tin' } }, {}],
    ['!has(metadata.tier)', {}, { metadata: { tier: 'tin' } }],
    ['region == "CN"', { routing: { region: 'CN' } }, {}],
    [
      'language == "zh"',
      { messages: [{ user: { text: '请问今天北京的天气怎么样?我想出去散步。' } }] },
      { messages: [{ user: { text: 'What is the weather like in Berlin today?' } }] },
    ],
    ['candidate.costUsd < 0.002 && key.role == "ADMIN"', {}, { maxOutputTokens: 100_000, ...LONG }],
  ])('%s', async (expression, holds, holdsNot) => {
    expect(await first(routed(expression, holds))).toBe('one');
    expect(await first(routed(expression, holdsNot))).toBe('two');
  });

  it.each([
    'operation == "COMPLETION" && model == "inline" && stream',
    'complexity < 0.99',
    'candidate.inFlight == 0 && candidate.provider == "one" && candidate.region == "eu"',
    'time.hour >= 0 && time.hourIn("Asia/Shanghai") < 24 && time.weekday.endsWith("DAY")',
    '!(candidate.p95TtftMs > 800.0) && !(candidate.ttftMs < 800.0)',
    'size(inputModalities) == 0',
    'route.name == "" && !(route.budgetShare > 0.5)',
  ])('knows what is so of any request: %s', async (expression) => {
    expect(await first(routed(expression))).toBe('one');
    expect(await first(routed(`stream && !(${expression})`))).toBe('two');
  });

  it.each(['CHEAPEST', 'WEIGHTED', 'FASTEST', 'LEAST_BUSY', 'COMPLEXITY', 'CONDITIONAL', 'STICKY', 'RACE'])(
    'narrows the candidates of %s, whose plan says which part was false',
    async (strategy) => {
      const input = routed('size(tools) == 0 && promptTokens > 1000', {}, { strategy });
      const plan = await routing.plan(input);
      expect(plan.candidates).toHaveLength(1);
      expect(plan.rejected).toMatchObject([
        {
          offeringId: 'one/m',
          reason: 'CONDITION',
          detail: expect.stringContaining('promptTokens > 1000 (promptTokens is '),
        },
      ]);
      expect(plan.rejected[0].detail).not.toContain('tools');
      const completion = await routing.complete(input);
      expect(completion.offering.id).toBe('two/m');
      expect(completion.route.rejected).toMatchObject([{ offeringId: 'one/m', reason: 'CONDITION' }]);
    },
  );

  it('and typed conditions hold together, for fallbacks too', async () => {
    const policy = (user: string, expression: string) => ({
      user,
      routing: {
        candidates: [{ offering: 'two/m' }],
        fallback: { candidates: [{ offering: 'one/m', when: { users: ['ann'], expression } }] },
      },
    });
    routing.upstreams.two.behave(fails(500));
    expect((await routing.complete(policy('ann', 'promptTokens < 1000'))).offering.id).toBe('one/m');
    for (const input of [policy('bob', 'promptTokens < 1000'), policy('ann', 'promptTokens > 1000')])
      expect((await routing.complete(input)).__typename).toBe('UpstreamError');
  });

  it('of a route within a route is asked whatever the outer strategy is', async () => {
    await routing.save('inner', {
      candidates: [{ offering: 'one/m', when: { expression: 'user == "ann"' } }, { offering: 'two/m' }],
    });
    const input = (user: string) => ({
      user,
      routing: { strategy: 'CHEAPEST', candidates: [{ route: 'inner' }] },
    });
    expect(await routing.order(input('ann'))).toEqual(['one', 'two']);
    expect(await routing.order(input('bob'))).toEqual(['two']);
  });

  it.each([
    ['promptToken > 1', 'at character 1: Unknown variable: promptToken; there are promptTokens, maxTokens,'],
    ['true && key.nme == "x"', 'at character 13: No such key: nme; there are '],
    ['promptTokens > "a"', 'at character 1: no such overload: int > string'],
    ['promptTokens', 'gives int, and has to give true or false'],
    ['promptTokens >', 'at character 15: Unexpected token: EOF'],
    [
      'headers.authorization != ""',
      'the header authorization cannot be read here; readable are those that begin with x-',
    ],
    ['headers["X-Api-Key"] != ""', 'the header x-api-key cannot be read here'],
    ['user.matches("(a+)+$")', 'at character 1: matches is no function here; there are has, size,'],
    ['tools.all(t, tools.all(u, u == t))', 'a list is looked through within another one'],
    ['time.hourIn("Mars") > 1', 'hourIn takes the IANA name of a time zone'],
    [`${'('.repeat(60)}true${')'.repeat(60)}`, 'Exceeded maxDepth'],
    [Array.from({ length: 90 }, () => 'stream').join('||'), 'Exceeded maxAstNodes'],
  ])('is refused where it makes no sense: %s', async (expression, problem) => {
    const saved = await routing.save('broken', {
      candidates: [{ offering: 'two/m' }, { offering: 'one/m', when: { expression } }],
    });
    expect(saved).toMatchObject({
      __typename: 'InvalidInputError',
      path: 'policy.candidates[1].when.expression',
      problem: expect.stringContaining(problem),
    });
  });
});

describe('headers', () => {
  const chat = (headers: Record<string, string>, body: object = {}) =>
    fetch(`${routing.server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${routing.server.adminKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify({ model: 'route:teams', messages: [{ role: 'user', content: 'Hello' }], ...body }),
    });

  it('over REST decide, whole or streamed', async () => {
    for (const stream of [false, true]) {
      routing.forget();
      const asked = async (headers: Record<string, string>) => (await chat(headers, { stream })).text();
      await asked({ 'x-team': 'blue' });
      expect(routing.called()).toEqual({ one: 1 });
      await asked({ 'x-team': 'red' });
      await asked({});
      expect(routing.called()).toEqual({ one: 1, two: 2 });
    }
  });

  it('over the graph decide, and are in no row', async () => {
    const ask = async (team: string): Promise<Json> => {
      const response = await fetch(`${routing.server.url}/graphql`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${routing.server.adminKey}`,
          'content-type': 'application/json',
          'x-team': team,
        },
        body: JSON.stringify({
          query: `mutation { complete(input: { model: "route:teams", messages: [{ user: { text: "Hello" } }] }) {
            ... on Completion { offering { id } route { rejected { detail } } } } }`,
        }),
      });
      return ((await response.json()) as Json).data.complete;
    };
    expect(await ask('blue')).toMatchObject({ offering: { id: 'one/m' } });
    const other = await ask('secret-team');
    expect(other).toMatchObject({ offering: { id: 'two/m' } });
    expect(other.route.rejected).toMatchObject([
      { detail: 'Its condition is false: headers.x_team == "blue".' },
    ]);
    expect(JSON.stringify(other)).not.toContain('secret-team');
  });
});
