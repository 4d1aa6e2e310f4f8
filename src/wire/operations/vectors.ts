import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { countAt } from '../json-reading.ts';
import { bytesOfBase64 } from './media.ts';

const isNumbers = (list: readonly JsonValue[]): list is readonly number[] =>
  list.every((value) => typeof value === 'number');

const BYTES_A_FLOAT = 4;

const floatsIn = (base64: string): readonly number[] | undefined => {
  const bytes = bytesOfBase64(base64);
  if (bytes === undefined || bytes.byteLength % BYTES_A_FLOAT !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / BYTES_A_FLOAT }, (_, index) =>
    view.getFloat32(index * BYTES_A_FLOAT, true),
  );
};

/** A vector that came as a list of numbers, or as base64 of little-endian 32-bit floats. */
const vectorIn = (value: JsonValue | undefined): readonly number[] | undefined => {
  if (typeof value === 'string') return floatsIn(value);
  return Array.isArray(value) && value.length > 0 && isNumbers(value) ? value : undefined;
};

/** One vector for each of `count` inputs, by `index` where items have one; undefined unless all are there. */
export const vectorsIn = (
  items: readonly JsonObject[],
  key: string,
  count: number,
): readonly (readonly number[])[] | undefined => {
  const vectors = new Map<number, readonly number[]>();
  for (const [position, item] of items.entries()) {
    const vector = vectorIn(item[key]);
    if (vector !== undefined) vectors.set(countAt(item, 'index') ?? position, vector);
  }
  const inOrder = Array.from({ length: count }, (_, index) => vectors.get(index));
  return inOrder.every((vector) => vector !== undefined) && items.length === count ? inOrder : undefined;
};
