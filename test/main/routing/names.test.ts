import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fails } from '../../support/scriptable-upstream.ts';
import { logOf, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'one' | 'two' | 'lab';
let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: {
      one: {
        models: [
          { id: 'big-1', model: 'lab/big' },
          { id: 'small-1', model: 'lab/small' },
        ],
      },
      two: { models: [{ id: 'big-2', model: 'lab/big' }] },
      // Its offering's id is the slug of the model.
      lab: { models: [{ id: 'big', model: 'lab/big' }] },
    },
    config: {
      routes: {
        'from-file': {
          description: 'As the operator has it',
          candidates: [{ offering: 'two/big-2' }, { model: 'lab/small' }],
          fallback: { maxAttempts: 3 },
        },
      },
    },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

describe('what `model` means', () => {
  it('a slug: all its offerings that are on, the one of that id first, then in the order of the file', async () => {
    routing.upstreams.lab.behave(fails(500));
    routing.upstreams.one.behave(fails(503));
    const completion = await routing.complete({ model: 'lab/big' });
    expect(completion).toMatchObject({
      __typename: 'Completion',
      text: 'Good answer',
      offering: { id: 'two/big-2' },
      route: {
        requested: 'lab/big',
        strategy: 'PRIORITY',
        candidates: ['lab/big', 'one/big-1', 'two/big-2'],
        savedRoute: null,
        model: { slug: 'lab/big' },
      },
    });
    expect(logOf(completion.attempts)).toEqual([
      'lab FIRST FAILED SERVER_ERROR',
      'one FALLBACK FAILED OVERLOADED',
      'two FALLBACK SUCCEEDED',
    ]);
  });

  it('`offering:<id>`: that one alone', async () => {
    routing.upstreams.lab.behave(fails(500));
    const error = await routing.complete({ model: 'offering:lab/big' });
    expect(error).toMatchObject({ __typename: 'UpstreamError', code: 'SERVER_ERROR' });
    expect(routing.called()).toEqual({ lab: 1 });
  });

  it('an id that is no slug: that one alone', async () => {
    routing.upstreams.two.behave(fails(500));
    expect(await routing.complete({ model: 'two/big-2' })).toMatchObject({ __typename: 'UpstreamError' });
    expect(routing.called()).toEqual({ two: 1 });
  });

  it('an unknown route: an error that names the nearest', async () => {
    expect(await routing.complete({ model: 'route:from-fil' })).toMatchObject({
      __typename: 'UnknownRouteError',
      routeName: 'from-fil',
      suggestions: expect.arrayContaining([expect.stringMatching(/from-file$/)]),
    });
  });

  it('nothing at all: refused', async () => {
    expect(await routing.complete({})).toMatchObject({
      __typename: 'InvalidInputError',
      path: 'input.model',
    });
    expect(await routing.complete({ routing: { strategy: 'CHEAPEST' } })).toMatchObject({
      __typename: 'InvalidInputError',
    });
  });

  it('with `routing`, the same offerings in another way', async () => {
    const completion = await routing.complete({
      model: 'lab/big',
      routing: { require: { providers: ['two'] } },
    });
    expect(completion.route).toMatchObject({ requested: 'lab/big', candidates: ['two/big-2'] });
    expect(completion.route.rejected).toEqual(
      expect.arrayContaining([expect.objectContaining({ offeringId: 'one/big-1', reason: 'PROVIDER' })]),
    );
  });

  it('`inline`, or nothing: the candidates that the request brings', async () => {
    const candidates = [
      { offering: 'two/big-2' },
      { model: 'lab/small' },
      { filter: { providers: ['lab'] } },
    ];
    for (const model of ['inline', undefined]) {
      const completion = await routing.complete({ ...(model && { model }), routing: { candidates } });
      expect(completion.route).toMatchObject({
        requested: 'inline',
        candidates: ['two/big-2', 'one/small-1', 'lab/big'],
        strategy: 'PRIORITY',
      });
    }
  });

  it('a route of the config file: by its name, without regard to case', async () => {
    const completion = await routing.complete({ model: 'route:From-File' });
    expect(completion.route).toMatchObject({
      requested: 'route:From-File',
      candidates: ['two/big-2', 'one/small-1'],
      savedRoute: { name: 'from-file', version: 0 },
    });
  });
});

describe('routes of the graph', () => {
  const ROUTE = /* GraphQL */ `
    query ($name: String!) {
      route(name: $name) {
        id name version origin strategy description note document savedBy { id }
        versions(first: 10) { edges { node { version deleted note document } } }
      }
    }
  `;
  const DELETE = /* GraphQL */ `
    mutation ($name: String!) {
      deleteRoute(name: $name) { __typename ... on Route { name version } ... on Error { message } }
    }
  `;
  const deleted = async (name: string) => (await routing.ask(DELETE, { name })).deleteRoute;

  it('are used by name at once, in a new version at once, and keep their history', async () => {
    const first = await routing.save(
      'chat',
      { description: 'Support', candidates: [{ offering: 'one/big-1' }] },
      'first try',
    );
    expect(first).toMatchObject({ __typename: 'Route', name: 'chat', version: 1, origin: 'GRAPH' });
    expect((await routing.complete({ model: 'route:chat' })).route).toMatchObject({
      candidates: ['one/big-1'],
      savedRoute: { name: 'chat', version: 1 },
    });

    const second = await routing.save('chat', { candidates: [{ offering: 'two/big-2' }] }, 'two is better');
    expect(second).toMatchObject({ version: 2, note: 'two is better' });
    expect((await routing.complete({ model: 'route:chat' })).route).toMatchObject({
      candidates: ['two/big-2'],
      savedRoute: { name: 'chat', version: 2 },
    });

    const { route } = await routing.ask(ROUTE, { name: 'chat' });
    expect(route).toMatchObject({
      version: 2,
      strategy: 'PRIORITY',
      document: { candidates: [{ offering: 'two/big-2' }] },
      savedBy: { id: expect.any(String) },
    });
    expect(route.versions.edges.map(({ node }: { node: object }) => node)).toMatchObject([
      {
        version: 2,
        deleted: false,
        note: 'two is better',
        document: { candidates: [{ offering: 'two/big-2' }] },
      },
      {
        version: 1,
        deleted: false,
        note: 'first try',
        document: { description: 'Support', candidates: [{ offering: 'one/big-1' }] },
      },
    ]);
  });

  it('that were deleted are unknown, and come back with a version of their own', async () => {
    await routing.save('brief', { candidates: [{ model: 'lab/small' }] });
    expect(await deleted('brief')).toMatchObject({ __typename: 'Route', name: 'brief' });
    expect(await routing.complete({ model: 'route:brief' })).toMatchObject({
      __typename: 'UnknownRouteError',
    });
    expect((await routing.ask(ROUTE, { name: 'brief' })).route).toBeNull();
    expect(await deleted('brief')).toMatchObject({ __typename: 'UnknownRouteError' });

    const again = await routing.save('brief', { candidates: [{ model: 'lab/big' }] });
    expect(again).toMatchObject({ __typename: 'Route', version: 3 });
    const { route } = await routing.ask(ROUTE, { name: 'brief' });
    const versions = route.versions.edges.map(
      ({ node }: { node: { version: number; deleted: boolean } }) => [node.version, node.deleted] as const,
    );
    expect(versions).toEqual([
      [3, false],
      [2, true],
      [1, false],
    ]);
  });

  it('may use each other', async () => {
    await routing.save('inner', { candidates: [{ offering: 'two/big-2' }, { offering: 'one/big-1' }] });
    await routing.save('outer', { candidates: [{ route: 'inner' }, { model: 'lab/small' }] });
    expect((await routing.complete({ model: 'route:outer' })).route.candidates).toEqual([
      'two/big-2',
      'one/big-1',
      'one/small-1',
    ]);
    expect(await deleted('inner')).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringContaining('outer'),
    });
  });

  it.each([
    ['an unknown model', { candidates: [{ model: 'labb/big' }] }, /candidates\[0\]\.model/, /lab\/big/],
    [
      'an unknown offering',
      { candidates: [{ offering: 'nobody/nope' }] },
      /candidates\[0\]\.offering/,
      /nobody\/nope/,
    ],
    ['an unknown route', { candidates: [{ route: 'never-saved' }] }, /candidates\[0\]\.route/, /never-saved/],
    [
      'an unknown model to fall back to',
      { candidates: [{ model: 'lab/big' }], fallback: { candidates: [{ model: 'nolab/nope' }] } },
      /fallback\.candidates\[0\]\.model/,
      /nolab\/nope/,
    ],
    [
      'two things in one candidate',
      { candidates: [{ model: 'lab/big', offering: 'one/big-1' }] },
      /candidates\[0\]/,
      /one of/,
    ],
    ['no candidate', { candidates: [] }, /candidates/, /./],
  ])('are refused with %s', async (_what, policy, path, problem) => {
    const refused = await routing.save('wrong', policy);
    expect(refused).toMatchObject({
      __typename: 'InvalidInputError',
      path: expect.stringMatching(path),
      problem: expect.stringMatching(problem),
    });
    expect((await routing.ask(ROUTE, { name: 'wrong' })).route).toBeNull();
  });

  it('may name models that no list knows yet, of a provider that can be called', async () => {
    expect(await routing.save('next', { candidates: [{ model: 'lab/next' }] })).toMatchObject({
      __typename: 'Route',
    });
    expect(await deleted('next')).not.toMatchObject({ __typename: 'InvalidInputError' });
  });

  it('are refused where they would turn in a circle', async () => {
    expect(await routing.save('self', { candidates: [{ route: 'self' }] })).toMatchObject({
      __typename: 'InvalidInputError',
    });
    await routing.save('a', { candidates: [{ model: 'lab/big' }] });
    await routing.save('b', { candidates: [{ route: 'a' }] });
    await routing.save('c', {
      candidates: [{ model: 'lab/small' }],
      fallback: { candidates: [{ route: 'b' }] },
    });
    expect(await routing.save('a', { candidates: [{ route: 'c' }] })).toMatchObject({
      __typename: 'InvalidInputError',
      problem: expect.stringMatching(/a.*c.*b.*a/),
    });
    expect((await routing.complete({ model: 'route:a' })).route.savedRoute).toEqual({
      name: 'a',
      version: 1,
    });
  });

  it('are listed with those of the config file, which the graph can neither change nor delete', async () => {
    await routing.save('listed', { candidates: [{ model: 'lab/big' }] });
    const { routes } = await routing.ask(
      '{ routes(first: 50) { edges { node { id name version origin document savedBy { id } } } } }',
    );
    const nodes = routes.edges.map(({ node }: { node: { name: string } }) => node);
    expect(nodes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'listed', origin: 'GRAPH', version: 1 }),
        expect.objectContaining({ name: 'from-file', origin: 'CONFIG', version: 0, savedBy: null }),
      ]),
    );
    const policy = { candidates: [{ model: 'lab/big' }] };
    expect(await routing.save('from-file', policy)).toMatchObject({ __typename: 'InvalidInputError' });
    expect(await deleted('from-file')).toMatchObject({ __typename: 'InvalidInputError' });
  });

  it('take only the admin key to save or delete, and any key to use', async () => {
    const { createKey } = await routing.ask(
      'mutation { createKey(input: { name: "app" }) { ... on CreatedKey { secret } } }',
    );
    const SAVE = `mutation { saveRoute(name: "theirs", policy: { candidates: [{ model: "lab/big" }] }) { __typename } }`;
    expect((await routing.ask(SAVE, {}, createKey.secret)).saveRoute.__typename).toBe('ForbiddenError');
    expect((await routing.ask(DELETE, { name: 'from-file' }, createKey.secret)).deleteRoute.__typename).toBe(
      'ForbiddenError',
    );
    expect(await routing.complete({ model: 'route:from-file' }, createKey.secret)).toMatchObject({
      __typename: 'Completion',
    });
  });
});
