import { expect, it } from 'vitest';
import { isBase64 } from '../../src/wire/base64.ts';

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
/** Short, about as long as is looked at in another way, and of several pieces. */
const LENGTHS = [
  0, 1, 2, 3, 4, 1_020, 1_024, 1_025, 1_026, 1_027, 1_028, 65_536, 65_544, 140_001, 140_002, 140_003,
];
const STRANGE = ['=', ' ', '\n', '\0', '.', '\u00e9', '\u0141', '\u2028', '\ud800', '!', '\u017f'];
const ALPHABET = 'ABCXYZabcxyz0189+/-_';

const textOf = (length: number): string =>
  ALPHABET.repeat(Math.ceil(length / ALPHABET.length)).slice(0, length);

it.each(LENGTHS)('%i characters are judged as one expression would judge them', (length) => {
  const text = textOf(length);
  const places = [0, 1, 2, 3, 4, 5, length >> 1, length - 9, length - 4, length - 3, length - 2, length - 1];
  const cases = ['', '=', '==', '===', '\n', 'A', 'A=', ' ='].map((end) => text + end);
  for (const strange of STRANGE)
    for (const at of places)
      if (at >= 0 && at < length)
        for (const many of length > 10_000 ? [1] : [1, 2, 4])
          cases.push(text.slice(0, at) + strange.repeat(many) + text.slice(at + many));
  for (const each of cases) expect([isBase64(each), each.length]).toEqual([BASE64.test(each), each.length]);
});
