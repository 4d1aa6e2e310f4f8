const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Below this many characters an expression is as quick. */
const SHORT = 1_024;
/** So many characters at a time are decoded, which is much quicker than looking at each; four of them make three bytes. */
const PIECE = 64 * 1_024;
const decoded = Buffer.alloc((PIECE / 4) * 3);

/** Whether a text is base64, in either alphabet, with or without its padding. Empty text is not. */
export const isBase64 = (text: string): boolean => {
  if (text.length <= SHORT) return BASE64.test(text);
  // The decoder takes the low byte of a character for all of it.
  if (Buffer.byteLength(text) !== text.length) return false;
  const end = text.length - (text.length % 4) - 4;
  for (let at = 0; at < end; at += PIECE) {
    const piece = text.slice(at, Math.min(at + PIECE, end));
    // What is not of the alphabet is left out, or ends it.
    if (decoded.write(piece, 'base64') !== (piece.length / 4) * 3) return false;
  }
  return BASE64.test(text.slice(end));
};
