import { expect, it } from 'vitest';
import { countTokens } from '../../src/gateway/token-thread.ts';

/** Some milliseconds of work. */
const BATCH = Array.from({ length: 32 }, () => 'words and words. '.repeat(30));

it('keys take turns: one that counts much keeps no other waiting', async () => {
  const done: string[] = [];
  const asked = ['much', 'much', 'much', 'much', 'much', 'much', 'much', 'much', 'little', 'other'];
  const counts = await Promise.all(
    asked.map(async (keyId) => {
      const { tokens } = await countTokens(BATCH, keyId);
      done.push(keyId);
      return tokens;
    }),
  );
  // Two are with the thread at any time; what came last is next all the same.
  expect(done.indexOf('little')).toBeLessThanOrEqual(3);
  expect(done.indexOf('other')).toBeLessThanOrEqual(4);
  expect(new Set(counts).size).toBe(1);
});
