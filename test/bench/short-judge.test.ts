import { describe, expect, test } from 'vitest';
import {
  dearest,
  describeJudgement,
  isPassed,
  judgeShort,
  lowerQuartiles,
} from '../../bench/gateways/short-judge.ts';

describe('what a change costs', () => {
  test('a quarter more than what is committed is tolerated, and not more', () => {
    expect(judgeShort({ chat: 2 }, { chat: 2.5 }).worse).toEqual([]);
    expect(judgeShort({ chat: 2 }, { chat: 2.6 }).worse).toEqual([
      { name: 'chat', was: 2, is: 2.6, by: expect.closeTo(0.3) },
    ]);
  });

  test('kilobytes a stream may be worse by their noise as well', () => {
    expect(isPassed(judgeShort({ 'chat.kb': 40 }, { 'chat.kb': 80 }))).toBe(true);
    const judgement = judgeShort({ 'chat.kb': 40 }, { 'chat.kb': 82 });
    expect(describeJudgement(judgement)).toEqual([
      'chat.kb: 82.00, 105 % worse than 40.00, which is committed; 25 % are tolerated, and 30 KB',
    ]);
  });

  test('what is better passes', () => {
    expect(isPassed(judgeShort({ chat: 2, mutation: 3 }, { chat: 0.5, mutation: 3 }))).toBe(true);
  });

  test('one that is worse fails all, and the worst is said first', () => {
    const judgement = judgeShort(
      { chat: 2, mutation: 2, messages: 2 },
      { chat: 3, mutation: 5, messages: 2 },
    );
    expect(isPassed(judgement)).toBe(false);
    expect(describeJudgement(judgement)).toEqual([
      'mutation: 5.00, 150 % worse than 2.00, which is committed; 25 % are tolerated',
      'chat: 3.00, 50 % worse than 2.00, which is committed; 25 % are tolerated',
    ]);
  });

  test('a figure that is committed cannot be left out', () => {
    for (const measured of [{ chat: 2 }, { chat: 2, mutation: Number.NaN }]) {
      const judgement = judgeShort({ chat: 2, mutation: 2 }, measured);
      expect(judgement.missing).toEqual(['mutation']);
      expect(isPassed(judgement)).toBe(false);
    }
  });

  test('a figure that is not committed is told, and fails nothing', () => {
    const judgement = judgeShort({ chat: 2 }, { chat: 2, mutation: 9 });
    expect(describeJudgement(judgement)).toEqual([
      'mutation: measured, but not committed: npm run bench:short -- --write',
    ]);
    expect(isPassed(judgement)).toBe(true);
  });

  test('noisy rounds move nothing, as long as some are quiet', () => {
    const rounds = [2, 9, 50, 2, 7].map((chat) => ({ chat }));
    expect(lowerQuartiles(rounds)).toEqual({ chat: 2 });
    expect(lowerQuartiles([{ chat: 1 }, { chat: 3 }])).toEqual({ chat: 1 });
  });

  test('what is committed is the dearest of several starts', () => {
    expect(dearest([{ chat: 2, kb: 30 }, { chat: 2.4, kb: 20 }, {}])).toEqual({ chat: 2.4, kb: 30 });
  });

  test('a round without a figure says nothing of it', () => {
    expect(lowerQuartiles([{ chat: 2 }, { chat: Number.NaN, kb: 7 }, {}])).toEqual({ chat: 2, kb: 7 });
  });
});
