import { describe, expect, it } from 'vitest';
import { DEFAULT_BREAKER } from '../../../../src/domain/route.ts';
import { attemptOf, rulesWith, startNode, TALKER } from './nodes.ts';

const failTimes = (node: ReturnType<typeof startNode>, times: number): void => {
  for (let time = 0; time < times; time += 1) node.call('SERVER_ERROR');
};

it('gives the same pulse for an offering, and the same availability for equal rules', () => {
  const { board, pulse, availability } = startNode();
  expect(board.pulseOf(TALKER)).toBe(pulse);
  expect(board.availabilityOf(TALKER, { ...DEFAULT_BREAKER })).toBe(availability);
  expect(board.availabilityOf(TALKER, rulesWith({ openMs: 1 }))).not.toBe(availability);
});

describe('breakers', () => {
  it('open by failures, let one probe through, and close when it goes well', () => {
    const node = startNode();
    failTimes(node, 5);
    expect(node.board.statusOf(TALKER)).toEqual({
      state: 'OPEN',
      reason: '5 calls in a row failed, the last one with SERVER_ERROR',
      retryAfterMs: 5_000,
    });
    expect(node.board.troubled().map(({ id }) => id)).toEqual([TALKER]);
    expect(node.availability.admit()).toBe(false);
    node.clock.advance(5_000);
    expect([node.availability.admit(), node.availability.admit()]).toEqual([true, false]);
    node.call('SUCCEEDED', { ttftMs: 100, durationMs: 200 });
    expect(node.board.statusOf(TALKER)).toEqual({ state: 'CLOSED', retryAfterMs: 0 });
    expect(node.board.troubled()).toEqual([]);
  });

  it('of other rules for the same offering hear of the call, too', () => {
    const node = startNode();
    const strict = node.board.availabilityOf(TALKER, rulesWith({ consecutiveFailures: 2 }));
    failTimes(node, 2);
    expect([strict.state(), node.availability.state()]).toEqual(['OPEN', 'CLOSED']);
    node.clock.advance(5_000);
    node.call('SUCCEEDED');
    expect(strict.state()).toBe('CLOSED');
  });

  it.each([
    ['RATE_LIMITED', 'CLOSED'],
    ['CANCELLED', 'CLOSED'],
    ['INVALID_REQUEST', 'CLOSED'],
    ['CONTENT_FILTERED', 'CLOSED'],
    ['AUTHENTICATION', 'CLOSED'],
    ['LOST', 'CLOSED'],
    ['OVERLOADED', 'OPEN'],
    ['TRUNCATED', 'OPEN'],
  ] as const)('after five of %s it is %s', (how, state) => {
    const node = startNode();
    for (let time = 0; time < 5; time += 1) node.call(how, { durationMs: 500 });
    expect(node.availability.state()).toBe(state);
  });

  it('time-outs count where somebody waited as long as is usual there, and not where nobody did', () => {
    const node = startNode();
    for (let time = 0; time < 10; time += 1) node.call('SUCCEEDED', { ttftMs: 800, durationMs: 900 });
    for (let time = 0; time < 5; time += 1) node.call('TIMEOUT', { durationMs: 300 });
    expect(node.availability.state()).toBe('CLOSED');
    for (let time = 0; time < 5; time += 1) node.call('TIMEOUT', { durationMs: 2_000 });
    expect(node.availability.state()).toBe('OPEN');
  });

  it('a call that waits too long counts as slow at that moment; one without a stream never does', () => {
    const node = startNode();
    const rules = rulesWith({ slowTtftMs: 1_000, slowRate: 0.5, minSamples: 2 });
    const availability = node.board.availabilityOf(TALKER, rules);
    for (let time = 0; time < 2; time += 1) availability.began('WHOLE');
    node.clock.advance(2_000);
    expect(availability.state()).toBe('CLOSED');
    for (let time = 0; time < 2; time += 1) availability.began('STREAMED');
    node.clock.advance(999);
    expect(availability.state()).toBe('CLOSED');
    node.clock.advance(1);
    expect(availability.state()).toBe('OPEN');
  });

  it('a probe whose stream goes on well closes it before its end', () => {
    const node = startNode();
    failTimes(node, 5);
    node.clock.advance(5_000);
    expect(node.availability.admit()).toBe(true);
    const watch = node.availability.began('STREAMED');
    watch.firstToken(100);
    node.clock.advance(9_999);
    expect(node.availability.state()).toBe('HALF_OPEN');
    node.clock.advance(1);
    expect(node.availability.state()).toBe('CLOSED');
    watch.ended(attemptOf(TALKER, 'TRUNCATED'));
    expect(node.availability.state()).toBe('CLOSED');
  });

  it('are bounded for each offering, and one that was forgotten goes on working for who holds it', () => {
    const node = startNode();
    const held = node.board.availabilityOf(TALKER, rulesWith({ consecutiveFailures: 3 }));
    for (let openMs = 1; openMs <= 40; openMs += 1) node.board.availabilityOf(TALKER, rulesWith({ openMs }));
    expect(node.board.availabilityOf(TALKER, rulesWith({ consecutiveFailures: 3 }))).not.toBe(held);
    expect(node.board.availabilityOf(TALKER, DEFAULT_BREAKER)).toBe(node.availability);
    for (let time = 0; time < 3; time += 1) node.call('SERVER_ERROR', { by: held });
    expect(held.state()).toBe('OPEN');
  });
});

