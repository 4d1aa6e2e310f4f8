import { gunzipSync, gzipSync } from 'node:zlib';
import type { SourceReading } from '../../ports/catalogue-source.ts';

/** Grows when readings are no longer what they were; those of before are not read then, but asked for again. */
const FORMAT = 1;
/** Far above what any source says; what is beyond it was not written by us. */
const MAX_BYTES = 256 * 1024 * 1024;
const PARTS = ['providers', 'models', 'offerings', 'scores', 'fx', 'problems'] as const;

/** A reading as compressed JSON. Blocks: for a worker. */
export const packReading = (reading: SourceReading): Uint8Array =>
  gzipSync(JSON.stringify({ format: FORMAT, reading }), { level: 5 });

const isReading = (value: unknown): value is SourceReading =>
  typeof value === 'object' &&
  value !== null &&
  PARTS.every((part) => part in value && Array.isArray(Reflect.get(value, part)));

/** Throws where the bytes are not a reading of this version. */
export const unpackReading = (bytes: Uint8Array): SourceReading => {
  const stored: unknown = JSON.parse(gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8'));
  if (typeof stored !== 'object' || stored === null || Reflect.get(stored, 'format') !== FORMAT)
    throw new Error('it was kept by another version');
  const reading: unknown = Reflect.get(stored, 'reading');
  if (!isReading(reading)) throw new Error('it is no reading');
  return reading;
};
