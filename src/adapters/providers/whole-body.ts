import { ANSWER_LIMIT } from './answer-reader.ts';

export type WholeBody =
  | { readonly kind: 'WHOLE'; readonly bytes: Uint8Array }
  /** Larger than `ANSWER_LIMIT`; the rest was not read. */
  | { readonly kind: 'TOO_LARGE' }
  /** The connection was lost before the end. */
  | { readonly kind: 'BROKEN'; readonly error: unknown };

/** Reads a body to its end. Never rejects. */
export const readWholeBody = async (chunks: AsyncIterator<Uint8Array>): Promise<WholeBody> => {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (let step = await chunks.next(); step.done !== true; step = await chunks.next()) {
      length += step.value.byteLength;
      if (length > ANSWER_LIMIT) return { kind: 'TOO_LARGE' };
      pieces.push(step.value);
    }
  } catch (error) {
    return { kind: 'BROKEN', error };
  }
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return { kind: 'WHOLE', bytes: only };
  return { kind: 'WHOLE', bytes: Buffer.concat(pieces, length) };
};
