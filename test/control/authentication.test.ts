import { expect, it } from 'vitest';
import { authenticate, bearerSecret } from '../../src/control/authentication.ts';
import type { KeyService } from '../../src/control/key-service.ts';

const notAsked = (): never => {
  throw new Error('not asked in this test');
};

/** A key service whose store cannot be reached. */
const away: KeyService = {
  authenticate: () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432')),
  create: notAsked,
  revoke: notAsked,
  list: notAsked,
  findMany: notAsked,
  ensureAdminKey: notAsked,
  close: notAsked,
};

it('a store that is away makes no one a stranger, and the log says why', async () => {
  const told: string[] = [];
  const who = await authenticate(away, 'mg_some-secret', (message, { reason }) =>
    told.push(`${message} ${reason}`),
  );
  expect(who).toEqual({ kind: 'UNAVAILABLE' });
  expect(told).toEqual(['A key could not be looked up. connect ECONNREFUSED 127.0.0.1:5432']);
  expect(told.join()).not.toContain('mg_some-secret');
});

it('no secret is nobody, without a look-up', async () => {
  expect(await authenticate(away, undefined, notAsked)).toEqual({ kind: 'NOBODY' });
});

it.each([
  ['Bearer mg_a', 'mg_a'],
  ['bearer   mg_a ', 'mg_a'],
  ['Basic mg_a', undefined],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  [`Bearer ${'x'.repeat(513)}`, undefined],
  [undefined, undefined],
  [7, undefined],
])('reads %j', (header, secret) => {
  expect(bearerSecret(header)).toBe(secret);
});
