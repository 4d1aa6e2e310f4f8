import { describe, expect, it } from 'vitest';
import { type BreakerRules, DEFAULT_BREAKER } from '../../../../src/domain/route.ts';
import {
  type BreakerChange,
  BreakerMachine,
  PROBE_LOST_MS,
  type Verdict,
} from '../../../../src/gateway/routing/health/breaker-machine.ts';

const ANSWERED: Verdict = { kind: 'ANSWERED' };
const FAILED: Verdict = { kind: 'FAILED', by: 'SERVER_ERROR' };
const NOTHING: Verdict = { kind: 'NOTHING' };

const machineWith = (rules: Partial<BreakerRules> = {}) => {
  const changes: BreakerChange[] = [];
  const machine = new BreakerMachine({ ...DEFAULT_BREAKER, ...rules }, (change) => changes.push(change));
  /** Calls that end as they begin: `.` answered, `x` failed, `-` says nothing. */
  const calls = (kinds: string, at = 0): void => {
    for (const kind of kinds)
      machine.ended(machine.began(at), at, kind === 'x' ? FAILED : kind === '.' ? ANSWERED : NOTHING);
  };
  return { machine, changes, calls };
};

describe('opens', () => {
  it.each<[string, Partial<BreakerRules>, string, boolean]>([
    ['by failures in a row', { consecutiveFailures: 3 }, 'xxx', true],
    ['not by fewer', { consecutiveFailures: 3 }, 'xx.xx', false],
    ['whatever says nothing between them', { consecutiveFailures: 3 }, 'x-x-x', true],
    ['by the error rate', { minSamples: 10, errorRate: 0.5 }, '.x.x.x.x.x', true],
    [
      'by the error rate, once there are enough, be the last one good',
      { minSamples: 10 },
      'x.xx.x..x.',
      true,
    ],
    ['not before there are enough', { minSamples: 11, errorRate: 0.5 }, '.x.x.x.x.x', false],
    ['not below the rate', { minSamples: 10, errorRate: 0.5 }, '..x.x.x.x.', false],
    [
      'not where nothing failed, even with a rate of 0',
      { minSamples: 1, errorRate: 0, slowRate: 0 },
      '....',
      false,
    ],
  ])('%s', (_name, rules, kinds, opens) => {
    const { machine, calls } = machineWith(rules);
    calls(kinds);
    expect(machine.state(0)).toBe(opens ? 'OPEN' : 'CLOSED');
    expect(machine.isClosed()).toBe(!opens);
  });

  it('forgets calls that are older than its window', () => {
    const { machine, calls } = machineWith({ windowMs: 10_000, minSamples: 10, consecutiveFailures: 100 });
    calls('xxxxx', 0);
    calls('....', 9_000);
    calls('.', 10_000);
    expect(machine.state(10_000)).toBe('CLOSED');
    calls('xxxxx', 12_000);
    expect(machine.state(12_000)).toBe('OPEN');
    expect(machine.reason()).toBe('5 of 10 calls in 10 s failed');
  });

  it('by calls whose first token is late, while they still wait', () => {
    const { machine } = machineWith({ slowTtftMs: 1_000, slowRate: 0.05, minSamples: 20 });
    for (let call = 0; call < 19; call += 1) machine.ended(machine.began(0), 500, ANSWERED);
    const waiting = machine.began(0);
    machine.slow(waiting, 1_000);
    expect(machine.state(1_000)).toBe('OPEN');
    expect(machine.reason()).toBe('1 of 20 calls in 30 s gave no token within 1000 ms');
  });

  it('counts a slow call that ends once', () => {
    const { machine } = machineWith({ slowTtftMs: 1_000, slowRate: 0.5, minSamples: 3 });
    const slow = machine.began(0);
    machine.slow(slow, 1_000);
    machine.slow(slow, 1_000);
    machine.ended(slow, 2_000, ANSWERED);
    machine.ended(machine.began(2_000), 2_000, ANSWERED);
    expect(machine.state(2_000)).toBe('CLOSED');
    machine.ended(machine.began(2_000), 2_000, ANSWERED);
    expect(machine.state(2_000)).toBe('CLOSED');
  });
});

