/** What a character is to the classifier. */
export const OTHER = 0;
export const LETTER = 1;
export const DIGIT = 2;
export const CODE = 3;
export const MATHS = 4;
export const NEWLINE = 5;
export const BULLET = 6;
export const SPACE = 7;
export const FENCE = 8;
/** A letter of a script that is counted by characters: Chinese, Japanese, Korean, Thai and others without spaces. */
export const CHARACTER = 9;
/** Ends a sentence where a space follows. */
export const STOP = 10;
/** Ends a sentence wherever it stands. */
export const FULL_STOP = 11;
/** Signs of money and per cent. */
export const AMOUNT = 12;

const CHARACTERS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const SIGNS: readonly (readonly [kind: number, signs: string])[] = [
  [CODE, '{}()[];<>=&|_$#/'],
  [MATHS, '^+±×÷²³'],
  [NEWLINE, '\n'],
  [BULLET, '-*•'],
  [SPACE, ' \t\r\u00a0\u3000'],
  [FENCE, '`'],
  [STOP, '.!?'],
  // Chinese, full-width, Hindi, Urdu and Arabic ones.
  [FULL_STOP, '\u3002\uff01\uff1f\u0964\u06d4\u061f'],
  [AMOUNT, '%€£¥₹₩\uffe5\uff05'],
];

let kinds: Uint8Array | undefined;

/**
 * The kind of each UTF-16 unit. Made when it is first asked for, in about 20 ms: looking a unit up is many times faster
 * than asking for its properties, and most servers never classify.
 */
export const characterKinds = (): Uint8Array => {
  if (kinds !== undefined) return kinds;
  const table = new Uint8Array(0x1_0000);
  for (let code = 0; code < table.length; code++) {
    const character = String.fromCharCode(code);
    if (/\p{Nd}/u.test(character)) table[code] = DIGIT;
    else if (/[\p{L}\p{M}]/u.test(character))
      table[code] = code >= 0xe00 && CHARACTERS.test(character) ? CHARACTER : LETTER;
  }
  // Greek letters stand in mathematics far more often than in Greek prompts.
  for (let code = 0x391; code <= 0x3c9; code++) table[code] = MATHS;
  for (let code = 0x2200; code <= 0x22ff; code++) table[code] = MATHS;
  for (const [kind, signs] of SIGNS) for (const sign of signs) table[sign.charCodeAt(0)] = kind;
  kinds = table;
  return table;
};

/** Lower case of most Latin and Cyrillic letters. */
export const lowered = (code: number): number => {
  if (code < 0x5b) return code >= 0x41 ? code + 0x20 : code;
  if (code >= 0xc0 && code <= 0xde) return code + 0x20;
  return code >= 0x410 && code <= 0x42f ? code + 0x20 : code;
};
