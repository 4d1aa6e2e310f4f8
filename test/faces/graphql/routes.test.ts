import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CONFIG = `
routes:
  from-file:
    description: As the operator has it
    candidates:
      - model: sandbox/echo
        weight: 3
      - model: a-model-that-is-gone
    strategy: WEIGHTED
`;

const ROUTE = `id name version origin description strategy document savedAt savedBy { id } note`;
const FAILURE = '... on Error { message } ... on InvalidInputError { path problem }';

let server: Modelgraph;
let folder: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  folder = temporaryFolder();
  const file = join(folder.path, 'modelgraph.yaml');
  writeFileSync(file, CONFIG);
  server = await startModelgraph({ lists: 'SMALL', env: { MODELGRAPH_CONFIG: file } });
});
afterAll(async () => {
  await server?.stop();
  folder?.remove();
});

const ask = async (query: string, variables: object = {}, key?: string) => {
  const { body } = await server.post(query, variables, key);
  expect(body.errors).toBeUndefined();
  return body.data;
};
const save = async (name: string, policy: object, note?: string, key?: string) =>
  (
    await ask(
      `mutation ($name: String!, $policy: RoutePolicyInput!, $note: String) {
        saveRoute(name: $name, policy: $policy, note: $note) { __typename ... on Route { ${ROUTE} } ${FAILURE} } }`,
      { name, policy, note },
      key,
    )
  ).saveRoute;
const remove = async (name: string, key?: string) =>
  (
    await ask(
      `mutation ($name: String!) { deleteRoute(name: $name) {
        __typename ... on Route { ${ROUTE} } ... on UnknownRouteError { routeName suggestions } ${FAILURE} } }`,
      { name },
      key,
    )
  ).deleteRoute;
const complete = async (input: object) =>
  (
    await ask(
      `mutation ($input: CompletionInput!) { complete(input: $input) { __typename ... on Completion { id } ${FAILURE} } }`,
      { input: { messages: [{ user: { text: 'Hello' } }], ...input } },
    )
  ).complete;

const echo = [{ model: 'sandbox/echo' }];

