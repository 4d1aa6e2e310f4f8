import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRateLimits } from '../../src/wire/rate-limits.ts';
import { momentIn, waitMsIn } from '../../src/wire/wait-time.ts';
import { holds } from './fuzz.ts';

const NOW = new Date('2026-11-30T00:00:00Z');
const LATEST = Date.UTC(2100, 0);
const MAX_WAIT_MS = 31 * 86_400_000;

const PIECES = ['1', '0', '9'.repeat(15), '-', '.', 'e9', 'd', 'h', 'm', 's', 'ms', ' ', ',', ';', 'P', 'PT'];
const WORDS = [
  'minutes',
  'sec',
  'T',
  'Z',
  ':',
  '2026-11-30',
  'Mon, ',
  'GMT',
  'r=5',
  't=9',
  'q=',
  '"default"',
  '\0',
];
const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.array(fc.constantFrom(...PIECES, ...WORDS), { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.constantFrom('9'.repeat(5_000), ' '.repeat(5_000), '1 minute '.repeat(2_000), 'PT'.repeat(5_000)),
  );

test('a wait is none, or one that a clock can show', () => {
  holds(2_000, text(), (value) => {
    const moment = momentIn(value, NOW)?.getTime();
    if (moment !== undefined) expect(Number.isFinite(moment) && moment < LATEST, String(moment)).toBe(true);
    const wait = waitMsIn(value, NOW);
    if (wait !== undefined) expect(Number.isInteger(wait) && wait >= 0 && wait <= MAX_WAIT_MS).toBe(true);
  });
});

test('limits are whole numbers, at most one of each kind', () => {
  const families = ['x-ratelimit', 'ratelimit', 'anthropic-ratelimit', 'anthropic-fast', 'x-tokenlimit'];
  const fields = ['limit', 'remaining', 'reset', 'policy', '__proto__'];
  const kinds = [
    '',
    '-tokens',
    '-requests',
    '-input-tokens',
    '-tokens-minute',
    '-requests-day',
    '-constructor',
  ];
  const name = fc
    .tuple(fc.constantFrom(...families), fc.constantFrom(...fields), fc.constantFrom(...kinds), fc.boolean())
    .map(([family, field, kind, isLast]) =>
      isLast ? `${family}-${field}${kind}` : `${family}${kind}-${field}`,
    );
  const headers = fc.dictionary(
    fc.oneof(name, fc.constantFrom('ratelimit', 'ratelimit-policy', 'limit', '__proto__')),
    text(),
    { maxKeys: 8 },
  );
  holds(1_500, headers, (sent) => {
    const limits = readRateLimits(sent, () => NOW);
    expect(new Set(limits.map(({ kind }) => kind)).size).toBe(limits.length);
    for (const { limit, remaining, resetsAt } of limits) {
      for (const count of [limit, remaining])
        if (count !== undefined) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      expect(limit ?? remaining).toBeDefined();
      if (resetsAt !== undefined) expect(Number.isNaN(resetsAt.getTime())).toBe(false);
    }
  });
});
