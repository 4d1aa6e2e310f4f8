import { describe, expect, it } from 'vitest';
import { authenticate } from '../../src/control/authentication.ts';
import { KEY_FIELDS, readCredential, readPayloadCredential } from '../../src/control/credential.ts';
import type { KeyCheck, KeyService } from '../../src/control/key-service.ts';

type Keys = Pick<KeyService, 'authenticate'>;

/** A key service whose store cannot be reached. */
const away: Keys = {
  authenticate: () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432')),
};

const notAsked = (): never => {
  throw new Error('not asked in this test');
};

it('a store that is away makes no one a stranger, and the log says why', async () => {
  const told: string[] = [];
  const who = await authenticate(away, { kind: 'SECRET', secret: 'mg_some-secret' }, (message, { reason }) =>
    told.push(`${message} ${reason}`),
  );
  expect(who).toEqual({ kind: 'UNAVAILABLE' });
  expect(told).toEqual(['A key could not be looked up. connect ECONNREFUSED 127.0.0.1:5432']);
  expect(told.join()).not.toContain('mg_some-secret');
});

it.each([
  [{ authorization: 'Bearer mg_a' }, 'mg_a'],
  [{ authorization: 'bearer   mg_a ' }, 'mg_a'],
  [{ authorization: 'mg_a' }, 'mg_a'],
  [{ authorization: 'Bearer chosen-by-the-operator' }, 'chosen-by-the-operator'],
  [{ 'x-api-key': 'mg_a' }, 'mg_a'],
  [{ 'api-key': 'mg_a' }, 'mg_a'],
  [{ 'x-goog-api-key': 'mg_a' }, 'mg_a'],
  [{ token: 'Bearer mg_a' }, 'mg_a'],
  [{ authorization: 'Bearer sk-other', 'x-api-key': 'mg_a' }, 'mg_a'],
  [{ authorization: 'Bearer mg_a', 'x-api-key': 'sk-other' }, 'mg_a'],
  [{ authorization: 'Bearer first', 'x-api-key': 'second' }, 'first'],
  [{ authorization: 'Basic bWc6d3Jvbmc=', 'x-api-key': 'second' }, 'second'],
  [{ authorization: 'Bearer ', 'api-key': 'mg_a' }, 'mg_a'],
  [{ 'x-api-key': 'mg_a, mg_a' }, 'mg_a'],
  [{ 'x-api-key': 'sk-other, mg_a' }, 'mg_a'],
  [{ authorization: 'Bearer $ecret-that-looks-odd' }, '$ecret-that-looks-odd'],
])('reads the key in %j', (fields, secret) => {
  expect(readCredential({ headers: fields })).toEqual({ kind: 'SECRET', secret });
});

it('notices the second of two authorization headers, of which Node shows the first alone', () => {
  const sent = (...values: readonly string[]) =>
    readCredential({
      headers: { authorization: values[0] },
      rawHeaders: values.flatMap((value) => ['Authorization', value]),
    });
  expect(sent('Bearer mg_a', 'Bearer mg_b')).toMatchObject({ kind: 'MALFORMED' });
  expect(sent('Bearer mg_a', 'Bearer mg_a')).toEqual({ kind: 'SECRET', secret: 'mg_a' });
  expect(sent('Basic abc', 'Bearer mg_a')).toEqual({ kind: 'SECRET', secret: 'mg_a' });
});

it.each([
  '/v1/models?key=mg_a',
  '/graphql?query={__typename}&api_key=mg_a',
  '/graphql?API-Key=mg_a',
  '/graphql?access_token=something',
  '/?x=Bearer%20mg_a',
])('says that keys in an address are not read, without repeating them: %s', async (url) => {
  const who = await authenticate({ authenticate: notAsked }, readCredential({ headers: {}, url }), notAsked);
  expect(who).toMatchObject({
    problem: 'MISSING_API_KEY',
    message: expect.stringMatching(/address is not read/),
  });
  expect(JSON.stringify(who)).not.toMatch(/mg_a|something/);
});

it.each(['/v1/models?limit=3', '/graphql?query={apiKeys}', '/graphql?', '/v1/models'])(
  'takes %s for no address with a key',
  (url) => expect(readCredential({ headers: {}, url })).toEqual({ kind: 'NONE' }),
);

it.each([{}, { authorization: 7 }, { authorization: undefined, token: null }, { 'x-api-key': ['a', 'b'] }])(
  'finds no key in %j, and looks nothing up',
  async (fields) => {
    const credential = readCredential({ headers: fields });
    expect(credential).toEqual({ kind: 'NONE' });
    expect(await authenticate({ authenticate: notAsked }, credential, notAsked)).toMatchObject({
      kind: 'UNAUTHENTICATED',
      problem: 'MISSING_API_KEY',
      message: expect.stringContaining('Authorization: Bearer mg_'),
    });
  },
);

