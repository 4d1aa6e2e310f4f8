import { describe, expect, it } from 'vitest';
import { asOfferingId } from '../../src/domain/ids.ts';
import { createScriptedProvider, type ScriptedProvider } from '../support/scripted-provider.ts';
import { callerWith, commandWith, completed, createHarness, failed, readAll, recordIn } from './harness.ts';
import { startNode } from './routing/health/nodes.ts';

const HOUR_MS = 3_600_000;
const JUMPS = [
  ['an hour forth', HOUR_MS],
  ['an hour back', -HOUR_MS],
] as const;

describe.each(JUMPS)('a clock that jumps %s', (_title, jumpMs) => {
  type Told = (first: ScriptedProvider, now: () => Date) => void;

  it.each<readonly [string, Told]>([
    [
      'the wait that a provider asked for',
      (first) => first.answer(failed('RATE_LIMITED', { retryAfterMs: 30_000 })),
    ],
    [
      'a limit of which nothing is left',
      (first, now) => {
        const resetsAt = new Date(now().getTime() + 30_000);
        first.answer(
          { type: 'rateLimits', limits: [{ kind: 'REQUESTS', remaining: 0, resetsAt }] },
          completed,
        );
      },
    ],
  ])('%s is as long as it was', async (_what, tell) => {
    const [first, second] = [createScriptedProvider('first'), createScriptedProvider('second')];
    const { gateway, clock } = createHarness([first, second]);
    const answeredBy = async () =>
      recordIn(await readAll(gateway.complete(callerWith(), commandWith()))).attempts.at(-1)?.providerId;
    tell(first, clock.now);
    second.answer(completed);
    await answeredBy();

    clock.jump(jumpMs);
    clock.advance(29_000);
    second.answer(completed);
    expect(await answeredBy()).toBe('second');
    clock.advance(1_000);
    first.answer(completed);
    expect(await answeredBy()).toBe('first');
  });

  it('how long a limit blocks is told by the clock as it is then', async () => {
    const first = createScriptedProvider('first');
    const { gateway, clock } = createHarness([first]);
    first.answer(failed('RATE_LIMITED', { retryAfterMs: 30_000 }));
    await readAll(gateway.complete(callerWith(), commandWith()));
    clock.jump(jumpMs);
    clock.advance(10_000);
    expect(gateway.health.statusOf(asOfferingId('first/talker')).limits?.blockedUntil).toEqual(
      new Date(clock.now().getTime() + 20_000),
    );
  });

  it.each([
    ['a guess', (node: ReturnType<typeof startNode>) => node.call('AUTHENTICATION'), 60_000],
    [
      'a breaker',
      (node: ReturnType<typeof startNode>) => {
        for (let time = 0; time < 5; time += 1) node.call('SERVER_ERROR');
      },
      5_000,
    ],
  ] as const)('%s keeps an offering closed for as long as it would have', async (_what, close, forMs) => {
    const node = startNode();
    close(node);
    const leftMs = (): number =>
      Math.max(node.availability.retryAfterMs(), node.pulse.closedUntil - node.clock.monotonicMs());
    node.clock.jump(jumpMs);
    expect(leftMs()).toBe(forMs);
    node.clock.advance(forMs - 1);
    expect(leftMs()).toBe(1);
    node.clock.advance(1);
    expect(leftMs()).toBe(0);
  });
});
