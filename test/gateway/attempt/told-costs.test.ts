import { expect, it } from 'vitest';
import { asOfferingId } from '../../../src/domain/ids.ts';
import { DEFAULT_POLICY, type RoutePolicy } from '../../../src/domain/route.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  failed,
  readAll,
  recordIn,
  textDelta,
  usageUpdated,
} from '../harness.ts';

const candidates = ['first', 'second'].map((id) => ({
  target: { kind: 'OFFERING' as const, id: asOfferingId(`${id}/talker`) },
  weight: 1,
}));

const run = async (
  policy: Partial<RoutePolicy>,
  script: (
    first: ReturnType<typeof createScriptedProvider>,
    second: ReturnType<typeof createScriptedProvider>,
  ) => void,
) => {
  const [first, second] = [createScriptedProvider('first'), createScriptedProvider('second')];
  script(first, second);
  const { gateway } = createHarness([first, second]);
  const command = commandWith({
    model: 'inline',
    routing: { policy: { ...DEFAULT_POLICY, candidates, ...policy } },
  });
  const events = await readAll(gateway.complete(callerWith(), command));
  const told = events.flatMap((event) =>
    event.type === 'attemptFailed' || event.type === 'attemptCancelled' ? [event.attempt] : [],
  );
  return { told, record: recordIn(events) };
};

const totalOf = (cost: unknown) => (cost as { readonly total?: unknown } | undefined)?.total?.toString();

it('an attempt that failed is told of with what it cost, and the row has the same', async () => {
  const { told, record } = await run({}, (first, second) => {
    first.answer(usageUpdated({ input: 1_000_000 }), failed('SERVER_ERROR'));
    second.answer(textDelta('hi'), usageUpdated({ input: 2, output: 1 }), completed);
  });
  expect(told.map(({ cost }) => totalOf(cost))).toEqual(['1']);
  expect(record.attempts[0]).toEqual(told[0]);
});

it('so is one that lost a race, by an estimate where it was cut off', async () => {
  const { told, record } = await run(
    { strategy: { kind: 'RACE', count: 2, order: { kind: 'PRIORITY' } } },
    (first) => first.answer(textDelta('hi'), usageUpdated({ input: 2, output: 1 }), completed),
  );
  expect(told).toMatchObject([{ status: 'CANCELLED', usageEstimated: true, cost: { kind: 'PRICED' } }]);
  expect(record.attempts[1]).toEqual(told[0]);
});
