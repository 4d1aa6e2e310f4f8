import { crc32 } from 'node:zlib';
import { MAX_BYTES_OF_A_UNIT } from '../storable-text.ts';

/**
 * How a spool is written: chunks, each written at once, of records. A chunk is a mark, its length and its checksum, so that
 * one which is not whole is found out; a record is its kind, its length and its text.
 */
export type RecordKind = 'ROW' | 'FACT' | 'BEGUN';

const KINDS: readonly RecordKind[] = ['ROW', 'FACT', 'BEGUN'];
const MARK = Buffer.from('MGS1');
const CHUNK_HEAD = 12;
const RECORD_HEAD = 5;
const FIRST_BYTES = 64 * 1024;

/** Records that are not written yet, as the chunk that they will be. */
export class PendingChunk {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = CHUNK_HEAD;

  get isEmpty(): boolean {
    return this.#length === CHUNK_HEAD;
  }

  addText(kind: RecordKind, text: string): void {
    const at = this.#room(text.length * MAX_BYTES_OF_A_UNIT);
    this.#head(kind, at, this.#bytes.write(text, at + RECORD_HEAD));
  }

  addBytes(kind: RecordKind, bytes: Buffer, from: number, to: number): void {
    const at = this.#room(to - from);
    this.#head(kind, at, bytes.copy(this.#bytes, at + RECORD_HEAD, from, to));
  }

  /** The whole chunk; valid until the next record is added. */
  bytes(): Buffer {
    const chunk = this.#bytes.subarray(0, this.#length);
    MARK.copy(chunk);
    chunk.writeUInt32LE(this.#length - CHUNK_HEAD, 4);
    chunk.writeUInt32LE(crc32(chunk.subarray(CHUNK_HEAD)), 8);
    return chunk;
  }

  clear(): void {
    this.#length = CHUNK_HEAD;
    if (this.#bytes.length > 64 * FIRST_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  #room(most: number): number {
    const at = this.#length;
    const end = at + RECORD_HEAD + most;
    if (end > this.#bytes.length) {
      const longer = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, end));
      this.#bytes.copy(longer, 0, 0, at);
      this.#bytes = longer;
    }
    return at;
  }

  #head(kind: RecordKind, at: number, length: number): void {
    this.#bytes[at] = KINDS.indexOf(kind);
    this.#bytes.writeUInt32LE(length, at + 1);
    this.#length = at + RECORD_HEAD + length;
  }
}

export type SpoolRecord = { readonly kind: RecordKind; readonly bytes: Buffer };

export type ReadChunks = {
  readonly records: readonly SpoolRecord[];
  /** Bytes between whole chunks that are none; an end that is not whole was never acknowledged, and does not count. */
  readonly damagedBytes: number;
};

/** The end of a whole chunk that begins there; undefined where there is none. */
const endOfChunk = (file: Buffer, at: number): number | undefined => {
  if (at + CHUNK_HEAD > file.length || file.compare(MARK, 0, MARK.length, at, at + MARK.length) !== 0)
    return undefined;
  const end = at + CHUNK_HEAD + file.readUInt32LE(at + 4);
  if (end > file.length) return undefined;
  return crc32(file.subarray(at + CHUNK_HEAD, end)) === file.readUInt32LE(at + 8) ? end : undefined;
};

export const readChunks = (file: Buffer): ReadChunks => {
  const records: SpoolRecord[] = [];
  let damagedBytes = 0;
  let wholeTo = 0;
  for (let at = 0; at !== -1; ) {
    const end = endOfChunk(file, at);
    if (end === undefined) {
      at = file.indexOf(MARK, at + 1);
      continue;
    }
    damagedBytes += at - wholeTo;
    wholeTo = end;
    for (let next = at + CHUNK_HEAD; next < end; ) {
      const kind = KINDS[file[next] ?? KINDS.length];
      const to = next + RECORD_HEAD + file.readUInt32LE(next + 1);
      if (kind !== undefined) records.push({ kind, bytes: file.subarray(next + RECORD_HEAD, to) });
      next = to;
    }
    at = end < file.length ? end : -1;
  }
  return { records, damagedBytes };
};
