import { expect, it } from 'vitest';
import type { RouteWeights } from '../../../../src/domain/route.ts';
import type { RouteCandidate } from '../../../../src/gateway/routing/candidate.ts';
import { orderBy } from '../../../../src/gateway/routing/strategies/registry.ts';
import { type CandidateOptions, contextWith, namesOf, offers } from './candidates.ts';

const scored = (candidates: readonly RouteCandidate[], weights?: RouteWeights) =>
  orderBy(
    candidates,
    weights === undefined ? { kind: 'BALANCED' } : { kind: 'BALANCED', weights },
    contextWith(),
  );

const scoresOf = (candidates: readonly RouteCandidate[], weights?: RouteWeights) =>
  Object.fromEntries(
    scored(candidates, weights).ranked.map(({ candidate, score }) => [
      candidate.offering.id,
      Math.round((score ?? Number.NaN) * 1e6) / 1e6,
    ]),
  );

const cheap: CandidateOptions = { cost: 1, pulse: { ttftMs: 1_600, outputTps: 40 }, scores: { gpqa: 40 } };
const quick: CandidateOptions = { cost: 4, pulse: { ttftMs: 200, outputTps: 160 }, scores: { gpqa: 60 } };
const good: CandidateOptions = { cost: 16, pulse: { ttftMs: 800, outputTps: 40 }, scores: { gpqa: 80 } };

it.each<readonly [RouteWeights, readonly string[]]>([
  [{ cost: 1 }, ['cheap', 'quick', 'good']],
  [{ ttft: 1 }, ['quick', 'good', 'cheap']],
  [{ throughput: 1 }, ['quick', 'cheap', 'good']],
  [{ quality: 1 }, ['good', 'quick', 'cheap']],
  [{ quality: 5, cost: 1 }, ['good', 'quick', 'cheap']],
  [{ quality: 1, cost: 5 }, ['cheap', 'quick', 'good']],
])('goes by %j', (weights, names) => {
  expect(namesOf(scored(offers({ cheap, quick, good }), weights))).toEqual(names);
});

it('compares costs and times by ratio, quality by difference; 0 is the best in all, 1 the worst', () => {
  const candidates = offers({ cheap, quick, good });
  expect(scoresOf(candidates, { cost: 1 })).toEqual({ cheap: 0, quick: 0.5, good: 1 });
  expect(scoresOf(candidates, { ttft: 3 })).toEqual({ quick: 0, good: 0.666667, cheap: 1 });
  expect(scoresOf(candidates, { quality: 2 })).toEqual({ good: 0, quick: 0.5, cheap: 1 });
  expect(scoresOf(candidates, { cost: 3, quality: 1 })).toEqual({ cheap: 0.25, quick: 0.5, good: 0.75 });
});

it('takes what is not known for the worst', () => {
  const candidates = offers({ a: { cost: 2 }, unknown: {}, b: { cost: 4 } });
  expect(scoresOf(candidates, { cost: 1 })).toEqual({ a: 0, unknown: 1, b: 1 });
});

it('gives the weight of what is known of none to the others', () => {
  const candidates = offers({ a: { cost: 2 }, b: { cost: 4 } });
  expect(scoresOf(candidates, { cost: 1, ttft: 100, quality: 100 })).toEqual({ a: 0, b: 1 });
});

it('takes what is free for as good as the cheapest', () => {
  const candidates = offers({ free: { cost: 0 }, paid: { cost: 2 }, dear: { cost: 8 } });
  expect(scoresOf(candidates, { cost: 1 })).toEqual({ free: 0, paid: 0, dear: 1 });
});

it('counts errors as missing uptime', () => {
  const candidates = offers({ failing: { pulse: { errorRate: 0.2 } }, sound: {} });
  expect(namesOf(scored(candidates, { uptime: 1 }))).toEqual(['sound', 'failing']);
});

it('goes by the benchmark that scores most of the candidates', () => {
  const candidates = offers({
    a: { scores: { mmlu: 90, gpqa: 40 } },
    b: { scores: { gpqa: 60 } },
    c: { scores: { gpqa: 50 } },
  });
  expect(namesOf(scored(candidates, { quality: 1 }))).toEqual(['b', 'c', 'a']);
});

it('takes the score that stands for the model at a benchmark', () => {
  const [one, other] = offers({ one: { scores: { gpqa: 50 } }, other: { scores: { gpqa: 60 } } });
  if (one === undefined || other === undefined) throw new Error('there are two');
  const [score] = one.scores;
  if (score === undefined) throw new Error('it has a score');
  const twice = {
    ...one,
    scores: [
      { ...score, represents: false },
      { ...score, setting: 'high', score: 70 },
    ],
  };
  expect(namesOf(scored([twice, other], { quality: 1 }))).toEqual(['one', 'other']);
});

it('takes the lower score for the better one where less is better', () => {
  const candidates = offers({ one: { scores: { errors: 3 } }, other: { scores: { errors: 9 } } }).map(
    (candidate) => ({
      ...candidate,
      scores: candidate.scores.map((score) => ({ ...score, lessIsBetter: true })),
    }),
  );
  expect(namesOf(scored(candidates, { quality: 1 }))).toEqual(['one', 'other']);
});

it('weighs as where offerings are compared, unless told otherwise: cost leads', () => {
  const candidates = offers({ cheap, quick, good });
  expect(namesOf(scored(candidates))).toEqual(
    namesOf(scored(candidates, { cost: 0.5, quality: 0.2, throughput: 0.15, ttft: 0.1, uptime: 0.05 })),
  );
});

it('keeps the list where nothing is known at all', () => {
  expect(namesOf(scored(offers({ a: {}, b: {} }), { cost: 1 }))).toEqual(['a', 'b']);
});