describe('while it is open', () => {
  const opened = (rules: Partial<BreakerRules> = {}) => {
    const made = machineWith({ consecutiveFailures: 1, openMs: 5_000, ...rules });
    made.calls('x');
    return made;
  };

  it('counts the time down, then lets one probe through', () => {
    const { machine } = opened();
    expect(machine.retryAfterMs(2_000)).toBe(3_000);
    expect(machine.takeProbe(4_999)).toBe(false);
    expect(machine.state(5_000)).toBe('HALF_OPEN');
    expect(machine.retryAfterMs(5_000)).toBe(0);
    expect(machine.takeProbe(5_000)).toBe(true);
    expect(machine.takeProbe(5_000)).toBe(false);
  });

  it('a good probe closes it, and all before is forgotten but how often it opened', () => {
    const { machine, changes, calls } = opened({ consecutiveFailures: 2, minSamples: 2, errorRate: 0.5 });
    calls('x');
    machine.takeProbe(5_000);
    machine.ended(machine.began(5_000), 5_100, ANSWERED);
    expect(machine.state(5_100)).toBe('CLOSED');
    expect(machine.reason()).toBeUndefined();
    calls('.', 5_100);
    calls('x', 5_100);
    expect(changes.map(({ to }) => to)).toEqual(['OPEN', 'CLOSED', 'OPEN']);
    expect(changes[2]).toMatchObject({ forMs: 10_000, openings: 2 });
  });

  it('begins with its shortest time again once it was closed for as long as it would have been open next', () => {
    const { machine, changes, calls } = opened();
    machine.takeProbe(5_000);
    machine.ended(machine.began(5_000), 5_100, ANSWERED);
    calls('x', 15_100);
    expect(changes.at(-1)).toMatchObject({ forMs: 5_000, openings: 1 });
  });

  it('is tried once a second where nothing else is left, which makes it no longer', () => {
    const { machine, changes } = opened({ openMs: 5_000 });
    const from = 5_000 - machine.retryAfterMs(0);
    expect(machine.insist(from + 999, false)).toBe(false);
    for (const atMs of [from + 1_000, from + 2_000]) {
      expect(machine.insist(atMs, false)).toBe(true);
      expect(machine.mayInsist(atMs, false)).toBe(false);
      machine.ended(machine.began(atMs), atMs, FAILED);
    }
    expect(machine.retryAfterMs(from + 2_000)).toBe(3_000);
    expect(machine.insist(from + 3_000, false)).toBe(true);
    machine.ended(machine.began(from + 3_000), from + 3_000, ANSWERED);
    expect(changes.map(({ to }) => to)).toEqual(['OPEN', 'CLOSED']);
  });

  it('is called all the same where nothing else is left, as it answers now and then, until it does not', () => {
    const machine = new BreakerMachine({ ...DEFAULT_BREAKER, minSamples: 20, consecutiveFailures: 50 });
    for (let n = 0; machine.isClosed(); n += 1)
      machine.ended(machine.began(n), n, n % 2 === 0 ? FAILED : ANSWERED);
    for (let n = 0; n < 10; n += 1) {
      expect(machine.insist(100, false)).toBe(true);
      expect(machine.mayInsist(100, true)).toBe(false);
      machine.ended(machine.began(100), 100, FAILED);
    }
    expect(machine.mayInsist(100, false)).toBe(false);
  });

  it('bad probes open it for longer each time, up to 8 times', () => {
    const { machine, changes } = opened();
    let now = 0;
    for (let probe = 0; probe < 5; probe += 1) {
      now += machine.retryAfterMs(now);
      expect(machine.takeProbe(now)).toBe(true);
      machine.ended(machine.began(now), now, FAILED);
    }
    expect(changes.map((change) => change.to === 'OPEN' && change.forMs)).toEqual([
      5_000, 10_000, 20_000, 40_000, 40_000, 40_000,
    ]);
    expect(machine.reason()).toBe('a probe failed with SERVER_ERROR');
  });

  it('a probe that says nothing makes room for the next one', () => {
    const { machine } = opened();
    machine.takeProbe(5_000);
    machine.ended(machine.began(5_000), 5_001, NOTHING);
    expect(machine.state(5_001)).toBe('HALF_OPEN');
    expect(machine.takeProbe(5_001)).toBe(true);
    machine.dropProbe();
    expect(machine.takeProbe(5_001)).toBe(true);
  });

  it('a probe that is never told of counts as failed', () => {
    const { machine } = opened();
    machine.takeProbe(5_000);
    const lost = machine.began(5_000);
    expect(machine.state(5_000 + PROBE_LOST_MS - 1)).toBe('HALF_OPEN');
    expect(machine.state(5_000 + PROBE_LOST_MS)).toBe('OPEN');
    machine.ended(lost, 5_000 + PROBE_LOST_MS, ANSWERED);
    expect(machine.state(5_000 + PROBE_LOST_MS)).toBe('OPEN');
  });

  it('a slow probe is a bad one', () => {
    const { machine } = opened({ slowTtftMs: 100 });
    machine.takeProbe(5_000);
    machine.slow(machine.began(5_000), 5_100);
    expect(machine.state(5_100)).toBe('OPEN');
  });

  it('calls from before say nothing any more, and one that another breaker let through is a probe', () => {
    const { machine } = machineWith({ consecutiveFailures: 1 });
    const before = machine.began(0);
    machine.ended(machine.began(0), 0, FAILED);
    const during = machine.began(1_000);
    machine.ended(before, 5_000, ANSWERED);
    machine.ended(during, 5_000, ANSWERED);
    expect(machine.state(5_000)).toBe('HALF_OPEN');
    const after = machine.began(5_000);
    const second = machine.began(5_000);
    expect([machine.isProbe(after), machine.isProbe(second)]).toEqual([true, false]);
    machine.ended(second, 5_100, FAILED);
    expect(machine.state(5_100)).toBe('HALF_OPEN');
    machine.ended(after, 5_100, ANSWERED);
    expect(machine.state(5_100)).toBe('CLOSED');
  });
});

it('takes over what another node says, and tells what it knows', () => {
  const { machine, changes } = machineWith({ openMs: 5_000 });
  expect(machine.snapshot(0)).toBeUndefined();
  machine.open(0, { to: 'OPEN', forMs: 10_000, openings: 2, reason: 'so it was' });
  expect(machine.state(9_999)).toBe('OPEN');
  expect(machine.snapshot(4_000)).toEqual({ to: 'OPEN', forMs: 6_000, openings: 2, reason: 'so it was' });
  machine.open(1_000, { to: 'OPEN', forMs: 1_000, openings: 1, reason: 'later and shorter' });
  expect(machine.retryAfterMs(1_000)).toBe(9_000);
  machine.takeProbe(10_000);
  machine.ended(machine.began(10_000), 10_000, FAILED);
  expect(machine.retryAfterMs(10_000)).toBe(20_000);
  machine.close(10_000);
  expect(machine.state(10_000)).toBe('CLOSED');
  expect(changes).toHaveLength(1);
});
