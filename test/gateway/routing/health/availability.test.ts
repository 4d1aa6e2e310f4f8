import { expect, it } from 'vitest';
import { DEFAULT_BREAKER } from '../../../../src/domain/route.ts';
import { GuessedClosing } from '../../../../src/gateway/routing/health/guessed-closing.ts';
import {
  type HealthContext,
  OfferingHealth,
} from '../../../../src/gateway/routing/health/offering-health.ts';
import { Queue } from '../../../../src/gateway/routing/health/waiting.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { attemptOf, TALKER } from './nodes.ts';

const start = () => {
  const clock = createFakeClock();
  /** Each asks once how it speaks with other nodes. */
  let made = 0;
  const context: HealthContext = {
    clock,
    maxRetryAfterMs: 600_000,
    queue: new Queue(clock),
    random: () => 0.5,
    usualTtft: () => undefined,
    sharingOf() {
      made += 1;
      return undefined;
    },
    tellOthers() {},
    called() {},
  };
  const account = new GuessedClosing(TALKER, 'ACCOUNT', context);
  const health = new OfferingHealth(TALKER, 'COMPLETION', account, context);
  return { clock, made: () => made, availability: health.availabilityBy(DEFAULT_BREAKER, 'rules', 'rules') };
};

it('looking at it makes nothing, nor does hearing that it closed', () => {
  const { made, availability } = start();
  expect([
    availability.state(),
    availability.retryAfterMs(),
    availability.reason(),
    availability.admit(),
    availability.snapshot(),
  ]).toEqual(['CLOSED', 0, undefined, true, undefined]);
  availability.apply({ to: 'CLOSED' });
  availability.decline();
  expect(made()).toBe(0);
});

it('a call makes its breaker, once, and it goes on as that one', () => {
  const { clock, made, availability } = start();
  for (let time = 0; time < 5; time += 1)
    availability.began('STREAMED').ended(attemptOf(TALKER, 'SERVER_ERROR'));
  expect(made()).toBe(1);
  expect([availability.state(), availability.retryAfterMs(), availability.admit()]).toEqual([
    'OPEN',
    5_000,
    false,
  ]);
  expect(availability.reason()).toBe('5 calls in a row failed, the last one with SERVER_ERROR');
  expect(availability.snapshot()).toMatchObject({ to: 'OPEN', forMs: 5_000 });
  clock.advance(5_000);
  expect([availability.state(), availability.admit(), availability.admit()]).toEqual([
    'HALF_OPEN',
    true,
    false,
  ]);
  availability.apply({ to: 'CLOSED' });
  expect(availability.state()).toBe('CLOSED');
});

it('what another node says of it makes it, too', () => {
  const { made, availability } = start();
  availability.apply({ to: 'OPEN', forMs: 700, openings: 1, reason: 'it failed there' });
  expect([made(), availability.state(), availability.retryAfterMs()]).toEqual([1, 'OPEN', 700]);
});

it('a probe that is declined is free for the next who asks', () => {
  const { clock, availability } = start();
  availability.apply({ to: 'OPEN', forMs: 700, openings: 1, reason: 'it failed there' });
  clock.advance(700);
  expect([availability.admit(), availability.admit()]).toEqual([true, false]);
  availability.decline();
  expect(availability.admit()).toBe(true);
  availability.began('WHOLE');
  availability.decline();
  expect(availability.admit()).toBe(false);
});
