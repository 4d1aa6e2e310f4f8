/** Up to so many are sorted by insertion: counting pays off with more. */
const FEW = 24;
/** Up to so many are picked out one by one. */
const MOST_SELECTED = 32;

/** Room to work in, kept from call to call: making it would take longer than the work. */
const roomFor = (size: number) => {
  const floats = new Float32Array(size);
  return { size, floats, keys: new Uint32Array(floats.buffer), other: new Uint32Array(size) };
};
let room = roomFor(256);
const starts = new Uint32Array(256);

/**
 * The scores as whole numbers in the same order: single-precision floats, as their bits, with negative ones turned over.
 * Scores that differ by less than one part in ten millions count as equal.
 */
const keysOf = (scores: Float64Array): Uint32Array => {
  const count = scores.length;
  if (room.size < count) room = roomFor(2 * count);
  const { floats, keys } = room;
  for (let place = 0; place < count; place++) {
    floats[place] = (scores[place] ?? 0) + 0;
    const bits = keys[place] ?? 0;
    keys[place] = bits >>> 31 === 0 ? bits | 0x80000000 : ~bits;
  }
  return keys;
};

const byInsertion = (keys: Uint32Array, places: Uint32Array): void => {
  for (let place = 0; place < places.length; place++) {
    const key = keys[place] ?? 0;
    let gap = place;
    for (; gap > 0 && (keys[places[gap - 1] ?? 0] ?? 0) > key; gap--) places[gap] = places[gap - 1] ?? 0;
    places[gap] = place;
  }
};

/** By each of the four bytes, the least significant first; every pass keeps the order of what is equal. */
const byCounting = (keys: Uint32Array, places: Uint32Array): void => {
  const count = places.length;
  for (let place = 0; place < count; place++) places[place] = place;
  let from: Uint32Array = places;
  let to: Uint32Array = room.other;
  for (let shift = 0; shift < 32; shift += 8) {
    starts.fill(0);
    for (let place = 0; place < count; place++) {
      const byte = ((keys[place] ?? 0) >>> shift) & 255;
      starts[byte] = (starts[byte] ?? 0) + 1;
    }
    let start = 0;
    for (let byte = 0; byte < 256; byte++) {
      const held = starts[byte] ?? 0;
      starts[byte] = start;
      start += held;
    }
    for (let index = 0; index < count; index++) {
      const place = from[index] ?? 0;
      const byte = ((keys[place] ?? 0) >>> shift) & 255;
      const slot = starts[byte] ?? 0;
      to[slot] = place;
      starts[byte] = slot + 1;
    }
    [from, to] = [to, from];
  }
};

/** The first ones alone, kept in order while all are looked at. */
const firstOf = (keys: Uint32Array, count: number, most: number): Uint32Array => {
  const places = new Uint32Array(most);
  let held = 0;
  let worst = 0;
  for (let place = 0; place < count; place++) {
    const key = keys[place] ?? 0;
    if (held === most && key >= worst) continue;
    let gap = held === most ? most - 1 : held++;
    for (; gap > 0 && (keys[places[gap - 1] ?? 0] ?? 0) > key; gap--) places[gap] = places[gap - 1] ?? 0;
    places[gap] = place;
    worst = keys[places[held - 1] ?? 0] ?? 0;
  }
  return places;
};

/**
 * Places of candidates by their scores, the least first; equal ones stay as listed, NaN comes last. Runs before each
 * request: for 200 candidates a sort with a comparator takes several times as long. No more than `most`, which is quicker
 * where it is a small part of them.
 */
export const byScore = (scores: Float64Array, most = scores.length): Uint32Array => {
  const keys = keysOf(scores);
  if (most < scores.length && most <= MOST_SELECTED) return firstOf(keys, scores.length, most);
  const places = new Uint32Array(scores.length);
  if (places.length > FEW) byCounting(keys, places);
  else byInsertion(keys, places);
  return places;
};