describe('routes in the graph', () => {
  it('take every rule that there is, and give it back as the config file takes it', async () => {
    const filter = {
      providers: ['sandbox'],
      models: ['sandbox/echo'],
      capabilities: ['COMPLETION'],
      regions: ['eu'],
      providerKinds: ['SANDBOX', 'LOCAL'],
      openWeights: true,
      minContextWindow: 1_000,
      releasedAfter: '2026-01-01T00:00:00.000Z',
      deprecated: 'INCLUDE',
      maxBlendedPrice: { amount: '2', currency: 'USD' },
      minUptime: 0.9,
      maxCostPerRequest: { amount: '0.10', currency: 'CNY' },
    };
    const policy = {
      description: 'Every rule',
      candidates: [
        { offering: 'sandbox/echo', when: { users: ['u-1'], languages: ['DE'], regions: ['eu'] } },
        {
          filter,
          weight: 0.5,
          when: {
            metadata: { tier: ['gold', 'silver'] },
            time: {
              zone: 'Asia/Shanghai',
              from: '22:00',
              to: '06:00',
              weekdays: ['MONDAY'],
              holidays: { calendar: 'CN', rule: 'ONLY' },
            },
          },
        },
        { route: 'from-file' },
      ],
      strategy: 'HEDGE',
      order: 'CONDITIONAL',
      hedge: { afterMs: 700 },
      require: { regions: ['eu', 'cn'] },
      preferRegions: ['cn'],
      fallback: {
        on: ['TIMEOUT', 'OVERLOADED'],
        candidates: echo,
        maxAttempts: 5,
        retries: 2,
        backoff: { baseMs: 10, maxMs: 20 },
        timeouts: { firstTokenMs: 1_000, stallMs: 2_000, totalMs: 3_000 },
        minOutputTps: 2.5,
        holdBackTokens: 10,
      },
      breaker: {
        windowMs: 60_000,
        minSamples: 10,
        errorRate: 0.05,
        consecutiveFailures: 3,
        slowTtftMs: 1_000,
        slowRate: 0.05,
        openMs: 10_000,
      },
    };
    const saved = await save('every-rule', { ...policy, race: null, balanced: null }, 'why not');
    const [first, second, third] = policy.candidates;
    expect(saved).toMatchObject({
      __typename: 'Route',
      id: 'route:every-rule',
      name: 'every-rule',
      version: 1,
      origin: 'GRAPH',
      description: 'Every rule',
      strategy: 'HEDGE',
      savedBy: { id: 'key_admin' },
      note: 'why not',
    });
    expect(saved.document).toEqual({
      ...policy,
      candidates: [
        { ...first, when: { ...first?.when, languages: ['de'] } },
        { ...second, filter: { ...filter, maxCostPerRequest: { amount: '0.1', currency: 'CNY' } } },
        third,
      ],
    });
    const again = await save('copy', saved.document);
    expect(again.document).toEqual(saved.document);
    expect((await remove('every-rule')).name).toBe('every-rule');
    await remove('copy');
  });

  it.each([
    [{ strategy: 'COMPLEXITY', complexity: { bias: -1, weights: { codeFence: 0.5 } } }],
    [{ strategy: 'BALANCED', balanced: { cost: 1, ttft: 1, throughput: 1, uptime: 1, quality: 0 } }],
    [{ strategy: 'SPLIT', split: { by: 'USER' } }],
    [{ strategy: 'RACE', order: 'FASTEST', race: { count: 3 } }],
    [{ strategy: 'STICKY', order: 'CHEAPEST', sticky: { forMs: 60_000, maxCostRatio: 2 } }],
  ])('take %j', async (strategy) => {
    expect((await save('strategy', { candidates: echo, ...strategy })).document).toEqual({
      candidates: echo,
      ...strategy,
    });
  });

  it('are found by name and by global id, listed by the page, and tell their versions', async () => {
    await save('paged', { candidates: echo }, 'first');
    await save('paged', { candidates: echo, strategy: 'CHEAPEST' }, 'second');
    await remove('paged');
    expect((await ask('{ route(name: "paged") { id } }')).route).toBeNull();
    await save('paged', { candidates: echo, strategy: 'FASTEST' });
    const { route, node } = await ask(`{
      route(name: "PAGED") { name version versions(first: 2) { pageInfo { hasNextPage endCursor } edges { node {
        version deleted document note savedBy { id } } } } }
      node(id: "route:paged") { __typename ... on Route { version } }
    }`);
    expect(node).toEqual({ __typename: 'Route', version: 4 });
    expect(route).toMatchObject({ name: 'paged', version: 4 });
    const versions = route.versions.edges.map((edge: { node: object }) => edge.node);
    expect(versions).toEqual([
      {
        version: 4,
        deleted: false,
        document: { candidates: echo, strategy: 'FASTEST' },
        note: null,
        savedBy: { id: 'key_admin' },
      },
      { version: 3, deleted: true, document: null, note: null, savedBy: { id: 'key_admin' } },
    ]);
    const { route: older } = await ask(
      `query ($after: String) { route(name: "paged") { versions(first: 9, after: $after) { edges { node { version note } } } } }`,
      { after: route.versions.pageInfo.endCursor },
    );
    expect(older.versions.edges.map((edge: { node: object }) => edge.node)).toEqual([
      { version: 2, note: 'second' },
      { version: 1, note: 'first' },
    ]);
    const { routes } = await ask(
      '{ routes(first: 1) { totalCount pageInfo { hasNextPage } edges { node { name } } } }',
    );
    expect(routes).toMatchObject({
      pageInfo: { hasNextPage: true },
      edges: [{ node: { name: 'from-file' } }],
    });
  });

  it('of the config file are there, and stay as they are', async () => {
    const { route } = await ask(
      `{ route(name: "from-file") { ${ROUTE} versions { edges { node { version } } } } }`,
    );
    expect(route).toMatchObject({
      version: 0,
      origin: 'CONFIG',
      strategy: 'WEIGHTED',
      document: { candidates: [{ model: 'sandbox/echo', weight: 3 }, { model: 'a-model-that-is-gone' }] },
      savedBy: null,
      versions: { edges: [] },
    });
    expect(await save('from-file', { candidates: echo })).toMatchObject({
      __typename: 'InvalidInputError',
      path: 'name',
      problem: expect.stringContaining('config file'),
    });
    expect(await remove('from-file')).toMatchObject({ __typename: 'InvalidInputError' });
  });

  it.each([
    ['Big', { candidates: echo }, 'name'],
    ['ok', {}, 'policy.candidates'],
    ['ok', { candidates: [{ model: 'sandbox/ecko' }] }, 'policy.candidates[0].model'],
    ['ok', { candidates: [{ model: 'sandbox/echo', upTo: 0.5 }] }, 'policy.candidates[0].upTo'],
    ['ok', { candidates: echo, breaker: { errorRate: 2 } }, 'policy.breaker.errorRate'],
    [
      'ok',
      { candidates: echo, fallback: { candidates: [{ route: 'nope' }] } },
      'policy.fallback.candidates[0].route',
    ],
    ['ok', { candidates: [{ route: 'ok' }] }, 'policy.candidates[0].route'],
  ])('are refused as %j with %j', async (name, policy, path) => {
    expect(await save(name, policy)).toMatchObject({ __typename: 'InvalidInputError', path });
    expect((await ask('{ route(name: "ok") { id } }')).route).toBeNull();
  });

  it('are read by every key, and saved and deleted by the admin key alone', async () => {
    await save('shared', { candidates: echo });
    const { createKey } = await ask(
      'mutation { createKey(input: { name: "app" }) { ... on CreatedKey { secret } } }',
    );
    const { secret } = createKey;
    expect(await save('mine', { candidates: echo }, undefined, secret)).toMatchObject({
      __typename: 'ForbiddenError',
    });
    expect(await remove('shared', secret)).toMatchObject({ __typename: 'ForbiddenError' });
    const { route } = await ask('{ route(name: "shared") { name savedBy { id } } }', {}, secret);
    expect(route).toEqual({ name: 'shared', savedBy: null });
    expect(await remove('nobody')).toMatchObject({ __typename: 'UnknownRouteError', routeName: 'nobody' });
  });
});

