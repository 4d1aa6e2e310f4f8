/** From this many bytes on a body goes to the engine as a stream of one piece. */
const STREAMED_FROM = 8_192;

/** For a body that the engine is not to read: an empty one would make it wait for one that never comes. */
export const NO_ENGINE_BODY = ' ';

/**
 * A body that has been read, in the form that the engine takes at least cost. The engine lists the keys of
 * what it is given, which for a string means every character: 10 MB took 8 s.
 */
export const engineBody = (bytes: Buffer): string | (AsyncIterable<Buffer> & { readonly whole: true }) => {
  if (bytes.length === 0) return NO_ENGINE_BODY;
  if (bytes.length < STREAMED_FROM) return bytes.toString('utf8');
  return {
    whole: true,
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  };
};