it('rules that are in use are not forgotten for others that come and go', () => {
  const node = startNode();
  const rules = rulesWith({ consecutiveFailures: 3 });
  const inUse = node.board.availabilityOf(TALKER, rules);
  for (let openMs = 1; openMs <= 40; openMs += 1) {
    node.board.availabilityOf(TALKER, rulesWith({ openMs }));
    node.call('SUCCEEDED', { by: inUse });
  }
  expect(node.board.availabilityOf(TALKER, rules)).toBe(inUse);
});

describe('pulses', () => {
  it('count calls under way', () => {
    const { availability, pulse } = startNode();
    const watches = [availability.began('STREAMED'), availability.began('STREAMED')];
    expect(pulse.inFlight).toBe(2);
    for (const watch of watches) {
      watch.ended(attemptOf(TALKER, 'SUCCEEDED'));
      watch.ended(attemptOf(TALKER, 'SUCCEEDED'));
    }
    expect(pulse.inFlight).toBe(0);
  });

  it('TTFT rises half of the way at once and falls slowly, sooner where samples are rare', () => {
    const node = startNode();
    expect(node.pulse.ttftMs).toBeNaN();
    node.call('SUCCEEDED', { ttftMs: 200, durationMs: 300 });
    expect(node.pulse.ttftMs).toBe(200);
    node.call('SUCCEEDED', { ttftMs: 1_200, durationMs: 1_200 });
    expect(node.pulse.ttftMs).toBe(700);
    node.call('SUCCEEDED', { ttftMs: 200, durationMs: 200 });
    const soon = node.pulse.ttftMs;
    expect(soon).toBeGreaterThan(640);
    expect(soon).toBeLessThan(655);
    node.clock.advance(9_800);
    node.call('SUCCEEDED', { ttftMs: 200, durationMs: 200 });
    // Half of the way by the sample, and a part of it by the time without one.
    expect(node.pulse.ttftMs).toBeGreaterThan(350);
    expect(node.pulse.ttftMs).toBeLessThan((soon + 200) / 2);
    expect(node.pulse.measuredAtMs).toBe(node.clock.monotonicMs());
  });

  it('TTFT rises with what somebody waits for, and falls back to what is usual without calls', () => {
    const node = startNode();
    for (let time = 0; time < 10; time += 1) node.call('SUCCEEDED', { ttftMs: 200, durationMs: 1_200 });
    const elsewhere = node.board.availabilityOf(TALKER, DEFAULT_BREAKER);
    const hanging = elsewhere.began('STREAMED');
    node.clock.advance(3_000);
    elsewhere.began('WHOLE');
    expect(node.pulse.ttftMs).toBe(3_000);
    hanging.ended(attemptOf(TALKER, 'LOST'));
    expect(node.pulse.ttftMs).toBe(3_000);
    node.clock.advance(150_000);
    node.board.refresh();
    expect(node.pulse.ttftMs).toBeGreaterThan(200);
    expect(node.pulse.ttftMs).toBeLessThan(300);
  });

  it('TTFT rises with what all wait for, not with what one waits for that others overtook', () => {
    const node = startNode();
    for (let time = 0; time < 10; time += 1) node.call('SUCCEEDED', { ttftMs: 200, durationMs: 200 });
    node.availability.began('STREAMED');
    for (let time = 0; time < 10; time += 1) node.call('SUCCEEDED', { ttftMs: 200, durationMs: 200 });
    expect(node.pulse.ttftMs).toBe(200);
    node.availability.began('STREAMED');
    node.clock.advance(800);
    node.board.refresh();
    expect(node.pulse.ttftMs).toBe(800);
    node.clock.advance(60_000);
    node.board.refresh();
    expect(node.pulse.ttftMs).toBe(10_000);
  });

  it('tell the speed, and what is usual for the first token', () => {
    const node = startNode();
    for (let time = 0; time < 20; time += 1)
      node.call('SUCCEEDED', { ttftMs: 100, durationMs: 1_100, output: time === 7 ? 51 : 50 });
    node.call('SUCCEEDED', { ttftMs: 100, durationMs: 1_100, output: 50 });
    expect(node.pulse.outputTps).toBeCloseTo(50, 0);
    expect(node.pulse.p95TtftMs).toBe(100);
    for (let time = 0; time < 2; time += 1) node.call('SUCCEEDED', { ttftMs: 900, durationMs: 1_900 });
    node.clock.advance(1_000);
    node.call('SUCCEEDED', { ttftMs: 100, durationMs: 1_100 });
    expect(node.pulse.p95TtftMs).toBeGreaterThan(890);
    node.clock.advance(400_000);
    node.availability.began('STREAMED');
    expect(node.pulse.p95TtftMs).toBeNaN();
  });

  it('the share of failures rises with each and is forgotten with time', () => {
    const node = startNode();
    node.call('SUCCEEDED');
    expect(node.pulse.errorRate).toBe(0);
    for (let time = 0; time < 8; time += 1) node.call('SERVER_ERROR');
    expect(node.pulse.errorRate).toBeCloseTo(0.8, 5);
    node.call('INVALID_REQUEST');
    expect(node.pulse.errorRate).toBeCloseTo(0.8, 5);
    node.clock.advance(300_000);
    node.availability.began('STREAMED');
    expect(node.pulse.errorRate).toBeLessThan(0.01);
  });
});

