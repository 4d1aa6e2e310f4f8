import { randomFillSync } from 'node:crypto';

const BYTES = 16;
/** Chance is fetched for so many ids at a time: fetching it costs the same for one. */
const IDS = 256;

const pool = Buffer.alloc(IDS * BYTES);
/** The same in hex. */
let digits = '';
let used = IDS;
let atMs = 0;
/** `atMs` as an id begins with it. */
let beginning = '';
let sequence = 0;

const hex = (value: number, length: number): string => value.toString(16).padStart(length, '0');
const PAIRS = Array.from({ length: 256 }, (_, value) => hex(value, 2));
const pair = (byte: number): string => PAIRS[byte & 255] ?? '';

/** A version 7 UUID: ids of this process grow with time, and one after another within a millisecond. */
export const timeOrderedId = (): string => {
  if (used === IDS) {
    randomFillSync(pool);
    digits = pool.toString('hex');
    used = 0;
  }
  const offset = used * BYTES;
  used += 1;
  const nowMs = Date.now();
  if (nowMs > atMs) {
    atMs = nowMs;
    const time = hex(nowMs, 12);
    beginning = `${time.slice(0, 8)}-${time.slice(8)}-`;
    // Half of its range is left to grow.
    sequence = pool.readUInt32BE(offset) >>> 1;
  } else {
    sequence += 1;
  }
  // Beside the version and the variant there is room for 12, 14 and 6 bits of the sequence; the rest is chance.
  const version = 0x7000 | (sequence >>> 20);
  const variant = 0x8000 | ((sequence >>> 6) & 0x3fff);
  const last = ((sequence & 0x3f) << 2) | (pool.readUInt8(offset + 10) & 3);
  const chance = digits.slice(2 * (offset + 11), 2 * (offset + BYTES));
  return `${beginning}${pair(version >>> 8)}${pair(version)}-${pair(variant >>> 8)}${pair(variant)}-${pair(last)}${chance}`;
};
