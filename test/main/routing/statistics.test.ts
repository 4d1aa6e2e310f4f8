import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { until } from '../../support/until.ts';
import { type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'one' | 'two';
const served = {
  models: ['m', 'open'].map((id) => ({ id, model: `lab/${id}`, prices: { input: 1, output: 2 } })),
};

let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({ providers: { one: served, two: served } });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const STATS = /* GraphQL */ `
  query ($id: ID!, $window: StatWindow!) {
    offering(id: $id) {
      breaker { state reason retryAfterMs }
      stats(window: $window) {
        window calls succeeded cancelled errorRate uptime requestsPerMinute outputTokensPerMinute
        failedBy { code count }
        ttft { p50 p95 p99 sampleSize } latency { p50 sampleSize } outputTps { p50 sampleSize }
      }
    }
  }
`;
const WINDOWS = ['ONE_MINUTE', 'FIVE_MINUTES', 'THIRTY_MINUTES', 'ONE_DAY'];
const statsOf = async (id: string, window = 'FIVE_MINUTES') =>
  (await routing.ask(STATS, { id, window })).offering;

describe('statistics of an offering', () => {
  it('are empty before anything was asked', async () => {
    for (const window of WINDOWS) {
      expect(await statsOf('two/m', window)).toMatchObject({
        breaker: { state: 'CLOSED', reason: null, retryAfterMs: 0 },
        stats: {
          window,
          calls: 0,
          errorRate: null,
          uptime: null,
          ttft: null,
          latency: null,
          outputTps: null,
        },
      });
    }
  });

  it('tell of this server’s traffic in each window', async () => {
    const { one } = routing.upstreams;
    one.behave(answer({ ttftMs: 60, tokenMs: 40, tokens: ['a', ' b', ' c', ' d'] }));
    for (let n = 0; n < 8; n++) await routing.complete({ model: 'offering:one/m' });
    one.next(fails(500), fails(429), fails(400));
    for (let n = 0; n < 2; n++) await routing.complete({ model: 'offering:one/m' });
    // The limit that was met closes it for a moment, while there is another.
    await until(
      () => routing.plan({ model: 'lab/m' }),
      ({ candidates }) => candidates.length === 2,
    );
    await routing.complete({ model: 'offering:one/m' });

    for (const window of WINDOWS) {
      const { stats } = await statsOf('one/m', window);
      expect(stats).toMatchObject({
        window,
        calls: 11,
        succeeded: 8,
        cancelled: 0,
        ttft: { sampleSize: 8 },
        latency: { sampleSize: 8 },
        outputTps: { sampleSize: 8 },
      });
      expect(stats.failedBy).toEqual(
        expect.arrayContaining([
          { code: 'SERVER_ERROR', count: 1 },
          { code: 'RATE_LIMITED', count: 1 },
          { code: 'INVALID_REQUEST', count: 1 },
        ]),
      );
      // What the request is to blame for counts for neither; a limit is an error, and no downtime.
      expect(stats.errorRate).toBeCloseTo(2 / 10, 6);
      expect(stats.uptime).toBeCloseTo(9 / 10, 6);
      expect(stats.ttft.p50).toBeGreaterThanOrEqual(58);
      expect(stats.ttft.p99).toBeGreaterThanOrEqual(stats.ttft.p50);
      expect(stats.latency.p50).toBeGreaterThanOrEqual(175);
      expect(stats.outputTps.p50).toBeGreaterThan(0);
      expect(stats.requestsPerMinute).toBeGreaterThan(0);
      expect(stats.outputTokensPerMinute).toBeGreaterThan(0);
    }
  });

  it('count losers of a race as cancelled', async () => {
    const { one, two } = routing.upstreams;
    one.behave(answer({ ttftMs: 3_000 }));
    two.behave(answer());
    const before = await statsOf('one/m');
    await routing.complete({ model: 'lab/m', routing: { strategy: 'RACE' } });
    const after = await statsOf('one/m');
    expect(after.stats.cancelled).toBe(before.stats.cancelled + 1);
    expect(after.stats.errorRate).toBe(before.stats.errorRate);
    expect(after.stats.ttft.sampleSize).toBe(before.stats.ttft.sampleSize);
  });

  it('tell how its breaker stands, and why', async () => {
    routing.upstreams.one.behave(fails(500));
    for (let n = 0; n < 5; n++) await routing.complete({ model: 'offering:one/open' });
    const { breaker } = await statsOf('one/open');
    expect(breaker).toEqual({
      state: 'OPEN',
      reason: expect.stringContaining('5 calls in a row failed'),
      retryAfterMs: expect.any(Number),
    });
    expect(breaker.retryAfterMs).toBeGreaterThan(0);
    expect(breaker.retryAfterMs).toBeLessThanOrEqual(5_000);
  });
});