describe('what closes an offering without being a failure', () => {
  const closedForMs = ({ pulse, clock }: ReturnType<typeof startNode>): number =>
    Math.max(0, pulse.closedUntil - clock.monotonicMs());

  it('a limit that is used up, until its reset or until there is some left', () => {
    const node = startNode();
    const resetsAt = new Date(node.clock.now().getTime() + 30_000);
    node.rateLimits.observe([{ kind: 'REQUESTS', remaining: 0, resetsAt }]);
    expect(closedForMs(node)).toBe(30_000);
    expect(node.pulse.closedReason).toBeUndefined();
    node.rateLimits.observe([{ kind: 'REQUESTS', remaining: 1, resetsAt }]);
    expect(closedForMs(node)).toBe(0);
  });

  it.each([
    ['RATE_LIMITED', 1, 1_000],
    ['RATE_LIMITED', 3, 4_000],
    ['RATE_LIMITED', 9, 30_000],
    ['AUTHENTICATION', 1, 60_000],
    ['QUOTA_EXHAUSTED', 1, 300_000],
    ['PERMISSION', 2, 0],
    ['PERMISSION', 3, 60_000],
    ['MODEL_NOT_FOUND', 3, 60_000],
    ['SERVER_ERROR', 4, 0],
    ['INVALID_REQUEST', 9, 0],
  ] as const)('%s, %i times, for %i ms', (how, times, ms) => {
    const node = startNode();
    for (let time = 0; time < times; time += 1) node.call(how);
    expect(closedForMs(node)).toBe(ms);
    if (ms > 0) expect(node.pulse.closedReason).toContain(how);
  });

  it('the wait that a provider asks for', () => {
    const node = startNode();
    node.rateLimits.failed({ code: 'RATE_LIMITED', message: '', retry: 'HERE', retryAfterMs: 7_000 });
    node.call('RATE_LIMITED', { retryAfterMs: 7_000 });
    expect(closedForMs(node)).toBe(7_000);
    expect(node.availability.state()).toBe('CLOSED');
  });

  it('a wait that it asks for while others are under way: it is full as well, and comes back by that limit', () => {
    const node = startNode();
    const { availability } = node;
    const [first, second] = [availability.began('STREAMED'), availability.began('STREAMED')];
    const details = { retryAfterMs: 1_000, durationMs: 20 };
    second.failed({ code: 'RATE_LIMITED', message: '', retry: 'HERE', retryAfterMs: 1_000 });
    second.ended(attemptOf(TALKER, 'RATE_LIMITED', details));
    expect([availability.askedToWaitMs(), availability.room.limit]).toEqual([1_000, 1]);
    node.clock.advance(1_000);
    expect([availability.askedToWaitMs(), availability.admit()]).toEqual([0, false]);
    first.ended(attemptOf(TALKER, 'SUCCEEDED'));
    expect(availability.admit()).toBe(true);
  });

  it('a guess says so, and beside it how long the provider asked for', () => {
    const node = startNode();
    node.call('AUTHENTICATION');
    expect(node.pulse.closedByGuess).toEqual({ kind: 'UNUSABLE', askedUntil: 0 });
    const asked = { code: 'RATE_LIMITED', message: '', retry: 'HERE', retryAfterMs: 7_000 } as const;
    node.rateLimits.failed(asked);
    const askedUntil = node.clock.monotonicMs() + 7_000;
    expect(node.pulse.closedByGuess).toEqual({ kind: 'UNUSABLE', askedUntil });
    node.rateLimits.failed({ ...asked, retryAfterMs: 90_000 });
    expect([closedForMs(node), node.pulse.closedByGuess]).toEqual([90_000, undefined]);
    const other = startNode();
    other.call('RATE_LIMITED');
    expect(other.pulse.closedByGuess).toEqual({ kind: 'LIMITED', askedUntil: 0 });
  });

  it('a guess is over once a call that began after it goes well, and not by one that began before', () => {
    const node = startNode();
    const early = node.availability.began('STREAMED');
    node.clock.advance(10);
    node.call('AUTHENTICATION');
    early.ended(attemptOf(TALKER, 'SUCCEEDED'));
    expect(closedForMs(node)).toBe(60_000);
    node.clock.advance(10);
    node.call('SERVER_ERROR');
    expect(closedForMs(node)).toBe(59_990);
    node.call('SUCCEEDED');
    expect(closedForMs(node)).toBe(0);
  });

  it('a good answer in between lets limits that name no time begin anew', () => {
    const node = startNode();
    for (let time = 0; time < 3; time += 1) node.call('RATE_LIMITED');
    expect(closedForMs(node)).toBe(4_000);
    node.clock.advance(4_000);
    node.call('SUCCEEDED');
    node.call('RATE_LIMITED');
    expect(closedForMs(node)).toBe(1_000);
    node.call('RATE_LIMITED');
    expect(closedForMs(node)).toBe(2_000);
  });

  it('a good answer in between lets refusals count from the start', () => {
    const node = startNode();
    for (let time = 0; time < 4; time += 1) {
      node.call('PERMISSION');
      node.call('SUCCEEDED');
    }
    expect(closedForMs(node)).toBe(0);
  });
});
