import { expect, it } from 'vitest';
import { createMemoryState } from '../../../../src/adapters/state/memory.ts';
import { DEFAULT_BREAKER } from '../../../../src/domain/route.ts';
import type { SharedState } from '../../../../src/ports/shared-state.ts';
import { describeNodes } from './node-contract.ts';
import { attemptOf, settled, startNode } from './nodes.ts';

const state = createMemoryState();
describeNodes(async () => state);

/** A state that is there and cannot be reached, until it can. */
const unreachable = (): SharedState & { isDown: boolean } => {
  const within = createMemoryState();
  const guard = async <Value>(run: () => Promise<Value>): Promise<Value> => {
    if (flaky.isDown) throw new Error('connect ECONNREFUSED');
    return run();
  };
  const flaky = {
    ...within,
    isDown: true,
    publish: (channel: string, text: string) => guard(() => within.publish(channel, text)),
    claim: (key: string, ttlMs: number) => guard(() => within.claim(key, ttlMs)),
    release: (key: string) => guard(() => within.release(key)),
  };
  return flaky;
};

it('decides alone while the state cannot be reached, and says so once', async () => {
  const flaky = unreachable();
  const node = startNode({ state: flaky });
  await settled();
  for (let time = 0; time < 5; time += 1) node.call('SERVER_ERROR');
  expect(node.availability.state()).toBe('OPEN');
  node.clock.advance(5_000);
  expect(await Promise.all([node.availability.admit(), node.availability.admit()])).toEqual([true, false]);
  node.call('SUCCEEDED');
  expect(node.availability.state()).toBe('CLOSED');
  await settled();
  expect(
    node.log.lines.filter((line) => line.includes('The health of offerings cannot be sent')),
  ).toHaveLength(1);
  await node.board.close();
});

it('decides alone where a claim is not answered in time', async () => {
  const silent: SharedState = { ...createMemoryState(), claim: () => new Promise(() => {}) };
  const node = startNode({ state: silent });
  for (let time = 0; time < 5; time += 1) node.call('SERVER_ERROR');
  node.clock.advance(5_000);
  const admitted = node.availability.admit();
  node.clock.advance(250);
  expect(await admitted).toBe(true);
  await node.board.close();
});

it('leaves what others say alone that makes no sense, or is of offerings that nobody has', async () => {
  const shared = createMemoryState();
  const node = startNode({ state: shared });
  await settled();
  const rules = { windowMs: 1, minSamples: 1, errorRate: 1, consecutiveFailures: 1, slowRate: 1, openMs: 1 };
  const change = { to: 'OPEN', forMs: 1_000, openings: 1, reason: 'x' };
  const news = { kind: 'BREAKER', offeringId: node.id, rules, change };
  for (const message of [
    'no JSON',
    '[]',
    JSON.stringify({ from: 'other', news: { ...news, offeringId: 'host/nobody' } }),
    JSON.stringify({ from: 'other', news: { ...news, change: { ...change, forMs: 'long' } } }),
    JSON.stringify({ from: 'other', for: 'somebody else', news }),
  ])
    await shared.publish('health', message);
  await shared.publish(
    'offering-stats',
    JSON.stringify({ from: 'x', tallies: [[node.id, { outcomes: 7 }]] }),
  );
  await settled();
  expect(node.board.troubled()).toEqual([]);
  expect(node.stats.called()).toEqual([]);
  await shared.publish('health', JSON.stringify({ from: 'other', news }));
  await settled();
  expect(node.board.troubled()).toHaveLength(1);
  await node.board.close();
});

it('gives the probe back also where another node had a word while it was under way', async () => {
  const shared = createMemoryState();
  const [one, other] = [startNode({ state: shared }), startNode({ state: shared })];
  await settled();
  for (let time = 0; time < 5; time += 1) one.call('SERVER_ERROR');
  await settled();
  for (const { clock } of [one, other]) clock.advance(5_000);
  expect(await one.availability.admit()).toBe(true);
  const probe = one.availability.began('STREAMED');
  const change = { to: 'OPEN', forMs: 1_000, openings: 1, reason: 'of its own calls' };
  const news = { kind: 'BREAKER', offeringId: one.id, rules: DEFAULT_BREAKER, change };
  await shared.publish('health', JSON.stringify({ from: 'a third', news }));
  await settled();
  probe.ended(attemptOf(one.id, 'SUCCEEDED'));
  await settled();
  expect(one.availability.state()).toBe('OPEN');
  for (const { clock } of [one, other]) clock.advance(1_000);
  expect(await other.availability.admit()).toBe(true);
  await Promise.all([one.board.close(), other.board.close()]);
});
