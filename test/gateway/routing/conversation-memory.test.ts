import { expect, it } from 'vitest';
import { createConversationMemory } from '../../../src/gateway/routing/conversation.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { settled } from '../harness.ts';
import { idOf, stateStub } from './route-fixtures.ts';

const homeAt = (id: string, time: number) => ({
  offeringId: idOf(id),
  inputTokens: 1_200,
  at: new Date(Date.UTC(2026, 0, 1) + time),
});

it('finds what it was told, the latest of several', () => {
  const memory = createConversationMemory(stateStub(), createFakeClock());
  expect(memory.find('one')).toBeUndefined();
  memory.settle('one', homeAt('a/m', 2));
  memory.settle('one', homeAt('b/m', 1));
  memory.settle('two', homeAt('b/m', 1));
  expect(memory.find('one')).toEqual(homeAt('a/m', 2));
  expect(memory.find('two')).toEqual(homeAt('b/m', 1));
});

it('another node finds what it was told of, and keeps it; not what was kept to oneself', async () => {
  const state = stateStub();
  const [one, other] = [1, 2].map(() => createConversationMemory(state, createFakeClock()));
  one?.settle('shared', homeAt('a/m', 2), 300_000);
  one?.settle('private', homeAt('a/m', 2));
  expect(other?.find('shared')).toBeUndefined();
  expect(await other?.ask('shared')).toEqual(homeAt('a/m', 2));
  state.kept.clear();
  expect(other?.find('shared')).toEqual(homeAt('a/m', 2));
  expect(await other?.ask('private')).toBeUndefined();
});

it('waits 50 ms for an answer and no longer', async () => {
  const clock = createFakeClock();
  const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
  const memory = createConversationMemory({ ...stateStub(), getBytes: () => promise }, clock);
  let answered = false;
  const asked = memory.ask('one').finally(() => {
    answered = true;
  });
  await settled();
  clock.advance(49);
  await settled();
  expect(answered).toBe(false);
  clock.advance(1);
  expect(await asked).toBeUndefined();
  resolve(undefined);
  expect(clock.pending()).toBe(0);
});

it('without the state, and with what is not understood, it goes on', async () => {
  const clock = createFakeClock();
  const failing = createConversationMemory(
    {
      getBytes: () => Promise.reject(new Error('gone')),
      putBytes: () => Promise.reject(new Error('gone')),
    },
    clock,
  );
  failing.settle('one', homeAt('a/m', 1), 1_000);
  await settled();
  expect(await failing.ask('two')).toBeUndefined();
  expect(failing.find('one')).toEqual(homeAt('a/m', 1));
  for (const text of ['{', '{}', '["a/m"]', 'null']) {
    const odd = createConversationMemory({ ...stateStub(), getBytes: async () => Buffer.from(text) }, clock);
    expect(await odd.ask('one')).toBeUndefined();
  }
  expect(clock.pending()).toBe(0);
});

it('remembers the latest ten thousand', () => {
  const memory = createConversationMemory(stateStub(), createFakeClock());
  for (let index = 0; index <= 10_000; index += 1) memory.settle(`${index}`, homeAt('a/m', 1));
  expect(memory.find('0')).toBeUndefined();
  expect(memory.find('1')).toBeDefined();
});
