import { expect, it } from 'vitest';
import { createMemoryState } from '../../src/adapters/state/memory.ts';
import { createMediaShelf } from '../../src/gateway/media-shelf.ts';
import type { SharedState } from '../../src/ports/shared-state.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const begin = () => {
  const state = createMemoryState();
  const clock = createFakeClock();
  return { state, clock, shelf: createMediaShelf(state, clock, () => 'https://us.test') };
};

it('gives an address for an hour that cannot be guessed, and what was put there', async () => {
  const { shelf, clock } = begin();
  const media = { mediaType: 'image/png', bytes: new Uint8Array([0, 1, 255]), name: 'línea "1".png' };
  const { url, expiresAt } = await shelf.keep(media);
  expect(url).toMatch(/^https:\/\/us\.test\/media\/[\w-]{43}$/);
  expect(expiresAt.getTime() - clock.now().getTime()).toBe(3_600_000);
  const found = await shelf.find(url.slice(url.lastIndexOf('/') + 1));
  expect(found && { ...found, bytes: new Uint8Array(found.bytes) }).toEqual(media);
  expect((await shelf.keep(media)).url).not.toBe(url);
});

it('leaves nothing in the shared state for longer than its address says', async () => {
  const state = createMemoryState();
  const lifetimes: number[] = [];
  const watched: SharedState = {
    ...state,
    putBytes: (key, bytes, ttlMs) => {
      lifetimes.push(ttlMs);
      return state.putBytes(key, bytes, ttlMs);
    },
  };
  const clock = createFakeClock();
  const shelf = createMediaShelf(watched, clock, () => 'https://us.test');
  const { expiresAt } = await shelf.keep({ mediaType: 'image/png', bytes: new Uint8Array([1]) });
  expect(lifetimes).toEqual([expiresAt.getTime() - clock.now().getTime()]);
});

it('has no name for media without one', async () => {
  const { shelf } = begin();
  const { url } = await shelf.keep({ mediaType: 'audio/mpeg', bytes: new Uint8Array() });
  const found = await shelf.find(url.slice(-43));
  expect(found).toMatchObject({ mediaType: 'audio/mpeg' });
  expect(found).not.toHaveProperty('name');
});

it('has nothing for tokens that it did not give, and asks for none that cannot be', async () => {
  const { shelf, state } = begin();
  await state.putBytes('media:../secret', new Uint8Array(10), 60_000);
  expect(await shelf.find('a'.repeat(43))).toBeUndefined();
  for (const token of ['', '../secret', 'a'.repeat(42), `${'a'.repeat(42)}*`])
    expect(await shelf.find(token)).toBeUndefined();
});

it('asks for its public address each time', async () => {
  let base = 'http://one.test';
  const shelf = createMediaShelf(createMemoryState(), createFakeClock(), () => base);
  const media = { mediaType: 'image/png', bytes: new Uint8Array([1]) };
  expect((await shelf.keep(media)).url).toContain('http://one.test/');
  base = 'http://two.test';
  expect((await shelf.keep(media)).url).toContain('http://two.test/');
});
