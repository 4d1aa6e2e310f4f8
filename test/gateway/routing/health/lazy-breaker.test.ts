import { expect, it } from 'vitest';
import { DEFAULT_BREAKER } from '../../../../src/domain/route.ts';
import { createBreaker, type WorkingBreaker } from '../../../../src/gateway/routing/health/create-breaker.ts';
import { LazyBreaker } from '../../../../src/gateway/routing/health/lazy-breaker.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

const start = () => {
  const clock = createFakeClock();
  const made: WorkingBreaker[] = [];
  const lazy = new LazyBreaker('host/talker', DEFAULT_BREAKER, 'rules', (_id, rules) => {
    const breaker = createBreaker(rules, clock, undefined);
    made.push(breaker);
    return breaker;
  });
  return { clock, made, lazy };
};

it('looking at it makes nothing, nor does hearing that it closed', () => {
  const { made, lazy } = start();
  expect([lazy.state(), lazy.retryAfterMs(), lazy.reason(), lazy.admit(), lazy.snapshot()]).toEqual([
    'CLOSED',
    0,
    undefined,
    true,
    undefined,
  ]);
  lazy.apply({ to: 'CLOSED' });
  expect(made).toEqual([]);
});

it('a call makes it, once, and it goes on as that one', () => {
  const { clock, made, lazy } = start();
  for (let time = 0; time < 5; time += 1) lazy.began(true).ended({ kind: 'FAILED', by: 'SERVER_ERROR' });
  expect(made).toHaveLength(1);
  expect([lazy.state(), lazy.retryAfterMs(), lazy.admit()]).toEqual(['OPEN', 5_000, false]);
  expect(lazy.reason()).toBe('5 calls in a row failed, the last one with SERVER_ERROR');
  expect(lazy.snapshot()).toMatchObject({ to: 'OPEN', forMs: 5_000 });
  clock.advance(5_000);
  expect([lazy.state(), lazy.admit(), lazy.admit()]).toEqual(['HALF_OPEN', true, false]);
  lazy.apply({ to: 'CLOSED' });
  expect(lazy.state()).toBe('CLOSED');
});

it('what another node says of it makes it, too', () => {
  const { made, lazy } = start();
  lazy.apply({ to: 'OPEN', forMs: 700, openings: 1, reason: 'it failed there' });
  expect([made.length, lazy.state(), lazy.retryAfterMs()]).toEqual([1, 'OPEN', 700]);
});
