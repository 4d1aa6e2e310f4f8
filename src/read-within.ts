import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** A file holds too much, or nothing comes out of it. The message is the end of a sentence about it. */
export class FileReadError extends Error {}

const CHUNK_BYTES = 64 * 1024;
/** How long a pipe may be silent: its writer may ask a password manager. */
const MAX_SILENCE_MS = 10_000;
const LOOK_AGAIN_MS = 10;

const sleep = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

/** Reads one chunk; undefined if nothing has been written yet. */
const readChunk = (descriptor: number, chunk: Buffer): number | undefined => {
  try {
    return readSync(descriptor, chunk);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
    throw error;
  }
};

const sizeText = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.floor(bytes / 1024)} KB` : `${Math.floor(bytes / 1024 / 1024)} MB`;

const readAll = (descriptor: number, maxBytes: number, maxSilenceMs: number): Buffer => {
  const found = fstatSync(descriptor);
  const isPipe = found.isFIFO();
  const chunks: Buffer[] = [];
  let length = 0;
  let silentSince = performance.now();
  for (;;) {
    if (found.size > maxBytes || length > maxBytes)
      throw new FileReadError(`is larger than ${sizeText(maxBytes)}, the most that is read.`);
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const read = readChunk(descriptor, chunk);
    if (read !== undefined && read > 0) {
      chunks.push(chunk.subarray(0, read));
      length += read;
      silentSince = performance.now();
    } else if (read === 0 && (!isPipe || length > 0)) return Buffer.concat(chunks);
    else if (performance.now() - silentSince < maxSilenceMs) sleep(LOOK_AGAIN_MS);
    else
      throw new FileReadError(
        `is no file but a ${isPipe ? 'pipe' : 'device'}, and nothing was written into it for ${maxSilenceMs / 1_000} s.`,
      );
  }
};

/**
 * A file's text, or what is written into a pipe. Throws FileReadError beyond `maxBytes`, and if a pipe has no writer, for
 * which other ways of reading wait for ever.
 */
export const readWithin = (path: string, maxBytes: number, maxSilenceMs = MAX_SILENCE_MS): string => {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readAll(descriptor, maxBytes, maxSilenceMs).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
};
