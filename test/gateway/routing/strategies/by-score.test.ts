import { describe, expect, it } from 'vitest';
import { byScore } from '../../../../src/gateway/routing/strategies/by-score.ts';
import { seededRandom } from './candidates.ts';

const sorted = (scores: readonly number[]): readonly number[] =>
  scores
    .map((_score, place) => place)
    .sort((a, b) => {
      const [one, other] = [scores[a] ?? 0, scores[b] ?? 0];
      return one === other ? a - b : one - other;
    });

describe.each([0, 1, 2, 7, 24, 25, 200, 256, 257, 1_000])('%i scores', (count) => {
  const random = seededRandom(count + 1);
  it.each([
    ['small costs', () => random() * 1e-6],
    ['many ties', () => Math.floor(random() * 5)],
    ['either sign', () => random() * 2 - 1],
    ['none that is known', () => (random() < 0.5 ? Number.POSITIVE_INFINITY : random())],
  ])('%s', (_title, draw) => {
    // What single precision tells apart: finer differences are ties.
    const scores = Array.from({ length: count }, () => Math.fround(draw()));
    expect([...byScore(Float64Array.from(scores))]).toEqual(sorted(scores));
    for (const most of [1, 8, 20, 32, 33])
      expect([...byScore(Float64Array.from(scores), most)].slice(0, most)).toEqual(
        sorted(scores).slice(0, most),
      );
  });
});

it('puts what is no number last', () => {
  expect([...byScore(Float64Array.of(Number.NaN, 2, Number.POSITIVE_INFINITY, 1))]).toEqual([3, 1, 2, 0]);
});

it('takes 0 and -0 for a tie', () => {
  expect([...byScore(Float64Array.of(0, -0, 0))]).toEqual([0, 1, 2]);
});
