import { expect, it } from 'vitest';
import { createMemoryState } from '../../../src/adapters/state/memory.ts';
import { describeSharedState } from '../../contract/state.ts';

describeSharedState(async () => {
  const state = createMemoryState();
  return { one: state, other: state };
});

it('has room for 256 MiB: what was not asked for longest makes place', async () => {
  const state = createMemoryState();
  const piece = new Uint8Array(60 * 1024 * 1024);
  for (const key of ['a', 'b', 'c', 'd']) await state.putBytes(key, piece, 60_000);
  await state.getBytes('a');
  await state.putBytes('e', piece, 60_000);
  const there = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => state.getBytes(key)));
  expect(there.map((bytes) => bytes !== undefined)).toEqual([true, false, true, true, true]);
  await state.close();
});

it('keeps a claim however many bytes come after it, and forgets those that are over', async () => {
  const state = createMemoryState();
  await state.claim('mine', 60_000);
  for (let piece = 0; piece < 5; piece += 1)
    await state.putBytes(`piece-${piece}`, new Uint8Array(60 * 1024 * 1024), 60_000);
  for (let each = 0; each < 3_000; each += 1) await state.claim(`brief-${each}`, 1);
  expect(await state.claim('mine', 60_000)).toBe(false);
});
