import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fails } from '../../support/scriptable-upstream.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'international' | 'relay-cn' | 'nowhere';
let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: {
      international: { region: 'US', models: [{ id: 'm', model: 'lab/m' }] },
      'relay-cn': { region: 'CN', models: [{ id: 'm', model: 'lab/m' }] },
      nowhere: { models: [{ id: 'm', model: 'lab/m' }] },
    },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const first = async (input: object): Promise<string | undefined> => (await routing.order(input))[0];

describe('CONDITIONAL', () => {
  /** The rule's own offering where it holds, else the last. */
  const routed = (when: object, input: object = {}) => {
    const { routing: more, ...rest } = input as { routing?: object };
    return {
      ...rest,
      routing: {
        strategy: 'CONDITIONAL',
        candidates: [{ offering: 'relay-cn/m', when }, { offering: 'international/m' }],
        ...more,
      },
    };
  };

  it.each([
    [
      'metadata',
      { metadata: { tier: ['gold', 'silver'] } },
      { metadata: { tier: 'silver' } },
      { metadata: { tier: 'tin' } },
    ],
    ['a user', { users: ['u1'] }, { user: 'u1' }, { user: 'u2' }],
    [
      'the language',
      { languages: ['zh'] },
      { messages: [{ user: { text: '请问今天北京的天气怎么样?我想出去散步。' } }] },
      { messages: [{ user: { text: 'What is the weather like in Berlin today?' } }] },
    ],
    ['the region', { regions: ['CN'] }, { routing: { region: 'CN' } }, { routing: { region: 'DE' } }],
    [
      'all at once',
      { users: ['u1'], metadata: { tier: ['gold'] } },
      { user: 'u1', metadata: { tier: 'gold' } },
      { user: 'u1', metadata: { tier: 'tin' } },
    ],
  ])('goes by %s', async (_what, when, holds, holdsNot) => {
    expect(await first(routed(when, holds))).toBe('relay-cn');
    expect(await first(routed(when, holdsNot))).toBe('international');
    const plan = await routing.plan(routed(when, holdsNot));
    expect(plan.rejected).toMatchObject([{ offeringId: 'relay-cn/m', reason: 'CONDITION' }]);
    expect((await routing.complete(routed(when, holds))).offering.id).toBe('relay-cn/m');
  });

  it('goes by the time', async () => {
    const hour = new Date().getUTCHours();
    const at = (from: number, to: number) => ({
      time: {
        zone: 'UTC',
        from: `${String(from % 24).padStart(2, '0')}:00`,
        to: `${String(to % 24).padStart(2, '0')}:00`,
      },
    });
    // Two hours on either side, so that the test may cross a full hour.
    expect(await first(routed(at(hour + 23, hour + 2)))).toBe('relay-cn');
    expect(await first(routed(at(hour + 3, hour + 6)))).toBe('international');
  });

  it('where no rule holds, there is no candidate', async () => {
    const error = await routing.complete({
      routing: {
        strategy: 'CONDITIONAL',
        candidates: [{ offering: 'relay-cn/m', when: { users: ['somebody'] } }],
      },
    });
    expect(error).toMatchObject({
      __typename: 'NoCandidateError',
      rejections: [{ offeringId: 'relay-cn/m', reason: 'CONDITION' }],
    });
  });
});

describe('SPLIT', () => {
  const split = (by: string, input: object = {}) => ({
    ...input,
    routing: {
      strategy: 'SPLIT',
      split: { by },
      candidates: [
        { offering: 'international/m', weight: 50 },
        { offering: 'relay-cn/m', weight: 50 },
      ],
    },
  });

  it('keeps a user where it is, and divides users by the weights', async () => {
    const users = Array.from({ length: 60 }, (_, n) => `user-${n}`);
    const once = await Promise.all(users.map((user) => first(split('USER', { user }))));
    const again = await Promise.all(users.map((user) => first(split('USER', { user }))));
    expect(again).toEqual(once);
    const share = once.filter((id) => id === 'international').length / once.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.75);
  });

  it('keeps a conversation and a key where they are', async () => {
    const conversation = (name: string) => {
      const input = split('CONVERSATION');
      return { ...input, routing: { ...input.routing, conversation: name } };
    };
    for (const name of ['a', 'b', 'c']) {
      const seen = new Set([await first(conversation(name)), await first(conversation(name))]);
      expect(seen.size).toBe(1);
    }
    const key = new Set(await Promise.all(Array.from({ length: 8 }, () => first(split('KEY')))));
    expect(key.size).toBe(1);
  });

  it('gives the other part where the own one fails', async () => {
    const user = 'user-1';
    const home = await first(split('USER', { user }));
    if (home !== 'international' && home !== 'relay-cn') throw new Error(`goes to ${home}`);
    routing.upstreams[home].behave(fails(500));
    const completion = await routing.complete(split('USER', { user }));
    expect(completion.attempts).toHaveLength(2);
    expect(completion.offering.id).not.toBe(`${home}/m`);
  });
});

describe('regions', () => {
  it.each([
    [['CN'], ['relay-cn', 'international', 'nowhere']],
    [
      ['cn', 'us'],
      ['relay-cn', 'international', 'nowhere'],
    ],
    [
      ['US', 'CN'],
      ['international', 'relay-cn', 'nowhere'],
    ],
    [['EU'], ['international', 'relay-cn', 'nowhere']],
  ])('%j are preferred: %j', async (preferRegions, expected) => {
    expect(await routing.order({ model: 'lab/m', routing: { preferRegions } })).toEqual(expected);
  });

  it('China first, then international, where the first is down', async () => {
    routing.upstreams['relay-cn'].behave(fails(503));
    const completion = await routing.complete({ model: 'lab/m', routing: { preferRegions: ['CN', 'US'] } });
    expect(completion.offering.id).toBe('international/m');
    expect(completion.attempts.map(({ offeringId }: Json) => offeringId)).toEqual([
      'relay-cn/m',
      'international/m',
    ]);
  });

  it('as residency they bind: what is served elsewhere, or nobody knows where, is never asked', async () => {
    const input = {
      model: 'lab/m',
      routing: {
        require: { regions: ['cn'] },
        fallback: { candidates: [{ offering: 'international/m' }] },
      },
    };
    routing.upstreams['relay-cn'].behave(fails(500));
    expect(await routing.complete(input)).toMatchObject({
      __typename: 'UpstreamError',
      attempts: [{ offeringId: 'relay-cn/m' }],
    });
    expect(routing.called()).toEqual({ 'relay-cn': 1 });
    const plan = await routing.plan(input);
    expect(plan.rejected.map(({ offeringId, reason }: Json) => [offeringId, reason]).toSorted()).toEqual([
      ['international/m', 'REGION'],
      ['nowhere/m', 'UNKNOWN_REGION'],
    ]);
  });
});
