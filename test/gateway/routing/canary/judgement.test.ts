import { describe, expect, it } from 'vitest';
import {
  type CallSample,
  judgeCanary,
  leastShare,
} from '../../../../src/gateway/routing/canary/judgement.ts';
import { seededRandom } from '../strategies/candidates.ts';

const samples = (count: number, of: (n: number) => Partial<CallSample>): readonly CallSample[] =>
  Array.from({ length: count }, (_, n) => ({ atMs: n, hasFailed: false, ...of(n) }));
const failing = (count: number, failed: number) => samples(count, (n) => ({ hasFailed: n < failed }));

describe('the judgement of a canary', () => {
  it('says nothing of few calls, however bad, on either side', () => {
    expect(judgeCanary(failing(19, 19), failing(500, 0), { errorRate: 0 }, 20)).toBeUndefined();
    expect(judgeCanary(failing(500, 500), failing(19, 0), { errorRate: 0 }, 20)).toBeUndefined();
  });

  it('finds one that fails more than it may, and more than the others do', () => {
    expect(judgeCanary(failing(50, 12), failing(200, 2), { errorRate: 0.05 }, 50)).toEqual({
      reason: 'ERROR_RATE',
      detail: '12 of 50 calls failed (24 %), 1 % elsewhere.',
    });
    // Four of fifty may be chance.
    expect(judgeCanary(failing(50, 4), failing(200, 2), { errorRate: 0.05 }, 50)).toBeUndefined();
    // The others fail as well: it is not the canary.
    expect(judgeCanary(failing(50, 12), failing(200, 50), { errorRate: 0.05 }, 50)).toBeUndefined();
    // What fails less than it may is not looked at further.
    expect(judgeCanary(failing(500, 30), failing(500, 0), { errorRate: 0.1 }, 50)).toBeUndefined();
  });

  it.each([
    ['TTFT', { ttftRatio: 1.5 }, 'ttftMs', 200, 100],
    ['OUTPUT_TPS', { tpsRatio: 0.7 }, 'outputTps', 40, 100],
    ['COST', { costRatio: 1.2 }, 'costUsd', 0.02, 0.01],
    ['COST', { costRatio: 1.2 }, 'costUsd', 0.02, 0],
  ] as const)('finds a worse %s', (reason, limits, measure, own, other) => {
    const random = seededRandom(4);
    const around = (middle: number) => () => ({ [measure]: middle * (0.9 + random() / 5) });
    const canary = samples(60, around(own));
    expect(judgeCanary(canary, samples(60, around(other)), limits, 50)).toMatchObject({ reason });
    expect(judgeCanary(canary, samples(60, around(own)), limits, 50)).toBeUndefined();
    expect(judgeCanary(canary, samples(60, around(other)), {}, 50)).toBeUndefined();
    // Samples that say nothing of it do not count.
    expect(
      judgeCanary(canary, [...samples(49, around(other)), ...failing(99, 0)], limits, 50),
    ).toBeUndefined();
  });

  it('is hardly ever wrong of one that is as good as the others, though it looks each time', () => {
    let wrong = 0;
    for (let world = 0; world < 200; world++) {
      const random = seededRandom(world);
      const draw = (): Partial<CallSample> =>
        random() < 0.02 ? { hasFailed: true } : { ttftMs: 100 / (0.05 + random()) };
      const canary: CallSample[] = [];
      const others: CallSample[] = [...samples(50, draw)];
      for (let n = 0; n < 200; n++) {
        canary.push(...samples(1, draw));
        others.push(...samples(5, draw));
        if (judgeCanary(canary, others.slice(-500), { errorRate: 0.05, ttftRatio: 1.2 }, 50) === undefined)
          continue;
        wrong += 1;
        break;
      }
    }
    expect(wrong).toBeLessThanOrEqual(2);
  });

  it('goes by the share that calls speak for, which is less than theirs', () => {
    expect(leastShare(0, 50)).toBe(0);
    expect(leastShare(10, 10)).toBeCloseTo(0.601, 2);
    expect(leastShare(100, 1_000)).toBeGreaterThan(0.075);
    expect(leastShare(100, 1_000)).toBeLessThan(0.1);
  });
});
