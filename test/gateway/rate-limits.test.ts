import { expect, it } from 'vitest';
import { asOfferingId } from '../../src/domain/ids.ts';
import type { RateLimit } from '../../src/domain/rate-limit.ts';
import { DEFAULT_BREAKER } from '../../src/domain/route.ts';
import { obstacleTo } from '../../src/gateway/routing/health/availability.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import { callerWith, commandWith, completed, createHarness, failed, readAll, recordIn } from './harness.ts';
import { startNode } from './routing/health/nodes.ts';

const talker = asOfferingId('first/talker');
const requests = (remaining: number): RateLimit => ({ kind: 'REQUESTS', limit: 10, remaining });
const tokens: RateLimit = { kind: 'TOKENS', remaining: 500, resetsAt: new Date('2026-01-01T00:01:00Z') };

it('what a provider says with an answer, or a failure, is kept by offering, the latest of each kind', async () => {
  const provider = createScriptedProvider('first');
  const { gateway, clock } = createHarness([provider]);
  const complete = () => readAll(gateway.complete(callerWith(), commandWith()));
  expect(gateway.health.statusOf(talker).limits).toBeUndefined();
  provider.answer({ type: 'rateLimits', limits: [requests(9), tokens] }, completed);
  const events = await complete();
  expect(events.map(({ type }) => type)).not.toContain('rateLimits');
  expect(gateway.health.statusOf(talker).limits).toEqual({
    limits: [requests(9), tokens],
    observedAt: clock.now(),
  });

  clock.advance(1_000);
  const observedAt = clock.now();
  provider.answer(
    { type: 'rateLimits', limits: [requests(0)] },
    failed('RATE_LIMITED', { retryAfterMs: 30_000 }),
  );
  await complete();
  expect(gateway.health.statusOf(talker).limits).toEqual({
    limits: [requests(0), tokens],
    observedAt,
    blockedUntil: new Date(observedAt.getTime() + 30_000),
  });
  clock.advance(30_000);
  expect(gateway.health.statusOf(talker).limits).not.toHaveProperty('blockedUntil');
});

it('waits that no date can hold close none', () => {
  const { clock, availability, rateLimits, pulse, board, id } = startNode();
  rateLimits.failed({ code: 'RATE_LIMITED', message: '', retry: 'HERE', retryAfterMs: 1e300 });
  const closedUntil = clock.monotonicMs() + 600_000;
  expect(pulse).toMatchObject({ closedUntil, closedByGuess: { kind: 'LIMITED', askedUntil: 0 } });
  rateLimits.failed({ code: 'RATE_LIMITED', message: '', retry: 'HERE', retryAfterMs: Number.NaN });
  rateLimits.observe([]);
  expect(board.statusOf(id).limits?.limits).toEqual([]);
  expect(obstacleTo(availability, closedUntil)).toBeUndefined();
});

it('of offerings that the catalogue does not list no more than some are kept', () => {
  const { board } = startNode();
  const ids = Array.from({ length: 3_000 }, (_, index) => asOfferingId(`host/new-${index}`));
  for (const id of ids) board.availabilityOf(id, DEFAULT_BREAKER).began('WHOLE').observed([tokens]);
  const kept = ids.filter((id) => board.statusOf(id).limits !== undefined);
  expect(kept.length).toBeLessThanOrEqual(1_001);
  expect(kept.at(-1)).toBe(ids.at(-1));
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
