import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES = 16;
/** Chance is fetched for so many ids at a time: fetching it costs the same for one. */
const IDS = 256;

const pool = new Uint8Array(IDS * BYTES);
const dice = new DataView(pool.buffer);
let used = IDS;
let atMs = 0;
let sequence = 0;

/** A version 7 UUID: ids of this process grow with time, and one after another within a millisecond. */
export const timeOrderedId = (): string => {
  if (used === IDS) {
    randomFillSync(pool);
    used = 0;
  }
  const offset = used * BYTES;
  used += 1;
  const nowMs = Date.now();
  if (nowMs > atMs) {
    atMs = nowMs;
    // Half of its range is left to grow.
    sequence = dice.getUint32(offset) >>> 1;
  } else {
    sequence += 1;
  }
  return v7({ random: pool.subarray(offset, offset + BYTES), msecs: atMs, seq: sequence });
};
