import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fails } from '../../support/scriptable-upstream.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'main' | 'other';
const PRICES = { input: 1, output: 2 };
let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: {
      main: {
        region: 'US',
        models: [
          { id: 'm', model: 'lab/m', prices: PRICES },
          { id: 'dear', model: 'lab/dear', prices: { input: 1_000_000, output: 1_000_000 } },
          { id: 'unpriced', model: 'lab/unpriced' },
          { id: 'narrow', model: 'lab/narrow', prices: PRICES },
          { id: 'vectors', model: 'lab/vectors', prices: PRICES },
          { id: 'gone', model: 'lab/gone', prices: PRICES },
          { id: 'ill', model: 'lab/ill', prices: PRICES },
          { id: 'limited', model: 'lab/limited', prices: PRICES },
          { id: 'refusing', model: 'lab/refusing', prices: PRICES },
        ],
      },
      other: { region: 'CN', models: [{ id: 'm', model: 'lab/m', prices: PRICES }] },
    },
    env: { JINA_API_KEY: 'jina_0123456789' },
    overrides: {
      offerings: [
        { provider: 'jina', id: 'reranker', model: 'lab/reranker' },
        { provider: 'main', id: 'gone', model: 'lab/gone', facts: { retiresAt: '2020-01-01' } },
      ],
      models: [
        { slug: 'lab/narrow', facts: { limits: { contextWindow: 200 } } },
        {
          slug: 'lab/m',
          facts: { openWeights: false, lacks: ['REASONING'] },
          quality: [{ benchmark: 'exam', score: 50 }],
        },
        {
          slug: 'lab/vectors',
          facts: { capabilities: ['EMBEDDING'], lacks: ['COMPLETION'] },
        },
      ],
    },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const LONG = Array.from({ length: 400 }, () => 'word').join(' ');
const M = [{ offering: 'main/m' }];

/** What makes each reason: the offering that meets it, and the rest of the input. */
const REASONS: readonly (readonly [string, string, object])[] = [
  ['NOT_CONFIGURED', 'openai/gpt-4o-mini', { routing: { candidates: [{ offering: 'openai/gpt-4o-mini' }] } }],
  ['NO_COMPLETIONS', 'jina/reranker', { routing: { candidates: [{ offering: 'jina/reranker' }] } }],
  ['CAPABILITY', 'main/m', { routing: { candidates: M, require: { capabilities: ['REASONING'] } } }],
  ['PARAMETER', 'main/m', { topK: 5, routing: { candidates: M } }],
  [
    'CONTEXT_TOO_SMALL',
    'main/narrow',
    { messages: [{ user: { text: LONG } }], routing: { candidates: [{ offering: 'main/narrow' }] } },
  ],
  [
    'CONTEXT_TOO_SMALL',
    'main/narrow',
    { routing: { candidates: [{ offering: 'main/narrow' }], require: { minContextWindow: 1_000 } } },
  ],
  [
    'UNKNOWN_PRICE',
    'main/unpriced',
    { routing: { candidates: [{ offering: 'main/unpriced' }], strategy: 'CHEAPEST' } },
  ],
  [
    'UNKNOWN_PRICE',
    'main/unpriced',
    {
      routing: {
        candidates: [{ offering: 'main/unpriced' }],
        require: { maxCostPerRequest: { amount: '1' } },
      },
    },
  ],
  [
    'COST_ABOVE',
    'main/dear',
    {
      routing: {
        candidates: [{ offering: 'main/dear' }],
        require: { maxCostPerRequest: { amount: '0.01' } },
      },
    },
  ],
  ['REGION', 'main/m', { routing: { candidates: M, require: { regions: ['DE'] } } }],
  [
    'QUALITY_BELOW',
    'main/m',
    { routing: { candidates: M, require: { minQuality: { benchmark: 'exam', score: 60 } } } },
  ],
  ['PROVIDER', 'main/m', { routing: { candidates: M, require: { providers: ['other'] } } }],
  ['PROVIDER_KIND', 'main/m', { routing: { candidates: M, require: { providerKinds: ['LOCAL'] } } }],
  ['MODEL', 'main/m', { routing: { candidates: M, require: { models: ['lab/dear'] } } }],
  ['CLOSED_WEIGHTS', 'main/m', { routing: { candidates: M, require: { openWeights: true } } }],
  ['RETIRED', 'main/gone', { routing: { candidates: [{ offering: 'main/gone' }] } }],
  [
    'CONDITION',
    'main/m',
    { routing: { strategy: 'CONDITIONAL', candidates: [{ offering: 'main/m', when: { users: ['x'] } }] } },
  ],
];

