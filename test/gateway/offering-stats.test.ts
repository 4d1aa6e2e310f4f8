import { expect, it } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import { type FailureCode, failureOf } from '../../src/domain/failure.ts';
import { asOfferingId, asProviderId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import { usageOf } from '../../src/domain/usage.ts';
import { createOfferingStats } from '../../src/gateway/offering-stats.ts';
import { watchOfferingStats } from '../../src/gateway/watch-offering-stats.ts';
import { catalogueOf } from '../catalogue/comparison/catalogue-of.ts';
import { row } from '../catalogue/price-rows.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const OFFERING = asOfferingId('host/talker');
const PLACE = { offeringId: OFFERING, providerId: asProviderId('host') };
const MINUTE = 60_000;

const setUp = () => {
  const clock = createFakeClock();
  const catalogue = catalogueOf({ talker: { prices: [row('1')] } });
  const stats = createOfferingStats(() => catalogue, clock);
  const started = { index: 0, ...PLACE, startedAt: clock.now() };
  const answered = (ttftMs: number, durationMs = ttftMs + 1_000, output = 50): void =>
    stats.record({ ...started, status: 'SUCCEEDED', durationMs, ttftMs, usage: usageOf({ output }) });
  const failed = (code: FailureCode): void => {
    const failure = { ...failureOf(code, 'no'), ...PLACE };
    const attempt: Attempt = { ...started, status: 'FAILED', durationMs: 1, failure };
    stats.record(attempt);
  };
  const figure = (metric: string) => stats.of(OFFERING).find((stat) => stat.metric === metric);
  return { clock, catalogue, stats, answered, failed, figure };
};

it('tells percentiles of what was measured, with how often and by whom', () => {
  const { answered, figure } = setUp();
  for (let ms = 1; ms <= 100; ms += 1) answered(ms);
  expect(figure('TTFT_MS')).toMatchObject({
    p50: 50,
    p90: 90,
    p99: 99,
    sampleSize: 100,
    windowSeconds: 1_800,
    provenance: { source: 'own' },
  });
  expect(figure('OUTPUT_TPS')?.p50).toBeCloseTo(50, -1);
});

it("counts failures that are the provider's fault, and no others", () => {
  const { answered, failed, figure } = setUp();
  answered(10);
  failed('SERVER_ERROR');
  failed('CANCELLED');
  failed('INVALID_REQUEST');
  expect(figure('ERROR_RATE')).toMatchObject({ p50: 0.5, sampleSize: 2 });
});

it('forgets after half an hour, step by step', () => {
  const { clock, answered, figure, stats } = setUp();
  answered(10);
  clock.advance(20 * MINUTE);
  answered(90);
  expect(figure('TTFT_MS')?.sampleSize).toBe(2);
  clock.advance(10 * MINUTE);
  expect(figure('TTFT_MS')?.sampleSize).toBe(1);
  clock.advance(30 * MINUTE);
  expect(stats.of(OFFERING)).toEqual([]);
});

it('is told as it moves, and ends while it waits', async () => {
  const { clock, catalogue, stats, answered } = setUp();
  const watch = watchOfferingStats(() => catalogue, stats, clock);
  const events = watch({ offerings: [OFFERING] }, 250, new AbortController().signal);
  const first = await events.next();
  expect(first.value.ttft).toBeUndefined();
  expect(first.value.inputPrice?.amount.toString()).toBe('1');
  const second = events.next();
  answered(40);
  await Promise.resolve();
  clock.advance(250);
  expect((await second).value.ttft).toMatchObject({ p50: 40, sampleSize: 1 });
  const third = events.next();
  await Promise.resolve();
  await events.return?.();
  expect(await third).toMatchObject({ done: true });
  expect(clock.pending()).toBe(0);
});

it('passes by the prices of each look, not of the first', async () => {
  const clock = createFakeClock();
  const later = new Date(clock.now().getTime() + 5_000);
  const catalogue = catalogueOf({
    talker: { prices: [row('9', {}, { effectiveTo: later }), row('1', {}, { effectiveFrom: later })] },
  });
  const stats = createOfferingStats(() => catalogue, clock);
  const watch = watchOfferingStats(() => catalogue, stats, clock);
  const ceiling = { amount: new Decimal(2), currency: 'USD' };
  const events = watch({ offerings: [OFFERING], maxInputPrice: ceiling }, 250, new AbortController().signal);
  const first = events.next();
  await Promise.resolve();
  clock.advance(4_999);
  await Promise.resolve();
  stats.measurements.add(OFFERING, { ttftMs: 1, outputTps: 1, samples: 1, at: clock.now() });
  clock.advance(MINUTE);
  await Promise.resolve();
  clock.advance(30 * MINUTE);
  expect((await first).value.inputPrice?.amount.toString()).toBe('1');
  await events.return?.();
});

it('counts each call in the step in which it ended, whenever it is looked at', () => {
  const { clock, stats, answered } = setUp();
  const calls = () => stats.window(OFFERING, 'ONE_MINUTE').calls;
  answered(10);
  clock.advance(9_999);
  answered(20);
  clock.advance(1);
  answered(30);
  clock.advance(49_999);
  expect(calls()).toBe(3);
  clock.advance(1);
  expect(calls()).toBe(1);
  clock.advance(10_000);
  expect(calls()).toBe(0);
  expect(stats.window(OFFERING, 'ONE_DAY').calls).toBe(3);
  expect(stats.totals(OFFERING).get('SUCCEEDED')).toBe(3);
});

it('tells others of each call once, those included that nobody has looked at', () => {
  const { clock, stats, answered } = setUp();
  const told = () => stats.takeNews().get(OFFERING)?.outcomes.get('SUCCEEDED');
  answered(10);
  expect(told()).toBeUndefined();
  answered(20);
  clock.advance(10_000);
  answered(30);
  stats.window(OFFERING, 'ONE_MINUTE');
  answered(40);
  expect(told()).toBe(3);
  expect(told()).toBeUndefined();
});

it('of offerings that only requests name, those that answered and were called last are remembered', () => {
  const clock = createFakeClock();
  const listed = catalogueOf({ talker: { prices: [row('1')] } });
  const known = listed.offering(OFFERING);
  const [model] = listed.models;
  if (known === undefined || model === undefined) throw new Error('it is not there');
  const catalogue = {
    ...listed,
    unlisted: (id: string) => ({ offering: { ...known, id: asOfferingId(id) }, model, prices: [] }),
  };
  const stats = createOfferingStats(() => catalogue, clock);
  const call = (id: string, status: 'SUCCEEDED' | 'FAILED'): void =>
    stats.record({
      index: 0,
      providerId: PLACE.providerId,
      offeringId: asOfferingId(id),
      startedAt: clock.now(),
      status,
      durationMs: 1,
      ttftMs: 1,
      ...(status === 'FAILED' && { failure: { ...failureOf('MODEL_NOT_FOUND', 'no'), ...PLACE } }),
    });
  call(OFFERING, 'SUCCEEDED');
  for (let name = 0; name < 1_000; name += 1) call(`host/wrong-${name}`, 'FAILED');
  expect(stats.called()).toEqual([OFFERING]);
  for (let name = 0; name < 1_000; name += 1) call(`host/new-${name}`, 'SUCCEEDED');
  expect(stats.called()).toHaveLength(51);
  expect(stats.called()).toContain(OFFERING);
  expect(stats.called()).toContain('host/new-999');
  call('host/new-999', 'FAILED');
  expect(stats.window(asOfferingId('host/new-999'), 'FIVE_MINUTES').calls).toBe(2);
});

it('what was measured on purpose stands beside own traffic for a day', () => {
  const clock = createFakeClock();
  const catalogue = catalogueOf({ talker: { prices: [row('1')] } });
  const stats = createOfferingStats(() => catalogue, clock);
  stats.measurements.add(OFFERING, { ttftMs: 120, outputTps: 80, samples: 3, at: clock.now() });
  expect(stats.of(OFFERING)).toMatchObject([
    { metric: 'TTFT_MS', p50: 120, sampleSize: 3, provenance: { source: 'measurement' } },
    { metric: 'OUTPUT_TPS', p50: 80, sampleSize: 3, provenance: { source: 'measurement' } },
  ]);
  clock.advance(86_400_001);
  expect(stats.of(OFFERING)).toEqual([]);
});
