import { expect, it } from 'vitest';
import { type BreakerRules, DEFAULT_BREAKER } from '../../../../src/domain/route.ts';
import { BreakerMachine, type Verdict } from '../../../../src/gateway/routing/health/breaker-machine.ts';

const ANSWERED: Verdict = { kind: 'ANSWERED' };
const FAILED: Verdict = { kind: 'FAILED', by: 'SERVER_ERROR' };

const machineWith = (rules: Partial<BreakerRules> = {}) =>
  new BreakerMachine({ ...DEFAULT_BREAKER, ...rules });

it('opens by failures in a row though streams of before still end well in between', () => {
  const machine = machineWith({ consecutiveFailures: 5 });
  const streams = Array.from({ length: 5 }, () => machine.began(0));
  for (const [at, stream] of streams.entries()) {
    expect(machine.isClosed()).toBe(true);
    machine.ended(machine.began(1_000 + at), 1_000 + at, FAILED);
    machine.ended(stream, 1_000 + at, ANSWERED);
  }
  expect(machine.isClosed()).toBe(false);
  expect(machine.reason()).toBe('5 of the last 5 calls failed, the last one with SERVER_ERROR');
});

it('stays closed where as many are still being answered as have failed at once', () => {
  const machine = machineWith({ consecutiveFailures: 5, minSamples: 100 });
  const streams = Array.from({ length: 8 }, () => machine.began(0));
  for (const stream of streams) {
    machine.ended(machine.began(1), 1, FAILED);
    machine.began(1);
    machine.ended(stream, 1, ANSWERED);
  }
  expect(machine.isClosed()).toBe(true);
});

it('an answer to a later call ends the row', () => {
  const machine = machineWith({ consecutiveFailures: 3, minSamples: 100 });
  const before = machine.began(0);
  for (const verdict of [FAILED, FAILED, ANSWERED, FAILED, FAILED])
    machine.ended(machine.began(1), 1, verdict);
  machine.ended(before, 1, ANSWERED);
  expect(machine.isClosed()).toBe(true);
});

it('opens by calls in a row that are late, while the good ones of before are still in its window', () => {
  const machine = machineWith({ slowTtftMs: 1_000, consecutiveFailures: 5 });
  for (let call = 0; call < 300; call += 1) machine.ended(machine.began(0), 0, ANSWERED);
  const silent = Array.from({ length: 5 }, () => machine.began(0));
  for (const call of silent) {
    expect(machine.isClosed()).toBe(true);
    machine.slow(call, 1_000);
  }
  expect(machine.reason()).toBe('5 calls in a row gave no token within 1000 ms');
});

it('a first token, late or not, ends a row of late calls', () => {
  const machine = machineWith({ slowTtftMs: 1_000, consecutiveFailures: 5, minSamples: 100 });
  const calls = Array.from({ length: 8 }, () => machine.began(0));
  for (const [place, call] of calls.entries()) {
    machine.slow(call, 1_000);
    if (place === 3) machine.spoke(call, 1_000);
  }
  expect(machine.isClosed()).toBe(true);
});

it('stays closed where a few fail at once while most have begun to answer, which takes longer', () => {
  const machine = machineWith({ consecutiveFailures: 5, minSamples: 20, errorRate: 0.5 });
  for (let time = 0; time < 200; time += 1) {
    const call = machine.began(time);
    if (time % 5 === 0) machine.ended(call, time, FAILED);
    else machine.spoke(call, time);
    expect(machine.isClosed()).toBe(true);
  }
});

it('opens where all fail, though first tokens of calls of before still come in between', () => {
  const machine = machineWith({ consecutiveFailures: 5 });
  const streams = Array.from({ length: 5 }, () => machine.began(0));
  for (const stream of streams) {
    expect(machine.isClosed()).toBe(true);
    machine.ended(machine.began(1), 1, FAILED);
    machine.spoke(stream, 1);
  }
  expect(machine.isClosed()).toBe(false);
});

it('opens where streams that began well break off one after the other', () => {
  const machine = machineWith({ consecutiveFailures: 5 });
  for (let time = 0; time < 5; time += 1) {
    expect(machine.isClosed()).toBe(true);
    const call = machine.began(time);
    machine.spoke(call, time);
    machine.ended(call, time, { kind: 'FAILED', by: 'TRUNCATED' });
  }
  expect(machine.isClosed()).toBe(false);
});
