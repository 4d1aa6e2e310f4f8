import { expect, it } from 'vitest';
import { LargeBodies } from '../../src/faces/large-bodies.ts';

/** Resolves when all have been read, with the order in which they were. */
const orderOf = (asked: readonly string[]): Promise<readonly string[]> =>
  new Promise((resolve) => {
    const bodies = new LargeBodies();
    const read: string[] = [];
    for (const name of asked)
      bodies.inTurn(name.slice(0, 1), () => {
        read.push(name);
        if (read.length === asked.length) resolve(read);
      });
  });

it('keys take turns with their large bodies', async () => {
  expect(await orderOf(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'])).toEqual([
    'a1',
    'a2',
    'b1',
    'c1',
    'a3',
    'b2',
    'a4',
  ]);
});

it('pieces of large bodies come one in a turn of the loop', async () => {
  const bodies = new LargeBodies();
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    for (const name of ['a', 'b', 'c'])
      bodies.inOwnTurn(() => {
        order.push(name);
        setImmediate(() => {
          order.push(`after ${name}`);
          if (name === 'c') resolve();
        });
      });
    expect(order).toEqual([]);
  });
  expect(order).toEqual(['a', 'after a', 'b', 'after b', 'c', 'after c']);
});

it('between two large bodies there are turns of the loop', async () => {
  const bodies = new LargeBodies();
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  const at: number[] = [];
  setImmediate(turn);
  await new Promise<void>((resolve) => {
    for (let n = 0; n < 5; n += 1)
      bodies.inTurn('a', () => {
        at.push(turns);
        if (at.length === 5) resolve();
      });
  });
  isOver = true;
  for (let n = 1; n < at.length; n += 1) expect((at[n] ?? 0) - (at[n - 1] ?? 0)).toBeGreaterThanOrEqual(3);
});