describe('the routing of a completion', () => {
  it.each([
    [{}, 'input.model'],
    [{ routing: { strategy: 'CHEAPEST' } }, 'input.model'],
    [{ model: 'inline' }, 'input.routing.candidates'],
    [{ model: 'sandbox/echo', routing: { strategy: 'QUALITY_FLOOR' } }, 'input.routing.qualityFloor'],
    [{ routing: { candidates: [{ model: 'a', route: 'b' }] } }, 'input.routing.candidates[0]'],
    [{ routing: { candidates: [] } }, 'input.routing.candidates'],
    [{ model: 'sandbox/echo', routing: { region: 'x'.repeat(65) } }, 'input.routing.region'],
    [{ model: 'sandbox/echo', routing: { conversation: 'x'.repeat(257) } }, 'input.routing.conversation'],
  ])('%j is refused at %s', async (input, path) => {
    expect(await complete(input)).toMatchObject({ __typename: 'InvalidInputError', path });
  });

  it('refuses conditions that are nested without end', async () => {
    let metadata: object = {};
    for (let level = 0; level < 500; level += 1) metadata = { a: metadata };
    const answer = await complete({
      routing: { strategy: 'CONDITIONAL', candidates: [{ model: 'sandbox/echo', when: { metadata } }] },
    });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', path: 'input.routing' });
  });
});
