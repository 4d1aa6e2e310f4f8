/** Most bytes that are kept under one key. */
const MAX_VALUE_BYTES = 64 * 1024 * 1024;

/** The bytes, unless they are too many: then it throws, with a message for a person. */
export const checkedSize = (bytes: Uint8Array): Uint8Array => {
  if (bytes.byteLength <= MAX_VALUE_BYTES) return bytes;
  throw new RangeError(
    `${bytes.byteLength} bytes are too many to share; at most ${MAX_VALUE_BYTES} are kept.`,
  );
};
