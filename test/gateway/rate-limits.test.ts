import { expect, it } from 'vitest';
import { asOfferingId } from '../../src/domain/ids.ts';
import type { RateLimit } from '../../src/domain/rate-limit.ts';
import { createRateLimitBoard } from '../../src/gateway/rate-limit-board.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  catalogueOf,
  commandWith,
  completed,
  createHarness,
  failed,
  readAll,
  recordIn,
} from './harness.ts';

const talker = asOfferingId('first/talker');
const requests = (remaining: number): RateLimit => ({ kind: 'REQUESTS', limit: 10, remaining });
const tokens: RateLimit = { kind: 'TOKENS', remaining: 500, resetsAt: new Date('2026-01-01T00:01:00Z') };

it('what a provider says with an answer, or a failure, is kept by offering, the latest of each kind', async () => {
  const provider = createScriptedProvider('first');
  const { gateway, clock } = createHarness([provider]);
  const complete = () => readAll(gateway.complete(callerWith(), commandWith()));
  expect(gateway.rateLimits.of(talker)).toBeUndefined();
  provider.answer({ type: 'rateLimits', limits: [requests(9), tokens] }, completed);
  const events = await complete();
  expect(events.map(({ type }) => type)).not.toContain('rateLimits');
  expect(gateway.rateLimits.of(talker)).toEqual({ limits: [requests(9), tokens], observedAt: clock.now() });

  clock.advance(1_000);
  const observedAt = clock.now();
  provider.answer(
    { type: 'rateLimits', limits: [requests(0)] },
    failed('RATE_LIMITED', { retryAfterMs: 30_000 }),
  );
  await complete();
  expect(gateway.rateLimits.of(talker)).toEqual({
    limits: [requests(0), tokens],
    observedAt,
    blockedUntil: new Date(observedAt.getTime() + 30_000),
  });
  clock.advance(30_000);
  expect(gateway.rateLimits.of(talker)).not.toHaveProperty('blockedUntil');
});

it('offerings that the catalogue does not have are not kept, and waits that no date can hold close none', () => {
  const clock = createFakeClock();
  const catalogue = catalogueOf(['first']);
  const board = createRateLimitBoard(() => catalogue, clock);
  board.observe(asOfferingId('elsewhere/other'), [tokens]);
  expect(board.of(asOfferingId('elsewhere/other'))).toBeUndefined();
  board.failed(talker, { code: 'RATE_LIMITED', message: '', retry: 'HERE', retryAfterMs: 1e300 });
  expect(board.closedUntil(talker)).toBe(0);
  expect(board.doubtedUntil(talker)).toBe(clock.now().getTime() + 600_000);
  board.failed(talker, { code: 'RATE_LIMITED', message: '', retry: 'HERE', retryAfterMs: Number.NaN });
  board.observe(talker, []);
  expect(board.of(talker)?.limits).toEqual([]);
});

it('of offerings that only requests name, those that were called last are kept', () => {
  const catalogue = catalogueOf(['first']);
  const board = createRateLimitBoard(() => catalogue, createFakeClock());
  board.observe(talker, [tokens]);
  const ids = Array.from({ length: 1_000 }, (_, index) => asOfferingId(`first/new-${index}`));
  for (const id of ids) board.observe(id, [tokens]);
  expect(ids.filter((id) => board.of(id) !== undefined)).toEqual(ids.slice(-50));
  expect(board.of(talker)).toBeDefined();
});

it('the tier in which a request was served is on its attempt', async () => {
  const provider = createScriptedProvider('first');
  const { gateway } = createHarness([provider]);
  provider.answer({ ...completed, type: 'completed', finishReason: 'STOP', serviceTier: 'PRIORITY' });
  const record = recordIn(await readAll(gateway.complete(callerWith(), commandWith())));
  expect(record.attempts).toMatchObject([{ status: 'SUCCEEDED', serviceTier: 'PRIORITY' }]);
});

it('a provider without language models is asked for no text', async () => {
  const embedder = createScriptedProvider('first', { completes: false, operations: ['EMBEDDING'] });
  const writer = createScriptedProvider('second');
  const both = createHarness([embedder, writer]);
  writer.answer(completed);
  const record = recordIn(await readAll(both.gateway.complete(callerWith(), commandWith())));
  expect(record.route.candidates).toEqual(['second/talker']);
  const alone = createHarness([embedder]);
  expect(await readAll(alone.gateway.complete(callerWith(), commandWith()))).toMatchObject([
    { error: { kind: 'REFUSED', refusal: { code: 'UNSUPPORTED_OPERATION', name: 'lab/talker' } } },
  ]);
});
