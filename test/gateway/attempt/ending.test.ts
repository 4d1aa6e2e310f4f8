import { describe, expect, it } from 'vitest';
import { asOperationId } from '../../../src/domain/ids.ts';
import type { Attempted } from '../../../src/gateway/runs/attempted.ts';
import { billFor, termsOfRoute } from '../../../src/gateway/stages/meter.ts';
import { recordOf } from '../../../src/gateway/stages/record.ts';
import { callerWith, catalogueOf, completed, failed, settled, textDelta, usageUpdated } from '../harness.ts';
import { type AttemptOptions, CLOSED, carryOut, scripted, storyOf } from './attempt-harness.ts';

const RACE: AttemptOptions = { dispatch: { kind: 'RACE', count: 2 } };

describe('a reader that leaves early', () => {
  it('closes what is under way, winner and losers, and leaves no timer', async () => {
    const providers = scripted(3);
    const run = carryOut(providers, RACE);
    await run.source.next();
    await run.source.next();
    const third = run.source.next();
    const [first, second] = [await providers[0]?.called(0), await providers[1]?.called(0)];
    first?.send(textDelta('A'), textDelta('a'));
    await third;
    await run.leave();
    expect(first?.signal.aborted).toBe(true);
    expect(second?.signal.aborted).toBe(true);
    await Promise.all([first?.over, second?.over]);
    expect(run.clock.pending()).toBe(0);
    expect(run.told.map(({ status, failure }) => failure?.code ?? status)).toEqual([
      'CANCELLED',
      'CANCELLED',
    ]);
    expect(providers[2]?.calls).toHaveLength(0);
  });

  it('at the announcement of a call has it not made, and its turn given back', async () => {
    const providers = scripted(1);
    let admitted = 0;
    const run = carryOut(providers, {
      breakers: [{ ...CLOSED, state: () => 'HALF_OPEN', admit: () => admitted++ === 0 }],
    });
    await run.source.next();
    await run.leave();
    expect(providers[0]?.calls).toHaveLength(0);
    expect(run.health).toEqual(['first/talker began', 'first/talker CANCELLED']);
  });

  it('while a retry is waited for has nothing left to do', async () => {
    const providers = scripted(1);
    providers[0]?.answer(failed('OVERLOADED'));
    const run = carryOut(providers, { fallback: { retries: 1 } });
    for (const _event of ['attemptStarted', 'attemptFailed']) await run.source.next();
    await run.leave();
    expect(run.clock.pending()).toBe(0);
  });
});

it('a probe is let through for others while a slow reader is waited for, and asked for again after it', async () => {
  const providers = scripted(2);
  providers[0]?.answer(failed('SERVER_ERROR'));
  providers[1]?.answer(textDelta('B'), completed);
  let admitted = 0;
  const admit = (): boolean => {
    admitted += 1;
    return true;
  };
  const run = carryOut(providers, { breakers: [undefined, { ...CLOSED, state: () => 'HALF_OPEN', admit }] });
  for (const _event of ['attemptStarted', 'attemptFailed']) await run.source.next();
  await settled();
  expect(run.health).toEqual(['first/talker began', 'first/talker SERVER_ERROR', 'second/talker declined']);
  expect(admitted).toBe(1);
  expect((await run.read()).ending).toMatchObject({ kind: 'FINISHED' });
  expect(admitted).toBe(2);
});

it('what comes after the announcement of a slow reader is sent together', async () => {
  const providers = scripted(2);
  const run = carryOut(providers, RACE);
  await run.source.next();
  await run.source.next();
  expect(providers.map(({ calls }) => calls.length)).toEqual([0, 0]);
  void run.source.next();
  await settled();
  expect(providers.map(({ calls }) => calls.length)).toEqual([1, 1]);
  run.abort();
  await run.read();
});

describe('the record', () => {
  const recorded = (
    { attempts, warnings, ending }: Attempted,
    { plan }: Pick<ReturnType<typeof carryOut>, 'plan'>,
    totalMs: number,
  ) =>
    recordOf({
      id: asOperationId('cmp_1'),
      operation: 'COMPLETION',
      keyId: callerWith().key.id,
      createdAt: new Date(0),
      route: plan.decision,
      bill: billFor(attempts, catalogueOf(['first', 'second']), totalMs, termsOfRoute(plan), 'COMPLETION'),
      warnings,
      ending,
      tags: {},
    });

  it('of a race has the cost of all of it, losers as far as they got', async () => {
    const providers = scripted(2);
    const run = carryOut(providers, RACE);
    const read = run.read();
    (await providers[0]?.called(0))?.send({ type: 'refusalDelta', text: 'I cannot do that' });
    await settled();
    (await providers[1]?.called(0))?.send(
      textDelta('B'),
      usageUpdated({ input: 500, output: 40 }),
      completed,
    );
    const { attempts, cost, usage, offeringId } = recorded(await read, run, 0);
    expect(offeringId).toBe('second/talker');
    expect(attempts[0]).toMatchObject({ status: 'CANCELLED', usageEstimated: true });
    // 1,000 tokens of prompt and 4 of answer, at 1 and 10 USD a million.
    expect(attempts.map((each) => each.cost?.kind === 'PRICED' && each.cost.total.toString())).toEqual([
      '0.00104',
      '0.0009',
    ]);
    expect(cost.kind === 'PRICED' && cost.total.toString()).toBe('0.00194');
    expect(usage).toMatchObject({ input: 500, output: 40 });
  });

  it('has the offering and the timings of the winner, whichever began last', async () => {
    const providers = scripted(2);
    const run = carryOut(providers, RACE);
    const read = run.read();
    const first = await providers[0]?.called(0);
    run.clock.advance(100);
    first?.send(textDelta('A'));
    await settled();
    run.clock.advance(1_000);
    first?.send(usageUpdated({ input: 500, output: 40 }), completed);
    const { timings, attempts, offeringId } = recorded(await read, run, 1_100);
    expect(attempts.map(({ status }) => status)).toEqual(['SUCCEEDED', 'CANCELLED']);
    expect(offeringId).toBe('first/talker');
    expect(timings).toEqual({ totalMs: 1_100, ttftMs: 100, outputTps: 40 });
    expect(storyOf(run.events)).toEqual(['+0', '+1', '"A"', '~1', 'usageUpdated']);
  });

  it('of a race whose winner broke off is of that one, not of the last that was cancelled', async () => {
    const providers = scripted(2);
    const run = carryOut(providers, RACE);
    const read = run.read();
    (await providers[0]?.called(0))?.send(textDelta('A'), failed('SERVER_ERROR'));
    expect(recorded(await read, run, 0)).toMatchObject({
      status: 'FAILED',
      offeringId: 'first/talker',
      failure: { code: 'SERVER_ERROR', offeringId: 'first/talker' },
      attempts: [{ status: 'FAILED' }, { status: 'CANCELLED' }],
    });
  });
});
