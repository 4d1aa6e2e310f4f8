import { createSseParser } from '../../../wire/sse.ts';

/** Looks through the bytes of a streamed answer before the package that decodes them. Made anew for each answer. */
export type BodyFilter = {
  push(chunk: Uint8Array): Uint8Array;
  /** The body is over, whole or not: what is still to be passed on. */
  end(): Uint8Array;
};

const NOTHING = new Uint8Array(0);
/** A frame's length is its first four bytes. */
const LENGTH_BYTES = 4;

/**
 * Passes on whole frames of an AWS event stream only: the package throws at a frame that was cut off, and then
 * whatever it had decoded but not handed out yet is lost.
 */
export const createFrameFilter = (): BodyFilter => {
  let parts: Uint8Array[] = [];
  let held = 0;
  return {
    push(chunk) {
      parts.push(chunk);
      held += chunk.byteLength;
      if (held < LENGTH_BYTES) return NOTHING;
      const [first] = parts;
      // Until the frame at hand is whole, nothing is copied: a large one may come in many pieces.
      if (first !== undefined && first.byteLength >= LENGTH_BYTES && held < frameLength(first, 0))
        return NOTHING;
      const bytes = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
      let end = 0;
      while (bytes.byteLength - end >= LENGTH_BYTES) {
        const length = frameLength(bytes, end);
        // A length that no frame can have would hold everything back for ever: let the decoder complain.
        if (length < LENGTH_BYTES) {
          end = bytes.byteLength;
          break;
        }
        if (bytes.byteLength - end < length) break;
        end += length;
      }
      const rest = bytes.subarray(end);
      parts = rest.byteLength === 0 ? [] : [rest];
      held = rest.byteLength;
      return bytes.subarray(0, end);
    },
    end: () => NOTHING,
  };
};

const frameLength = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, false);

/** Passes on server-sent events as `admit` gives their data, undefined: not at all; frames that were cut off are left out. */
export const createEventFilter = (admit: (data: string) => string | undefined): BodyFilter => {
  const parser = createSseParser();
  const encoder = new TextEncoder();
  const pass = (frames: ReturnType<typeof parser.push>): Uint8Array =>
    encoder.encode(
      frames
        .flatMap(({ data }) => admit(data) ?? [])
        // Data of several lines is JSON, to which a line break means nothing.
        .map((data) => `data: ${data.replaceAll('\n', ' ')}\n\n`)
        .join(''),
    );
  return { push: (chunk) => pass(parser.push(chunk)), end: () => pass(parser.end()) };
};
