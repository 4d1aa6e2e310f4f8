import { expect, it } from 'vitest';
import { Room, type RoomCall } from '../../../../src/gateway/routing/health/room.ts';
import { Queue } from '../../../../src/gateway/routing/health/waiting.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

/** A room at a server of so many slots, which turns away at once whom it has no slot for. */
const serverOf = (slots: number) => {
  const clock = createFakeClock();
  const queue = new Queue(clock);
  const room = new Room(queue);
  const state = { slots, refused: 0 };
  const open: RoomCall[] = [];
  const call = (): RoomCall => {
    const made = { sinceMs: clock.monotonicMs(), others: 0 };
    room.began(made);
    return made;
  };
  return {
    clock,
    queue,
    room,
    state,
    /** Sends one; whether it was taken. */
    send(): boolean {
      const made = call();
      if (open.length < state.slots) {
        open.push(made);
        return true;
      }
      state.refused += 1;
      room.refused(made, clock.monotonicMs());
      room.ended();
      return false;
    },
    /** The oldest is answered. */
    answer(): void {
      if (open.shift() === undefined) return;
      room.answered(clock.monotonicMs());
      room.ended();
    },
    /** A second passes in which all that are under way are answered and room is filled up again. */
    round(): void {
      clock.advance(1_000);
      const count = open.length;
      for (let n = 0; n < count; n += 1) this.answer();
      while (!room.isFull && this.send());
    },
  };
};

it('has no limit until a call is turned away that had others beside it', () => {
  const { room, send } = serverOf(3);
  for (let n = 0; n < 3; n += 1) expect(send()).toBe(true);
  expect([room.limit, room.isFull]).toEqual([Number.POSITIVE_INFINITY, false]);
  expect(send()).toBe(false);
  expect([room.limit, room.isFull]).toEqual([3, true]);
});

it('a call that is turned away alone is no matter of room', () => {
  const { room, send } = serverOf(0);
  expect(send()).toBe(false);
  expect(room.limit).toBe(Number.POSITIVE_INFINITY);
});

it('stays at what a server takes, with few refusals', () => {
  const server = serverOf(10);
  while (server.send());
  for (let n = 0; n < 50; n += 1) {
    server.round();
    expect(server.room.limit).toBeGreaterThanOrEqual(10);
    expect(server.room.limit).toBeLessThanOrEqual(11);
  }
  expect(server.state.refused).toBeLessThanOrEqual(51);
});

it('finds a server that has grown tenfold within ten answers, and one that has shrunk at once', () => {
  const server = serverOf(10);
  while (server.send());
  server.state.slots = 100;
  for (let n = 0; n < 10; n += 1) server.round();
  expect(server.room.limit).toBeGreaterThanOrEqual(100);
  server.state.slots = 5;
  for (let n = 0; n < 3; n += 1) server.round();
  expect(server.room.limit).toBeLessThanOrEqual(6);
});

it('is at one call soon where everything is turned away', () => {
  const { room, clock } = serverOf(0);
  const stuck = { sinceMs: 0, others: 0 };
  for (let n = 0; n < 64; n += 1) room.began(stuck);
  for (let n = 0; n < 8; n += 1) {
    clock.advance(10);
    const made = { sinceMs: clock.monotonicMs(), others: 0 };
    room.began(made);
    room.refused(made, clock.monotonicMs());
    room.ended();
  }
  expect(room.limit).toBe(1);
});

it('forgets a limit that nothing has told of for a while', () => {
  const { room, clock, send } = serverOf(4);
  while (send());
  for (let ms = 0; ms < 60_000; ms += 1_000) {
    clock.advance(1_000);
    room.pass(clock.monotonicMs());
  }
  expect(room.limit).toBe(Number.POSITIVE_INFINITY);
});

