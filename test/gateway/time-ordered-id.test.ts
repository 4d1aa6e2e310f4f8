import { validate, version } from 'uuid';
import { expect, it } from 'vitest';
import { timeOrderedId } from '../../src/gateway/time-ordered-id.ts';

it('makes UUIDs of version 7, each after the one before, none twice', () => {
  const before = Date.now();
  const ids = Array.from({ length: 2_000 }, timeOrderedId);
  const after = Date.now();
  for (const id of ids) {
    expect(validate(id) && version(id)).toBe(7);
    const atMs = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    expect(atMs).toBeGreaterThanOrEqual(before);
    expect(atMs).toBeLessThanOrEqual(after);
  }
  expect(ids.toSorted()).toEqual(ids);
  // Chance is used once: the ends of no two are the same.
  expect(new Set(ids.map((id) => id.slice(-10))).size).toBe(ids.length);
});
