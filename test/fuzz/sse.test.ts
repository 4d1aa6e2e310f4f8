import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SseFrame } from '../../src/wire/codec.ts';
import { createSseParser } from '../../src/wire/sse.ts';
import { holds } from './fuzz.ts';
import { cuts, inPieces } from './strange-json.ts';

const framesOf = (pieces: readonly Uint8Array[]): readonly SseFrame[] => {
  const parser = createSseParser();
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
};

const LINES = [
  'data: {"a":1}',
  'data:é😀',
  'data',
  'data:  x',
  'event: ping',
  'event',
  ': note',
  'id: 1',
  'retry: 9',
];
const line = fc.oneof(fc.constantFrom(...LINES), fc.string({ unit: 'binary', maxLength: 12 }));
const ends = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\r\r', '');

test('a stream gives the same frames wherever its bytes are split', () => {
  const drawn = fc.tuple(fc.array(fc.tuple(line, ends), { maxLength: 12 }), cuts());
  holds(600, drawn, ([lines, places]) => {
    const bytes = Buffer.from(lines.flat().join(''));
    const whole = framesOf([bytes]);
    expect(framesOf(inPieces(bytes, places))).toEqual(whole);
    if (bytes.byteLength < 80)
      for (let at = 1; at < bytes.byteLength; at += 1)
        expect(framesOf(inPieces(bytes, [at])), `split at ${at}`).toEqual(whole);
  });
});

test('bytes that are no text give frames of text all the same', () => {
  holds(600, fc.tuple(fc.uint8Array({ maxLength: 80 }), cuts()), ([bytes, places]) => {
    const whole = framesOf([bytes]);
    for (const { data } of whole) expect(data.isWellFormed()).toBe(true);
    expect(framesOf(inPieces(bytes, places))).toEqual(whole);
  });
});

test('what a frame holds is given back as it was', () => {
  const data = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\r\n]/.test(text));
  holds(300, fc.tuple(fc.array(data, { minLength: 1, maxLength: 4 }), cuts()), ([lines, places]) => {
    const bytes = Buffer.from(`event: e\n${lines.map((each) => `data: ${each}\n`).join('')}\n`);
    expect(framesOf(inPieces(bytes, places))).toEqual([{ event: 'e', data: lines.join('\n') }]);
  });
});
