import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphqlWs } from '../../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

const ASK = `mutation ($text: String!, $metadata: JSONObject) {
  complete(input: { model: "sandbox/echo", messages: [{ user: { text: $text } }], metadata: $metadata, user: "u-1" }) {
    ... on Completion { id }
  }
}`;

/** Keys and the ledger through the graph, on whichever store the server is given. */
export const describeKeysAndLedger = (
  store: string,
  environment: () => Promise<{ readonly [name: string]: string }>,
): void => {
  describe(`keys and ledger on ${store}`, () => {
    let server: Modelgraph;
    beforeAll(async () => {
      server = await startModelgraph({ env: await environment() });
    });
    afterAll(() => server?.stop());

    const createKey = async (name: string) => {
      const { body } = await server.post(
        `mutation ($name: String!) { createKey(input: { name: $name }) {
          __typename ... on CreatedKey { secret key { id name role prefix revokedAt } } ... on Error { message }
        } }`,
        { name },
      );
      return body.data.createKey;
    };

    it('a key is made, shown once, used, listed and revoked', async () => {
      const { secret, key } = await createKey('frontend');
      expect(secret).toMatch(/^mg_[A-Za-z0-9_-]{43}$/);
      expect(key).toMatchObject({
        name: 'frontend',
        role: 'MEMBER',
        prefix: secret.slice(0, 8),
        revokedAt: null,
      });
      expect((await server.post('{ __typename }', {}, secret)).status).toBe(200);

      const { body } = await server.post('{ keys { edges { node { id name } } } }');
      expect(JSON.stringify(body)).not.toContain(secret);
      expect(body.data.keys.edges).toContainEqual({ node: { id: key.id, name: 'frontend' } });

      const revoked = await server.post(
        'mutation ($id: ID!) { revokeKey(id: $id) { ... on Key { id revokedAt } } }',
        { id: key.id },
      );
      expect(revoked.body.data.revokeKey).toMatchObject({ id: key.id, revokedAt: expect.any(String) });
      expect((await server.post('{ __typename }', {}, secret)).status).toBe(401);
    });

    it('a revoked key begins nothing more on a socket that is open', async () => {
      const { secret, key } = await createKey('socket');
      const client = graphqlWs.connect(server, secret);
      expect((await client.iterate('{ __typename }', {}).next()).value).toMatchObject({
        data: { __typename: 'Query' },
      });
      await server.post('mutation ($id: ID!) { revokeKey(id: $id) { __typename } }', { id: key.id });
      await expect(client.iterate('{ __typename }', {}).next()).rejects.toMatchObject([
        { extensions: { code: 'UNAUTHENTICATED' } },
      ]);
      await client.dispose();
    });

    it('a member makes no keys, revokes none, and sees its own alone', async () => {
      const { secret, key } = await createKey('member');
      const created = await server.post(
        'mutation { createKey(input: { name: "x" }) { __typename } }',
        {},
        secret,
      );
      expect(created.body.data.createKey.__typename).toBe('ForbiddenError');
      const revoked = await server.post(
        'mutation ($id: ID!) { revokeKey(id: $id) { __typename } }',
        { id: key.id },
        secret,
      );
      expect(revoked.body.data.revokeKey.__typename).toBe('ForbiddenError');
      const { body } = await server.post(
        '{ keys { edges { node { id } } } node(id: "key_admin") { id } }',
        {},
        secret,
      );
      expect(body.data).toEqual({ keys: { edges: [{ node: { id: key.id } }] }, node: null });
    });

    it('bad names and unknown keys are typed errors', async () => {
      expect(await createKey(' ')).toMatchObject({ __typename: 'InvalidInputError' });
      const { body } = await server.post(
        'mutation { revokeKey(id: "key_none") { __typename ... on Error { message } } }',
      );
      expect(body.data.revokeKey).toMatchObject({ __typename: 'KeyNotFoundError' });
    });

    it('each completion leaves one row, read back at once, without what was said', async () => {
      const made = await server.post(ASK, { text: 'a secret thought', metadata: { team: 'blue' } });
      const { id } = made.body.data.complete;
      const { body } = await server.post(
        `query ($id: ID!) { completion(id: $id) {
          id status text toolCalls { id } finishReason metadata user keyId createdAt
          usage { input output } cost { __typename }
          offering { id } route { requested candidates }
          attempts { index status offeringId durationMs startedAt }
          timings { totalMs } warnings { code } error { code }
        } }`,
        { id },
      );
      expect(body.errors).toBeUndefined();
      expect(body.data.completion).toMatchObject({
        id,
        status: 'SUCCEEDED',
        text: null,
        toolCalls: null,
        finishReason: 'STOP',
        metadata: { team: 'blue' },
        user: 'u-1',
        keyId: 'key_admin',
        usage: { input: 3, output: 3 },
        cost: { __typename: 'FreeCost' },
        offering: { id: 'sandbox/echo' },
        route: { requested: 'sandbox/echo', candidates: ['sandbox/echo'] },
        attempts: [{ index: 0, status: 'SUCCEEDED', offeringId: 'sandbox/echo' }],
        warnings: [],
        error: null,
      });
      expect(JSON.stringify(body)).not.toContain('secret thought');
    });

    it('rows lead to the key that asked, for itself and for the admin, also after it was revoked', async () => {
      const { secret, key } = await createKey('cost centre 7');
      const asked = await server.post(ASK, { text: 'whose?' }, secret);
      const completionId = asked.body.data.complete.id;
      const embedded = await server.post(
        'mutation { embed(input: { model: "sandbox/echo", inputs: ["Hi"] }) { ... on Embedding { operation { id key { name } } } } }',
        {},
        secret,
      );
      const { operation } = embedded.body.data.embed;
      expect(operation.key).toEqual({ name: 'cost centre 7' });
      const read = (by?: string) =>
        server.post(
          `query ($completion: ID!, $operation: ID!) {
            completion(id: $completion) { keyId key { id name revokedAt } }
            operation(id: $operation) { keyId key { id name revokedAt } }
          }`,
          { completion: completionId, operation: operation.id },
          by,
        );
      const row = { keyId: key.id, key: { id: key.id, name: 'cost centre 7', revokedAt: null } };
      for (const by of [secret, undefined]) {
        const { body } = await read(by);
        expect(body).toEqual({ data: { completion: row, operation: row } });
      }
      await server.post('mutation ($id: ID!) { revokeKey(id: $id) { __typename } }', { id: key.id });
      const { body } = await read();
      expect(body.data.completion.key).toEqual({ ...row.key, revokedAt: expect.any(String) });
      expect(body.data.operation.key).toEqual(body.data.completion.key);
    });

    it('a completion is read back straight after its answer, however many are asked for together', async () => {
      const { secret } = await createKey('many at once');
      const readBack = async (number: number) => {
        const asked = await server.post(ASK, { text: `number ${number}` }, secret);
        const { id } = asked.body.data.complete;
        const { body } = await server.post(
          `query ($id: ID!, $representations: [_Any!]!) {
            completion(id: $id) { key { name } }
            _entities(representations: $representations) { ... on Completion { key { name } } }
          }`,
          { id, representations: [{ __typename: 'Completion', id }] },
          secret,
        );
        return body;
      };
      const row = { key: { name: 'many at once' } };
      expect(await Promise.all(Array.from({ length: 40 }, (_, number) => readBack(number)))).toEqual(
        Array.from({ length: 40 }, () => ({ data: { completion: row, _entities: [row] } })),
      );
    });

    it('rows are paged newest first, filtered, and shown to their own key alone', async () => {
      const { secret, key } = await createKey('pages');
      const ids: string[] = [];
      for (const text of ['one', 'two', 'three']) {
        const { body } = await server.post(ASK, { text }, secret);
        ids.unshift(body.data.complete.id);
      }
      const read = (by: string | undefined, first: number, after: string | null, filter: object) =>
        server.post(
          `query ($first: Int, $after: String, $filter: CompletionFilter) {
            completions(first: $first, after: $after, filter: $filter) {
              edges { node { id } } pageInfo { hasNextPage endCursor }
            }
          }`,
          { first, after, filter },
          by,
        );
      const first = (await read(undefined, 2, null, { keyId: key.id })).body.data.completions;
      expect(first.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(ids.slice(0, 2));
      expect(first.pageInfo.hasNextPage).toBe(true);
      const second = (await read(undefined, 2, first.pageInfo.endCursor, { keyId: key.id })).body.data
        .completions;
      expect(second.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(ids.slice(2));
      expect(second.pageInfo.hasNextPage).toBe(false);
      expect(
        (await read(undefined, 5, null, { keyId: key.id, status: 'FAILED' })).body.data.completions.edges,
      ).toEqual([]);
      expect((await read(secret, 100, null, {})).body.data.completions.edges).toHaveLength(3);
      expect((await read(secret, 100, null, { keyId: 'key_admin' })).body.data.completions.edges).toEqual([]);
      const other = await server.post(ASK, { text: 'mine' });
      const hidden = await server.post(
        'query ($id: ID!) { completion(id: $id) { id } }',
        { id: other.body.data.complete.id },
        secret,
      );
      expect(hidden.body.data.completion).toBeNull();
    });

    it('a cursor that is none of the list is refused, and an id of one type is none of another', async () => {
      const { body } = await server.post(ASK, { text: 'cursors' });
      const { id } = body.data.complete;
      const other = id.replace('cmp_', 'op_');
      const read = (after: object) =>
        server.post(
          `query ($completions: String, $operations: String, $keys: String) {
            completions(after: $completions) { nodes { id } }
            operations(after: $operations) { nodes { id } }
            keys(after: $keys) { nodes { id } }
          }`,
          after,
        );
      expect((await read({ completions: id, operations: other, keys: null })).body.errors).toBeUndefined();
      for (const cursors of [
        { completions: 'nonsense', operations: '', keys: 'key_nonsense' },
        { completions: other, operations: id, keys: id },
      ]) {
        const { data, errors } = (await read(cursors)).body;
        expect(data).toEqual({ completions: null, operations: null, keys: null });
        expect(errors.map((error: { extensions: object }) => error.extensions)).toEqual(
          Array.from({ length: 3 }, () => expect.objectContaining({ code: 'INVALID_INPUT', path: 'after' })),
        );
      }
      const found = await server.post(
        'query ($id: ID!, $other: ID!) { completion(id: $other) { id } operation(id: $id) { id } }',
        { id, other },
      );
      expect(found.body.data).toEqual({ completion: null, operation: null });
    });
  });
};
