import { describe, expect, it } from 'vitest';
import { usageOf } from '../../../src/domain/usage.ts';
import { STAT_WINDOWS, type StatWindow } from '../../../src/gateway/statistics/tally.ts';
import { attemptOf, startNode } from '../routing/health/nodes.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a window holds what came within it', () => {
  it.each<[StatWindow, number, number]>([
    ['ONE_MINUTE', 50 * SECOND, 60 * SECOND],
    ['FIVE_MINUTES', 4 * MINUTE, 5 * MINUTE],
    ['THIRTY_MINUTES', 25 * MINUTE, 30 * MINUTE],
    ['ONE_DAY', 22 * HOUR, 24 * HOUR],
  ])('%s', (window, stillMs, goneMs) => {
    const { clock, call, stats, id } = startNode();
    call('SUCCEEDED', { ttftMs: 100, durationMs: 200 });
    const now = clock.monotonicMs();
    clock.advance(stillMs - now);
    expect(stats.window(id, window)).toMatchObject({ calls: 1, ttft: { sampleSize: 1 } });
    clock.advance(goneMs - stillMs);
    const empty = stats.window(id, window);
    expect(empty).toMatchObject({ calls: 0, requestsPerMinute: 0, outputTokensPerMinute: 0 });
    for (const name of ['ttft', 'outputTps', 'latency', 'errorRate', 'uptime'])
      expect(empty).not.toHaveProperty(name);
  });
});

it('counts every way to end once, and judges by those alone that say something', () => {
  const { call, stats, id } = startNode();
  for (const how of [
    'SUCCEEDED',
    'SUCCEEDED',
    'SUCCEEDED',
    'SERVER_ERROR',
    'RATE_LIMITED',
    'RATE_LIMITED',
  ] as const)
    call(how);
  for (const how of ['LOST', 'CANCELLED', 'INVALID_REQUEST', 'AUTHENTICATION'] as const) call(how);
  for (const window of STAT_WINDOWS) {
    const found = stats.window(id, window);
    expect(found).toMatchObject({ calls: 10, succeeded: 3, cancelled: 2, judged: 6, errorRate: 0.5 });
    expect(found.uptime).toBeCloseTo(5 / 6, 9);
    expect(Object.fromEntries(found.failedBy)).toEqual({
      SERVER_ERROR: 1,
      RATE_LIMITED: 2,
      INVALID_REQUEST: 1,
      AUTHENTICATION: 1,
    });
  }
  const stat = (metric: string) => stats.of(id).find((each) => each.metric === metric);
  expect(stat('ERROR_RATE')).toMatchObject({ p50: 0.5, sampleSize: 6, provenance: { source: 'own' } });
  expect(stat('UPTIME')?.p50).toBeCloseTo(5 / 6, 9);
});

it('rates are by the time that there was, and by no more than the window', () => {
  const { clock, call, stats, id } = startNode();
  for (let time = 0; time < 6; time += 1)
    call('SUCCEEDED', { ttftMs: 1_000, durationMs: 10_000, output: 90 });
  const first = stats.window(id, 'FIVE_MINUTES');
  // The first call had ended after ten seconds; less than a minute counts as one.
  expect(first.requestsPerMinute).toBeCloseTo(6, 5);
  expect(first.outputTokensPerMinute).toBeCloseTo(6 * 90, 5);
  expect(first.outputTps?.p50).toBeCloseTo(10, 0);
  expect(first.latency?.p50).toBeCloseTo(10_000, -2);
  clock.advance(210 * SECOND);
  expect(stats.window(id, 'FIVE_MINUTES').requestsPerMinute).toBeCloseTo(6 / (260 / 60), 5);
  // The first minute has left the window, and with it all calls but the last.
  clock.advance(30 * SECOND);
  expect(stats.window(id, 'FIVE_MINUTES').requestsPerMinute).toBeCloseTo(1 / 4, 5);
});

it('calls that failed or were lost add no speed, and estimated tokens are not counted as measured', () => {
  const { stats, id } = startNode();
  const usage = usageOf({ output: 50 });
  stats.record(attemptOf(id, 'TRUNCATED', { ttftMs: 10, usage }));
  stats.record(attemptOf(id, 'LOST', { ttftMs: 10, usage, usageEstimated: true }));
  const found = stats.window(id, 'FIVE_MINUTES');
  expect(found).not.toHaveProperty('ttft');
  expect(found).not.toHaveProperty('latency');
  expect(found.outputTokensPerMinute).toBe(50);
});

it('offerings that the catalogue does not have leave no trace', () => {
  const { stats } = startNode();
  const stranger = attemptOf(startNode({ name: 'stranger' }).id, 'SUCCEEDED');
  stats.record(stranger);
  expect([stats.called(), stats.measured(), stats.of(stranger.offeringId)]).toEqual([[], [], []]);
  expect(stats.totals(stranger.offeringId).size).toBe(0);
});
