import { describe, expect, test } from 'vitest';
import type { RateLimit } from '../../src/domain/rate-limit.ts';
import { readRateLimits } from '../../src/wire/rate-limits.ts';
import { hasRecordings, titleWithRecordings } from '../support/recordings.ts';
import { readRecordings } from './recordings.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const inMs = (ms: number): Date => new Date(NOW.getTime() + ms);
const read = (headers: { readonly [name: string]: string }): readonly RateLimit[] =>
  readRateLimits(headers, () => NOW);

describe('rate-limit headers', () => {
  test('OpenAI and Groq: requests and tokens, resets as durations', () => {
    expect(
      read({
        'x-ratelimit-limit-requests': '10000',
        'x-ratelimit-remaining-requests': '9999',
        'x-ratelimit-reset-requests': '8.64s',
        'x-ratelimit-limit-tokens': '200000',
        'x-ratelimit-remaining-tokens': '199000',
        'x-ratelimit-reset-tokens': '6m0s',
        'content-type': 'application/json',
      }),
    ).toEqual([
      { kind: 'REQUESTS', limit: 10_000, remaining: 9_999, resetsAt: inMs(8_640) },
      { kind: 'TOKENS', limit: 200_000, remaining: 199_000, resetsAt: inMs(360_000) },
    ]);
  });

  test.each([
    ['6m0s', inMs(360_000)],
    ['1.5s', inMs(1_500)],
    ['120ms', inMs(120)],
    ['1h2m3s', inMs(3_723_000)],
    ['1d', inMs(86_400_000)],
    ['7m12.5s', inMs(432_500)],
    ['59', inMs(59_000)],
    ['0.25', inMs(250)],
    ['0', NOW],
    ['1793534460', new Date(1_793_534_460_000)],
    ['1793534460000', new Date(1_793_534_460_000)],
    ['2026-11-01T12:00:30Z', inMs(30_000)],
    ['Sun, 01 Nov 2026 12:01:00 GMT', inMs(60_000)],
  ])('a reset of %s', (value, resetsAt) => {
    expect(read({ 'x-ratelimit-limit-requests': '5', 'x-ratelimit-reset-requests': value })).toEqual([
      { kind: 'REQUESTS', limit: 5, resetsAt },
    ]);
  });

  test('OpenRouter and GitHub: one nameless limit, reset as a Unix time in milliseconds or seconds', () => {
    const of = (reset: string) =>
      read({ 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
    const expected = [
      { kind: 'REQUESTS', limit: 20, remaining: 0, resetsAt: new Date('2026-11-01T12:01:00Z') },
    ];
    expect(of(String(inMs(60_000).getTime()))).toEqual(expected);
    expect(of(String(inMs(60_000).getTime() / 1_000))).toEqual(expected);
  });

  test('Anthropic: four limits, resets as times', () => {
    const one = (name: string, limit: number) => ({
      [`anthropic-ratelimit-${name}-limit`]: String(limit),
      [`anthropic-ratelimit-${name}-remaining`]: String(limit - 1),
      [`anthropic-ratelimit-${name}-reset`]: '2026-11-01T12:00:09Z',
    });
    expect(
      read({
        ...one('requests', 50),
        ...one('tokens', 48_000),
        ...one('input-tokens', 40_000),
        ...one('output-tokens', 8_000),
      }),
    ).toEqual([
      { kind: 'REQUESTS', limit: 50, remaining: 49, resetsAt: inMs(9_000) },
      { kind: 'TOKENS', limit: 48_000, remaining: 47_999, resetsAt: inMs(9_000) },
      { kind: 'INPUT_TOKENS', limit: 40_000, remaining: 39_999, resetsAt: inMs(9_000) },
      { kind: 'OUTPUT_TOKENS', limit: 8_000, remaining: 7_999, resetsAt: inMs(9_000) },
    ]);
  });

  test("Anthropic's fast mode has limits of its own", () => {
    expect(
      read({
        'anthropic-ratelimit-output-tokens-limit': '8000',
        'anthropic-ratelimit-output-tokens-remaining': '8000',
        'anthropic-fast-output-tokens-limit': '2000',
        'anthropic-fast-output-tokens-remaining': '1500',
        'anthropic-fast-output-tokens-reset': '2026-11-01T12:00:09Z',
      }),
    ).toEqual([{ kind: 'OUTPUT_TOKENS', limit: 2_000, remaining: 1_500, resetsAt: inMs(9_000) }]);
  });

  test('IETF drafts: the three headers, and the two structured ones', () => {
    expect(
      read({ 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '40', 'ratelimit-reset': '50' }),
    ).toEqual([{ kind: 'REQUESTS', limit: 100, remaining: 40, resetsAt: inMs(50_000) }]);
    expect(
      read({
        ratelimit: '"burst";r=3;t=2, "daily";r=900;t=3600',
        'ratelimit-policy': '"burst";q=10;w=5, "daily";q=1000;w=86400',
      }),
    ).toEqual([{ kind: 'REQUESTS', limit: 10, remaining: 3, resetsAt: inMs(2_000) }]);
  });

  test('Azure: what is left, in plain seconds, with or without the limit', () => {
    expect(read({ 'x-ratelimit-remaining-requests': '9', 'x-ratelimit-remaining-tokens': '9980' })).toEqual([
      { kind: 'REQUESTS', remaining: 9 },
      { kind: 'TOKENS', remaining: 9_980 },
    ]);
    expect(read({ 'x-ratelimit-remaining-tokens': '9980', 'x-ratelimit-reset-tokens': '17' })).toEqual([
      { kind: 'TOKENS', remaining: 9_980, resetsAt: inMs(17_000) },
    ]);
  });

  test('Mistral: by size, and by minute', () => {
    expect(
      read({
        'ratelimitbysize-limit': '500000',
        'ratelimitbysize-remaining': '499955',
        'ratelimitbysize-reset': '37',
        'ratelimitbysize-query-cost': '45',
        'x-ratelimitbysize-limit-minute': '500000',
        'x-ratelimitbysize-remaining-minute': '499956',
        'x-ratelimitbysize-limit-month': '1000000000',
        'x-ratelimitbysize-remaining-month': '998000000',
      }),
    ).toEqual([{ kind: 'TOKENS', limit: 500_000, remaining: 499_955, resetsAt: inMs(37_000) }]);
    expect(
      read({
        'x-ratelimit-limit-req-minute': '60',
        'x-ratelimit-remaining-req-minute': '59',
        'x-ratelimit-limit-tokens-minute': '50000',
        'x-ratelimit-remaining-tokens-minute': '49999',
      }),
    ).toEqual([
      { kind: 'REQUESTS', limit: 60, remaining: 59 },
      { kind: 'TOKENS', limit: 50_000, remaining: 49_999 },
    ]);
  });

  test('Cerebras and SambaNova: of windows side by side the one with the fewest left', () => {
    const headers = {
      'x-ratelimit-limit-requests-minute': '30',
      'x-ratelimit-remaining-requests-minute': '29',
      'x-ratelimit-reset-requests-minute': '11.5',
      'x-ratelimit-limit-requests-day': '14400',
      'x-ratelimit-remaining-requests-day': '14000',
      'x-ratelimit-reset-requests-day': '33011.38',
    };
    expect(read(headers)).toEqual([{ kind: 'REQUESTS', limit: 30, remaining: 29, resetsAt: inMs(11_500) }]);
    expect(read({ ...headers, 'x-ratelimit-remaining-requests-day': '7' })).toEqual([
      { kind: 'REQUESTS', limit: 14_400, remaining: 7, resetsAt: inMs(33_011_380) },
    ]);
  });

  test('of windows with as much left, or that do not say, the smaller limit', () => {
    const limits = { 'x-ratelimit-limit-requests-day': '14400', 'x-ratelimit-limit-requests-minute': '30' };
    expect(read(limits)).toEqual([{ kind: 'REQUESTS', limit: 30 }]);
    const left = { 'x-ratelimit-remaining-requests-day': '5', 'x-ratelimit-remaining-requests-minute': '5' };
    expect(read({ ...limits, ...left })).toEqual([{ kind: 'REQUESTS', limit: 30, remaining: 5 }]);
  });

  test('Fireworks and Together: tokens in and out, and a limit of tokens of its own', () => {
    expect(
      read({
        'x-ratelimit-limit-requests': '600',
        'x-ratelimit-limit-tokens-prompt': '60000',
        'x-ratelimit-remaining-tokens-prompt': '59000',
        'x-ratelimit-limit-tokens-generated': '12000',
        'x-ratelimit-remaining-tokens-generated': '11000',
        'x-ratelimit-over-limit': 'no',
      }),
    ).toEqual([
      { kind: 'REQUESTS', limit: 600 },
      { kind: 'INPUT_TOKENS', limit: 60_000, remaining: 59_000 },
      { kind: 'OUTPUT_TOKENS', limit: 12_000, remaining: 11_000 },
    ]);
    expect(
      read({ 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '9', 'x-tokenlimit-limit': '3000' }),
    ).toEqual([
      { kind: 'REQUESTS', limit: 10, remaining: 9 },
      { kind: 'TOKENS', limit: 3_000 },
    ]);
  });

  test('garbage says nothing', () => {
    expect(
      read({
        'x-ratelimit-limit-requests': 'many',
        'x-ratelimit-remaining-requests': '-1',
        'x-ratelimit-reset-requests': 'soon',
        'x-ratelimit-limit-tokens': '',
        'x-ratelimit-remaining-tokens': '9'.repeat(400),
        'x-ratelimit-reset-tokens': '9'.repeat(400),
        'x-ratelimit-limit-images': '5',
        'anthropic-ratelimit-tokens-reset': '2026-99-99T99:99:99Z',
        'anthropic-ratelimit-unheard-limit': '5',
        ratelimit: ';;;,=,"a";r=x',
        'ratelimit-policy': 'q',
        'ratelimit-reset': '2026-11-01T12:00:00Z',
      }),
    ).toEqual([]);
    expect(
      read({ 'x-ratelimit-remaining-tokens': '7', 'x-ratelimit-reset-tokens': '999999999999999' }),
    ).toEqual([{ kind: 'TOKENS', remaining: 7 }]);
  });

  const recorded = readRecordings().recordings.filter((one) =>
    Object.keys(one.headers).some((name) => /ratelimit/i.test(name)),
  );
  describe.skipIf(!hasRecordings)(titleWithRecordings('recorded'), () => {
    test('there are many', () => expect(recorded.length).toBeGreaterThanOrEqual(20));

    test.each(recorded.map((one) => [one.name, one] as const))('%s', (_name, { headers }) => {
      const limits = read(headers);
      // Every one of these headers is a limit, what is left or a reset: each must be found again.
      const said = Object.entries(headers).filter(([name]) => name.startsWith('anthropic-ratelimit-'));
      expect(limits.flatMap(({ kind: _kind, ...limit }) => Object.values(limit))).toHaveLength(said.length);
      for (const { limit, remaining, resetsAt } of limits) {
        expect(remaining).toBeLessThanOrEqual(limit ?? 0);
        expect(said.map(([, value]) => value)).toContain(String(limit));
        expect(said.map(([, value]) => value)).toContain(resetsAt?.toISOString().replace('.000Z', 'Z'));
      }
    });
  });
});
