import { describe, expect, test } from 'vitest';
import { judge, type Target } from '../../bench/gateways/targets.ts';

const target = (bound: Target['bound']): Target => ({
  load: 'full',
  text: 'REST',
  part: 'closed',
  figure: 'chat',
  bound,
});

describe('targets', () => {
  test.each([
    [{ atMost: 1.5 }, 1.5, 'met'],
    [{ atMost: 1.5 }, 1.51, 'missed'],
    [{ atMost: 0 }, 0, 'met'],
    [{ atLeast: 4 }, 4, 'met'],
    [{ atLeast: 4 }, 3.99, 'missed'],
  ] as const)('%j with %d is %s', (bound, value, verdict) => {
    expect(judge(target(bound), { chat: value })).toMatchObject({ value, verdict });
  });

  test('what was not measured is neither met nor missed', () => {
    for (const figures of [{}, { chat: Number.NaN }])
      expect(judge(target({ atMost: 1 }), figures)).toEqual({
        load: 'full',
        text: 'REST',
        bound: '≤ 1',
        verdict: 'not measured',
      });
  });
});
