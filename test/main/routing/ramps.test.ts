import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

let routing: RoutingServer<'old' | 'new'>;
beforeAll(async () => {
  const models = [{ id: 'm', model: 'lab/m' }];
  routing = await startRoutingServer({ providers: { old: { models }, new: { models } } });
});
afterAll(() => routing?.stop());

const DAY = 86_400_000;
/** Weights of 0 to 1 and 1 to 0, so much of them done. */
const candidatesAt = (done: number): readonly object[] => {
  const startsAt = new Date(Date.now() - done * DAY).toISOString();
  const endsAt = new Date(Date.now() + (1 - done) * DAY).toISOString();
  return [
    { offering: 'old/m', ramp: { from: 1, to: 0, startsAt, endsAt } },
    { offering: 'new/m', ramp: { from: 0, to: 1, startsAt, endsAt } },
  ];
};

it('weights change with time: a plan tells what they are, and a split moves nobody back', async () => {
  const users = Array.from({ length: 60 }, (_, n) => `user-${n}`);
  let before: readonly string[] = [];
  for (const done of [0.1, 0.4, 0.9]) {
    const policy = { strategy: 'SPLIT', split: { by: 'USER' }, candidates: candidatesAt(done) };
    expect(await routing.save('moving', policy)).toMatchObject({ __typename: 'Route' });
    const { route } = await routing.plan({ model: 'route:moving' });
    for (const { offeringId, parts } of route.considered) {
      const share = offeringId === 'new/m' ? done : 1 - done;
      expect(parts).toEqual([{ criterion: 'weight', value: expect.closeTo(share, 3), weight: null }]);
    }
    const firsts = await Promise.all(
      users.map(async (user) => (await routing.order({ model: 'route:moving', user }))[0]),
    );
    const moved = users.filter((_, n) => firsts[n] === 'new');
    expect(moved).toEqual(expect.arrayContaining([...before]));
    expect(moved.length).toBeGreaterThan(before.length);
    before = moved;
  }
});

it('a ramp is kept as it was saved, and one that makes no sense is refused', async () => {
  const [old, young] = candidatesAt(0.5);
  const saved = await routing.save('kept', { strategy: 'WEIGHTED', candidates: [old, young] });
  expect(saved.document.candidates).toEqual([old, young]);
  const { __typename, path, problem }: Json = await routing.save('wrong', {
    candidates: [{ ...old, weight: 2 }],
    strategy: 'WEIGHTED',
  });
  expect({ __typename, path, problem }).toEqual({
    __typename: 'InvalidInputError',
    path: 'policy.candidates[0].weight',
    problem: 'is left out where there is a `ramp`.',
  });
});
