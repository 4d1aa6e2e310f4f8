import type { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import { type Failure, failureOf } from '../../domain/failure.ts';
import type { AnswerBody } from './answer-body.ts';

/** Up to here no body is suspicious, however well it was packed. */
const MAX_TRUSTED_BYTES = 1024 * 1024;
/** Beyond it, most bytes that one packed byte may become: texts stay far below, bombs far above. */
const MAX_RATIO = 200;
/** More than one coding on top of another is no provider's doing. */
const MAX_CODINGS = 2;

type Coding = {
  /** Whether a body that begins so can be of this coding: some proxies unpack and leave the header. */
  readonly isLikely: (start: Uint8Array) => boolean;
  readonly decoder: (start: Uint8Array) => Transform;
};

const isZlib = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;

const GZIP: Coding = {
  isLikely: ([first, second]) => first === 0x1f && second === 0x8b,
  decoder: () => createGunzip(),
};
const CODINGS: { readonly [name: string]: Coding } = {
  gzip: GZIP,
  'x-gzip': GZIP,
  // By the standard zlib's form; some send the bare one.
  deflate: {
    isLikely: ([first]) => first !== undefined && first !== 0x7b && first !== 0x5b,
    decoder: (start) => (isZlib(start) ? createInflate() : createInflateRaw()),
  },
  br: {
    isLikely: ([first]) => first !== undefined && first !== 0x7b,
    decoder: () => createBrotliDecompress(),
  },
  zstd: {
    isLikely: ([first, second]) => first === 0x28 && second === 0xb5,
    decoder: () => createZstdDecompress(),
  },
};

/** Codings in the order in which they were applied; undefined where one is not known. Empty: it is not packed. */
export const codingsIn = (header: string | undefined): readonly string[] | undefined => {
  if (header === undefined || header === '') return [];
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  return names.length <= MAX_CODINGS && names.every((name) => Object.hasOwn(CODINGS, name))
    ? names
    : undefined;
};

class TooPacked extends Error {}

/** Why a body was not read on, where that is not for its connection. */
export const unpackingFailure = (error: unknown, status: number): Failure | undefined =>
  error instanceof TooPacked
    ? failureOf('SERVER_ERROR', error.message, { status, retry: 'ELSEWHERE' })
    : undefined;

/** Removes one content coding, chunk by chunk. Rejects where the body is not in that coding. */
class UnpackedBody implements AnswerBody {
  readonly #body: AnswerBody;
  readonly #coding: Coding;
  #pieces: AsyncIterator<Uint8Array, undefined> | undefined;
  #decoder: Transform | undefined;
  #packed = 0;
  #unpacked = 0;

  constructor(body: AnswerBody, coding: Coding) {
    this.#body = body;
    this.#coding = coding;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#pieces ??= await this.#begin();
    const step = await this.#pieces.next();
    if (step.done !== true && this.#decoder !== undefined) {
      this.#unpacked += step.value.byteLength;
      if (this.#unpacked > Math.max(MAX_TRUSTED_BYTES, this.#packed * MAX_RATIO)) {
        this.destroy();
        throw new TooPacked(`The body grows to more than ${MAX_RATIO} times its size when it is unpacked.`);
      }
    }
    return step;
  }

  destroy(): void {
    this.#body.destroy();
    this.#decoder?.destroy();
  }

  async #begin(): Promise<AsyncIterator<Uint8Array, undefined>> {
    let start: Uint8Array = new Uint8Array(0);
    // Two bytes tell the codings apart.
    while (start.byteLength < 2) {
      const { done, value } = await this.#body.next();
      if (done === true) break;
      start = start.byteLength === 0 ? value : Buffer.concat([start, value]);
    }
    if (!this.#coding.isLikely(start)) return prepended(start, this.#body);
    const decoder = this.#coding.decoder(start);
    this.#decoder = decoder;
    // The reader is told of it, if there still is one.
    decoder.on('error', () => {});
    void this.#feed(decoder, start);
    return decoder[Symbol.asyncIterator]();
  }

  async #feed(decoder: Transform, first: Uint8Array): Promise<void> {
    try {
      let piece: Uint8Array | undefined = first;
      while (piece !== undefined && !decoder.destroyed) {
        this.#packed += piece.byteLength;
        if (!decoder.write(piece)) await drained(decoder);
        piece = (await this.#body.next()).value;
      }
      decoder.end();
    } catch (error) {
      decoder.destroy(error instanceof Error ? error : new Error('The connection was lost.'));
    }
  }
}

const drained = (decoder: Transform): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      decoder.off('drain', end);
      decoder.off('close', end);
      resolve();
    };
    decoder.on('drain', end);
    decoder.on('close', end);
  });

const prepended = (first: Uint8Array, rest: AnswerBody): AsyncIterator<Uint8Array, undefined> => {
  let isGiven = false;
  return {
    next() {
      if (isGiven) return rest.next();
      isGiven = true;
      return Promise.resolve({ done: false, value: first });
    },
  };
};

/** In place of a body that cannot be read: the head of its answer counts all the same. */
const withoutBody = (body: AnswerBody): AnswerBody => {
  body.destroy();
  return { next: () => Promise.resolve({ done: true, value: undefined }), destroy() {} };
};

/** A body without the codings that its header names; the same body where it names none. */
export const unpackBody = (body: AnswerBody, header: string | undefined): AnswerBody => {
  if (header === undefined) return body;
  return (
    codingsIn(header)?.reduceRight<AnswerBody>((packed, name) => {
      const coding = CODINGS[name];
      return coding === undefined ? packed : new UnpackedBody(packed, coding);
    }, body) ?? withoutBody(body)
  );
};