it.each([
  [{ authorization: '' }, /holds no key/],
  [{ authorization: 'Bearer' }, /holds no key/],
  [{ authorization: 'Bearer   ' }, /holds no key/],
  [{ 'x-api-key': '' }, /x-api-key holds no key/],
  [{ authorization: 'Basic bWc6d3Jvbmc=' }, /another scheme than Bearer/],
  [{ authorization: 'Bearer mg_a', token: 'mg_b' }, /Two different keys/],
  [{ authorization: 'Bearer mg_a mg_b' }, /a space/],
  [{ 'x-api-key': 'mg_a, mg_b' }, /Two different keys/],
  [{ authorization: 'Bearer mg_a, Bearer mg_b' }, /Two different keys/],
  [{ authorization: `Bearer ${'x'.repeat(513)}` }, /more than 512 characters/],
])('says what is wrong with %j, without repeating it', async (fields, message) => {
  const who = await authenticate({ authenticate: notAsked }, readCredential({ headers: fields }), notAsked);
  expect(who).toMatchObject({ kind: 'UNAUTHENTICATED', problem: 'MALFORMED_API_KEY' });
  const said = JSON.stringify(who);
  expect(said).toMatch(message);
  expect(said).not.toMatch(/bWc6|without-a-scheme|mg_[ab]|xxx/);
});

describe('a payload', () => {
  const secret = { kind: 'SECRET', secret: 'mg_a' };

  it.each([...KEY_FIELDS, 'Authorization', 'AUTHORIZATION', 'X-API-Key', 'apiKey', 'api_key', 'xApiKey'])(
    'may have its key in %s, at its top or in its headers',
    (name) => {
      for (const value of ['mg_a', 'Bearer mg_a', 'BEARER  mg_a']) {
        expect(readPayloadCredential({ [name]: value })).toEqual(secret);
        expect(readPayloadCredential({ headers: { [name]: value } })).toEqual(secret);
        expect(readPayloadCredential({ Headers: { [name]: value }, traceparent: 'x' })).toEqual(secret);
      }
    },
  );

  it('has no key where it is none, and one where two of its fields agree', () => {
    for (const payload of [undefined, null, [], 'mg_a', {}, { headers: 'mg_a' }, { other: 'mg_a' }])
      expect(readPayloadCredential(payload)).toEqual({ kind: 'NONE' });
    expect(readPayloadCredential({ token: 'mg_a', headers: { authorization: 'Bearer mg_a' } })).toEqual(
      secret,
    );
    expect(readPayloadCredential({ token: 'mg_a', headers: { token: 'mg_b' } }).kind).toBe('MALFORMED');
  });
});

describe('a key that is not accepted', () => {
  const at = new Date('2026-01-02T03:04:05Z');
  const explained = (secret: string, check: KeyCheck = { kind: 'UNKNOWN' }) =>
    authenticate({ authenticate: async () => check }, { kind: 'SECRET', secret }, notAsked);

  it.each([
    ['sk-ant-api03-abc', 'INVALID_API_KEY', /Anthropic \(sk-ant-\.\.\.\)\. Send a modelgraph key/],
    ['sk-or-v1-abc', 'INVALID_API_KEY', /OpenRouter/],
    ['sk-proj-abc', 'INVALID_API_KEY', /OpenAI/],
    ['AIzaSyabc', 'INVALID_API_KEY', /Google/],
    ['gsk_abc', 'INVALID_API_KEY', /Groq/],
    ['mg_abc', 'INVALID_API_KEY', /Is it complete/],
    ['anything-else', 'INVALID_API_KEY', /begin with mg_/],
    ['undefined', 'MALFORMED_API_KEY', /placeholder/],
    ['$MODELGRAPH_API_KEY', 'MALFORMED_API_KEY', /placeholder/],
    ['<your-key>', 'MALFORMED_API_KEY', /placeholder/],
    ['mg_...', 'MALFORMED_API_KEY', /placeholder/],
    ['"mg_abc"', 'MALFORMED_API_KEY', /quotation marks/],
  ])('%s is %s', async (secret, problem, message) => {
    const who = await explained(secret);
    expect(who).toMatchObject({ kind: 'UNAUTHENTICATED', problem });
    expect('message' in who && who.message).toMatch(message);
    expect(JSON.stringify(who)).not.toContain('abc');
  });

  it('says when it was revoked or expired', async () => {
    expect(await explained('mg_abc', { kind: 'REVOKED', at })).toMatchObject({
      problem: 'REVOKED_API_KEY',
      message: expect.stringContaining('revoked at 2026-01-02T03:04:05.000Z'),
    });
    expect(await explained('mg_abc', { kind: 'EXPIRED', at })).toMatchObject({
      problem: 'EXPIRED_API_KEY',
      message: expect.stringContaining('expired at 2026-01-02T03:04:05.000Z'),
    });
  });
});
