import type { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import { type Failure, failureOf } from '../../domain/failure.ts';

/** Up to here no body is suspicious, however well it was packed. */
const MAX_TRUSTED_BYTES = 1024 * 1024;
/** Beyond it, most bytes that one packed byte may become: texts stay far below, bombs far above. */
const MAX_RATIO = 200;
/** More than one coding on top of another is no provider's doing. */
const MAX_CODINGS = 2;

/** What takes a body in pieces. */
export type PieceSink = {
  piece(piece: Uint8Array): void;
  end(): void;
  /** In place of the end: the connection was lost, or the body cannot be unpacked. */
  broken(error: unknown): void;
};

/** What can be kept from giving more. */
export type Flow = { pause(): void; resume(): void };

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

const NOTHING = new Uint8Array(0);

/** Takes a body as it comes and gives it without its codings, piece by piece. Its flow is that of what it gives. */
export class Unpacker implements PieceSink, Flow {
  readonly #coding: Coding | undefined;
  readonly #from: Flow;
  readonly #to: PieceSink;
  /** Removes what is below the outermost coding. */
  readonly #next: Unpacker | undefined;
  #start: Uint8Array = NOTHING;
  #decoder: Transform | undefined;
  /** It is not in that coding. */
  #isPlain = false;
  #packed = 0;
  #unpacked = 0;

  /** Codings in the order in which they were applied, as `codingsIn` gives them. */
  constructor(codings: readonly string[], from: Flow, to: PieceSink) {
    this.#coding = CODINGS[codings.at(-1) ?? ''];
    this.#from = from;
    const own: Flow = { pause: () => this.#hold(), resume: () => this.#release() };
    this.#next = codings.length > 1 ? new Unpacker(codings.slice(0, -1), own, to) : undefined;
    this.#to = this.#next ?? to;
  }

  piece(piece: Uint8Array): void {
    this.#packed += piece.byteLength;
    if (this.#isPlain) this.#to.piece(piece);
    else if (this.#decoder !== undefined) this.#write(this.#decoder, piece);
    else {
      this.#start = this.#start.byteLength === 0 ? piece : Buffer.concat([this.#start, piece]);
      // Two bytes tell the codings apart.
      if (this.#start.byteLength >= 2) this.#begin();
    }
  }

  end(): void {
    if (this.#decoder === undefined && !this.#isPlain) this.#begin();
    if (this.#decoder === undefined) this.#to.end();
    else this.#decoder.end();
  }

  broken(error: unknown): void {
    this.#decoder?.destroy();
    this.#to.broken(error);
  }

  pause(): void {
    if (this.#next === undefined) this.#hold();
    else this.#next.pause();
  }

  resume(): void {
    if (this.#next === undefined) this.#release();
    else this.#next.resume();
  }

  destroy(): void {
    this.#decoder?.destroy();
    this.#next?.destroy();
  }

  #hold(): void {
    (this.#decoder ?? this.#from).pause();
  }

  #release(): void {
    (this.#decoder ?? this.#from).resume();
  }

  #begin(): void {
    if (this.#coding?.isLikely(this.#start) !== true) {
      this.#isPlain = true;
      if (this.#start.byteLength > 0) this.#to.piece(this.#start);
      return;
    }
    const decoder = this.#coding.decoder(this.#start);
    this.#decoder = decoder;
    decoder.on('data', (piece: Uint8Array) => this.#unpack(piece));
    decoder.on('end', () => this.#to.end());
    decoder.on('error', (error) => this.#to.broken(error));
    decoder.on('drain', () => this.#from.resume());
    this.#write(decoder, this.#start);
  }

  #write(decoder: Transform, piece: Uint8Array): void {
    if (!decoder.write(piece)) this.#from.pause();
  }

  #unpack(piece: Uint8Array): void {
    this.#unpacked += piece.byteLength;
    if (this.#unpacked <= Math.max(MAX_TRUSTED_BYTES, this.#packed * MAX_RATIO)) this.#to.piece(piece);
    else
      this.broken(
        new TooPacked(`The body grows to more than ${MAX_RATIO} times its size when it is unpacked.`),
      );
  }
}