it('comes back little by little, up to what it had', () => {
  const server = serverOf(1_000);
  for (let n = 0; n < 80; n += 1) server.send();
  for (let n = 0; n < 80; n += 1) server.answer();
  server.room.restart();
  while (!server.room.isFull) server.send();
  const limits: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    limits.push(server.room.limit);
    server.round();
  }
  expect(limits).toEqual([10, 20, 40]);
  expect(server.room.limit).toBeGreaterThan(80);
});

it('lets who waits go in turn by lane, before anybody who comes later', () => {
  const server = serverOf(1);
  server.send();
  server.send();
  const went: string[] = [];
  const enter = (lane: string, name: string) =>
    server.queue.enter(lane, [server.room.line], 5_000, (line) =>
      went.push(line === undefined ? `${name} gave up` : name),
    );
  enter('a', 'a1');
  enter('a', 'a2');
  const third = enter('a', 'a3');
  enter('b', 'b1');
  expect(third?.place).toBe(3);
  third?.leave();
  for (let n = 0; n < 3; n += 1) {
    server.answer();
    server.room.redeem();
    server.send();
  }
  expect(went).toEqual(['a1', 'b1', 'a2']);
});

it('one timer ends all waits, each at its time', () => {
  const { clock, queue, room } = serverOf(1);
  const before = clock.pending();
  const went: (number | undefined)[] = [];
  for (const ms of [300, 100, 200])
    queue.enter('a', [room.line], ms, (line) => went.push(line === undefined ? ms : undefined));
  expect(clock.pending()).toBe(before + 1);
  clock.advance(100);
  expect(went).toEqual([100]);
  clock.advance(200);
  expect(went).toEqual([100, 200, 300]);
  expect(clock.pending()).toBe(before);
});

it('comes back beside what is still under way, so that long answers keep nobody out', () => {
  const server = serverOf(1_000);
  for (let n = 0; n < 200; n += 1) server.send();
  server.room.leftAlone();
  for (let n = 0; n < 100; n += 1) server.answer();
  server.room.restart();
  expect(server.room.inFlight).toBe(100);
  expect(server.room.limit).toBe(100 + 25);
});

it('comes back by what it had when it was left alone, not by what it had last week or has meanwhile', () => {
  const server = serverOf(1_000);
  const fill = (count: number): void => {
    for (let n = 0; n < count; n += 1) server.send();
    for (let n = 0; n < count; n += 1) server.answer();
  };
  fill(500);
  server.clock.advance(60_000);
  fill(80);
  server.room.leftAlone();
  for (let n = 0; n < 5; n += 1) {
    server.clock.advance(60_000);
    server.room.pass(server.clock.monotonicMs());
    fill(1);
  }
  server.room.restart();
  expect(server.room.limit).toBe(10);
});

it('one lane leaves room in the queue for others', () => {
  const { queue, room } = serverOf(1);
  const enter = (lane: string) => queue.enter(lane, [room.line], 5_000, () => {});
  let greedy = 0;
  while (enter('greedy') !== undefined) greedy += 1;
  expect(greedy).toBe(1_000);
  expect(enter('modest')).toBeDefined();
});

it('who asks to wait is not tried for more before twenty such waits are over', () => {
  const clock = createFakeClock();
  const room = new Room();
  const calls = Array.from({ length: 4 }, () => {
    const call = { sinceMs: clock.monotonicMs(), others: 0 };
    room.began(call);
    return call;
  });
  const last = calls.at(-1);
  if (last === undefined) throw new Error('no call');
  room.refused(last, clock.monotonicMs(), 1_000);
  room.ended();
  const answer = (): void => {
    room.answered(clock.monotonicMs());
    room.ended();
    room.began({ sinceMs: clock.monotonicMs(), others: 0 });
  };
  clock.advance(19_999);
  for (let n = 0; n < 20; n += 1) answer();
  expect(room.limit).toBe(3);
  clock.advance(1);
  for (let n = 0; n < 3; n += 1) answer();
  expect(room.limit).toBe(4);
});
