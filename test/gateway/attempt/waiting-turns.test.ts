import { expect, it } from 'vitest';
import type { Availability } from '../../../src/gateway/routing/health/availability.ts';
import { Room, type RoomCall } from '../../../src/gateway/routing/health/room.ts';
import { Queue } from '../../../src/gateway/routing/health/waiting.ts';
import type { PlannedCandidate } from '../../../src/gateway/routing/route-plan.ts';
import { Turns } from '../../../src/gateway/runs/turns.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';
import { catalogueOf, settled } from '../harness.ts';
import { QUIET } from '../routing/strategies/candidates.ts';

/** A candidate that is full with one call, and those that wait for it. */
const fullWith = (
  state: 'CLOSED' | 'HALF_OPEN',
  admits: () => boolean,
  { askedUntilMs = 0 }: { readonly askedUntilMs?: number } = {},
) => {
  const clock = createFakeClock();
  const room = new Room(new Queue(clock));
  const call = (): RoomCall => ({ sinceMs: clock.monotonicMs(), others: 0 });
  room.began(call());
  const turnedAway = call();
  room.began(turnedAway);
  room.refused(turnedAway, clock.monotonicMs());
  room.ended();
  const availability: Availability = {
    pulse: QUIET,
    room,
    state: () => state,
    retryAfterMs: () => 0,
    reason: () => undefined,
    admit: () => !room.isFull && admits(),
    decline: () => {},
    askedToWaitMs: () => Math.max(0, askedUntilMs - clock.monotonicMs()),
    mayInsist: () => false,
    insist: () => false,
    began: () => {
      throw new Error('not called here');
    },
  };
  const [offering] = catalogueOf(['first']).offerings;
  if (offering === undefined) throw new Error('no offering');
  const candidate: PlannedCandidate<object> = {
    offering,
    provider: createScriptedProvider('first'),
    availability,
    isFallback: false,
    warnings: [],
  };
  const turns = () => new Turns({ candidates: [candidate], fallback: { maxAttempts: 3, maxQueueMs: 1_000 } });
  return { clock, room, candidate, turns };
};

it('those who wait for one that another call probes give way, each once', async () => {
  const { room, turns } = fullWith('HALF_OPEN', () => false);
  const waiting = [turns(), turns(), turns()].map((each) => each.next(true));
  room.ended();
  expect(await Promise.all(waiting)).toEqual([undefined, undefined, undefined]);
  expect(room.waiting).toBe(0);
});

it('a place that is not used after all goes to the next who waits', async () => {
  const { room, turns, candidate } = fullWith('CLOSED', () => true);
  const [first, second] = [turns(), turns()];
  const waiting = [first.next(true), second.next(true)];
  room.ended();
  expect(await waiting[0]).toBe(candidate);
  await settled();
  first.giveBack(candidate);
  expect(await waiting[1]).toBe(candidate);
});

it('who has stopped waiting waits no more', async () => {
  const { room, turns } = fullWith('CLOSED', () => true);
  const each = turns();
  each.stopWaiting();
  expect(await each.next(true)).toBeUndefined();
  expect(room.waiting).toBe(0);
});

it('one that was full and asked to wait is waited for, as long as that takes', async () => {
  const { clock, room, turns, candidate } = fullWith('CLOSED', () => true, { askedUntilMs: 700 });
  const each = turns();
  let found: unknown = 'waits';
  const next = Promise.resolve(each.next(true)).then((one) => {
    found = one;
  });
  room.ended();
  clock.advance(699);
  await settled();
  expect(found).toBe('waits');
  clock.advance(1);
  await next;
  expect(found).toBe(candidate);
  expect(each.queued).toMatchObject({ message: 'It waited 700 ms for room, at first as number 1.' });
});

it('one that asks for a longer wait than is left is not waited for', async () => {
  const { turns } = fullWith('CLOSED', () => true, { askedUntilMs: 1_001 });
  expect(await turns().next(true)).toBeUndefined();
});