const reasonsOf = (rejections: readonly Json[]) =>
  rejections.map(({ offeringId, reason }: Json) => [offeringId, reason]);

describe('planCompletion', () => {
  it.each(REASONS)(
    'tells %s of %s, and a completion that has nothing else is refused with it',
    async (reason, id, input) => {
      const plan = await routing.plan(input);
      expect(plan).toMatchObject({ __typename: 'CompletionPlan', candidates: [] });
      expect(reasonsOf(plan.rejected)).toEqual([[id, reason]]);
      expect(plan.rejected[0].detail).toMatch(/\S{3,}/);
      expect(plan.rejected[0].offering).toMatchObject({ id });

      const error = await routing.complete(input);
      expect(error).toMatchObject({ __typename: 'NoCandidateError', requested: 'inline' });
      expect(reasonsOf(error.rejections)).toEqual([[id, reason]]);
      expect(error.message).toContain(id);
      expect(error.message).toContain(reason);
      expect(routing.called()).toEqual({});
    },
  );

  it('tells of what a filter passed over, too', async () => {
    const input = {
      routing: { candidates: [{ filter: { models: ['lab/vectors', 'lab/m'], regions: ['US'] } }] },
    };
    const plan = await routing.plan(input);
    expect(plan.candidates).toMatchObject([{ offering: { id: 'main/m' } }]);
    expect(reasonsOf(plan.rejected)).toEqual(
      expect.arrayContaining([
        ['main/vectors', 'NO_COMPLETIONS'],
        ['main/dear', 'MODEL'],
        ['other/m', 'REGION'],
      ]),
    );
  });

  it('tells BREAKER_OPEN, and until when', async () => {
    const input = {
      routing: {
        candidates: [{ offering: 'main/ill' }],
        breaker: { consecutiveFailures: 2, openMs: 60_000 },
      },
    };
    routing.upstreams.main.behave(fails(500));
    for (let n = 0; n < 2; n++) expect(await routing.complete(input)).toMatchObject({ code: 'SERVER_ERROR' });
    const plan = await routing.plan(input);
    expect(reasonsOf(plan.rejected)).toEqual([['main/ill', 'BREAKER_OPEN']]);
    expect(plan.rejected[0].retryAfterMs).toBeGreaterThan(30_000);
    const error = await routing.complete(input);
    expect(error).toMatchObject({ __typename: 'NoCandidateError', rejections: [{ reason: 'BREAKER_OPEN' }] });
    expect(error.retryAfterMs).toBeGreaterThan(30_000);
    expect(routing.called()).toEqual({ main: 2 });
  });

  it('tells RATE_LIMITED, and until when', async () => {
    const input = { routing: { candidates: [{ offering: 'main/limited' }] } };
    routing.upstreams.main.next(fails(429, { headers: { 'retry-after': '60' } }));
    await routing.complete(input);
    const plan = await routing.plan(input);
    expect(reasonsOf(plan.rejected)).toEqual([['main/limited', 'RATE_LIMITED']]);
    expect(plan.rejected[0].retryAfterMs).toBeGreaterThan(50_000);
    expect(plan.rejected[0].retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(await routing.complete(input)).toMatchObject({ __typename: 'NoCandidateError' });
    expect(routing.called()).toEqual({ main: 1 });
  });

  it('tells UNUSABLE of what refused the account, which is called where nothing else is left', async () => {
    const alone = { routing: { candidates: [{ offering: 'main/refusing' }] } };
    const input = { routing: { candidates: [{ offering: 'main/refusing' }, { offering: 'other/m' }] } };
    routing.upstreams.main.next(fails(401), fails(401));
    expect(await routing.complete(alone)).toMatchObject({ code: 'AUTHENTICATION' });
    const plan = await routing.plan(input);
    expect(reasonsOf(plan.rejected)).toEqual([['main/refusing', 'UNUSABLE']]);
    expect(plan.rejected[0].retryAfterMs).toBeGreaterThan(50_000);
    expect(await routing.complete(input)).toMatchObject({ offering: { id: 'other/m' } });
    expect(await routing.complete(alone)).toMatchObject({ code: 'AUTHENTICATION' });
    expect(await routing.complete(alone)).toMatchObject({ offering: { id: 'main/refusing' } });
    expect(reasonsOf((await routing.plan(input)).rejected)).toEqual([]);
    expect(routing.called()).toEqual({ main: 3, other: 1 });
  });

  it('lists every rejection of a route with no candidate left', async () => {
    await routing.save('nothing-left', {
      candidates: [{ model: 'lab/m' }, { offering: 'main/dear' }, { offering: 'main/unpriced' }],
      require: { regions: ['US'], maxCostPerRequest: { amount: '0.000000001' } },
    });
    const error = await routing.complete({ model: 'route:nothing-left' });
    expect(error).toMatchObject({
      __typename: 'NoCandidateError',
      requested: 'route:nothing-left',
      retryAfterMs: null,
    });
    expect(reasonsOf(error.rejections).toSorted()).toEqual([
      ['main/dear', 'COST_ABOVE'],
      ['main/m', 'COST_ABOVE'],
      ['main/unpriced', 'UNKNOWN_PRICE'],
      ['other/m', 'REGION'],
    ]);
  });

  it('asks nobody, and says what a completion then does', async () => {
    const input = { model: 'lab/m', routing: { strategy: 'CHEAPEST' }, maxOutputTokens: 100 };
    const plan = await routing.plan(input);
    expect(routing.called()).toEqual({});
    expect(plan).toMatchObject({
      route: { requested: 'lab/m', strategy: 'CHEAPEST', model: { slug: 'lab/m' } },
      strategy: 'CHEAPEST',
      dispatch: { kind: 'SERIAL' },
      complexity: null,
    });
    const [candidate] = plan.candidates;
    expect(candidate).toMatchObject({
      rank: 1,
      isFallback: false,
      breaker: 'CLOSED',
      estimatedCost: { __typename: 'PricedCost', total: { currency: 'USD' } },
    });
    const { input: tokens, output } = plan.expectedTokens;
    expect(Number(candidate.estimatedCost.total.amount)).toBeCloseTo((tokens * 1 + output * 2) / 1e6, 12);
    const completion = await routing.complete(input);
    expect(completion.route.candidates).toEqual(plan.route.candidates);
  });

  it('warns of what a candidate would leave out', async () => {
    const plan = await routing.plan({ topK: 5, unsupported: 'WARN', routing: { candidates: M } });
    expect(plan.candidates).toMatchObject([
      { offering: { id: 'main/m' }, warnings: [{ message: expect.any(String) }] },
    ]);
  });

  it('of what is no plan gives the error of a completion', async () => {
    expect(await routing.plan({ model: 'route:none' })).toMatchObject({ __typename: 'UnknownRouteError' });
    expect(await routing.plan({ model: 'lab/never-heard-of' })).toMatchObject({
      __typename: 'UnknownModelError',
    });
    expect(await routing.plan({ model: 'lab/m', messages: [] })).toMatchObject({
      __typename: 'InvalidInputError',
    });
  });
});

describe('the row of a completion', () => {
  it('keeps what was considered, chosen and tried', async () => {
    routing.upstreams.main.next(fails(503));
    const { id, route, attempts } = await routing.complete({
      model: 'lab/m',
      routing: { strategy: 'CHEAPEST' },
    });
    const { completion } = await routing.ask(
      `query ($id: ID!) { completion(id: $id) {
        route { requested candidates strategy considered { offeringId score } rejected { offeringId reason } }
        attempts { offeringId status cause error { code } } } }`,
      { id },
    );
    expect(completion.route).toEqual({
      requested: 'lab/m',
      candidates: route.candidates,
      strategy: 'CHEAPEST',
      considered: route.considered.map(({ offeringId, score }: Json) => ({ offeringId, score })),
      rejected: [],
    });
    expect(completion.attempts).toEqual(
      attempts.map(({ offeringId, status, cause, error }: Json) => ({
        offeringId,
        status,
        cause,
        error: error === null ? null : { code: error.code },
      })),
    );
    expect(completion.attempts).toHaveLength(2);
  });
});
